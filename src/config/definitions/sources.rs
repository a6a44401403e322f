//! The settings of `[sources]`.

use super::setting::{Setting, Shape, TextKind, setting, texts};
use crate::config::limits;

pub(super) const SOURCES: &[Setting] = &[
    setting(
        "delay",
        Shape::Text(TextKind::Duration),
        "The time between the starts of two requests to one host.",
    )
    .default("\"250ms\""),
    setting(
        "timeout",
        Shape::Text(TextKind::Duration),
        "The time that one request may take, from connecting to the end of the response's headers.",
    )
    .default("\"20s\""),
    setting(
        "concurrency",
        Shape::Integer { least: 1, most: 1024 },
        "The number of requests in flight, over all hosts.",
    )
    .default("64"),
    setting(
        "ledger",
        Shape::Text(TextKind::Any),
        "The file of the ledger, below the archive's root.",
    )
    .example("\".dateline/ledger.sqlite3\""),
    setting(
        "budget",
        Shape::Text(TextKind::Duration),
        "The time that a whole run may take. Without it, a run has no limit.",
    )
    .example("\"20m\""),
    setting(
        "contact",
        Shape::Text(TextKind::Any),
        "An http(s) or mailto URL at which servers can reach you; every request carries it.",
    )
    .example("\"mailto:archive@example.org\""),
    setting(
        "archive-url",
        Shape::Text(TextKind::Any),
        "The http(s) URL below which archived copies are looked up.",
    )
    .default("\"https://web.archive.org/web\""),
    setting(
        "hosts",
        Shape::Hosts(HOST),
        "Settings for individual hosts. The key is the exact host name, in quotes.",
    ),
];

const HOST: &[Setting] = &[
    setting(
        "delay",
        Shape::Text(TextKind::Duration),
        "The time between the starts of two requests, instead of `sources.delay`.",
    )
    .example("\"5s\""),
    setting(
        "concurrency",
        Shape::Integer { least: 1, most: 64 },
        "The number of requests in flight to this host.",
    )
    .example("1"),
    setting("skip", Shape::Boolean, "Whether the host is never contacted.").default("false"),
    setting(
        "headers",
        texts(TextKind::Any, limits::HEADERS),
        "The names of headers that requests to this host carry. Their values come from environment \
         variables, which `dateline config show` names.",
    )
    .default("[]")
    .example("[\"Authorization\"]"),
];
