//! The addresses of pages. Those of Jekyll, Hugo and Pelican are what these generators made of the same files.

use std::collections::HashMap;

use super::address::{AddressRules, PageAddresses};
use super::*;
use crate::archive::date::DateTexts;
use crate::archive::layout::{Layout, Pattern};
use crate::archive::page_extensions::PageExtensions;
use crate::archive::paths::PathTable;
use crate::document::{Forms, FrontMatter};

/// Returns the addresses of the last of these files, which are pairs of a path and front matter.
fn addresses(site: &Site, event: &[&str], files: &[(&str, &str)]) -> PageAddresses {
    let pattern = |text: &&str| Pattern::parse(text, true).expect("a pattern");
    let layout = Layout { event: event.iter().map(pattern).collect(), day: Vec::new() };
    let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let rules = AddressRules {
        site,
        layout: &layout,
        extensions: &PageExtensions::default(),
        paths: &PathTable::new(paths, Vec::new()),
        date_keys: &["date".to_owned()],
        dates: &DateTexts::new(vec!["%Y-%m-%d".to_owned()]).expect("a format"),
        folder_names: &HashMap::new(),
    };
    let front = |text: &str| FrontMatter::parse(&format!("---\n{text}---\n"), Forms::ALL);
    let names = files.iter().filter_map(|(path, text)| rules.folder_name(path, &front(text)?));
    let rules = AddressRules { folder_names: &names.collect(), ..rules };
    let (path, text) = files.last().expect("a file");
    rules.addresses(path, front(text).as_ref())
}

/// Checks the addresses of single files: their paths, their front matter and the address.
fn check(site: &Site, event: &[&str], cases: &[(&str, &str, Option<&str>)]) {
    for (path, front, address) in cases {
        let found = addresses(site, event, &[(path, front)]);
        assert_eq!(found.own.as_deref(), *address, "{path} {front}");
    }
}

fn site(generator: Generator, permalinks: &[&str]) -> Site {
    let permalinks = permalinks.iter().map(|text| Permalink::parse(text).expect("a permalink"));
    let content = match generator {
        Generator::Jekyll | Generator::Other => Vec::new(),
        _ => vec!["content".to_owned()],
    };
    Site { generator, content, permalinks: permalinks.collect(), ..Site::default() }
}

const POSTS: [&str; 2] = [
    "_posts/{year}-{month:02}-{day:02}-{slug}.md",
    "{part}/_posts/{year}-{month:02}-{day:02}-{slug}.md",
];
const EVENTS: &str = "_events/{year}-{month:02}-{day:02}-{slug}.md";

#[test]
fn posts_of_jekyll_have_its_default_permalink() {
    let post = "_posts/2016-02-09-Leap-Day.md";
    check(
        &site(Generator::Jekyll, &[]),
        &POSTS,
        &[
            (post, "", Some("/2016/02/09/Leap-Day.html")),
            (
                post,
                "categories: [Boat House, News]\n",
                Some("/boat house/news/2016/02/09/Leap-Day.html"),
            ),
            (post, "categories: b a\n", Some("/b/a/2016/02/09/Leap-Day.html")),
            (post, "slug: Other-Slug\n", Some("/2016/02/09/Other-Slug.html")),
            (post, "date: 2017-02-03\n", Some("/2017/02/03/Leap-Day.html")),
            (post, "permalink: /p/two\n", Some("/p/two")),
            (post, "permalink: p/four/\n", Some("/p/four/")),
            (post, "permalink: /p/:year/:title/\n", Some("/p/2016/Leap-Day/")),
            (post, "published: false\n", None),
            ("sub/_posts/2016-01-03-c.md", "category: own\n", Some("/sub/own/2016/01/03/c.html")),
            ("_posts/2016-01-03-a&b v1.2 100%.md", "", Some("/2016/01/03/a&b-v1.2-100.html")),
        ],
    );
    // Posts outside the layout.
    check(
        &site(Generator::Jekyll, &["/{year}/{month:02}/{day:02}/{title}/"]),
        &[],
        &[
            ("training/_posts/2023-4-2-Knots-2.md", "", Some("/2023/04/02/Knots-2/")),
            ("_posts/23-04-02-knots.md", "date: 2023-04-03\n", Some("/2023/04/03/knots/")),
            ("_posts/knots.md", "", None),
        ],
    );
}

