//! Reads `<meta http-equiv="refresh">` and the `Refresh` header, with which a page redirects the reader.

/// The maximum delay, in seconds, of a refresh that counts as a redirect. With a longer delay, the
/// reader sees the page first.
const MOST_SECONDS: u32 = 1;

/// The attributes of the current `meta` element, and the first refresh on the page.
#[derive(Default)]
pub(super) struct MetaRefresh {
    attribute: Attribute,
    is_refresh: bool,
    content: Vec<u8>,
    /// The target of the refresh, as a URL reference.
    pub(super) target: Option<String>,
}

#[derive(Clone, Copy, Default)]
enum Attribute {
    HttpEquiv,
    Content,
    #[default]
    Other,
}

impl MetaRefresh {
    /// Processes the name of an attribute.
    pub(super) fn name(&mut self, name: &[u8]) {
        self.attribute = match name {
            b"http-equiv" => Attribute::HttpEquiv,
            b"content" => Attribute::Content,
            _ => Attribute::Other,
        };
    }

    /// Processes the value of an attribute.
    pub(super) fn value(&mut self, value: &[u8]) {
        match self.attribute {
            Attribute::HttpEquiv => self.is_refresh = value.eq_ignore_ascii_case(b"refresh"),
            Attribute::Content => self.content = value.to_vec(),
            Attribute::Other => {}
        }
    }

    /// Processes the end of the element.
    pub(super) fn close(&mut self) {
        let is_refresh = std::mem::take(&mut self.is_refresh);
        let content = std::mem::take(&mut self.content);
        if is_refresh && self.target.is_none() {
            self.target = refresh_target(&String::from_utf8_lossy(&content));
        }
    }
}

/// Returns the target of a refresh that redirects at once, as a URL reference. `content` is the value of
/// the `Refresh` header, or the content of the `meta` element that stands for it.
#[must_use]
pub fn refresh_target(content: &str) -> Option<String> {
    target(content).map(str::to_owned)
}

/// Returns the target of a refresh that redirects.
///
/// Source: <https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh>
fn target(content: &str) -> Option<&str> {
    let content = content.trim_start();
    let end = content.find(|char: char| !char.is_ascii_digit()).unwrap_or(content.len());
    let seconds: u32 = content[..end].parse().ok()?;
    let rest = content[end..].trim_start_matches(|char: char| char.is_ascii_digit() || char == '.');
    let rest = rest.trim_start().trim_start_matches([';', ',']).trim_start();
    let is_url = rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("url"));
    let value =
        rest.get(3..).filter(|_| is_url).and_then(|rest| rest.trim_start().strip_prefix('='));
    let url = value.unwrap_or(rest).trim();
    let url = match url.chars().next() {
        Some(quote @ ('"' | '\'')) => url[1..].split(quote).next().unwrap_or_default(),
        _ => url,
    };
    (seconds <= MOST_SECONDS && !url.is_empty()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_that_redirects_at_once_has_a_target() {
        for content in
            ["0;url=/gone", "0; URL='/gone'", " 1 , url = \"/gone\" x", "0;/gone", "1.5; url=/gone"]
        {
            assert_eq!(target(content), Some("/gone"), "{content}");
        }
        for content in
            ["", "0", "0;", "2;url=/gone", "600;url=/gone", "x;url=/gone", "99999999999;url=/a"]
        {
            assert_eq!(target(content), None, "{content}");
        }
    }
}
