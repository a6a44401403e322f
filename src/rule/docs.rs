//! Splits a rule's page into blocks, for display in the terminal or a report.

/// A block of a rule's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The first heading, which is the rule's id.
    Title(&'static str),
    /// Any other heading.
    Heading(&'static str),
    /// A line of prose, which may be empty.
    Line(&'static str),
    /// A code fence: an example page, or the findings reported for it.
    Case {
        /// A description of its content.
        caption: String,
        /// The language of its text. Empty if the fence names none.
        language: &'static str,
        /// Its opening backticks.
        fence: &'static str,
        /// Its lines.
        lines: Vec<&'static str>,
    },
}

/// Splits the page of a rule into blocks. An unclosed fence extends to the end of the page.
pub(super) fn blocks(page: &'static str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        blocks.push(if ticks >= 3 {
            let (fence, info) = line.split_at(ticks);
            let language = match info.split_whitespace().next() {
                Some(word) if word != "diagnostics" => word,
                _ => "",
            };
            let lines = lines.by_ref().take_while(|line| *line != fence).collect();
            Block::Case { caption: caption(info), language, fence, lines }
        } else if let Some(title) = line.strip_prefix("# ") {
            Block::Title(title)
        } else if line.starts_with('#') {
            Block::Heading(line.trim_start_matches(['#', ' ']))
        } else {
            Block::Line(line)
        });
    }
    blocks
}

/// Describes the content of a fence.
fn caption(info: &str) -> String {
    let file = info.split_whitespace().find_map(|word| word.strip_prefix("file="));
    let is = |wanted: &str| info.split_whitespace().any(|word| word == wanted);
    match file {
        Some(file) if is("bad") => format!("{file} (reported)"),
        Some(file) if is("fixed") => format!("{file} (after the fix)"),
        Some(file) if is("good") => format!("{file} (not reported)"),
        Some(file) => file.to_owned(),
        None if is("diagnostics") => "what is reported".to_owned(),
        None if is("config") => "dateline.toml".to_owned(),
        None if is("responses") => "what the servers answer".to_owned(),
        None => info.to_owned(),
    }
}
