//! The front matter at the top of a page, which is not Markdown.

/// Returns the length in bytes of the front matter at the start of `text`, including its last line
/// ending. Front matter is YAML between lines of `---` (or up to `...`), or TOML between lines of
/// `+++`. Returns `None` if there is no front matter, or if it has no closing line. A `---` above a
/// blank line is a thematic break, not front matter.
pub(super) fn length(text: &str) -> Option<usize> {
    let mut lines = Lines { text, at: 0 };
    let first = lines.next()?;
    let closing: &[&str] = match first {
        "---" => &["---", "..."],
        "+++" => &["+++"],
        _ => return None,
    };
    let mut is_second = true;
    while let Some(line) = lines.next() {
        if is_second && first == "---" && line.is_empty() {
            return None;
        }
        is_second = false;
        if closing.contains(&line) {
            return Some(lines.at);
        }
    }
    None
}

/// An iterator over the lines of a text, without trailing spaces and tabs. Lines end as in
/// CommonMark.
struct Lines<'a> {
    text: &'a str,
    /// The byte offset of the next line.
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        let ending = if behind.starts_with("\r\n") { 2 } else { behind.len().min(1) };
        self.at += end + ending;
        Some(line.trim_end_matches([' ', '\t']))
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    fn front(text: &str) -> Option<&str> {
        length(text).map(|end| &text[..end])
    }

    #[test]
    fn front_matter_ends_at_its_closing_line_however_lines_end() {
        for ending in ["\n", "\r\n", "\r"] {
            for (open, close) in [("---", "---"), ("---", "..."), ("+++", "+++")] {
                let matter = [open, "# not a title", "", "a = 1", close, ""].join(ending);
                let page = format!("{matter}# A{ending}{close}{ending}");
                assert_eq!(front(&page), Some(&*matter), "{page:?}");
            }
        }
        assert_eq!(front("+++ \n+++\t\n# A"), Some("+++ \n+++\t\n"));
        assert_eq!(front("---\na: 1\n---"), Some("---\na: 1\n---"));
    }

    #[test]
    fn a_rule_at_the_top_and_an_open_block_are_no_front_matter() {
        for text in [
            "---\n\n# A\n\n---\n",
            "+++\ntitle = \"A\"\n# B\n",
            "---\na: 1\n+++\n",
            "+++\na = 1\n---\n",
            "----\na: 1\n----\n",
            "++++\na = 1\n++++\n",
            " ---\na: 1\n---\n",
            "# A\n---\na: 1\n---\n",
            "---",
            "",
        ] {
            assert_eq!(front(text), None, "{text:?}");
        }
    }

    #[test]
    fn toml_may_begin_with_a_blank_line() {
        assert_eq!(front("+++\n\n# a comment\n+++\n# A\n"), Some("+++\n\n# a comment\n+++\n"));
    }
}
