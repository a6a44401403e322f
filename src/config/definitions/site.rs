//! The settings of `[site]`.

use super::setting::{Setting, Shape, TextKind, setting, texts};
use crate::config::limits;
use crate::document::{AnchorStyle, TemplateLanguage};

/// A folder of the archive.
const FOLDER: TextKind =
    TextKind::Matching { pattern: r"^(\./)?[^/]+(/[^/]+)*/?$", words: "a folder such as `static`" };

pub(super) const SITE: &[Setting] = &[
    setting(
        "host",
        texts(TextKind::Matching {
                pattern: r"^[^/:*?#@\[\]\\]+(:[0-9]+)?$",
                words: "a host such as `blog.example.org`",
            }, limits::LIST),
        "The hosts of the site. A URL on one of them is a link into the archive: Dateline resolves it \
         and never contacts the host. If a host has no port here, URLs with a port are not such links. If \
         `archive.url-prefixes` lists folders, this applies only to URLs in these folders.",
    )
    .default("[]")
    .example("\"blog.example.org\""),
    setting(
        "permalink",
        texts(TextKind::Matching {
                pattern: "^(/.*)?$",
                words: "a permalink such as `/{year}/{slug}/`",
            }, limits::LIST),
        "The addresses of event pages: one permalink for all of them, or one for each pattern in \
         `layout.event`. An empty text means that the site does not have these pages. Without \
         permalinks, addresses are made as the generator of the preset does.",
    )
    .default("[]")
    .example("\"/{year}/{month:02}/{day:02}/{slug}/\""),
    setting(
        "content",
        texts(FOLDER, limits::LIST),
        "The folders whose files are served from the root of the site. If the list is empty, the archive's root is \
         such a folder.",
    )
    .default("[]")
    .example("[\"content/en\", \"content/de\"]"),
    setting(
        "static",
        texts(FOLDER, limits::LIST),
        "The folders whose files are served from the root of the site as they are.",
    )
    .default("[]")
    .example("[\"static\"]"),
    setting(
        "languages",
        texts(TextKind::Matching {
                pattern: "^[A-Za-z0-9_-]+$",
                words: "a language such as `de`",
            }, limits::LIST),
        "The languages of the site, the default one first. The others have a folder of the site: a page \
         is in a language if its file is named like `index.de.md`, or if its folder in `content` has the \
         name of the language.",
    )
    .default("[]")
    .example("[\"en\", \"de\"]"),
    setting(
        "default-language-folder",
        Shape::Boolean,
        "Whether the default language also has a folder of the site.",
    )
    .default("false"),
    setting(
        "generated",
        texts(TextKind::Matching {
                pattern: r"^(/.*|[^/]+|.*\{number\}.*)$",
                words: "an address such as `/tags/`, the name of a file such as `index.xml`, or `page/{number}/`",
            }, limits::LIST),
        "Addresses that belong to no page: `/tags/` with everything below it, `/feed.xml`, `index.xml` in every \
         folder, or `page/{number}/` for the second and later pages of every list.",
    )
    .default("[]")
    .example("[\"/tags/\", \"/feed.xml\"]"),
    setting(
        "anchors",
        Shape::Text(TextKind::OneOf(&AnchorStyle::NAMES)),
        "The program that gives headings their anchors: `github`, `kramdown` as in Jekyll, `hugo`, `zola`, \
         or `python` for Python-Markdown as in Pelican.",
    )
    .default("\"github\""),
    setting(
        "template",
        Shape::Text(TextKind::OneOf(&TemplateLanguage::NAMES)),
        "The language of the template tags in pages. The generator replaces such tags, so Dateline does not \
         read them as Markdown: `liquid` as in Jekyll, `hugo`, `jinja` as in Zola, or `none`.",
    )
    .default("\"none\""),
    setting(
        "references",
        texts(TextKind::Any, limits::LIST),
        "Other notations of links, such as `{% link {path} %}`. `{path}` stands for the path of a file, and \
         `{stem}` for the name of a page without its extension. Paths start at a folder of `content` or, for Jekyll \
         and without a generator, also at the archive's root. `[[{stem}]]` are wiki links.",
    )
    .default("[]")
    .example("[\"{% link {path} %}\", \"{% post_url {stem} %}\", \"@/{path}\", \"[[{stem}]]\"]"),
    setting(
        "source-links",
        Shape::Boolean,
        "Whether a link can name the file of a page, such as `other.md`, because the generator replaces \
         the path with the page's address. Without this setting, links can do so, but on a site of Hugo \
         only if it has several languages.",
    )
    .example("true"),
];
