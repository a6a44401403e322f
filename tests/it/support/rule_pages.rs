//! The parser of rule pages, and the cases that their fences form.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use dateline::internals::address::AddressPolicy;
use dateline::internals::config::{ConfigText, RuleSettings, Settings, file};
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::linter::Linted;
use dateline::internals::rules;
use dateline::internals::source_status::{ErrorClass, Outcome};
use dateline::internals::sources::{MockReply, RANDOM_NAME, check_mocked};
use dateline::internals::span::{LineIndex, SourceText};

use crate::fuzz::memory::{self, Files, Memory};

/// The expected result of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// No finding.
    Silent,
    /// These findings, one per line.
    Reported(String),
}

/// A file of a case.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The path of the file.
    pub path: String,
    /// Whether findings are expected in the file.
    pub bad: bool,
    bytes: Vec<u8>,
}

/// A file after a fix.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// The path of the file.
    pub path: String,
    /// The expected content of the file.
    pub content: String,
    /// The index of the part of the page that shows the file.
    part: usize,
}

/// A small archive with its expected findings.
#[derive(Clone, Debug)]
pub struct Case {
    /// The number of the page's line on which the case begins.
    pub line: usize,
    /// The files of the archive.
    pub files: Vec<CaseFile>,
    /// The expected findings.
    pub expectation: Expectation,
    /// The files that the fixes change. If the page shows any of them, it must show all of them.
    pub fixed: Vec<FixedFile>,
    /// The settings of the case.
    pub config: Option<String>,
    /// The responses of servers, as TOML.
    responses: Option<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Fence { info: String, body: String, line: usize },
}

/// A parsed rule page.
#[derive(Clone, Debug)]
pub struct RulePage {
    parts: Vec<Part>,
    cases: Vec<(Case, Option<usize>)>,
}

const FENCE: &str = "````";

impl RulePage {
    /// Splits a page into prose and four-backtick fences, and groups the fences into cases.
    pub fn parse(page: &str) -> Self {
        let mut parts = Vec::new();
        let mut open: Option<(String, String, usize)> = None;
        for (line, number) in page.lines().zip(1..) {
            match &mut open {
                Some((info, body, start)) if line == FENCE => {
                    parts.push(Part::Fence {
                        info: info.clone(),
                        body: body.clone(),
                        line: *start,
                    });
                    open = None;
                }
                Some((_, body, _)) => body.extend([line, "\n"]),
                None => match line.strip_prefix(FENCE) {
                    Some(info) => open = Some((info.to_owned(), String::new(), number)),
                    None => parts.push(Part::Text(line.to_owned())),
                },
            }
        }
        assert!(open.is_none(), "a fence is not closed");
        let mut page = Self { parts, cases: Vec::new() };
        page.read_cases();
        page
    }

    fn read_cases(&mut self) {
        let mut case: Option<Case> = None;
        for (index, part) in self.parts.iter().enumerate() {
            let (info, body, line) = match part {
                Part::Text(text) if text.trim().is_empty() => continue,
                Part::Text(_) => {
                    self.cases.extend(case.take().map(|case| (case, None)));
                    continue;
                }
                Part::Fence { info, body, line } => (info, body, *line),
            };
            let words: Vec<&str> = info.split_whitespace().collect();
            if let ["markdown", "fixed", path] = words.as_slice() {
                let path = path.strip_prefix("file=").expect("a fence names its file").to_owned();
                let (case, _) = self.cases.last_mut().expect("a case to be fixed");
                case.fixed.push(FixedFile { path, content: body.clone(), part: index });
                continue;
            }
            let open = case.get_or_insert_with(|| Case {
                line,
                files: Vec::new(),
                expectation: Expectation::Silent,
                fixed: Vec::new(),
                config: None,
                responses: None,
            });
            match words.as_slice() {
                ["toml", "config"] => open.config = Some(body.clone()),
                ["toml", "responses"] => open.responses = Some(body.clone()),
                ["diagnostics"] => {
                    open.expectation = Expectation::Reported(body.clone());
                    self.cases.extend(case.take().map(|case| (case, Some(index))));
                }
                ["markdown", rest @ ..] => {
                    let path = rest.iter().find_map(|word| word.strip_prefix("file="));
                    let path = path.expect("a fence names its file").to_owned();
                    let bad = rest.contains(&"bad");
                    open.files.push(CaseFile { path, bad, bytes: raw_bytes(body) });
                }
                _ => panic!("line {line}: a fence of no known kind: {info}"),
            }
        }
        self.cases.extend(case.take().map(|case| (case, None)));
    }

