//! The settings file: any text is either settings or errors at positions in the text. The output of
//! `config show` results in the same settings.

use dateline::internals::config::{Settings, file, show};
use dateline::internals::rules::RULES;

use super::archives;

/// Reads a settings file, and then reads the output of `config show` for it.
pub fn check(data: &[u8]) {
    // A file that is not UTF-8 is refused before it is read as settings.
    let Ok(text) = str::from_utf8(data) else { return };
    let config = archives::config(text);
    let mut settings = archives::defaults();
    if let Err(errors) = file::read(&config, &mut settings) {
        assert!(!errors.is_empty(), "refused for no reason");
        let mut last = 0;
        for error in &errors.kept {
            let span = error.span.clone();
            assert!(text.get(span.clone()).is_some(), "{error}: {span:?} of {}", text.len());
            assert!(last <= span.start, "the errors are in no order");
            last = span.start;
        }
        return;
    }
    let lines = text.split('\n').count();
    for (key, line) in &settings.given {
        assert!((1..=lines).contains(line), "{key} stands on line {line} of {lines}");
    }
    let shown = show::show(&settings);
    let mut again = archives::defaults();
    if let Err(errors) = file::read(&archives::config(&shown), &mut again) {
        panic!("what is shown is refused: {errors:?}\n{shown}");
    }
    // The root is the folder of the settings file. `config show` prints it only as a comment.
    again.root.clone_from(&settings.root);
    assert_eq!(facts(&again), facts(&settings), "{shown}");
    assert_eq!(show::show(&again), shown);
}

/// Returns everything that a run uses from settings.
fn facts(settings: &Settings) -> Vec<String> {
    let rules = &settings.rules;
    let paths = ["about.md", "news/2012/03/25/index.md", "news/2012/03/25/lock-gates-fail.md"];
    let mut facts = vec![
        format!("{:?}", settings.exclude.written()),
        format!("{:?}", settings.resolver),
        format!("{:?}", settings.layout),
        format!("{:?}", settings.event),
        format!("{:?} {:?}", settings.day, settings.previous_policy),
        format!("{:?}", settings.sources),
    ];
    for path in paths {
        let page = rules.page(path);
        for (index, rule) in RULES.iter().enumerate() {
            let (enabled, severity) = (page.enabled.contains(index), page.severity(rules, index));
            facts.push(format!("{path} {} {enabled} {severity:?}", rule.id));
        }
    }
    facts
}
