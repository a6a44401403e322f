//! References, and the files that they lead to.

use super::*;
use crate::archive::layout::{Layout, Pattern};
use crate::archive::paths::PathTable;
use crate::archive::site::Site;
use crate::document::{ReferencePattern, Syntax, TemplateLanguage};

const PATTERNS: [&str; 8] = [
    "{% link {path} %}",
    "{% post_url {stem} %}",
    "@/{path}",
    "[[{stem}]]",
    "{{< ref \"{path}\" >}}",
    "{filename}{path}",
    "{static}{path}",
    "{{ \"{path}\" | relative_url }}",
];

fn archive() -> Archive {
    let paths = [
        "_posts/2012-03-25-lock-gates-fail.md",
        "_posts/2012-03-24-ferry-line-reopens.md",
        "_posts/old/2009-01-02-Basin.md",
        "content/blog/a.md",
        "content/blog/b/index.md",
        "content/images/map.png",
        "about.md",
    ];
    let layout = Layout {
        event: vec![
            Pattern::parse("_posts/{year}-{month:02}-{day:02}-{slug}.md", true).expect("a pattern"),
        ],
        day: Vec::new(),
    };
    let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
    let site = Site { content: vec!["content".into()], ..Site::default() };
    let parse = |text: &&str| ReferencePattern::parse(text).expect("a pattern");
    let references = PATTERNS.iter().map(parse).collect();
    Archive::new(table, layout, Resolver::default()).with_site(site).with_syntax(Syntax {
        references,
        template: TemplateLanguage::Liquid,
        ..Syntax::default()
    })
}

/// Returns the path of the file that the only link of a page at `content/blog/a.md` leads to, or
/// else the target.
fn leads_to(markdown: &str) -> Result<String, Target> {
    let archive = archive();
    let from = archive.paths.file("content/blog/a.md").expect("the page");
    let document = Document::parse_with(markdown, &archive.syntax);
    let [link] = &*document.links else { panic!("{markdown}: {:?}", document.links) };
    let named = archive.named_file(&document, link, link.target(markdown));
    let target = archive.resolve_named(from, named.expect("a reference"));
    match target {
        Target::File(file) => Ok(archive.path(file).to_owned()),
        target => Err(target),
    }
}

#[test]
fn references_lead_to_files_from_the_root_and_below_content() {
    for (markdown, path) in [
        ("[a]({% link about.md %})", "about.md"),
        ("[a]({% link blog/a.md %}#b)", "content/blog/a.md"),
        ("[a]({{ site.baseurl }}{% link about.md %})", "about.md"),
        ("[a]({{ \"/about.md\" | relative_url }})", "about.md"),
        ("<a href=\"{% link about.md %}\">a</a>", "about.md"),
        ("See {% link about.md %}.", "about.md"),
        ("- {%- post_url 2012-03-25-lock-gates-fail -%}", "_posts/2012-03-25-lock-gates-fail.md"),
        ("[a]({% post_url /old/2009-01-02-Basin %})", "_posts/old/2009-01-02-Basin.md"),
        ("[a][b]\n\n[b]: @/blog/a.md#c\n", "content/blog/a.md"),
        ("[[about]]", "about.md"),
        ("[[about|the page]] and", "about.md"),
        ("[a]({{< ref \"/blog/b\" >}})", "content/blog/b/index.md"),
        ("[a]({{< ref \"b/index.md#c\" >}})", "content/blog/b/index.md"),
        ("{{< ref \"about.md\" >}}", "about.md"),
        ("[a]({filename}b/index.md)", "content/blog/b/index.md"),
        ("![a]({static}/images/map.png)", "content/images/map.png"),
    ] {
        assert_eq!(leads_to(markdown).as_deref(), Ok(path), "{markdown}");
    }
}

