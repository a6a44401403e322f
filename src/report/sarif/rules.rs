//! The descriptions of rules in SARIF reports, with help texts from the pages of the rules.

use serde::Serialize;

use super::text::Text;
use crate::diagnostic::Severity;
use crate::rule::{Block, Rule, page_url};

/// The description of a rule: a `reportingDescriptor` in SARIF.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    id: &'static str,
    short_description: Text<&'static str>,
    full_description: Text<String>,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

/// Properties that GitHub reads.
#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 1],
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

impl From<&Rule> for Descriptor {
    fn from(rule: &Rule) -> Self {
        let level = rule.severity.unwrap_or(Severity::Warning).name();
        let blocks = rule.docs();
        Self {
            id: rule.id,
            short_description: Text { text: rule.summary },
            full_description: Text { text: first_paragraph(&blocks) },
            help_uri: page_url(rule.id),
            help: Help { text: help(&blocks, false), markdown: help(&blocks, true) },
            default_configuration: Configuration { enabled: rule.severity.is_some(), level },
            properties: Properties {
                tags: [rule.group()],
                precision: "very-high",
                severity: level,
            },
        }
    }
}

/// Returns the first paragraph of a rule's page, which says what the rule reports.
fn first_paragraph(blocks: &[Block]) -> String {
    let lines = blocks.iter().filter_map(|block| match block {
        Block::Line(line) => Some(*line),
        _ => None,
    });
    let paragraph = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    without_links(&paragraph.collect::<Vec<_>>().join(" "))
}

/// Returns the page of a rule without its title, as Markdown or as plain text. The Markdown contains only
/// the first example, and the plain text contains none.
pub fn help(blocks: &[Block], markdown: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut shown = true;
    let mut in_examples = false;
    let mut had_case = false;
    for block in blocks {
        match block {
            Block::Heading(heading) => {
                in_examples = *heading == "Examples";
                shown = !in_examples || markdown;
                match (shown, in_examples) {
                    (false, _) => {}
                    (_, true) => lines.push("## Example".to_owned()),
                    _ if markdown => lines.push(format!("## {heading}")),
                    _ => lines.push(format!("{heading}:")),
                }
            }
            // A line of text after a case introduces the next example.
            Block::Line(line) if in_examples && had_case && !line.is_empty() => shown = false,
            // Omitted blocks leave two adjacent blank lines, so drop the second one.
            Block::Line("") if lines.last().is_some_and(String::is_empty) => {}
            Block::Line(line) if shown => lines.push(without_links(line)),
            Block::Case { caption, language, fence, lines: case } if shown => {
                had_case = true;
                lines.extend([format!("**{caption}**"), String::new()]);
                lines.push(format!("{fence}{language}"));
                lines.extend(case.iter().map(|line| (*line).to_owned()));
                lines.push((*fence).to_owned());
            }
            Block::Title(_) | Block::Line(_) | Block::Case { .. } => {}
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Replaces links to the pages of other rules with the names of those rules, because a report does
/// not contain the pages.
fn without_links(line: &str) -> String {
    let mut rest = line;
    let mut made = String::with_capacity(line.len());
    while let Some((before, name, behind)) = next_link(rest) {
        made.extend([before, "`", name, "`"]);
        rest = behind;
    }
    made + rest
}

/// Finds the first link to the page of another rule. Returns the text before the link, the text of the
/// link, and the text after the link.
fn next_link(line: &str) -> Option<(&str, &str, &str)> {
    let (text, target) = line.split_once("](../")?;
    let (before, name) = text.rsplit_once('[')?;
    let (_, behind) = target.split_once(')')?;
    Some((before, name, behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, find};

    #[test]
    fn every_page_yields_its_prose() {
        for rule in RULES {
            let Descriptor { full_description, help, .. } = Descriptor::from(*rule);
            assert!(full_description.text.starts_with("Reports "), "{}", rule.id);
            assert!(full_description.text.len() < 1024, "GitHub's limit: {}", rule.id);
            for text in [&help.text, &help.markdown] {
                assert!(text.contains("Why") && text.contains("See also"), "{}: {text}", rule.id);
                assert!(!text.contains("](../") || text.contains("```"), "{}: {text}", rule.id);
            }
            assert!(!help.text.contains("```"), "{}: {}", rule.id, help.text);
            let fences = help.markdown.lines().filter(|line| line.starts_with("````")).count();
            assert!(fences.is_multiple_of(2), "{}: {}", rule.id, help.markdown);
        }
    }

    #[test]
    fn the_first_example_is_shown_whole_and_no_other() {
        let rule = find("related/not-found").expect("a rule");
        let help = help(&rule.docs(), true);
        for part in [
            "## Example\n\nAn extra letter in the path, and the wrong day:\n\n\
             **news/2012/03/25/lock-gates-fail.md (reported)**\n\n````markdown\n### 2012-03-25\n",
            "**what is reported**\n\n````\nnews/2012/03/25/lock-gates-fail.md:7:25: error: ",
            "````\n\n## Options\n\n- `url-prefixes` in `[archive]`",
            "## See also\n\n- `link/not-found`\n- `link/wrong-case`\n",
        ] {
            assert!(help.contains(part), "{part} is not in {help}");
        }
        assert!(!help.contains("A relative destination"), "{help}");
    }
}