#[test]
fn categories_of_jekyll_are_joined_in_its_order() {
    let cases = [
        ("category: b\ncategories: [a, c]\n", "/a/c/b"),
        ("category: x y\ncategories: a b c\n", "/a/b/c/x y"),
        ("category: [k, l]\ncategories: [m]\n", "/m/k/l"),
        ("category: m\ncategories: [m, n, M]\n", "/m/n"),
        ("categories: [a, ~, null, c]\n", "/a/c"),
        ("categories:\n  - a\n  -\n  - c\n", "/a/c"),
        ("categories: [~]\ncategory: ~\n", ""),
        ("categories:\n", ""),
        ("categories: \"null\"\n", "/null"),
        ("categories: \"\"\ncategory: 2020\n", "/2020"),
        ("categories: [A b, 3, true]\n", "/a b/3/true"),
    ];
    for (front, categories) in cases {
        let found =
            addresses(&site(Generator::Jekyll, &[]), &[], &[("_posts/2020-01-01-p.md", front)]);
        assert_eq!(found.own, Some(format!("{categories}/2020/01/01/p.html")), "{front}");
    }
    let post = ("sub/b/_posts/2020-01-01-p.md", "category: z\ncategories: [b, a]\n");
    let found = addresses(&site(Generator::Jekyll, &[]), &[], &[post]);
    assert_eq!(found.own.as_deref(), Some("/sub/b/a/z/2020/01/01/p.html"));
}

#[test]
fn pages_of_jekyll_have_placeholders_of_their_own() {
    check(
        &site(Generator::Jekyll, &[]),
        &[],
        &[
            ("sub/p1.md", "permalink: /a/:path/:basename/x\n", Some("/a/sub/p1/x")),
            ("sub/p2.md", "permalink: /p2/:title/\n", Some("/p2/:title/")),
            (
                "sub/p3.md",
                "permalink: /:slug/:year/:categories/\n",
                Some("/:slug/:year/:categories/"),
            ),
            ("sub/p4.md", "permalink: /p4/:basename:output_ext\n", Some("/p4/p4.html")),
            ("sub/p5.md", "permalink: p5/:path/\n", Some("/p5/sub/")),
            ("sub/p8.md", "permalink: /p8/:pathx/a:b\n", Some("/p8/subx/a:b")),
            ("p10.md", "permalink: /p10:path/:basename\n", Some("/p10/p10")),
            ("sub/index.md", "permalink: /ix/:basename/\n", Some("/ix/index/")),
            (
                "_events/deep/e3.md",
                "permalink: /e3/:path/:name/:title/\n",
                Some("/e3/deep/e3/e3/e3/"),
            ),
            (
                "_posts/2020-01-02-q7.md",
                "permalink: /:path/:title:output_ext\n",
                Some("/2020-01-02-q7/q7.html"),
            ),
        ],
    );
}

#[test]
fn a_time_can_be_on_another_day_in_the_time_zone_of_the_site() {
    let possible = |generator, front: &str| {
        let file = ("_posts/2021-05-05-z.md", front);
        let site = site(generator, &["/{year}/{month:02}/{day:02}/{title}/"]);
        addresses(&site, &POSTS[..1], &[file]).possible
    };
    for (date, days) in [
        ("2020-01-01", &[][..]),
        ("2020-01-01 02:00:00", &["2019/12/31"]),
        ("2020-01-01T02:00:00Z", &["2019/12/31"]),
        ("2020-01-01 12:00:00 +0000", &["2020/01/02"]),
        ("2020-01-01 11:00:00 +0000", &["2019/12/31", "2020/01/02"]),
        ("2020-01-01 23:30:00 -0800", &["2020/01/02"]),
        ("2020-01-01 10:00:00 +0100", &["2019/12/31"]),
    ] {
        let front = format!("date: {date}\n");
        let expected: Vec<String> = days.iter().map(|day| format!("/{day}/z/")).collect();
        assert_eq!(possible(Generator::Jekyll, &front), expected, "{date}");
        // Hugo keeps the zone of the date.
        assert_eq!(possible(Generator::Hugo, &front), [] as [&str; 0], "{date}");
    }
    assert_eq!(
        possible(Generator::Jekyll, "date: 2020-01-01 02:00:00\npermalink: /z/\n"),
        [] as [&str; 0]
    );
}

