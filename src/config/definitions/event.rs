//! The settings of `[event]` and `[day]`.

use super::setting::{Setting, Shape, TextKind, setting, some_texts, texts};
use crate::config::limits;
use crate::config::settings::PreviousPolicy;

const LEVEL: Setting =
    setting("level", Shape::Integer { least: 1, most: 6 }, "The level of the heading.");

const FORMATS: Setting = setting(
    "formats",
    some_texts(TextKind::Any),
    "How the places write the day, in the notation of strftime; `%-dth` is the day with its suffix, \
     such as 1st. If there is other text too, write a pattern such as \
     `Agenda for {date:%B %-d}*`, in which `*` stands for any text. The first format is the one that \
     fixes write.",
)
.default("[\"%Y-%m-%d\", \"%Y-%m-%-d\"]")
.example("[\"%-d %B %Y\"]");

/// Returns the setting of the places of a field.
const fn from(default: &'static str) -> Setting {
    setting("from", texts(PLACE, limits::LIST), "The places of the field.").default(default)
}

/// The setting of the places of a date.
const DATE_FROM: Setting = setting("from", some_texts(PLACE), "The places of the date.")
    .default("[\"heading\", \"path\"]");

/// The places of fields.
const PLACE: TextKind = TextKind::Matching {
    pattern: "^(path|heading|section|front\\.[^.]+(\\.[^.]+)*|line\\.[^:]+)$",
    words: "a place such as `front.date`",
};

const REQUIRED_DATE: Setting = setting(
    "required",
    Shape::Boolean,
    "Whether every page must have its date in a place other than its path.",
)
.default("true");

pub(super) const EVENT: &[Setting] = &[
    setting(
        "date",
        Shape::Table(&[
            DATE_FROM,
            LEVEL.default("3"),
            FORMATS,
            REQUIRED_DATE,
        ]),
        "The day of the event.",
    ),
    setting(
        "topic",
        Shape::Table(&[
            from("[\"heading\"]"),
            setting(
                "level",
                Shape::Integer { least: 0, most: 6 },
                "The level of the heading, or 0 if no heading is a topic.",
            )
            .default("5"),
            setting("required", Shape::Boolean, "Whether every event page must have a topic.")
                .default("false"),
        ]),
        "The topic. A heading with the topic belongs above the title.",
    ),
    setting(
        "title",
        Shape::Table(&[
            from("[\"heading\"]"),
            LEVEL.default("1"),
            setting("required", Shape::Boolean, "Whether every event page must have a title.")
                .default("true"),
        ]),
        "The title. The first place that is present gives it.",
    ),
    setting(
        "sources",
        Shape::Table(&[from("[\"section\"]")]),
        "The sources. The place `section` stands for the section with this name.",
    ),
    setting(
        "related",
        Shape::Table(&[from("[\"section\"]")]),
        "The links to related event pages. The place `section` stands for the section with this name.",
    ),
    setting(
        "hidden",
        texts(TextKind::Matching {
                pattern: "^front\\.[^=]+(=.*)?$",
                words: "a string such as `front.draft`",
            }, limits::LIST),
        "Values of front matter with which readers do not see an event page: `front.draft` if the value \
         is `true`, or `front.published=false`. Day pages need not list such a page.",
    )
    .default("[]")
    .example("[\"front.draft\", \"front.published=false\"]"),
    setting(
        "field",
        Shape::Tables { of: FIELD, most: limits::SECTIONS },
        "A field that only this archive has.",
    )
    .default("[]"),
    setting(
        "section",
        Shape::Tables { of: SECTION, most: limits::SECTIONS },
        "A section of event pages. Sections given in the file replace all of the default ones.",
    )
    .default(
        "[{ name = \"sources\", headings = [\"Source:\", \"Sources:\"] }, \
         { name = \"related\", headings = \"Related:\" }, \
         { name = \"changes\", headings = \"Changes:\" }]",
    ),
];

const FIELD: &[Setting] = &[
    setting("name", Shape::Text(TextKind::Any), "The name of the field, for messages.")
        .example("\"end\"")
        .required(),
    setting(
        "from",
        Shape::Texts { of: PLACE, least: 1, most: limits::LIST },
        "The places of the field, as in `event.date`.",
    )
    .example("[\"front.end\"]")
    .required(),
    setting(
        "formats",
        texts(TextKind::Any, limits::LIST),
        "The formats of a date, as in `event.date`. Without formats, the field can be any text.",
    )
    .example("[\"%Y-%m-%d\"]"),
    setting("required", Shape::Boolean, "Whether every event page must have the field.")
        .default("false"),
];

const SECTION: &[Setting] = &[
    setting(
        "name",
        Shape::Text(TextKind::Any),
        "The name of the section. Items of `sources` are checked as sources, items of `related` as \
         links to event pages; other names are free.",
    )
    .example("\"sources\"")
    .required(),
    LEVEL.default("3"),
    setting("headings", some_texts(TextKind::Any), "The texts that the heading can have.")
        .example("[\"Sources:\"]")
        .required(),
    setting("required", Shape::Boolean, "Whether every event page must have the section.")
        .default("false"),
    setting(
        "order",
        Shape::Integer { least: 0, most: 999 },
        "The place of the section: sections with a lower number come first, and sections with the \
         same number in any order. Defaults to 1 for `sources` and to 2 for other sections.",
    )
    .example("1"),
];

pub(super) const DAY: &[Setting] = &[
    setting(
        "date",
        Shape::Table(&[DATE_FROM, LEVEL.default("2"), FORMATS, REQUIRED_DATE]),
        "The day of a day page.",
    ),
    setting(
        "topic",
        Shape::Table(&[
            LEVEL.default("5"),
            setting("required", Shape::False, "Always `false`: topics of day pages are optional.")
                .default("false"),
        ]),
        "The headings with topics, between the entries.",
    ),
    setting(
        "entry",
        Shape::Table(&[LEVEL.default("3")]),
        "The headings with entries, each of which links to an event page.",
    ),
    setting(
        "previous",
        Shape::Table(&[
            LEVEL.default("2"),
            setting(
                "texts",
                texts(TextKind::Any, limits::LIST),
                "The texts that the heading can have.",
            )
            .default("[\"Previous Day...\"]"),
            setting(
                "policy",
                Shape::Text(TextKind::OneOf(&PreviousPolicy::NAMES)),
                "Which day the link names: `calendar` is the day before, `nearest` the nearest \
                 earlier day that has a page, and `any` either of them.",
            )
            .default("\"any\""),
        ]),
        "The heading that links to the previous day.",
    ),
];
