//! A rule's page taken apart, for whatever shows it: the terminal, a report.

/// A piece of a page, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The first heading, which is the rule's id.
    Title(&'static str),
    /// A further heading.
    Heading(&'static str),
    /// A line of prose, which may be empty.
    Line(&'static str),
    /// A fence: a page of an example, or what is said of it.
    Case {
        /// What it shows, in words.
        caption: String,
        /// The language of its text; empty if none is named.
        language: &'static str,
        /// The backticks that fence it in.
        fence: &'static str,
        /// Its lines.
        lines: Vec<&'static str>,
    },
}

/// The pieces of a page. A fence that is not closed goes to the end.
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

/// What a fence shows, in words.
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
