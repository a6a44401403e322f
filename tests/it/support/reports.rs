//! Reports as other programs read them: their findings and their schemas.

use std::path::Path;
use std::process::Output;

use dateline::internals::diagnostic::is_unprintable;
use serde_json::Value;

use super::archive::TestArchive;
use super::checkout::here;
use super::process::dateline;
use super::tools::python;

/// Returns the findings of the JSON report.
pub fn found(folder: &Path) -> Vec<Value> {
    let report = json(&check(folder, "json"));
    report["diagnostics"].as_array().expect("an array").clone()
}

/// Returns a report on an archive, and asserts that the check itself did not fail.
pub fn check(folder: &Path, format: &str) -> Output {
    let output = dateline(folder, &["check", ".", "--output-format", format]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code < 2), "{format}: {errors}");
    output
}

/// Parses an output as JSON.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Returns a JSON string.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// Returns a JSON array, or an empty array if the value is not one.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Asserts that a value conforms to a schema.
pub fn assert_valid(schema: &str, value: &Value) {
    let schema =
        std::fs::read_to_string(here("tests/it/output/schemas").join(schema)).expect("a schema");
    // Two patterns contain an unescaped bracket. Most programs accept it, but the validator rejects
    // it.
    let schema = schema.replace("{2}]?$", "{2}\\\\]?$");
    let schema = serde_json::from_str(&schema).expect("a JSON schema");
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema that stands for itself");
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Returns the results of a SARIF report, and asserts that it conforms to its schema.
pub fn sarif(folder: &Path) -> Vec<Value> {
    let output = check(folder, "sarif");
    let report = json(&output);
    assert_valid("sarif-schema-2.1.0.json", &report);
    let machine = folder.to_str().expect("UTF-8");
    assert!(!String::from_utf8_lossy(&output.stdout).contains(machine), "an absolute path");
    list(&report["runs"][0]["results"]).to_vec()
}

/// Returns the issues of a GitLab report, and asserts that they conform to their schema.
pub fn gitlab(folder: &Path) -> Vec<Value> {
    let issues = list(&json(&check(folder, "gitlab"))).to_vec();
    for issue in &issues {
        assert_valid("codeclimate.json", issue);
    }
    issues
}

/// Reads a `JUnit` report on standard input, validates it against the schema in the first argument,
/// and evaluates the `XPath` expressions in the other arguments.
const JUNIT: &str = "
import json, sys
from lxml import etree
parser = etree.XMLParser(huge_tree=True)
report = etree.parse(sys.stdin.buffer, parser)
etree.XMLSchema(etree.parse(sys.argv[1])).assertValid(report)
json.dump([report.xpath(expression) for expression in sys.argv[2:]], sys.stdout)
";

/// Returns the values of `XPath` expressions on a `JUnit` report, and asserts that the report
/// conforms to its schema. A value is a string, a number or, for attributes, an array of strings.
pub fn junit(report: &[u8], expressions: &[&str]) -> Vec<Value> {
    let schema = here("tests/it/output/schemas/junit-10.xsd");
    let schema = schema.to_str().expect("UTF-8");
    list(&python(JUNIT, &[&[schema], expressions].concat(), report)).to_vec()
}

/// Returns a path with its control characters escaped, except for those in `but`.
pub fn shown(path: &str, but: &[char]) -> String {
    let show = |char: char| -> String {
        if is_unprintable(char) && !but.contains(&char) {
            char.escape_default().collect()
        } else {
            char.to_string()
        }
    };
    path.chars().map(show).collect()
}

/// Decodes a relative URI to a path, and asserts that all necessary characters are escaped.
pub fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("ASCII");
            bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
        } else {
            assert!(byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte), "{uri}");
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Creates an archive whose paths and texts might break reports. Each page has a few errors.
pub fn hostile() -> TestArchive {
    let archive = TestArchive::new();
    let names = [
        "a\nb",
        "\r\n::error::owned",
        "::add-mask::news",
        "##[error]owned",
        "#\u{AD}#[group]",
        "%0A::warning::b%25",
        "a,line=1,title=b:c",
        "]]></failure>",
        "<!-- & \"quoted\" 'too' --",
        "a\\b\t\u{1b}[31m\u{7f}\u{9b}\u{202e}",
        "\u{1}\u{b}\u{FFFE}\u{FFFF}",
        "sp ace {0} é漢🦆",
        "..%2e#frag?query",
    ];
    for name in names {
        let name = name.replace('/', "\u{2215}");
        for path in [format!("{name}.md"), format!("news/2012/03/25/{name}.md")] {
            let quoted = name.replace(['\n', '\r', '<', '>', '\\'], " ");
            archive.write(
                &path,
                format!(
                    "### 2012-03-25\n\n# {name}\n\n\
                     [a](</gone {quoted}.md>) [b](/]]>%0A::error::##[error]\u{1b},x.md)\n\n\
                     [c][::stop-commands::##[group]b]\n"
                ),
            );
        }
    }
    let long = "A::B]]>&%0A ".repeat(90_000);
    archive.write(
        "news/2012/03/25/long.md",
        format!("### 2012-03-25\n\n# {long}\n\n[b](/{})\n", "é".repeat(500_000)),
    );
    archive.write(
        "news/2012/03/25/related.md",
        "### 2012-03-25\n\n# A\n\n### Related:\n\n1. [B](/news/2012/03/25/long.md)\n",
    );
    archive.write("news/2012/03/25/latin.md", b"### 2012-03-25\n\n# \xE9\xFF [a](/gone)\r\n\0");
    archive.write("news/2012/03/25/empty.md", "");
    archive
}

/// Returns the archives on which reports are validated, each with a minimum number of findings.
pub fn archives() -> Vec<(TestArchive, usize)> {
    let mut archives = vec![(hostile(), 60)];
    for (name, least) in [("broken", 60), ("gazette", 0)] {
        archives.push((TestArchive::from_fixture(name), least));
    }
    archives
}
