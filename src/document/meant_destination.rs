//! Recognizes text that was meant as the destination of a link, although it is not part of one.

use std::ops::Range;

/// The usual extensions of pages.
const PAGES: [&str; 2] = ["md", "markdown"];

/// The extensions of images, in lower case.
const IMAGES: [&str; 11] =
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "tif", "tiff", "ico"];

/// Further extensions of files that pages link to, in lower case. An extension that is missing here
/// may be an abbreviation or the end of a host name, as in `(Courier/Post.com)`.
const FILES: [&str; 19] = [
    "html", "htm", "xhtml", "php", "json", "xml", "txt", "csv", "pdf", "doc", "docx", "xls",
    "xlsx", "odt", "zip", "mp3", "mp4", "ogg", "webm",
];

/// Returns the range of the destination in a text that stands where a link has its destination and,
/// optionally, a title in quotes. Returns `None` if the text is neither.
pub(super) fn destination_range(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let inside = text.trim();
    if let Some(rest) = inside.strip_prefix('<') {
        let end = rest.find('>')?;
        // In angle brackets, an address alone is a link already.
        let is_address = rest[..end].contains(':');
        return (!is_address && is_title(&rest[end + 1..])).then_some(start + 1..start + 1 + end);
    }
    let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
    (end > 0 && is_title(&inside[end..])).then_some(start..start + end)
}

/// Returns whether a text is empty or a link title: white space, and a text in quotes.
fn is_title(text: &str) -> bool {
    let title = text.trim();
    let is_in = |open: char, close: char| {
        title.strip_prefix(open).is_some_and(|rest| rest.ends_with(close))
    };
    let is_apart = text.starts_with(char::is_whitespace);
    title.is_empty()
        || (is_apart
            && (is_in('"', '"') || is_in('\'', '\'') || is_in('(', ')') || is_in('“', '”')))
}

/// Returns whether a destination is a URL or leads to a file: a path from the root, a relative path of a
/// file type that pages link to, or the name of a page or an image. A folder, an option and a
/// pronunciation begin with `/` too, but have no extension.
pub(super) fn is_file_or_url(destination: &str) -> bool {
    if is_url(destination) {
        return true;
    }
    let path = path_of(destination);
    let Some(extension) = extension(path) else { return false };
    let is_one_of = |known: &[&str]| known.iter().any(|name| extension.eq_ignore_ascii_case(name));
    path.starts_with(['/', '\\'])
        || path.starts_with("./")
        || path.starts_with("../")
        || is_one_of(&IMAGES)
        || PAGES.contains(&extension)
        || (path.contains('/') && is_one_of(&FILES))
}

/// Returns whether a destination is a URL, a path from the root, or leads to a file.
pub(super) fn is_path_or_url(destination: &str) -> bool {
    destination.starts_with('/') || is_file_or_url(destination)
}

/// Returns whether a text, with or without spaces, ends like the name of a page or an image.
pub(super) fn ends_in_a_file(text: &str) -> bool {
    let is_image = |name: &str| IMAGES.iter().any(|known| name.eq_ignore_ascii_case(known));
    extension(path_of(text)).is_some_and(|name| PAGES.contains(&name) || is_image(name))
}

fn is_url(destination: &str) -> bool {
    ["http://", "https://", "ftp://", "mailto:"].iter().any(|scheme| {
        destination.get(..scheme.len()).is_some_and(|start| {
            start.eq_ignore_ascii_case(scheme) && destination.len() > start.len()
        })
    })
}

/// Returns the path of a destination, without its query and its fragment.
fn path_of(destination: &str) -> &str {
    destination.split(['#', '?']).next().unwrap_or_default()
}

/// Returns the extension of the file that a path leads to.
fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let is_extension = extension.starts_with(|char: char| char.is_ascii_alphanumeric());
    (!stem.is_empty() && is_extension).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_urls_are_told_from_remarks() {
        for meant in [
            "/papers/statutes.md",
            "/papers/statutes.7z",
            "../b/gone.html",
            "./gone.xyz",
            "map.png",
            "MAP.JPG",
            "gone.md#x",
            "gone.md?plain=1",
            "gone.markdown",
            "maps/basin.pdf",
            "/gone.html#a.b",
            "灯塔.md",
            "https://a.example",
            "HTTPS://a.example/x",
            "mailto:keeper@lock.example",
        ] {
            assert!(is_file_or_url(meant), "{meant}");
        }
        for remark in [
            "",
            "and/or",
            "/lok/",
            "/dev/lock",
            "foo.bar",
            "x.y",
            "e.g.",
            "N.Y./Wash.",
            "St.Paul/St.Marys",
            "Courier/Post.com",
            "km/h.2",
            "#x",
            "#123",
            "3.5",
            "1/2.5",
            ".md",
            "i.e",
            "https://",
            "main.rs",
            "notes.txt",
            "a.b/c.d",
            "index.html",
        ] {
            assert!(!is_file_or_url(remark), "{remark}");
        }
    }

    #[test]
    fn a_destination_may_have_a_title_and_spaces_around_it() {
        let destination = |text: &'static str| destination_range(text).map(|range| &text[range]);
        assert_eq!(destination("/gone.md"), Some("/gone.md"));
        assert_eq!(destination(" /gone.md "), Some("/gone.md"));
        assert_eq!(destination("/gone.md \"A title\""), Some("/gone.md"));
        assert_eq!(destination("/gone.md 'A title'"), Some("/gone.md"));
        assert_eq!(destination("/gone.md (A title)"), Some("/gone.md"));
        assert_eq!(destination("</the gone.md> \"A title\""), Some("/the gone.md"));
        for remark in
            ["", " ", "see p. 3", "/gone.md \"", "/gone.md and", "<https://a.example/>", "<"]
        {
            assert_eq!(destination(remark), None, "{remark:?}");
        }
    }
}
