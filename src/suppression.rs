//! Applies suppression comments, and tracks which of them suppress something.

use crate::config::{RuleInfo, RuleSet, rules};
use crate::diagnostic::Diagnostic;
use crate::document::{Selector, Suppression};
use crate::rule::Lapse;

/// The suppression comments of one page.
pub struct Suppressions<'a> {
    infos: &'a [RuleInfo],
    comments: Vec<Comment<'a>>,
    /// The comments beyond the limit, which are ignored.
    rest: &'a [Suppression],
}

/// The maximum number of comments per page. Each finding is compared with each comment.
const MOST: usize = 1000;

struct Comment<'a> {
    written: &'a Suppression,
    meant: Vec<Meant>,
}

/// The meaning of one selector of a comment, and whether it suppressed something.
enum Meant {
    Rules { set: RuleSet, used: bool },
    Lapsed(Lapse),
}

impl<'a> Suppressions<'a> {
    /// Prepares the comments of a page.
    #[must_use]
    pub fn new(written: &'a [Suppression], infos: &'a [RuleInfo]) -> Self {
        let comment = |written: &'a Suppression| Comment {
            written,
            meant: written.selectors.iter().map(|selector| mean(selector, infos)).collect(),
        };
        Self {
            infos,
            comments: written.iter().take(MOST).map(comment).collect(),
            rest: &written[written.len().min(MOST)..],
        }
    }

    /// Returns whether a comment suppresses a finding of this page, and marks all such comments as
    /// used.
    pub fn suppress(&mut self, diagnostic: &Diagnostic) -> bool {
        let index = self.infos.iter().position(|info| info.id == diagnostic.rule);
        let Some(index) = index else { return false };
        let at = diagnostic.finding.span.start;
        let mut suppressed = false;
        for comment in &mut self.comments {
            let scope = comment.written.scope;
            if scope.is_some_and(|scope| at < scope.start || at >= scope.end) {
                continue;
            }
            for meant in &mut comment.meant {
                if let Meant::Rules { set, used } = meant
                    && set.contains(index)
                {
                    *used = true;
                    suppressed = true;
                }
            }
        }
        suppressed
    }

    /// Returns the comments that have a problem, with each problem and the index of its selector. A
    /// selector can be invalid or unused, and a comment can have no selectors or exceed the limit.
    /// A selector counts as unused only if its rules are in `ran`, because a rule that did not run
    /// could have reported something.
    pub fn lapses(
        &self,
        ran: RuleSet,
    ) -> impl Iterator<Item = (&'a Suppression, Vec<(usize, Lapse)>)> {
        self.comments
            .iter()
            .filter_map(move |comment| {
                let mut lapses: Vec<(usize, Lapse)> = comment
                    .meant
                    .iter()
                    .enumerate()
                    .filter_map(|(index, meant)| match meant {
                        Meant::Lapsed(lapse) => Some((index, lapse.clone())),
                        Meant::Rules { set, used: false } if is_judged(self.infos, *set, ran) => {
                            Some((index, Lapse::Unused))
                        }
                        Meant::Rules { .. } => None,
                    })
                    .collect();
                if comment.meant.is_empty() {
                    lapses.push((0, Lapse::Nothing));
                }
                (!lapses.is_empty()).then_some((comment.written, lapses))
            })
            .chain(self.rest.iter().map(|written| (written, vec![(0, Lapse::TooMany)])))
    }
}

/// Returns whether all rules of a set ran, not counting rules that are off by default and were not
/// enabled. Returns `false` if no rules remain.
#[must_use]
pub fn is_judged(infos: &[RuleInfo], set: RuleSet, ran: RuleSet) -> bool {
    let off = infos.iter().enumerate().filter(|(_, info)| info.severity.is_none());
    let off: RuleSet = off.map(|(index, _)| index).collect();
    let could = set.without(off.without(ran));
    !could.is_empty() && could.is_within(ran)
}

fn mean(selector: &Selector, infos: &[RuleInfo]) -> Meant {
    if &*selector.text == "all" {
        return Meant::Lapsed(Lapse::Everything);
    }
    match rules::select(infos, &selector.text) {
        Ok(set) => Meant::Rules { set, used: false },
        // A comment cannot name `all`, so do not suggest it.
        Err(unknown) => {
            let is_useful = unknown.nearest.as_deref() != Some("all");
            Meant::Lapsed(Lapse::Unknown(is_useful.then(|| unknown.help())))
        }
    }
}