    /// Returns the cases, in order.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().map(|(case, _)| case)
    }

    /// Replaces the findings in the `diagnostics` fence of a case.
    pub fn set_expectation(&mut self, case: usize, reported: &str) {
        let part = self.cases[case].1.expect("only a case with such a fence is rewritten");
        if let Part::Fence { body, .. } = &mut self.parts[part] {
            reported.clone_into(body);
        }
    }

    /// Replaces the content of a `fixed` fence of a case.
    pub fn set_fixed(&mut self, case: usize, index: usize, content: &str) {
        let part = self.cases[case].0.fixed[index].part;
        if let Part::Fence { body, .. } = &mut self.parts[part] {
            content.clone_into(body);
        }
    }

    /// Returns the page as text.
    pub fn render(&self) -> String {
        let mut page = String::new();
        for part in &self.parts {
            let _ = match part {
                Part::Text(text) => writeln!(page, "{text}"),
                Part::Fence { info, body, .. } => writeln!(page, "{FENCE}{info}\n{body}{FENCE}"),
            };
        }
        page
    }
}

/// Returns bytes as a page shows them. Bytes that a page cannot contain are written as `⟦E9⟧`.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char == '\n' || !(char.is_control() || char == '\u{FEFF}') {
                text.push(char);
            } else {
                let mut buffer = [0; 4];
                for byte in char.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(text, "⟦{byte:02X}⟧");
                }
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "⟦{byte:02X}⟧");
        }
    }
    text
}

/// Decodes `⟦E9⟧` to the byte that it stands for.
fn raw_bytes(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body;
    while let Some((before, behind)) = rest.split_once('⟦') {
        bytes.extend(before.bytes());
        let (hex, after) = behind.split_once('⟧').expect("a closed byte");
        bytes.push(u8::from_str_radix(hex, 16).expect("a byte in hexadecimal"));
        rest = after;
    }
    bytes.extend(rest.bytes());
    bytes
}