#[test]
fn what_is_missing_or_miscased_is_told() {
    assert_eq!(leads_to("[a](@/blog/c.md)"), Err(Target::Missing));
    assert_eq!(leads_to("[[basin map|the map]]"), Err(Target::Missing));
    assert_eq!(leads_to("[a]({static}images/map.png)"), Err(Target::Missing));
    assert_eq!(leads_to("[a]({% post_url other/2009-01-02-Basin %})"), Err(Target::Missing));
    assert_eq!(leads_to("[a](@/../../x.md)"), Err(Target::Outside));
    assert!(matches!(leads_to("[a]({% link About.md %})"), Err(Target::Miscased(_))));
    assert!(matches!(leads_to("[a]({% post_url 2009-01-02-basin %})"), Err(Target::Miscased(_))));
    assert_eq!(leads_to("[[About]]").as_deref(), Ok("about.md"));
}

fn no_layout() -> Layout {
    Layout { event: Vec::new(), day: Vec::new() }
}

/// Returns the path of the file that a reference in the page at `from` leads to, or else the target.
fn found(archive: &Archive, from: &str, notation: Notation, name: &str) -> Result<String, Target> {
    let variable = match notation {
        Notation::Wiki => ReferenceVariable::Stem,
        _ => ReferenceVariable::Path,
    };
    let from = archive.paths.file(from).expect("the page");
    match archive.resolve_named(from, NamedFile { variable, notation, name }) {
        Target::File(file) => Ok(archive.path(file).to_owned()),
        target => Err(target),
    }
}

#[test]
fn jekyll_compares_paths_exactly_and_ignores_the_folder_of_posts() {
    let site = Site { generator: Generator::Jekyll, ..Site::default() };
    let archive = archive().with_site(site);
    let find = |notation, name: &str| found(&archive, "about.md", notation, name);
    assert_eq!(find(Notation::Tag, "about.md").as_deref(), Ok("about.md"));
    assert_eq!(find(Notation::Expression, "/about.md").as_deref(), Ok("about.md"));
    for name in ["/about.md", "./about.md", "about"] {
        assert_eq!(find(Notation::Tag, name), Err(Target::Missing), "{name}");
    }
    let table = ["part/_posts/2012-03-25-a.md", "about.md"].map(str::to_owned).to_vec();
    let archive = Archive::new(PathTable::new(table, Vec::new()), no_layout(), Resolver::default())
        .with_site(archive.site.clone());
    let from = archive.paths.file("about.md").expect("the page");
    for (name, is_found) in
        [("2012-03-25-a", true), ("part/2012-03-25-a", true), ("x/2012-03-25-a", false)]
    {
        let named = NamedFile { variable: ReferenceVariable::Stem, notation: Notation::Tag, name };
        assert_eq!(archive.resolve_named(from, named).is_resolved(), is_found, "{name}");
    }
}

#[test]
fn hugo_finds_sole_names_in_the_language_of_the_page() {
    let table = [
        "content/de/a.md",
        "content/en/a.md",
        "content/en/notes/bundle/index.md",
        "content/en/notes/sole.md",
        "content/en/notes/twice.md",
        "content/en/guide/twice.md",
    ];
    let table = PathTable::new(table.map(str::to_owned).to_vec(), Vec::new());
    let content = ["content/en", "content/de"].map(str::to_owned).to_vec();
    let site = Site { generator: Generator::Hugo, content, ..Site::default() };
    let archive = Archive::new(table, no_layout(), Resolver::default()).with_site(site);
    for (from, name, path) in [
        ("content/en/a.md", "sole", Ok("content/en/notes/sole.md")),
        ("content/en/a.md", "SOLE.md", Ok("content/en/notes/sole.md")),
        ("content/en/a.md", "bundle", Ok("content/en/notes/bundle/index.md")),
        ("content/en/a.md", "/a.md", Ok("content/en/a.md")),
        ("content/de/a.md", "/a.md", Ok("content/de/a.md")),
        ("content/de/a.md", "sole", Err(Target::Missing)),
        ("content/en/a.md", "twice", Err(Target::Missing)),
        ("content/en/a.md", "notes/sole", Ok("content/en/notes/sole.md")),
        ("content/en/guide/twice.md", "/sole", Err(Target::Missing)),
        ("content/en/notes/bundle/index.md", "guide/sole", Err(Target::Missing)),
    ] {
        let target = found(&archive, from, Notation::Shortcode, name);
        assert_eq!(target.as_deref(), path.as_ref().copied(), "{from} {name}");
    }
}

