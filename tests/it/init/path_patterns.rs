//! Tests of the path patterns that `dateline init` derives from invented archives.

use std::path::Path;

use crate::support::init::{folder, init, shown};

/// Writes empty pages for `days` days from 2011-02-08 on, three days apart. `forms` are the formats of
/// their paths.
fn write(root: &Path, forms: &[&str], days: i32) {
    let first = jiff::civil::date(2011, 2, 8);
    for (number, form) in (0..days).flat_map(|day| forms.iter().map(move |form| (day, form))) {
        let date = first + jiff::Span::new().days(number * 3);
        // The letter makes the slugs different.
        let page = date.strftime(form).to_string().replace("SLUG", &format!("story{number}-of-it"));
        let path = root.join(page);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "# A page\n").expect("a page");
    }
}

/// Returns the patterns of event pages and of day pages in the settings.
fn patterns(root: &Path) -> [Vec<String>; 2] {
    init(root);
    let shown = shown(root);
    let value = |key: &str| -> Vec<String> {
        let start = format!("{key} = ");
        let line = shown.lines().find_map(|line| line.strip_prefix(&start)).expect("a layout");
        line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    [value("event"), value("day")]
}

/// Asserts that archives of pages with these paths get these patterns.
fn assert_patterns(forms: &[&str], events: &[&str], days: &[&str]) {
    let archive = folder();
    write(archive.path(), forms, 40);
    let [event, day] = patterns(archive.path());
    assert_eq!(
        (event.as_slice(), day.as_slice()),
        (&to_owned(events)[..], &to_owned(days)[..]),
        "{forms:?}"
    );
}

fn to_owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn event_pages_get_one_pattern() {
    for (form, expected) in [
        ("_posts/%Y-%m-%d-SLUG.md", "_posts/{year}-{month:02}-{day:02}-{slug}.md"),
        ("content/%Y-%m-%d-this-week.md", "content/{year}-{month:02}-{day:02}-{slug}.md"),
        ("content/%Y-%m-%d-SLUG.markdown", "content/{year}-{month:02}-{day:02}-{slug}.markdown"),
        (
            "content/en/blog/%Y/%Y-%m-%d-SLUG/index.md",
            "content/en/blog/{year}/{year}-{month:02}-{day:02}-{slug}/index.md",
        ),
        ("%Y/%m/%m-%d-SLUG.md", "{year}/{month:02}/{month:02}-{day:02}-{slug}.md"),
        ("news/%Y/%B/%-d/SLUG.md", "news/{year}/{month:%B}/{day}/{slug}.md"),
        ("log/%d-%b-%Y-SLUG.md", "log/{day:02}-{month:%b}-{year}-{slug}.md"),
        ("log/%B-%d-%Y_SLUG.md", "log/{month:%B}-{day:02}-{year}_{slug}.md"),
        ("%Y%m%d-SLUG.md", "{year}{month:02}{day:02}-{slug}.md"),
        ("%Y%m/%d/SLUG.md", "{year}{month:02}/{day:02}/{slug}.md"),
        ("%Y/%m%d-SLUG.md", "{year}/{month:02}{day:02}-{slug}.md"),
        ("wasi/%Y/WASI-%m-%d.md", "wasi/{year}/WASI-{month:02}-{day:02}.md"),
        ("minutes/group2-%Y-%m-%d.md", "minutes/group2-{year}-{month:02}-{day:02}.md"),
        ("notes/SLUG-%Y-%m-%d.md", "notes/{slug}-{year}-{month:02}-{day:02}.md"),
        ("SLUG/%Y/%m/%d/index.md", "{slug}/{year}/{month:02}/{day:02}/index.md"),
        ("%Y年%-m月%-d日-SLUG.md", "{year}年{month}月{day}日-{slug}.md"),
        ("l07/%Y/%m/%d/SLUG.md", "l07/{year}/{month:02}/{day:02}/{slug}.md"),
    ] {
        assert_patterns(&[form], &[expected], &[]);
    }
}

#[test]
fn collections_side_by_side_get_a_pattern_each() {
    let collections = ["_downloads", "_events", "_posts", "blog/_posts"];
    let forms = collections.map(|folder| format!("{folder}/%Y-%m-%d-SLUG.md"));
    let expected =
        collections.map(|folder| format!("{folder}/{{year}}-{{month:02}}-{{day:02}}-{{slug}}.md"));
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    let archive = folder();
    write(archive.path(), &forms, 40);
    write(archive.path(), &["_trainings/%Y-%m-%d-SLUG.md"], 6);
    let [mut event, day] = patterns(archive.path());
    assert_eq!(day, [] as [&str; 0]);
    let last = event.pop().expect("a pattern");
    assert_eq!(last, "_trainings/{year}-{month:02}-{day:02}-{slug}.md");
    event.sort();
    assert_eq!(event, expected);
}

#[test]
fn a_variable_stands_for_alike_folders_and_names() {
    assert_patterns(
        &["content/en/blog/%Y/%m/%d/SLUG.md", "content/pt-br/blog/%Y/%m/%d/SLUG.md"],
        &["content/{lang}/blog/{year}/{month:02}/{day:02}/{slug}.md"],
        &[],
    );
    assert_patterns(
        &["main/%Y/CG-%m-%d.md", "main/%Y/WG-%m-%d.md"],
        &["main/{year}/{series}-{month:02}-{day:02}.md"],
        &[],
    );
    // The more specific pattern comes first, because the other one matches its pages too.
    let archive = folder();
    write(archive.path(), &["main/%Y/CG-%m-%d.md", "main/%Y/WG-%m-%d.md"], 40);
    write(archive.path(), &["main/%Y/CG-%Y-%m-%d.md", "main/%Y/WG-%Y-%m-%d.md"], 9);
    let [event, _] = patterns(archive.path());
    assert_eq!(
        event,
        [
            "main/{year}/{series}-{year}-{month:02}-{day:02}.md",
            "main/{year}/{series}-{month:02}-{day:02}.md"
        ]
    );
    let folders: Vec<String> =
        (0..12).map(|folder| format!("l{folder:02}/%Y/%m/%d/SLUG.md")).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let expected = "{folder}/{year}/{month:02}/{day:02}/{slug}.md";
    assert_patterns(&folders, &[expected], &[]);
}

#[test]
fn day_pages_are_named_after_their_day_or_stand_beside_events() {
    assert_patterns(&["journal/%Y-%m-%d.md"], &[], &["journal/{year}-{month:02}-{day:02}.md"]);
    assert_patterns(
        &["%Y/%m/%d/SLUG.md", "%Y/%m/%d/overview.md"],
        &["{year}/{month:02}/{day:02}/{slug}.md"],
        &["{year}/{month:02}/{day:02}/overview.md"],
    );
}

#[test]
fn a_whole_date_in_a_name_is_read_in_spite_of_a_misplaced_page() {
    for (form, wrong, expected) in [
        (
            "%Y/%m/%Y-%m-%d-SLUG.md",
            "2021/02/2021-02-30-x.md",
            "{year}/{month:02}/{year}-{month:02}-{day:02}-{slug}.md",
        ),
        (
            "n/%Y/%Y-%m/%Y-%m-%d-SLUG.md",
            "n/2011/2011-03/2011-04-05-x.md",
            "n/{year}/{year}-{month:02}/{year}-{month:02}-{day:02}-{slug}.md",
        ),
        (
            "n/%Y/%B/%Y-%m-%d-SLUG.md",
            "n/2011/July/2011-04-05-x.md",
            "n/{year}/{month:%B}/{year}-{month:02}-{day:02}-{slug}.md",
        ),
        (
            "blog/%Y/%m/%Y-%m-%d-SLUG/index.md",
            "blog/2011/03/2011-02-30-x/index.md",
            "blog/{year}/{month:02}/{year}-{month:02}-{day:02}-{slug}/index.md",
        ),
    ] {
        let archive = folder();
        write(archive.path(), &[form], 60);
        write(archive.path(), &[wrong], 1);
        assert_eq!(patterns(archive.path()), [to_owned(&[expected]), vec![]], "{form}");
    }
}

#[test]
fn a_folder_can_have_the_number_and_the_name_of_the_month() {
    let [named, short] = ["B", "b"].map(|name| format!("{{year}}/{{month:02}}-{{month:%{name}}}"));
    let date = "{year}-{month:02}-{day:02}";
    assert_patterns(
        &["Daily/%Y/%m-%B/%Y-%m-%d-%A.md"],
        &[&format!("Daily/{named}/{date}-{{slug}}.md")],
        &[],
    );
    assert_patterns(&["%Y/%m-%B/%Y-%m-%d.md"], &[], &[&format!("{named}/{date}.md")]);
    assert_patterns(&["%Y/%m-%b/%Y-%m-%d.md"], &[], &[&format!("{short}/{date}.md")]);
}

#[test]
fn pages_of_days_in_another_folder_than_the_events_are_event_pages() {
    let archive = folder();
    write(archive.path(), &["blog/%Y-%m-%d-SLUG.md"], 30);
    write(archive.path(), &["minutes/%Y-%m-%d.md"], 29);
    let date = "{year}-{month:02}-{day:02}";
    let expected = [format!("blog/{date}-{{slug}}.md"), format!("minutes/{date}.md")];
    assert_eq!(patterns(archive.path()), [expected.to_vec(), vec![]]);
}

#[test]
fn pages_of_packages_and_fixtures_are_ignored() {
    let archive = folder();
    let packages = ["node_modules/p", "vendor/p", "tests/fixtures", "themes/t/exampleSite"];
    let forms = packages.map(|folder| format!("{folder}/%Y-%m-%d-SLUG.md"));
    write(archive.path(), &forms.each_ref().map(String::as_str), 40);
    write(archive.path(), &["blog/%Y-%m-%d-SLUG.md"], 10);
    let expected = "blog/{year}-{month:02}-{day:02}-{slug}.md";
    assert_eq!(patterns(archive.path()), [to_owned(&[expected]), vec![]]);
}

#[test]
fn numbers_within_words_are_no_dates() {
    let archive = folder();
    write(archive.path(), &["_posts/%Y-%m-%d-SLUG.md", "%Y/libp%-dp-tokio-socks%-m/notes.md"], 20);
    let expected = "_posts/{year}-{month:02}-{day:02}-{slug}.md";
    assert_eq!(patterns(archive.path()), [to_owned(&[expected]), vec![]]);
}
