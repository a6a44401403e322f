//! `config schema`: the JSON Schema of `dateline.toml`.

use serde_json::{Map, Value, json};

use super::definitions::{FILE, Setting, Shape, TextKind};
use super::limits;
use super::rules::{RuleInfo, selectors};

/// A regular expression for the durations that [`parse_duration`](super::parse_duration) reads:
/// units in descending order, each at most once.
const DURATION: &str =
    "^[0-9]+(h([0-9]+m)?([0-9]+s)?([0-9]+ms)?|m([0-9]+s)?([0-9]+ms)?|s([0-9]+ms)?|ms)$";

/// The web address of the schema of this version. Editors read the schema from there.
pub const SCHEMA_URL: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/raw/v",
    env!("CARGO_PKG_VERSION"),
    "/dateline.schema.json"
);

/// Returns the JSON Schema (draft 2020-12) of `dateline.toml`. The schema accepts only selectors that
/// name at least one of `rules`.
#[must_use]
pub fn schema(rules: &[RuleInfo]) -> Value {
    let mut schema = table(FILE, rules);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["$id"] = SCHEMA_URL.into();
    schema["title"] = "dateline.toml".into();
    schema["description"] = "The settings of Dateline.".into();
    schema
}

fn table(settings: &[Setting], rules: &[RuleInfo]) -> Value {
    let properties: Map<String, Value> = settings
        .iter()
        .map(|setting| (setting.name.to_owned(), described(setting, rules)))
        .collect();
    let mut table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let required = settings.iter().filter(|setting| setting.is_required);
    let required: Vec<_> = required.map(|setting| setting.name).collect();
    if !required.is_empty() {
        table["required"] = required.into();
    }
    table
}

/// Returns the schema of a setting, with its meaning, default and example.
fn described(setting: &Setting, rules: &[RuleInfo]) -> Value {
    let mut schema = shape(&setting.shape, rules);
    schema["description"] = setting.about.into();
    if let Some(default) = setting.default.and_then(value) {
        schema["default"] = default;
    }
    if let Some(example) = setting.example.and_then(value) {
        schema["examples"] = json!([example]);
    }
    schema
}

/// Returns a TOML value as JSON.
fn value(toml: &str) -> Option<Value> {
    let mut table: toml::Table = toml::from_str(&format!("value = {toml}")).ok()?;
    serde_json::to_value(table.remove("value")?).ok()
}

fn shape(shape: &Shape, rules: &[RuleInfo]) -> Value {
    match *shape {
        Shape::Text(kind) => text(kind, rules),
        Shape::Texts { of, least, most } => {
            let text = text(of, rules);
            let list =
                json!({ "type": "array", "items": text, "minItems": least, "maxItems": most });
            json!({ "anyOf": [text, list] })
        }
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::False => json!({ "const": false }),
        Shape::Integer { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Table(settings) => table(settings, rules),
        Shape::Tables { of, most } => {
            json!({ "type": "array", "items": table(of, rules), "maxItems": most })
        }
        Shape::Hosts(settings) => {
            json!({ "type": "object", "additionalProperties": table(settings, rules) })
        }
        Shape::Severities => json!({
            "type": "object",
            "propertyNames": text(TextKind::Rule, rules),
            "additionalProperties": { "enum": ["error", "warning"] },
        }),
    }
}

fn text(kind: TextKind, rules: &[RuleInfo]) -> Value {
    match kind {
        // `maxLength` counts characters, and the limit counts bytes. A string never has more characters
        // than bytes, so the schema accepts every string within the limit.
        TextKind::Any => json!({ "type": "string", "maxLength": limits::STRING }),
        TextKind::Matching { pattern, .. } => {
            json!({ "type": "string", "pattern": pattern, "maxLength": limits::STRING })
        }
        TextKind::OneOf(words) => json!({ "enum": words }),
        TextKind::Duration => json!({ "type": "string", "pattern": DURATION }),
        TextKind::Rule => {
            let mut names: Vec<_> = selectors(rules).collect();
            names.sort_unstable();
            names.dedup();
            json!({ "enum": names })
        }
    }
}