#[test]
fn generators_with_a_content_folder_find_files_in_it_only() {
    let paths = ["content/posts/a.md", "content/posts/pic.png", "static/pic.png", "about.md"];
    let in_content = |generator| {
        let site = Site { generator, content: vec!["content".into()], ..Site::default() };
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        Archive::new(table, no_layout(), Resolver::default()).with_site(site)
    };
    for (generator, notation) in [
        (Generator::Hugo, Notation::Shortcode),
        (Generator::Zola, Notation::Plain),
        (Generator::Pelican, Notation::Keyword),
    ] {
        let archive = in_content(generator);
        let find = |name: &str| found(&archive, "content/posts/a.md", notation, name);
        assert_eq!(find("/posts/pic.png").as_deref(), Ok("content/posts/pic.png"));
        for name in ["/static/pic.png", "/content/posts/a.md", "/about.md"] {
            assert_eq!(find(name), Err(Target::Missing), "{name}");
        }
        let from = archive.paths.file("content/posts/a.md").expect("the page");
        let named =
            NamedFile { variable: ReferenceVariable::Path, notation, name: "/posts/pics.png" };
        let respelt = |path| archive.respell_named(from, named, path);
        assert_eq!(respelt("content/posts/pic.png").as_deref(), Some("/posts/pic.png"));
        assert_eq!(respelt("static/pic.png"), None);
    }
    for (generator, notation) in
        [(Generator::Other, Notation::Plain), (Generator::Jekyll, Notation::Tag)]
    {
        let archive = in_content(generator);
        for name in ["content/posts/a.md", "posts/a.md"] {
            let target = found(&archive, "about.md", notation, name);
            assert_eq!(target.as_deref(), Ok("content/posts/a.md"), "{name}");
        }
    }
}

#[test]
fn of_nested_content_folders_the_innermost_one_counts() {
    let content = ["content", "content/de"].map(str::to_owned).to_vec();
    let site = Site { generator: Generator::Hugo, content, ..Site::default() };
    let paths = ["content/de/a.md", "content/de/sole.md", "content/sole.md"];
    let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
    let archive = Archive::new(table, no_layout(), Resolver::default()).with_site(site);
    for name in ["sole", "/sole.md"] {
        let target = found(&archive, "content/de/a.md", Notation::Shortcode, name);
        assert_eq!(target.as_deref(), Ok("content/de/sole.md"), "{name}");
    }
}

#[test]
fn a_missing_reference_has_a_nearest_page_and_its_own_form() {
    let archive = archive();
    let from = archive.paths.file("about.md").expect("the page");
    for (pattern, name, path, spelt) in [
        (
            1,
            "2012-03-26-lock-gates-fail",
            "_posts/2012-03-25-lock-gates-fail.md",
            "2012-03-25-lock-gates-fail",
        ),
        (
            1,
            "2012-03-25-lock-gate-fail",
            "_posts/2012-03-25-lock-gates-fail.md",
            "2012-03-25-lock-gates-fail",
        ),
        (0, "abuot.md", "about.md", "about.md"),
        (2, "images/mapp.png", "content/images/map.png", "images/map.png"),
    ] {
        let found = &archive.syntax.references[pattern];
        let (variable, notation) = (found.variable, found.notation);
        let named = NamedFile { variable, notation, name };
        assert_eq!(archive.resolve_named(from, named), Target::Missing, "{name}");
        let near = archive.nearest_by_name(&archive.paths_named(from, named));
        let near = near.map(|near| archive.path(near.file));
        assert_eq!(near, Some(path), "{name}");
        assert_eq!(archive.respell_named(from, named, path).as_deref(), Some(spelt));
    }
}
