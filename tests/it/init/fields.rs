//! Tests of `dateline init` on archives whose dates, titles and links are in front matter or in lines.

use jiff::civil::Date;

use crate::support::init::{
    derived, fill, findings, folder, init, parsed, post, replace_in_page, texts, write,
};
use crate::support::process::{dateline, stderr};

#[test]
fn dates_only_in_front_matter_are_enough() {
    for further in ["", "draft: false\n", "updated: 2012-12-31\n"] {
        let yaml = derived(6, |index, date| (format!("notes/n-{index}.md"), post(date, further)));
        assert_eq!(texts(&yaml, "layout.event"), ["notes/{slug}.md"]);
        assert_eq!(texts(&yaml, "event.date.from"), ["front.date"]);
        assert_eq!(texts(&yaml, "event.date.formats"), ["%Y-%m-%d"]);
        assert_eq!(texts(&yaml, "event.title.from"), ["front.title"]);
    }
    let toml = derived(6, |index, date| {
        let text = format!("+++\ntitle = \"Ferry {index}\"\ndate = {date}\n+++\n\nLate.\n");
        (format!("notes/n-{index}.md"), text)
    });
    assert_eq!(texts(&toml, "layout.event"), ["notes/{slug}.md"]);
    assert_eq!(texts(&toml, "event.date.from"), ["front.date"]);
}

#[test]
fn unusual_forms_of_front_matter_are_recognized_if_most_pages_have_them() {
    let lines = |index: usize, date: Date| {
        let text = format!("Title: Ferry {index}\nDate: {date}\n\nLate.\n");
        (format!("letters/{date}-ferry.md"), text)
    };
    let of_lines = derived(6, lines);
    assert_eq!(texts(&of_lines, "archive.front-matter"), ["yaml", "toml", "lines"]);
    assert_eq!(texts(&of_lines, "event.date.from"), ["front.date", "path"]);
    let fenced = |_, date: Date| {
        let text = format!("```toml\ndate = \"{date}\"\n```\n\n# A ferry\n\nLate.\n");
        (format!("letters/{date}-ferry.md"), text)
    };
    let of_fences = derived(6, fenced);
    assert_eq!(texts(&of_fences, "archive.front-matter"), ["yaml", "toml", "fenced-toml"]);
    assert_eq!(texts(&of_fences, "event.date.from"), ["front.date", "path"]);
    // On a few pages, such text may be anything.
    let few = derived(6, |index, date| match index {
        0 => lines(index, date),
        _ => (format!("letters/{date}-ferry.md"), post(date, "")),
    });
    assert_eq!(texts(&few, "archive.front-matter"), [""; 0]);
}

#[test]
fn a_page_bundle_is_an_event_page() {
    let undated =
        derived(6, |index, date| (format!("blog/ferry-{index}/index.md"), post(date, "")));
    assert_eq!(texts(&undated, "layout.event"), ["blog/{slug}/index.md"]);
    let dated =
        derived(6, |index, date| (format!("blog/{date}-{index}-ferry/index.md"), post(date, "")));
    assert_eq!(texts(&dated, "layout.event"), ["blog/{year}-{month:02}-{day:02}-{slug}/index.md"]);
    assert_eq!(texts(&dated, "event.date.from"), ["front.date", "path"]);
}

#[test]
fn each_language_has_its_pages() {
    let language = |index: usize| ["de", "en", "pt-br"][index % 3];
    let dated = derived(12, |index, date| {
        (format!("content/{}/{date}-ferry.md", language(index)), post(date, ""))
    });
    assert_eq!(
        texts(&dated, "layout.event"),
        ["content/{lang}/{year}-{month:02}-{day:02}-{slug}.md"]
    );
    let undated = derived(12, |index, date| {
        (format!("content/{}/ferry-{index}.md", language(index)), post(date, ""))
    });
    let patterns = texts(&undated, "layout.event");
    let is_covered = |language| {
        let own = format!("content/{language}/{{slug}}.md");
        patterns.iter().any(|pattern| *pattern == own || pattern == "content/{lang}/{slug}.md")
    };
    assert!(["de", "en", "pt-br"].into_iter().all(is_covered), "{patterns:?}");
}

#[test]
fn a_variable_stands_for_the_years_in_folders() {
    let settings = derived(90, |index, date| {
        (format!("blog/{}/ferry-{index}.md", date.year()), post(date, ""))
    });
    assert_eq!(texts(&settings, "layout.event"), ["blog/{year}/{slug}.md"]);
    assert!(texts(&settings, "event.date.from").contains(&"front.date".to_owned()));
}

