//! The rules that run on each page, and the severities of their findings.

use super::path_patterns::{PathPatterns, PatternsError};
use crate::diagnostic::Severity;
use crate::suggest;

/// The properties of a rule that the settings need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The id, in the form `group/name`.
    pub id: &'static str,
    /// The default severity, or `None` if the rule is off by default.
    pub severity: Option<Severity>,
}

/// A set of rules, which are identified by their indices in the list of all rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(u128);

impl RuleSet {
    /// The maximum number of rules in a set.
    pub const CAPACITY: usize = 128;

    /// Returns whether the set contains the rule with this index.
    #[must_use]
    pub fn contains(self, index: usize) -> bool {
        index < Self::CAPACITY && self.0 >> index & 1 == 1
    }

    /// Returns the number of rules in the set.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Returns whether the set contains no rules.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether `other` contains all rules of this set.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// Returns the rules that are in at least one of the sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the rules of this set that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<usize> for RuleSet {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::default();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

/// A selector that names no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule or group named `{selector}`")]
pub struct UnknownSelector {
    /// The selector as written.
    pub selector: String,
    /// The most similar selector that names a rule, if one is similar enough.
    pub nearest: Option<String>,
}

impl UnknownSelector {
    /// Describes a selector that names no rule, and searches for a similar one that does.
    pub(super) fn new(rules: &[RuleInfo], selector: &str) -> Self {
        let nearest = suggest::nearest(selector, selectors(rules)).map(str::to_owned);
        Self { selector: selector.to_owned(), nearest }
    }

    /// Returns the question whether the most similar selector was meant, if there is one.
    #[must_use]
    pub fn suggestion(&self) -> Option<String> {
        self.nearest.as_ref().map(|near| format!("did you mean `{near}`?"))
    }

    /// Returns advice on what to write instead, for people who run the program.
    #[must_use]
    pub(crate) fn help(&self) -> String {
        self.suggestion()
            .unwrap_or_else(|| "`dateline rules` lists every rule and group".to_owned())
    }
}

/// Returns all selectors: the ids of rules, their groups, and `all`. A group is repeated for each of its
/// rules.
pub fn selectors(rules: &[RuleInfo]) -> impl Iterator<Item = &'static str> {
    let groups = rules.iter().filter_map(|rule| rule.id.split('/').next());
    rules.iter().map(|rule| rule.id).chain(groups).chain(["all"])
}

/// Returns the rules that a selector names. A selector is the id of a rule, a group, or `all`.
///
/// # Errors
/// Returns [`UnknownSelector`] if the selector names no rule.
pub fn select(rules: &[RuleInfo], selector: &str) -> Result<RuleSet, UnknownSelector> {
    named(rules, selector).ok_or_else(|| UnknownSelector::new(rules, selector))
}

/// Returns the rules that a selector enables, given the rules that it names. An id or `all` enables
/// all of them. A group enables only its rules that are on by default. If none of them are, it
/// enables all of its rules.
#[must_use]
pub fn enabled_by(rules: &[RuleInfo], selector: &str, named: RuleSet) -> RuleSet {
    let is_group = selector != "all" && !selector.contains('/');
    let is_on = |(index, rule): (usize, &RuleInfo)| {
        (named.contains(index) && rule.severity.is_some()).then_some(index)
    };
    let on: RuleSet = rules.iter().enumerate().filter_map(is_on).collect();
    if is_group && !on.is_empty() { on } else { named }
}

/// Returns the rules that a selector names, or `None` if it names none. Unlike [`select`], this function
/// does not search for a similar selector.
pub(super) fn named(rules: &[RuleInfo], selector: &str) -> Option<RuleSet> {
    let is_named =
        |id: &str| selector == "all" || id == selector || id.split('/').next() == Some(selector);
    let rules = rules.iter().enumerate().filter(|(_, rule)| is_named(rule.id));
    let set: RuleSet = rules.map(|(index, _)| index).collect();
    (!set.is_empty()).then_some(set)
}

/// The severities that settings give to rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Severities {
    errors: RuleSet,
    warnings: RuleSet,
}

impl Severities {
    /// Sets the severity of the rules in `set`, and replaces the severities that they had before.
    pub fn give(&mut self, set: RuleSet, severity: Severity) {
        let (these, others) = match severity {
            Severity::Error => (&mut self.errors, &mut self.warnings),
            Severity::Warning => (&mut self.warnings, &mut self.errors),
        };
        *these = these.union(set);
        *others = others.without(set);
    }

    /// Sets the severities of `other`, which replace earlier severities of the same rules.
    fn give_all(&mut self, other: Self) {
        self.give(other.errors, Severity::Error);
        self.give(other.warnings, Severity::Warning);
    }

    /// Returns the severity that the rule with this index was given, if any.
    #[must_use]
    pub fn of(self, index: usize) -> Option<Severity> {
        if self.errors.contains(index) {
            return Some(Severity::Error);
        }
        self.warnings.contains(index).then_some(Severity::Warning)
    }
}

/// Rule settings for some pages only.
#[derive(Clone, Debug)]
pub struct RuleOverride {
    /// Path patterns of the pages.
    pub files: Vec<String>,
    /// Additional rules that run on these pages.
    pub select: RuleSet,
    /// Rules that do not run on these pages.
    pub ignore: RuleSet,
    /// Severities of rules on these pages.
    pub severity: Severities,
}

