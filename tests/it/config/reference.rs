//! Tests of `docs/configuration.md`, which is generated from the description of the settings.

use std::fmt::Write as _;

use dateline::internals::config::definitions::{FILE, Setting, Shape, TextKind};

use crate::support::checkout::assert_generated;

const HEAD: &str = "\
# Configuration

Generated from `src/config/definitions/` by `.ci/update`.

Dateline reads its settings from `dateline.toml`. It looks for the file in the folder of the first path and in the
folders above, up to the root of the repository. `--config FILE` names another file, and `--isolated` ignores all
files. Without a file, the defaults below apply.

- `dateline init` writes a `dateline.toml` that fits an archive.
- `dateline config show` prints all settings of a run, and where each comes from.
- `dateline config schema` prints a JSON Schema of the file, for completion and checks in editors.

Unknown keys are errors. Options on the command line win over the file.
";

#[test]
fn the_reference_of_settings_is_current() {
    let mut page = String::from(HEAD);
    for table in FILE {
        if table.settings().is_empty() {
            let _ = write!(page, "\n## `{}`\n\n{}\n", table.name, table.about);
            value(&mut page, None, table);
            continue;
        }
        let _ = write!(page, "\n## `[{}]`\n\n{}\n", table.name, table.about);
        settings(&mut page, table.name, table.settings());
    }
    assert_generated("docs/configuration.md", &page);
}

fn settings(page: &mut String, table: &str, settings: &[Setting]) {
    for one in settings {
        let name = format!("{table}.{}", one.name);
        let _ = write!(page, "\n### `{name}`\n\n{}\n", one.about);
        if one.settings().is_empty() {
            value(page, Some(table), one);
            continue;
        }
        let rows = one.settings().iter().map(row).collect::<String>();
        let _ = write!(page, "\n| key | values | default | meaning |\n|---|---|---|---|\n{rows}");
        example(page, &name, one);
    }
}

/// Writes the values that a setting accepts, its default and an example.
fn value(page: &mut String, table: Option<&str>, setting: &Setting) {
    let default = setting.default.map_or("none".to_owned(), |toml| format!("`{toml}`"));
    let _ = write!(page, "\n- Values: {}\n- Default: {default}\n", values(&setting.shape));
    let shown = setting.example.or(setting.default).unwrap_or_default();
    let table = table.map_or_else(String::new, |table| format!("[{table}]\n"));
    let _ = write!(page, "\n```toml\n{table}{} = {shown}\n```\n", setting.name);
}

fn row(setting: &Setting) -> String {
    let default = match setting.default {
        Some(toml) => format!("`{toml}`"),
        None if setting.is_required => "required".to_owned(),
        None => "none".to_owned(),
    };
    let (values, about) = (values(&setting.shape), setting.about);
    format!("| `{}` | {values} | {default} | {about} |\n", setting.name)
}

/// Writes an example of a table, with every setting that has a default or an example.
fn example(page: &mut String, name: &str, setting: &Setting) {
    let shown = |one: &Setting| one.example.or(one.default).unwrap_or_default();
    let entries = setting.settings().iter().map(|one| format!("{} = {}", one.name, shown(one)));
    let entries: Vec<_> = entries.collect();
    let (table, key) = name.rsplit_once('.').unwrap_or_default();
    let text = match setting.shape {
        Shape::Table(_) => format!("[{table}]\n{key} = {{ {} }}", entries.join(", ")),
        Shape::Tables { .. } => format!("[[{name}]]\n{}", entries.join("\n")),
        _ => format!("[{name}.\"example.org\"]\n{}", entries.join("\n")),
    };
    let _ = write!(page, "\n```toml\n{text}\n```\n");
}

/// Returns a description of the values that a setting accepts.
fn values(shape: &Shape) -> String {
    match *shape {
        Shape::Text(of) => one(of),
        Shape::Texts { of, most, .. } => format!("{}, or a list of up to {most}", one(of)),
        Shape::Boolean => "`true` or `false`".to_owned(),
        Shape::False => "`false`".to_owned(),
        Shape::Integer { least, most } => format!("a number from {least} to {most}"),
        Shape::Severities => "a table of rules, groups or `all` with severities".to_owned(),
        Shape::Table(_) | Shape::Hosts(_) => "a table".to_owned(),
        Shape::Tables { most, .. } => format!("up to {most} tables"),
    }
}

fn one(kind: TextKind) -> String {
    match kind {
        TextKind::Any => "a string".to_owned(),
        TextKind::Matching { words, .. } => words.to_owned(),
        TextKind::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            words.join(", ")
        }
        TextKind::Duration => {
            "a length of time such as `\"250ms\"`, `\"20s\"` or `\"1h30m\"`".to_owned()
        }
        TextKind::Rule => "a rule, a group or `all`".to_owned(),
    }
}
