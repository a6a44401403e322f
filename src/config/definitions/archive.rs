//! The settings of `[archive]` and `[layout]`.

use super::setting::{Setting, Shape, TextKind, setting, some_texts, texts};
use crate::config::limits;
use crate::document::Forms;

pub(super) const ARCHIVE: &[Setting] = &[
    setting(
        "root",
        Shape::Text(TextKind::Any),
        "The archive's root: the folder of this file, or one below it. `--root` overrides it.",
    )
    .default("\".\"")
    .example("\"content\""),
    setting(
        "url-prefixes",
        texts(TextKind::Matching {
                pattern: "^/($|.*[^/])",
                words: "a string that begins with `/`",
            }, limits::LIST),
        "Folders of the site at which the archive is served: with `/zh`, the link `/zh/news/x.md` \
         names the page `news/x.md`. URLs on `site.host` outside these folders are external links. Add \
         `/` if the archive is also served at the root of the host.",
    )
    .default("[]")
    .example("[\"/zh\"]"),
    setting(
        "exclude",
        texts(TextKind::Any, limits::LONG_LIST),
        "Path patterns of pages that are not checked; links to them still resolve. Patterns are \
         relative to the archive's root. `*` stands for any part of a name, and `**` for any number of folders. \
         A pattern that names a folder, such as `drafts`, also matches everything below it. If the \
         name has wildcards, end the pattern with `/`, as in `news/199*/`.",
    )
    .default("[]")
    .example("[\"drafts/**\"]"),
    setting(
        "extensions",
        some_texts(TextKind::Any),
        "Extensions of pages, without the dot. At the end of a pattern in `[layout]`, one of them \
         stands for all of them.",
    )
    .default("[\"md\", \"markdown\"]"),
    setting(
        "front-matter",
        texts(TextKind::OneOf(&Forms::NAMES), limits::LIST),
        "The forms of front matter: `yaml` between lines of `---`, `toml` between lines of `+++`, \
         `fenced-toml` in a code block at the top of the page, `lines` for `Key: value` lines up to the \
         first blank line.",
    )
    .default("[\"yaml\", \"toml\"]"),
    setting(
        "generated",
        texts(TextKind::Any, limits::LIST),
        "Extensions of files that the site generates from pages: a link to `x.html` is sound if \
         there is a page `x.md`.",
    )
    .default("[\"html\", \"json\", \"xml\"]"),
];

pub(super) const LAYOUT: &[Setting] = &[
    setting(
        "event",
        texts(TextKind::Any, limits::LIST),
        "Paths of event pages. `{slug}` does not stand for `_index` or, in a pattern without a full \
         date, for `index` or `README`: such pages list others.",
    )
    .default("[\"news/{year}/{month:02}/{day}/{slug}.md\"]"),
    setting(
        "day",
        texts(TextKind::Any, limits::LIST),
        "Paths of day pages. Empty if the archive has none.",
    )
    .default(
        "[\"news/{year}/{month:02}/{day}/index.md\", \"news/{year}/{month:02}/{day}/README.md\"]",
    ),
];