#[test]
fn pages_of_jekyll_are_folders_if_the_posts_are() {
    check(
        &site(Generator::Jekyll, &["/{year}/{title}/", "/events/{title}/"]),
        &[POSTS[0], EVENTS],
        &[
            ("about.md", "", Some("/about/")),
            ("sub/index.md", "", Some("/sub/")),
            ("about.md", "permalink: /we.html\n", Some("/we.html")),
            ("_events/2022-06-16-regatta.md", "", Some("/events/regatta/")),
            ("_notes/2022-06-16-fog.md", "", Some("/notes/2022-06-16-fog/")),
        ],
    );
}

#[test]
fn other_pages_of_jekyll_keep_their_paths() {
    check(
        &site(Generator::Jekyll, &["/{year}/{title}/"]),
        &[POSTS[0], EVENTS],
        &[
            ("_posts/2016-02-09-Leap-Day.md", "", Some("/2016/Leap-Day/")),
            ("_events/2022-06-16-regatta.md", "", Some("/events/2022-06-16-regatta/")),
            ("_events/deep/harbour_fest.md", "", Some("/events/deep/harbour_fest/")),
            ("about.md", "", Some("/about/")),
            ("sub/index.md", "", Some("/sub/")),
            ("_drafts/g.md", "", None),
            ("sub/_drafts/h.md", "", None),
        ],
    );
    // A collection that is not written to the site.
    check(
        &site(Generator::Jekyll, &["/{year}/{title}/", ""]),
        &[POSTS[0], EVENTS],
        &[("_events/2022-06-16-regatta.md", "", None)],
    );
    let jekyll = site(Generator::Jekyll, &[]);
    let readme = addresses(&jekyll, &[], &[("docs/README.md", "")]);
    let both = (readme.own.as_deref(), readme.aliases.as_slice());
    assert_eq!(both, (Some("/docs/README.html"), &["/docs".to_owned()][..]));
    let readme = addresses(&jekyll, &[], &[("docs/index.md", ""), ("docs/README.md", "")]);
    assert_eq!(readme.aliases, [] as [&str; 0]);
}

#[test]
fn pages_of_hugo_are_served_where_hugo_serves_them() {
    check(
        &site(Generator::Hugo, &[]),
        &[],
        &[
            ("content/_index.md", "", Some("/")),
            ("content/about.md", "", Some("/about/")),
            ("content/posts/README.md", "", Some("/posts/readme/")),
            ("content/posts/leaf/index.md", "", Some("/posts/leaf/")),
            ("content/Big Dir/Sub_Ü.v1/x.md", "", Some("/big-dir/sub_ü.v1/x/")),
            ("content/posts/a.md", "slug: My Slug\n", Some("/posts/my-slug/")),
            ("content/posts/b/index.md", "slug: sb\n", Some("/posts/sb/")),
            ("content/posts/a.md", "url: /own/one/\n", Some("/own/one/")),
            ("content/posts/a.md", "url: own/two/\n", Some("/own/two/")),
            ("content/posts/a.md", "draft: true\n", None),
            ("README.md", "", None),
        ],
    );
    check(
        &site(Generator::Hugo, &["/{section}/{year}/{month:02}/{slug}/"]),
        &["content/posts/{slug}.md", "content/posts/{slug}/index.md"],
        &[
            (
                "content/posts/a.md",
                "date: 2020-01-02\ntitle: Hello, World\n",
                Some("/posts/2020/01/hello-world/"),
            ),
            (
                "content/posts/a/index.md",
                "date: 2020-01-02\nslug: own\n",
                Some("/posts/2020/01/own/"),
            ),
            ("content/notes/a.md", "", Some("/notes/a/")),
        ],
    );
}

