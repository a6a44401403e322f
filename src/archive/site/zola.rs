//! The names of files of Zola.

/// Returns the name of a file without the date at its start, which can have a time.
///
/// Source: <https://www.getzola.org/documentation/content/page/#path-from-filename>
pub(super) fn without_date(name: &str) -> &str {
    let rest = || {
        let after = after_digits(name, "0000-00-00")?;
        let after = after.strip_prefix('T').map_or(Some(after), after_time)?;
        let after = after.strip_prefix(char::is_whitespace).unwrap_or(after);
        after.strip_prefix(['-', '_']).filter(|rest| !rest.is_empty())
    };
    rest().unwrap_or(name)
}

/// Returns what comes after a time with its zone, such as `10:00:00Z` or `10:00:00.5+01:00`.
fn after_time(text: &str) -> Option<&str> {
    let after = after_digits(text, "00:00:00")?;
    let after = match after.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|char: char| char.is_ascii_digit()),
        None => after,
    };
    let zone = || after_digits(after.strip_prefix(['+', '-'])?, "00:00");
    after.strip_prefix('Z').or_else(zone)
}

/// Returns what comes after a text with the form of `form`, in which `0` stands for a digit.
fn after_digits<'a>(text: &'a str, form: &str) -> Option<&'a str> {
    let start = text.as_bytes().get(..form.len())?;
    let fits = |(byte, form): (&u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => *byte == form,
    };
    let is_it = start.iter().zip(form.bytes()).all(fits);
    is_it.then(|| &text[form.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_date_and_time() {
        for (name, rest) in [
            ("2020-12-16-news", "news"),
            ("2020-12-16_news", "news"),
            ("2020-12-16 -news", "news"),
            ("2020-12-16  -news", "2020-12-16  -news"),
            ("2021-03-16T10:00:00Z-tt", "tt"),
            ("2021-03-16T10:00:00.25+01:00_tt", "tt"),
            ("2021-03-16T10:00:00-05:00-tt", "tt"),
            ("2021-03-16T10:00:00-tt", "2021-03-16T10:00:00-tt"),
            ("2021-03-16T1000Z-tt", "2021-03-16T1000Z-tt"),
            ("2020-12-16-", "2020-12-16-"),
            ("2020-12-16", "2020-12-16"),
            ("2020-12-1é-x", "2020-12-1é-x"),
            ("news", "news"),
        ] {
            assert_eq!(without_date(name), rest, "{name}");
        }
    }
}
