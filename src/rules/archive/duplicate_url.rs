//! Pages that are served at the same address.

use crate::archive::site::{ALIAS_KEYS, Addresses, OWN_KEYS, SharedAddress};
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/duplicate-url",
    summary: "two pages at the same address of the site",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["site.permalink", "site.content", "site.languages"],
    needs: &[],
    page: include_str!("../../../rules/archive/duplicate-url.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(addresses) = context.archive.addresses() else { return };
    for shared in addresses.shared_by(context.file) {
        findings.push_with(|| {
            let (address, first) = (quote(&shared.address), context.archive.path(shared.first));
            let message = format!("{} has this address, too: {address}", quote(first));
            let finding = Finding::new(place(context, addresses, shared), message)
                .about(&*shared.address)
                .help("give each page an address of its own: the site shows only one of them");
            Some(finding)
        });
    }
}

/// Returns the span of the address in front matter, or of the first character if it is not there.
fn place(context: &ArchiveContext<'_>, addresses: &Addresses, shared: &SharedAddress) -> Span {
    let is_own = addresses.is_own(context.file, &shared.address);
    let keys = if is_own { &OWN_KEYS[..] } else { &ALIAS_KEYS };
    let address = shared.address.trim_matches('/');
    let written = || {
        let page = context.pages.reread(context.file)?;
        let front = page.document().front_matter.as_ref()?;
        let values = || keys.iter().flat_map(|key| front.values_of(key));
        let trimmed = |text: &str| text.trim().trim_matches('/').to_owned();
        let is_part = |text: &str| address.ends_with(text) && !text.is_empty();
        let value = values()
            .find(|value| trimmed(&value.text) == address)
            .or_else(|| values().find(|value| is_part(&trimmed(&value.text))))?;
        Some(value.unquoted(page.text()))
    };
    written().unwrap_or_else(|| context.whole_page())
}