#[test]
fn files_in_the_folder_of_a_page_of_hugo_are_no_pages() {
    let hugo = site(Generator::Hugo, &[]);
    let leaf = ("content/posts/leaf/index.md", "");
    let other = addresses(&hugo, &[], &[leaf, ("content/posts/leaf/sub/other.md", "")]);
    assert_eq!(other, PageAddresses::default());
    let section = ("content/posts/kept/_index.md", "slug: other\n");
    let child = addresses(&hugo, &[], &[section, ("content/posts/kept/child.md", "")]);
    assert_eq!(child.own.as_deref(), Some("/posts/other/child/"));
    assert_eq!(addresses(&hugo, &[], &[section]).own.as_deref(), Some("/posts/other/"));
    let front =
        "aliases: [/old/one/, old-two, ./three, ../up, ../../../deep/, /b/../c, Old Page]\n";
    let aliased = addresses(&hugo, &[], &[("content/posts/a.md", front)]);
    let near = ["/old/one/", "/posts/old-two", "/posts/three"];
    assert_eq!(aliased.aliases, [&near[..], &["/up", "/deep/", "/c", "/posts/Old Page"]].concat());
}

#[test]
fn punctuation_in_front_matter_leaves_one_hyphen_in_hugo() {
    let title = "content/posts/{slug}.md";
    let hugo = |permalink: &str| site(Generator::Hugo, &[permalink]);
    let (front, file) = ("slug: -R & D +\n", "content/posts/R & D + x.md");
    check(&site(Generator::Hugo, &[]), &[], &[(file, front, Some("/posts/r-d-+/"))]);
    check(&site(Generator::Hugo, &[]), &[], &[(file, "", Some("/posts/r--d-+-x/"))]);
    check(&hugo("/{slug}/"), &[title], &[(file, "title: -A/B & C++ D\n", Some("/-a-b-c-d/"))]);
    check(&hugo("/{title}/"), &[title], &[(file, "slug: x\n", Some("/r-d-x/"))]);
    check(&hugo("/{stem}/"), &[title], &[(file, "slug: x\n", Some("/r-d-x/"))]);
}

#[test]
fn languages_have_folders_of_their_own() {
    let languages = vec!["en".to_owned(), "de".to_owned()];
    let hugo = Site { languages, ..site(Generator::Hugo, &[]) };
    check(
        &hugo,
        &[],
        &[
            ("content/a.md", "", Some("/a/")),
            ("content/a.de.md", "", Some("/de/a/")),
            ("content/b.en.md", "", Some("/b/")),
            ("content/c.fr.md", "", Some("/c.fr/")),
            ("content/D.DE.md", "", Some("/de/d/")),
            ("content/x/index.de.md", "", Some("/de/x/")),
            ("content/a.de.md", "url: /eigen/\n", Some("/eigen/")),
        ],
    );
    let content = ["content/en", "content/de"].map(str::to_owned).to_vec();
    let hugo = Site { content, ..hugo };
    check(
        &Site { default_language_folder: true, ..hugo.clone() },
        &[],
        &[
            ("content/en/a.md", "", Some("/en/a/")),
            ("content/en/a.md", "url: /own/\n", Some("/own/")),
            ("content/de/a.md", "", Some("/de/a/")),
        ],
    );
    check(
        &hugo,
        &[],
        &[
            ("content/en/posts/x/index.md", "", Some("/posts/x/")),
            ("content/de/posts/x/index.md", "slug: eigen\n", Some("/de/posts/eigen/")),
            ("content/fr/a.md", "", None),
        ],
    );
}

