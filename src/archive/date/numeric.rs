//! Formats of numbers only, such as `%Y-%m-%-d`. Most archives use one, and each page has a date in it, so it is
//! read without the general parser.

use jiff::civil::Date;

/// A format that consists of one year, one month, one day and other ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NumericFormat(Vec<Part>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A character that is neither a digit nor white space.
    Character(u8),
    Year,
    Month(Padding),
    Day(Padding),
}

/// Whether a number below 10 has a leading zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Padding {
    Zero,
    None,
}

impl NumericFormat {
    /// Parses a format in the notation of `strftime`. Returns `None` if it contains anything else.
    pub(super) fn parse(format: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = format.as_bytes();
        while let [first, behind @ ..] = rest {
            let (part, behind) = match (first, behind) {
                (b'%', [b'Y', behind @ ..]) => (Part::Year, behind),
                (b'%', [b'm', behind @ ..]) => (Part::Month(Padding::Zero), behind),
                (b'%', [b'd', behind @ ..]) => (Part::Day(Padding::Zero), behind),
                (b'%', [b'-', b'm', behind @ ..]) => (Part::Month(Padding::None), behind),
                (b'%', [b'-', b'd', behind @ ..]) => (Part::Day(Padding::None), behind),
                (b'%' | b'0'..=b'9', _) => return None,
                (character, behind) if character.is_ascii_graphic() => {
                    (Part::Character(*character), behind)
                }
                _ => return None,
            };
            parts.push(part);
            rest = behind;
        }
        let count =
            |is_wanted: fn(&Part) -> bool| parts.iter().filter(|part| is_wanted(part)).count();
        let is_complete = count(|part| matches!(part, Part::Year)) == 1
            && count(|part| matches!(part, Part::Month(_))) == 1
            && count(|part| matches!(part, Part::Day(_))) == 1;
        is_complete.then_some(Self(parts))
    }

    /// Reads a date at the beginning of a text, and returns its length in bytes. Returns `None` unless the date
    /// exists, is in the years 1000 to 9999 and is written exactly as the format writes it.
    pub(super) fn read(&self, text: &str) -> Option<(Date, usize)> {
        let bytes = text.as_bytes();
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut at = 0;
        for part in &self.0 {
            let rest = &bytes[at..];
            at += match part {
                Part::Character(character) => (rest.first() == Some(character)).then_some(1)?,
                Part::Year => number(rest, 4, Padding::None, &mut year).filter(|len| *len == 4)?,
                Part::Month(padding) => number(rest, 2, *padding, &mut month)?,
                Part::Day(padding) => number(rest, 2, *padding, &mut day)?,
            };
        }
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Some((Date::new(year, month, day).ok()?, at))
    }
}

/// Reads a number of at most `most` digits, and returns its length. With zeros as padding, it has exactly `most`
/// digits. Otherwise, it does not begin with a zero.
fn number(bytes: &[u8], most: usize, padding: Padding, value: &mut i16) -> Option<usize> {
    let digits = bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit());
    let len = digits.clone().count();
    let is_exact = match padding {
        Padding::Zero => len == most,
        Padding::None => len > 0 && bytes[0] != b'0',
    };
    *value = digits.fold(0, |value, digit| value * 10 + i16::from(digit - b'0'));
    is_exact.then_some(len)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(format: &str, text: &str) -> Option<(Date, usize)> {
        NumericFormat::parse(format).expect(format).read(text)
    }

    #[test]
    fn exact_dates_are_read() {
        assert_eq!(read("%Y-%m-%-d", "2012-03-5: rain"), Some((date(2012, 3, 5), 9)));
        assert_eq!(read("%Y%m%d", "201203251"), Some((date(2012, 3, 25), 8)));
        assert_eq!(read("(%-d.%-m.%Y)", "(25.3.2012)"), Some((date(2012, 3, 25), 11)));
        for text in
            ["2012-03-05", "2012-3-5", "2012-02-30", "0012-03-5", "20123-03-5", "2012-03-", ""]
        {
            assert_eq!(read("%Y-%m-%-d", text), None, "{text}");
        }
        assert_eq!(read("%Y%m%d)", "20120325"), None);
    }

    #[test]
    fn other_formats_are_not_numeric() {
        for format in
            ["%Y", "%Y-%m", "%Y-%m-%d %H", "%-d %B %Y", "%Y-%m-%d%d", "%Y %m %d", "%Y-%m-%d9"]
        {
            assert_eq!(NumericFormat::parse(format), None, "{format}");
        }
    }
}
