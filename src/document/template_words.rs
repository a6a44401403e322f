//! The part of the builder that restores template tags, which the parser reads as words.

use std::borrow::Cow;
use std::ops::Range;

use super::broken_links::LinkFault;
use super::builder::Builder;
use super::destination::decode_destination;
use super::model::{Document, Link, LinkKind, overlaps_any};
use super::reference_patterns::ReferencePattern;
use crate::span::Span;

impl<'a> Builder<'a> {
    /// Returns whether a range of the page overlaps a template tag.
    pub(super) fn has_tag(&self, range: &Range<usize>) -> bool {
        overlaps_any(self.tags, range.clone().into())
    }

    /// Returns the template tags that start in a range of the page.
    pub(super) fn tags_in(&self, range: &Range<usize>) -> &'a [Span] {
        let first = self.tags.partition_point(|tag| (tag.start as usize) < range.start);
        let tags = &self.tags[first..];
        &tags[..tags.partition_point(|tag| (tag.start as usize) < range.end)]
    }

    /// Returns the text of an event as written in the page. `text` is what the parser reads at `range`.
    pub(super) fn written_text<'b>(&self, text: &'b str, range: &Range<usize>) -> &'b str
    where
        'a: 'b,
    {
        if self.tags.is_empty() || self.source.get(range.clone()) != Some(text) {
            return text;
        }
        self.written.get(range.clone()).unwrap_or(text)
    }

    /// Returns the content of a code span as written in the page. `code` is what the parser reads, and
    /// `range` is the range of the code span.
    pub(super) fn written_code<'b>(&self, code: &'b str, range: &Range<usize>) -> Cow<'b, str>
    where
        'a: 'b,
    {
        if !self.has_tag(range) {
            return code.into();
        }
        let content = self.written.get(range.clone()).unwrap_or_default().trim_matches('`');
        content.trim().replace(['\r', '\n'], " ").into()
    }

    /// Returns the decoded destination at `range`, in which template tags stay as written.
    pub(super) fn written_destination(&self, range: &Range<usize>) -> String {
        let written = |range: Range<usize>| self.written.get(range).unwrap_or_default();
        let mut decoded = String::new();
        let mut at = range.start;
        for tag in self.tags_in(range) {
            decoded.push_str(&decode_destination(written(at..tag.start as usize)));
            at = range.end.min(tag.end as usize);
            decoded.push_str(written(tag.start as usize..at));
        }
        decoded.push_str(&decode_destination(written(at..range.end)));
        decoded
    }

    /// Records the template tags in a range of text that are references.
    pub(super) fn tag_links(&mut self, range: &Range<usize>) {
        for tag in self.tag_references(range) {
            self.tag_link(tag);
        }
    }

    /// Returns the template tags that start in a range of text and are references.
    pub(super) fn tag_references(&self, range: &Range<usize>) -> Vec<Span> {
        if !self.syntax.references.iter().any(ReferencePattern::is_tag) {
            return Vec::new();
        }
        let is_reference = |tag: &&Span| {
            let text = tag.of(self.written);
            let mut patterns = self.syntax.references.iter().filter(|pattern| pattern.is_tag());
            patterns.any(|pattern| pattern.value(text).is_some())
        };
        self.tags_in(range).iter().filter(is_reference).copied().collect()
    }

    /// Records a template tag that is a reference.
    pub(super) fn tag_link(&mut self, tag: Span) {
        let range = tag.range();
        let link = Link { destination: tag, ..self.new_link(&range, LinkKind::Tag) };
        self.push_link(link);
    }
}