#[test]
fn folders_without_dates_in_paths_are_found_beside_others() {
    let archive = folder();
    let root = archive.path();
    fill(root, 12, |_, date| (format!("_posts/{date}-ferry.md"), post(date, "")));
    fill(root, 6, |index, date| (format!("_notices/notice-{index}.md"), post(date, "")));
    // No date, too few pages, and a page that most pages of its folder do not resemble.
    fill(root, 6, |index, _| (format!("docs/page-{index}.md"), "# A page\n".to_owned()));
    fill(root, 2, |index, date| (format!("talks/talk-{index}.md"), post(date, "")));
    fill(root, 6, |index, date| {
        let text = if index == 0 { post(date, "") } else { "# A list\n".to_owned() };
        (format!("lists/list-{index}.md"), text)
    });
    let settings = init(root);
    assert_eq!(findings(root), "", "{settings}");
    assert_eq!(
        texts(&parsed(&settings), "layout.event"),
        ["_posts/{year}-{month:02}-{day:02}-{slug}.md", "_notices/{slug}.md"]
    );
    // A notice has its date only in front matter, so nothing contradicts it, but it must be a day.
    replace_in_page(root, "_notices/notice-3.md", "date: 2011-01-28", "date: 2011-01-38");
    assert!(findings(root).contains("_notices/notice-3.md:3:7: error[date/invalid]"));
}

#[test]
fn pages_named_after_their_day_with_dates_in_lines_are_events() {
    let minutes = |_, date: Date| {
        let when = date.strftime("%-d %B %Y");
        let text = format!("# Notes of the call\n\n- **When**: {when}, 16:00 UTC\n\nWe met.\n");
        (format!("calls/{date}.md"), text)
    };
    let archive = folder();
    let root = archive.path();
    fill(root, 12, minutes);
    let settings = init(root);
    assert_eq!(findings(root), "", "{settings}");
    let settings = parsed(&settings);
    assert_eq!(texts(&settings, "preset"), ["minutes"]);
    assert_eq!(texts(&settings, "layout.event"), ["calls/{year}-{month:02}-{day:02}.md"]);
    assert_eq!(texts(&settings, "layout.day"), [""; 0]);
    assert_eq!(texts(&settings, "event.date.from"), ["line.When", "path"]);
    assert_eq!(texts(&settings, "event.title.from"), ["heading"]);
    // A copy of the page before, whose line still has that page's date.
    replace_in_page(root, "calls/2011-01-19.md", "19 January", "10 January");
    let found = findings(root);
    assert!(found.contains("calls/2011-01-19.md:3:13: error[date/path-mismatch]"), "{found}");
    // Pages that list the events of their day are no events.
    let of_day = |_, date: Date| {
        let entry = format!("### [The ferry](/calls/{date}-ferry.md)\n");
        (format!("calls/{date}.md"), format!("## {date}\n\n{entry}"))
    };
    fill(root, 12, of_day);
    fill(root, 12, |_, date| (format!("calls/{date}-ferry.md"), post(date, "")));
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let settings = parsed(&init(root));
    assert_eq!(texts(&settings, "layout.day"), ["calls/{year}-{month:02}-{day:02}.md"]);
}

#[test]
fn sources_and_related_pages_in_front_matter_are_found() {
    let settings = derived(8, |index, date| {
        let sources = format!("sources:\n  - https://courier.example/{index}\n");
        let table = format!("references:\n  - title: Log\n    url: https://log.example/{index}\n");
        let links = match index {
            0 => "link: https://shop.example\n".to_owned(),
            1..4 => format!("{sources}related: [/_posts/2011-01-01-ferry.md]\n"),
            _ => format!("{table}extra:\n  related: [2011-01-01-ferry.md]\n"),
        };
        (format!("_posts/{date}-ferry.md"), post(date, &links))
    });
    assert_eq!(
        texts(&settings, "event.sources.from"),
        ["front.references.url", "front.sources", "section"]
    );
    assert_eq!(
        texts(&settings, "event.related.from"),
        ["front.extra.related", "front.related", "section"]
    );
}

#[test]
fn wrong_dates_on_a_few_pages_are_no_format() {
    let archive = folder();
    let root = archive.path();
    fill(root, 60, |_, date| (format!("_posts/{date}-ferry.md"), post(date, "")));
    // The day after, in the format of the site's author.
    for (page, wrong) in [
        ("2011-01-10", "11 Jan 2011"),
        ("2011-01-19", "20 Jan 2011"),
        ("2011-01-28", "29 Jan 2011"),
    ] {
        let path = format!("_posts/{page}-ferry.md");
        replace_in_page(root, &path, &format!("date: {page}"), &format!("date: {wrong}"));
    }
    let settings = init(root);
    assert_eq!(texts(&parsed(&settings), "event.date.formats"), ["%Y-%m-%d"]);
    let found = findings(root);
    assert_eq!(found.matches("error[date/path-mismatch]").count(), 3, "{settings}\n{found}");
    assert_eq!(found.matches("warning[date/format]").count(), 3, "{settings}\n{found}");
}