impl Case {
    /// Runs one rule on the case. Returns one line per finding, with its help and labels indented
    /// below.
    pub fn run(&self, rule: &str) -> String {
        let settings = self.settings(rule);
        let files = self.bytes();
        let archive = memory::archive(&files, &[], &settings);
        let online = self.responses.is_some();
        let finish = |mut linted: Linted<'_>| {
            linted.online(&self.outcomes(&linted));
            linted.finish()
        };
        let (mut diagnostics, _) =
            memory::lint(&settings, &archive, &Memory(&files), online, finish);
        diagnostics.retain(|diagnostic| diagnostic.rule == rule);
        let mut reported = String::new();
        for diagnostic in &diagnostics {
            let place = |file, span: dateline::internals::span::Span| {
                let path = archive.path(file);
                let source = SourceText::from_bytes(&files[path]);
                let start = LineIndex::new(&source).position(&source, span.start);
                let text = span.of(source.text()).replace('\n', "⏎");
                (format!("{path}:{}:{}", start.line, start.column), text)
            };
            let finding = &diagnostic.finding;
            let (at, text) = place(diagnostic.file, finding.span);
            let severity = diagnostic.severity.name();
            let _ = writeln!(
                reported,
                "{at}: {severity}: {}",
                dateline::internals::diagnostic::quote(&text)
            );
            let _ = writeln!(reported, "  {}", finding.message);
            if let Some(help) = &finding.help {
                let _ = writeln!(reported, "  help: {help}");
            }
            for label in &finding.labels {
                let (at, _) = place(label.file, label.span);
                let _ = writeln!(reported, "  {at}: {}", label.message);
            }
        }
        reported
    }

    /// Returns the files that the safe and unsafe fixes of one rule change, by path.
    pub fn fix(&self, rule: &str) -> Vec<(String, String)> {
        let takes = |found: &Diagnostic| found.rule == rule;
        let (settings, files) = (self.settings(rule), self.bytes());
        let archive = memory::archive(&files, &[], &settings);
        let ask = |linted: Linted<'_>| self.outcomes(&linted);
        let outcomes = memory::lint(&settings, &archive, &Memory(&files), true, ask);
        let fixed = memory::fix(&settings, &files, &outcomes, Applicability::Unsafe, &takes);
        let fixed = fixed
            .unwrap_or_else(|| panic!("line {}: the fixes of {rule} come to no end", self.line));
        fixed.into_iter().map(|(path, content)| (path, shown(&content))).collect()
    }

    /// Returns the files of the case, including the file with its settings.
    pub fn files_with_settings(&self) -> Files {
        let settings = self.config.iter();
        let settings = settings.map(|text| ("dateline.toml".to_owned(), text.clone().into_bytes()));
        self.bytes().into_iter().chain(settings).collect()
    }

    fn bytes(&self) -> Files {
        self.files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect()
    }

    /// Returns the outcomes of the case's source URLs, according to its responses.
    fn outcomes(&self, linted: &Linted<'_>) -> Vec<Outcome> {
        let Some(responses) = &self.responses else { return Vec::new() };
        let replies = replies(responses);
        // A key that ends in `*` applies to every URL that begins with it and has no key of its
        // own.
        let answer = |url: &str| {
            let all = replies
                .iter()
                .find(|(key, _)| key.strip_suffix('*').is_some_and(|start| url.starts_with(start)));
            let own = replies.get(url).or(all.map(|(_, answer)| answer));
            let missing =
                || MockReply::Answer { status: 404, location: None, body: None, head: None };
            // Every server reports a random path as missing, unless the case says otherwise.
            let is_random = url.contains(RANDOM_NAME);
            own.cloned()
                .or_else(|| is_random.then(missing))
                .unwrap_or_else(|| panic!("no response is given for {url}"))
        };
        let mut outcomes =
            check_mocked(linted.source_urls(&|_| true), &AddressPolicy::default(), answer);
        // A check does not look up archived copies. They come from a ledger.
        let table: toml::Table = toml::from_str(responses).expect("the responses are TOML");
        for outcome in &mut outcomes {
            let archived = table.get(&outcome.url).and_then(|answer| answer.get("archived"));
            outcome.evidence.archived = archived.and_then(toml::Value::as_str).map(str::to_owned);
        }
        outcomes
    }

    fn settings(&self, rule: &str) -> Settings {
        let infos = rules::infos();
        let mut settings = Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos))
            .expect("the defaults are sound");
        if let Some(text) = &self.config {
            let path = PathBuf::from("dateline.toml");
            let text = Arc::new(ConfigText { path, text: text.clone() });
            if let Err(errors) = file::read(&text, &mut settings) {
                panic!("line {}: the settings are wrong: {errors:?}", self.line);
            }
        }
        // A suppression comment can be reported as unused only if the rules that it names run, so
        // do not restrict the rules.
        if rule == "archive/unused-suppression" {
            return settings;
        }
        let only =
            dateline::internals::config::rules::select(&infos, rule).expect("the rule is known");
        settings.rules.select_only(only);
        settings
    }
}

/// Returns the responses of servers, by URL.
fn replies(responses: &str) -> BTreeMap<String, MockReply> {
    let table: toml::Table = toml::from_str(responses).expect("the responses are TOML");
    let replies = table.into_iter().map(|(url, response)| {
        let error = response.get("error").and_then(toml::Value::as_str);
        let status = response.get("status").and_then(toml::Value::as_integer);
        let location = response.get("location").and_then(toml::Value::as_str);
        let head = response.get("head").and_then(toml::Value::as_integer);
        let body = response.get("body").and_then(toml::Value::as_str);
        let reply = match (error, status) {
            (Some("nxdomain"), _) => MockReply::Failure(ErrorClass::NxDomain),
            (Some("certificate"), _) => MockReply::Failure(ErrorClass::Certificate),
            (Some("refused"), _) => MockReply::Failure(ErrorClass::Refused),
            (Some("timed-out"), _) => MockReply::Failure(ErrorClass::TimedOut),
            (None, Some(status)) => MockReply::Answer {
                status: u16::try_from(status).expect("a status"),
                location: location.map(str::to_owned),
                body: body.map(str::to_owned),
                head: head.map(|status| u16::try_from(status).expect("a status")),
            },
            _ => panic!("a response of no known kind for {url}"),
        };
        // Requests use the URL as its parser normalizes it.
        (url::Url::parse(&url).expect("a URL").to_string(), reply)
    });
    replies.collect()
}