impl Document {
    /// Removes what the parser reports about template tags, and marks the tags as not being text.
    pub(super) fn settle_tags(&mut self) {
        if self.template_tags.is_empty() {
            return;
        }
        let tags = &self.template_tags;
        self.faults.retain(|fault: &LinkFault| !overlaps_any(tags, fault.span));
        self.verbatim.extend(tags);
        self.verbatim.sort_unstable();
        self.verbatim.dedup_by(|next, before| {
            let overlaps = next.start < before.end;
            if overlaps {
                before.end = before.end.max(next.end);
            }
            overlaps
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::document::{
        Document, LinkKind, ReferencePattern, Syntax, TemplateLanguage, heading_words,
    };

    fn syntax(template: TemplateLanguage, patterns: &[&str]) -> Syntax {
        let parse = |text: &&str| ReferencePattern::parse(text).expect("a pattern");
        Syntax { template, references: patterns.iter().map(parse).collect(), ..Syntax::default() }
    }

    fn liquid(source: &str) -> Document {
        Document::parse_with(source, &syntax(TemplateLanguage::Liquid, &[]))
    }

    /// Returns the destinations of the links of a page, as written and as they read.
    fn links(source: &str) -> Vec<(String, String)> {
        let document = liquid(source);
        assert!(document.faults.is_empty(), "{source}: {:?}", document.faults);
        assert!(
            document.undefined.is_empty() && document.template_leftovers.is_empty(),
            "{source}"
        );
        let link = |link: &crate::document::Link| {
            (link.destination.of(source).to_owned(), link.target(source).to_owned())
        };
        document.links.iter().map(link).collect()
    }

    #[test]
    fn a_tag_is_a_part_of_a_destination() {
        for (source, destination) in [
            ("[a]({% post_url 2012-03-25-a %})", "{% post_url 2012-03-25-a %}"),
            ("[a]({% link a.md\n%} \"title\")", "{% link a.md\n%}"),
            ("![a]({{< ref \"a.md\" >}} \"t\")", "{{< ref \"a.md\" >}}"),
            ("<a href=\"{{ \"/x\" | relative_url }}\">b</a>", "{{ \"/x\" | relative_url }}"),
            ("<https://{{ host }}/a>", "https://{{ host }}/a"),
            ("- https://a.example/{{ b }}/c", "https://a.example/{{ b }}/c"),
            ("[a][b]\n\n[b]: {{ site.url }}/c(d)\n", "{{ site.url }}/c(d)"),
            ("| a |\n|---|\n| [b]({{ c | d }}) |\n", "{{ c | d }}"),
        ] {
            assert_eq!(links(source), [(destination.to_owned(), destination.to_owned())]);
        }
        let escaped = ("{{ a\\_b }}/c\\_d&amp;".to_owned(), "{{ a\\_b }}/c_d&".to_owned());
        assert_eq!(links("[a]({{ a\\_b }}/c\\_d&amp;)"), [escaped]);
    }

    #[test]
    fn what_is_in_a_tag_is_not_markdown() {
        for source in [
            "{% highlight md %}[a](b c) ${d}\n\n# [e][f]\n{% endhighlight %}",
            "{% raw %}{% link a.md %} {% include a %}{% endraw %}",
            "{{ \"[a](b c)\" }} and [{{ a }}][{{ b }}]",
            "{% comment %}<!-- dateline-ignore --> [a]( {% endcomment %}",
            "`{{ a }}` {% include x.html a=\"[b\" %}",
        ] {
            let document = liquid(source);
            assert_eq!(links(source), [], "{source}");
            assert!(document.headings.is_empty() && document.suppressions.is_empty(), "{source}");
        }
    }

    #[test]
    fn the_content_of_a_raw_block_is_markdown() {
        let source = "```\n{% raw %}\n```\n\n## A {{ b }}\n\n[c](/d)\n{% endraw %}\n\n[e](/f)\n";
        let document = liquid(source);
        let links = document.links.iter().map(|link| link.destination.of(source));
        assert_eq!(links.collect::<Vec<_>>(), ["/d", "/f"]);
        assert_eq!(document.words(document.headings[0].text), "A {{ b }}");
        assert_eq!(document.wiki_leftover(source, document.headings[0].content), None);
    }

    #[test]
    fn braces_are_text_in_hugo() {
        let hugo = TemplateLanguage::named("hugo").expect("a language");
        let source =
            "## The {{ .Title }}\n\n{{ [c](/gone/) }} {{/* [d](/e) */}} {{< f \"[g](/h)\" >}}\n";
        let document = Document::parse_with(source, &syntax(hugo, &[]));
        let links = document.links.iter().map(|link| link.destination.of(source));
        assert_eq!(links.collect::<Vec<_>>(), ["/gone/", "/e"]);
        assert_eq!(document.wiki_leftover(source, document.headings[0].content), None);
    }

    #[test]
    fn labels_differ_where_their_tags_do() {
        let document = liquid("[a][{{ aa }}]\n\n[{{ bb }}]: /b\n");
        assert!(document.links.is_empty());
        let source = "[a][{{ aa }}]\n\n[{{ aa }}]: /a\n";
        assert_eq!(links(source), [("/a".to_owned(), "/a".to_owned())]);
    }

    #[test]
    fn the_names_in_a_comment_are_as_written() {
        let document = liquid("<!-- dateline-ignore {{ x }} link/{{y}}: {{ z }} -->\n");
        let names = document.suppressions[0].selectors.iter().map(|selector| &*selector.text);
        assert_eq!(names.collect::<Vec<_>>(), ["{{ x }}", "link/{{y}}"]);
    }

    #[test]
    fn a_tag_in_html_is_a_link_if_it_is_a_reference() {
        let syntax = syntax(TemplateLanguage::Liquid, &["{% link {path} %}"]);
        let source = "<p>{% link a.md %} &amp;</p>\n\n<div>\n<b>x</b> {% link b.md %} {% c %}\n\
                      <a href=\"{% link d.md %}\">{% link e.md %}</a></div>\n\n\
                      <!-- {% link f.md %} -->\n\n- <p>{% link g.md %}</p>\n";
        let document = Document::parse_with(source, &syntax);
        let found = document.links.iter().map(|link| (link.kind, link.destination.of(source)));
        let expected = [
            (LinkKind::Tag, "{% link a.md %}"),
            (LinkKind::Tag, "{% link b.md %}"),
            (LinkKind::Html, "{% link d.md %}"),
            (LinkKind::Tag, "{% link g.md %}"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_name_of_a_wiki_link_in_a_table_is_without_the_backslash() {
        let syntax = syntax(TemplateLanguage::None, &["[[{stem}]]"]);
        let source = "| a | b |\n|---|---|\n| [[c\\|d]] | [[e#f\\|g]] |\n\n[[h\\|i]] [[j]]\n";
        let document = Document::parse_with(source, &syntax);
        let names = document.links.iter().map(|link| link.target(source));
        assert_eq!(names.collect::<Vec<_>>(), ["c", "e#f", "h", "j"]);
        let texts = document.links.iter().map(|link| document.words(link.text));
        assert_eq!(texts.collect::<Vec<_>>(), ["d", "g", "i", "j"]);
        let link = &document.links[1];
        let rewritten = document.rewrite(link, source, 0..1, "k").expect("a change");
        assert_eq!((rewritten.part.of(source), &*rewritten.whole), ("e", "k#f"));
    }

    #[test]
    fn words_hold_tags_as_written() {
        let source = "# A {{ b }} `{{ c }}`\n\n[d {% e %}](/f) <a href=/g>h {{ i }}</a>\n";
        let document = liquid(source);
        let links = document.links.iter().map(|link| document.words(link.text));
        assert_eq!(document.words(document.headings[0].text), "A {{ b }} {{ c }}");
        assert_eq!(links.collect::<Vec<_>>(), ["d {% e %}", "h {{ i }}"]);
        assert!(document.is_verbatim(5) && document.has_template_in(document.headings[0].content));
    }

    #[test]
    fn faults_beside_a_tag_are_found() {
        let source = "{{ a }} [b](/c d.md) {% e %} [f][g] ${h}\n";
        let document = liquid(source);
        assert_eq!(document.faults[0].span.of(source), "/c d.md");
        assert_eq!(document.undefined[0].span.of(source), "[f][g]");
        assert_eq!(document.template_leftovers[0].of(source), "${h}");
    }

    #[test]
    fn a_verbatim_block_overlaps_code() {
        let source = "```\n{% comment %}\n```\n{% endcomment %}\n\nb `c`\n";
        let document = liquid(source);
        assert!(document.verbatim.is_sorted_by(|one, other| one.end <= other.start));
        assert!(document.is_verbatim(6));
    }

    #[test]
    fn a_tag_in_text_is_a_link_if_it_is_a_reference() {
        let syntax = syntax(TemplateLanguage::Liquid, &["{% link {path} %}", "[[{stem}]]"]);
        let source = "See {% link a.md %} {% x %} [b {% link c.md %}](/d) `{% link e.md %}`\n\n\
                      - {% link f.md %}\n- https://a.example/{% link g.md %}\n\n[[h i|j]] [[k]](l)\n";
        let document = Document::parse_with(source, &syntax);
        let found = document.links.iter().map(|link| (link.kind, link.destination.of(source)));
        let expected = [
            (LinkKind::Tag, "{% link a.md %}"),
            (LinkKind::Inline, "/d"),
            (LinkKind::Tag, "{% link f.md %}"),
            (LinkKind::Bare, "https://a.example/{% link g.md %}"),
            (LinkKind::Wiki, "h i"),
            (LinkKind::Wiki, "k"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert_eq!(document.items[0].stray, None);
        assert_eq!(document.words(document.links[4].text), "j");
        assert_eq!(document.links[4].content.of(source), "j");
        let values = document.site_references.iter().map(|reference| {
            &document.links[reference.link as usize].target(source)[reference.value.clone()]
        });
        assert_eq!(values.collect::<Vec<_>>(), ["a.md", "f.md", "h i", "k"]);
    }

    #[test]
    fn only_the_value_of_a_reference_is_rewritten() {
        let syntax = syntax(TemplateLanguage::Liquid, &["{% link {path} %}"]);
        let source = "[a]({{ b }}{%- link c.md -%}#d)\n";
        let document = Document::parse_with(source, &syntax);
        let link = &document.links[0];
        let reference = document.reference_of(link).expect("a reference");
        assert_eq!(&link.target(source)[reference.fragment.clone().expect("a fragment")], "d");
        let rewritten = document.rewrite(link, source, reference.value.clone(), "e/f.md");
        assert_eq!(rewritten.expect("a change").whole, "{{ b }}{%- link e/f.md -%}#d");
        assert_eq!(document.rewrite(link, source, reference.value.clone(), "e f.md"), None);
        assert_eq!(document.rewrite(link, source, 0..1, "e.md"), None);
    }

    #[test]
    fn a_page_without_a_template_language_is_read_as_before() {
        let source = "# {{ a }}\n\n[b]({% link c/d.md %})\n";
        let document = Document::parse(source);
        assert!(document.template_tags.is_empty() && !document.faults.is_empty());
        assert_eq!(heading_words("{{ a }}", false).as_deref(), Some("{{ a }}"));
    }

    proptest! {
        #[test]
        fn no_page_panics_and_spans_are_in_the_page(
            text in "(\\{\\{|\\}\\}|\\{%|%\\}|\\]\\(|\\[\\[|\\]\\]|raw|end|link|a.md|[ <>`\"#é\n()\\[\\]!|:-])*",
        ) {
            let patterns = ["{% link {path} %}", "[[{stem}]]", "{{ {path} }}"];
            for template in ["liquid", "hugo", "jinja"] {
                let template = TemplateLanguage::named(template).expect("a language");
                let document = Document::parse_with(&text, &syntax(template, &patterns));
                for link in &document.links {
                    prop_assert!(text.get(link.span.range()).is_some());
                    prop_assert!(text.get(link.destination.range()).is_some());
                    prop_assert!(text.get(link.content.range()).is_some());
                    if let Some(reference) = document.reference_of(link) {
                        prop_assert!(link.target(&text).get(reference.value.clone()).is_some());
                    }
                }
                for fault in &document.faults {
                    prop_assert!(!document.has_tag_in(fault.span));
                }
            }
        }
    }
}
