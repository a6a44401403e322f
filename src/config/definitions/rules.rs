//! The settings of `[rules]`.

use super::setting::{Setting, Shape, TextKind, setting, texts};
use crate::config::limits;

const SEVERITY: Setting = setting(
    "severity",
    Shape::Severities,
    "Severities of rules: `\"error\"` or `\"warning\"`. A rule's own entry wins over that of its \
     group.",
)
.example("{ \"related/stale-text\" = \"error\" }");

const IGNORE: Setting =
    setting("ignore", texts(TextKind::Rule, limits::LONG_LIST), "Rules that do not run.")
        .example("[\"text/wiki-markup\"]");

pub(super) const RULES: &[Setting] = &[
    setting(
        "select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "The rules that run, instead of those that run by default.",
    )
    .example("[\"date\", \"related\"]"),
    setting(
        "extend-select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "Additional rules that run on top of the selection.",
    )
    .example("[\"related/one-way\"]"),
    IGNORE,
    SEVERITY,
    setting(
        "override",
        Shape::Tables { of: OVERRIDE, most: limits::OVERRIDES },
        "Rules for some pages only. Where several overrides match a page, later ones win.",
    ),
];

const OVERRIDE: &[Setting] = &[
    setting(
        "files",
        Shape::Texts { of: TextKind::Any, least: 1, most: limits::LONG_LIST },
        "Path patterns of the pages, as in `archive.exclude`.",
    )
    .example("[\"news/200*/**\"]")
    .required(),
    setting(
        "select",
        texts(TextKind::Rule, limits::LONG_LIST),
        "Additional rules that run on these pages.",
    )
    .example("[\"related/one-way\"]"),
    IGNORE,
    SEVERITY,
];