#[test]
fn pages_of_zola_and_pelican_are_served_where_these_serve_them() {
    check(
        &site(Generator::Zola, &[]),
        &[],
        &[
            ("content/blog/2020-12-16-Big News.md", "", Some("/blog/big-news/")),
            ("content/blog/2020-12-16-news/index.md", "", Some("/blog/news/")),
            ("content/blog/2021-03-16T10:00:00Z-tt.md", "", Some("/blog/tt/")),
            ("content/a.md", "path: 2020/12/16/survey\n", Some("/2020/12/16/survey/")),
            ("content/a.md", "slug: own\n", Some("/own/")),
            ("content/blog/_index.md", "", Some("/blog/")),
            ("content/a.md", "draft: true\n", None),
        ],
    );
    let articles = &["content/{year}-{month:02}-{day:02}-{slug}.md", "content/{slug}.md"];
    check(
        &site(Generator::Pelican, &["/blog/{year}/{month:02}/{day:02}/{slug}/"]),
        articles,
        &[
            (
                "content/a.md",
                "date: 2020-01-02\ntitle: Hello, Wörld\n",
                Some("/blog/2020/01/02/hello-world/"),
            ),
            ("content/2020-01-02-a.md", "slug: own\n", Some("/blog/2020/01/02/own/")),
            ("content/2020-01-02-a.md", "slug: Own_x\n", Some("/blog/2020/01/02/Own_x/")),
        ],
    );
    check(
        &site(Generator::Pelican, &[]),
        articles,
        &[
            ("content/a.md", "title: Hello\n", Some("/hello.html")),
            ("content/pages/about.md", "title: About us\n", Some("/pages/about-us.html")),
            ("content/a.md", "title: Hello\nstatus: draft\n", Some("/drafts/hello.html")),
            ("content/a.md", "title: Hello\nstatus: skip\n", None),
            ("content/a.md", "title: Hello\nsave_as:\nurl:\n", None),
            ("content/a.md", "title: Hello\nurl:\n", Some("/hello.html")),
            ("content/a.md", "title: <i>A</i> &amp; B\n", Some("/a-b.html")),
        ],
    );
}

#[test]
fn translations_of_pelican_have_their_language_in_their_names() {
    let pelican = site(Generator::Pelican, &[]);
    check(
        &pelican,
        &[],
        &[
            ("content/a.md", "slug: one\nlang: en\n", Some("/one.html")),
            ("content/a.md", "slug: one\nlang: de\n", Some("/one-de.html")),
            ("content/pages/a.md", "slug: one\nlang: de\n", Some("/pages/one-de.html")),
            ("content/a.md", "slug: one\nlang: de\nstatus: draft\n", Some("/drafts/one-de.html")),
            ("content/a.md", "slug: one\nlang: de\nsave_as: x.html\n", Some("/x.html")),
        ],
    );
    let german = Site { languages: vec!["de".to_owned()], ..pelican };
    check(&german, &[], &[("content/a.md", "slug: one\nlang: de\n", Some("/one.html"))]);
    let configured = site(Generator::Pelican, &["/blog/{slug}/"]);
    let file = ("content/a.md", "slug: one\nlang: de\n");
    let found = addresses(&configured, &["content/{slug}.md"], &[file]);
    assert_eq!(found.own.as_deref(), Some("/blog/one-de/"));
    assert_eq!(found.aliases, ["/one-de.html"]);
}

#[test]
fn pages_without_a_generator_are_served_by_their_paths() {
    check(
        &site(Generator::Other, &["/{year}/{slug}"]),
        &["news/{year}/{month:02}/{day}/{slug}.md"],
        &[
            ("news/2012/03/25/lock.md", "", Some("/2012/lock")),
            ("about.md", "", Some("/about/")),
            ("docs/README.md", "", Some("/docs/")),
            ("about.md", "permalink: /we/\n", Some("/we/")),
        ],
    );
    let aliased = addresses(&site(Generator::Other, &[]), &[], &[("a.md", "aliases: /b/\n")]);
    assert_eq!(aliased.aliases, ["/b/"]);
}