/// The rule settings of a run.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    infos: Vec<RuleInfo>,
    enabled: RuleSet,
    severity: Vec<Severity>,
    overrides: Vec<RuleOverride>,
    /// The patterns of all overrides in one set, so that a path is matched against all of them at
    /// once.
    files: PathPatterns,
    /// The index of the override that each of these patterns belongs to.
    owners: Vec<usize>,
    /// Rules that run on every page, regardless of overrides.
    always: RuleSet,
    /// Rules that run on no page, regardless of overrides.
    never: RuleSet,
}

/// The rules of one page.
#[derive(Clone, Debug)]
pub struct PageRules {
    /// The rules that run on the page.
    pub enabled: RuleSet,
    /// Severities that take precedence over those of the run.
    pub severity: Severities,
}

impl RuleSettings {
    /// Returns the default settings of `rules`.
    #[must_use]
    pub fn defaults(rules: &[RuleInfo]) -> Self {
        let mut enabled = RuleSet::default();
        for (index, rule) in rules.iter().enumerate() {
            if rule.severity.is_some() {
                enabled.insert(index);
            }
        }
        let severity = rules.iter().map(|rule| rule.severity.unwrap_or(Severity::Warning));
        Self {
            infos: rules.to_vec(),
            enabled,
            severity: severity.collect(),
            overrides: Vec::new(),
            files: PathPatterns::default(),
            owners: Vec::new(),
            always: RuleSet::default(),
            never: RuleSet::default(),
        }
    }

    /// Returns all rules. The index of a rule in this list identifies the rule in a [`RuleSet`].
    #[must_use]
    pub fn infos(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// Enables the rules of `set`, and disables all others.
    pub fn select_only(&mut self, set: RuleSet) {
        self.enabled = set;
    }

    /// Enables the rules of `set` in addition to those already enabled.
    pub fn extend(&mut self, set: RuleSet) {
        self.enabled = self.enabled.union(set);
    }

    /// Disables the rules of `set`.
    pub fn ignore(&mut self, set: RuleSet) {
        self.enabled = self.enabled.without(set);
    }

    /// Sets the severity of the rules in `set`.
    pub fn set_severity(&mut self, set: RuleSet, severity: Severity) {
        for (index, slot) in self.severity.iter_mut().enumerate() {
            if set.contains(index) {
                *slot = severity;
            }
        }
    }

    /// Sets the overrides. If several overrides match a page, later ones win.
    ///
    /// # Errors
    /// Returns an error in the same cases as [`PathPatterns::new`]. The index in the error refers
    /// to the list of the patterns of all overrides, in order.
    pub fn set_overrides(&mut self, overrides: Vec<RuleOverride>) -> Result<(), PatternsError> {
        let all = overrides.iter().enumerate();
        let owned = all.flat_map(|(index, page)| page.files.iter().map(move |_| index));
        self.owners = owned.collect();
        let patterns = overrides.iter().flat_map(|page| page.files.iter().cloned());
        self.files = PathPatterns::new(patterns.collect())?;
        self.overrides = overrides;
        Ok(())
    }

    /// Disables all rules outside `set`, on every page and regardless of overrides.
    pub fn restrict(&mut self, set: RuleSet) {
        let all: RuleSet = (0..self.infos.len()).collect();
        let others = all.without(set);
        self.enabled = self.enabled.without(others);
        self.never = self.never.union(others);
    }

    /// Applies the selection from the command line, which takes precedence over the settings and their
    /// overrides. If `select` is given, only its rules and those of `extend` run. The rules of `extend`
    /// run on every page. The rules of `ignore` never run, even if the other arguments name them.
    pub fn command(&mut self, select: Option<RuleSet>, extend: RuleSet, ignore: RuleSet) {
        if let Some(select) = select {
            self.select_only(select);
            let all: RuleSet = (0..self.infos.len()).collect();
            self.never = all.without(select.union(extend));
        }
        self.extend(extend);
        self.ignore(ignore);
        self.always = extend.without(ignore);
        self.never = self.never.union(ignore);
    }

    /// Returns the enabled rules. Overrides may change them for some pages.
    #[must_use]
    pub fn enabled(&self) -> RuleSet {
        self.enabled
    }

    /// Returns whether a rule can run on at least one page.
    #[must_use]
    pub fn may_run(&self, id: &str) -> bool {
        let Some(index) = self.infos.iter().position(|info| info.id == id) else { return false };
        let given = self.overrides.iter().any(|given| given.select.contains(index));
        (self.enabled.contains(index) || given) && !self.never.contains(index)
    }

    /// Returns the severity of a rule. Overrides may change it for some pages.
    #[must_use]
    pub fn severity(&self, index: usize) -> Severity {
        self.severity.get(index).copied().unwrap_or(Severity::Warning)
    }

    /// Returns the overrides.
    #[must_use]
    pub fn overrides(&self) -> &[RuleOverride] {
        &self.overrides
    }

    /// Returns the rules that apply to the page at `path`.
    #[must_use]
    pub fn page(&self, path: &str) -> PageRules {
        let mut page = PageRules { enabled: self.enabled, severity: Severities::default() };
        let is_any = !self.overrides.is_empty();
        let matching = if is_any { self.files.matching(path) } else { Vec::new() };
        let mut owners: Vec<usize> = matching.into_iter().map(|index| self.owners[index]).collect();
        owners.dedup();
        for given in owners.into_iter().map(|owner| &self.overrides[owner]) {
            page.enabled = page.enabled.union(given.select).without(given.ignore);
            page.severity.give_all(given.severity);
        }
        page.enabled = page.enabled.union(self.always).without(self.never);
        page
    }
}

impl PageRules {
    /// Returns the severity of a rule on this page.
    #[must_use]
    pub fn severity(&self, settings: &RuleSettings, index: usize) -> Severity {
        self.severity.of(index).unwrap_or_else(|| settings.severity(index))
    }
}