#[test]
fn a_key_with_other_days_than_the_paths_is_no_place_of_the_date() {
    // Every third page was never changed.
    let settings = derived(12, |index, date| {
        let updated = date + jiff::Span::new().days([0, 1, 2][index % 3]);
        (format!("_posts/{date}-ferry.md"), post(date, &format!("updated: {updated}\n")))
    });
    assert_eq!(texts(&settings, "event.date.from"), ["front.date", "path"]);
    // Not even the key of the preset, if it gives other days.
    let settings = derived(12, |_, date| {
        let built = date + jiff::Span::new().days(3);
        let text = format!("---\ntitle: A\nday: {date}\ndate: {built}\n---\n\nLate.\n");
        (format!("_posts/{date}-ferry.md"), text)
    });
    assert_eq!(texts(&settings, "event.date.from"), ["front.day", "path"]);
}

#[test]
fn no_two_sections_have_one_name() {
    let lists = |index: usize, headings: &[&str]| -> String {
        let list = |heading: &&str| {
            format!("\n## {heading}\n\n- [Log](https://log.example/{}/{index})\n", heading.len())
        };
        headings.iter().map(list).collect()
    };
    let names = |settings: &toml::Table| -> Vec<String> {
        let sections = settings["event"]["section"].as_array().expect("sections");
        sections.iter().map(|section| section["name"].as_str().expect("a name").into()).collect()
    };
    let posts = derived(24, |index, date| {
        let lists = lists(index, &["Sources", "References", "Source:"]);
        (format!("_posts/{date}-ferry.md"), post(date, "") + &lists)
    });
    assert_eq!(names(&posts), ["sources"]);
    let events = derived(24, |index, date| {
        let lists = lists(index, &["Log", "Log:", "Log (old)", "Sources"]);
        (format!("news/{date}-ferry.md"), format!("### {date}\n\n# Ferry {index}\n{lists}"))
    });
    let mut names = names(&events);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), count), (4, 4), "{names:?}");
}

#[test]
fn the_configuration_of_the_generator_selects_the_preset() {
    for (file, text, preset) in [
        ("_config.yml", "title: Ferries\n", Some("jekyll")),
        ("hugo.toml", "baseURL = \"https://ferries.example/\"\n", Some("hugo")),
        ("hugo.yaml", "baseURL: https://ferries.example/\n", Some("hugo")),
        ("zola.toml", "base_url = \"https://ferries.example\"\n", Some("zola")),
        ("config.toml", "base_url = \"https://ferries.example\"\n", Some("zola")),
        ("config.toml", "baseURL = \"https://ferries.example/\"\n", Some("hugo")),
        ("config.toml", "[build]\njobs = 2\n", None),
        ("config.toml", "this is no TOML", None),
        // It is data and never run.
        ("pelicanconf.py", "import os\nos.remove('dateline.toml')\n", Some("pelican")),
        ("README.md", "# Ferries\n", None),
    ] {
        let archive = folder();
        let root = archive.path();
        fill(root, 6, |_, date| (format!("news/{date}-ferry.md"), post(date, "")));
        write(root, file, text);
        let settings = init(root);
        assert_eq!(texts(&parsed(&settings), "preset"), Vec::from_iter(preset), "{file}: {text}");
        assert_eq!(findings(root), "", "{settings}");
    }
}

#[test]
fn a_preset_must_fit_most_pages() {
    // With front matter on `posts` of twelve pages.
    let run = |posts: usize| {
        let archive = folder();
        let root = archive.path();
        write(root, "_config.yml", "title: Ferries\n");
        fill(root, 12, |index, date| {
            let text = if index < posts { post(date, "") } else { format!("# Ferry {index}\n") };
            (format!("_posts/{date}-ferry.md"), text)
        });
        let notes = stderr(&dateline(root, &["init", "--dry-run"]));
        (init(root), notes)
    };
    let (settings, notes) = run(7);
    let comment = "# 7 of 12 event pages (58.3 %) have front matter\npreset = \"jekyll\"\n";
    assert!(settings.contains(comment), "{settings}");
    let note = "\npreset jekyll: 7 of 12 event pages (58.3 %) have front matter\n";
    assert!(notes.contains(note), "{notes}");
    let (settings, notes) = run(6);
    assert!(!settings.contains("preset") && !notes.contains("preset"), "{settings}\n{notes}");
    assert!(settings.contains("# front.date: 6 of 12 event pages (50.0 %)\n"), "{settings}");
}
