//! Which rules run on which pages, and how much their findings matter.

use super::path_patterns::{PathPatterns, PatternsError};
use crate::diagnostic::Severity;
use crate::suggest;

/// What the settings need to know of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id, `group/name`.
    pub id: &'static str,
    /// Its severity by default; none if it is off by default.
    pub severity: Option<Severity>,
}

/// A set of rules, by their indices in the list of all rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(u128);

impl RuleSet {
    /// The maximum number of rules that a set can hold.
    pub const CAPACITY: usize = 128;

    /// Returns whether it holds a rule.
    #[must_use]
    pub fn contains(self, index: usize) -> bool {
        index < Self::CAPACITY && self.0 >> index & 1 == 1
    }

    /// Returns how many rules it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Returns whether it holds no rule.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the other set holds all of its rules.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// Returns the rules of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the rules of this set that are not in the other.
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
    /// The nearest selector that names a rule, if one is near.
    pub nearest: Option<String>,
}

impl UnknownSelector {
    /// Describes a selector, and looks for the nearest one that names a rule.
    pub(super) fn new(rules: &[RuleInfo], selector: &str) -> Self {
        let nearest = suggest::nearest(selector, selectors(rules)).map(str::to_owned);
        Self { selector: selector.to_owned(), nearest }
    }

    /// Returns what to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`dateline rules` lists every rule and group".to_owned(),
        }
    }
}

/// Returns everything that names rules: their ids, their groups, and `all`.
pub fn selectors(rules: &[RuleInfo]) -> impl Iterator<Item = &'static str> {
    let groups = rules.iter().filter_map(|rule| rule.id.split('/').next());
    rules.iter().map(|rule| rule.id).chain(groups).chain(["all"])
}

/// Returns the rules that a selector names: a rule's id, a group, or `all`.
///
/// # Errors
/// [`UnknownSelector`], if it names none.
pub fn select(rules: &[RuleInfo], selector: &str) -> Result<RuleSet, UnknownSelector> {
    named(rules, selector).ok_or_else(|| UnknownSelector::new(rules, selector))
}

/// Returns the rules that a selector names, if it names any; unlike [`select`], without a search for
/// the nearest selector.
pub(super) fn named(rules: &[RuleInfo], selector: &str) -> Option<RuleSet> {
    let is_named =
        |id: &str| selector == "all" || id == selector || id.split('/').next() == Some(selector);
    let rules = rules.iter().enumerate().filter(|(_, rule)| is_named(rule.id));
    let set: RuleSet = rules.map(|(index, _)| index).collect();
    (!set.is_empty()).then_some(set)
}

/// Severities that settings give to rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Severities {
    errors: RuleSet,
    warnings: RuleSet,
}

impl Severities {
    /// Gives the rules of `set` a severity, whatever they had before.
    pub fn give(&mut self, set: RuleSet, severity: Severity) {
        let (these, others) = match severity {
            Severity::Error => (&mut self.errors, &mut self.warnings),
            Severity::Warning => (&mut self.warnings, &mut self.errors),
        };
        *these = these.union(set);
        *others = others.without(set);
    }

    /// Gives the severities of `other`, whatever they were before.
    fn give_all(&mut self, other: Self) {
        self.give(other.errors, Severity::Error);
        self.give(other.warnings, Severity::Warning);
    }

    /// Returns the severity that a rule is given, if any.
    #[must_use]
    pub fn of(self, index: usize) -> Option<Severity> {
        if self.errors.contains(index) {
            return Some(Severity::Error);
        }
        self.warnings.contains(index).then_some(Severity::Warning)
    }
}

/// Settings for some pages only.
#[derive(Clone, Debug)]
pub struct RuleOverride {
    /// The pages, as patterns of paths.
    pub files: Vec<String>,
    /// Additional rules that run on them.
    pub select: RuleSet,
    /// Rules that do not run on them.
    pub ignore: RuleSet,
    /// Severities of rules.
    pub severity: Severities,
}

/// The rules of a run.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    infos: Vec<RuleInfo>,
    enabled: RuleSet,
    severity: Vec<Severity>,
    overrides: Vec<RuleOverride>,
    /// The patterns of all overrides, and for each the override that it belongs to: a path is
    /// matched with all of them at once.
    files: PathPatterns,
    owners: Vec<usize>,
    /// Rules that run on every page, whatever the overrides say, and rules that run on none.
    always: RuleSet,
    never: RuleSet,
}

/// The rules of one page.
#[derive(Clone, Debug)]
pub struct PageRules {
    /// Those that run on it.
    pub enabled: RuleSet,
    /// Severities other than the run's.
    pub severity: Severities,
}

impl RuleSettings {
    /// Returns the rules as they are by default.
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

    /// Returns all rules.
    #[must_use]
    pub fn infos(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// Runs only the rules of `set`.
    pub fn select_only(&mut self, set: RuleSet) {
        self.enabled = set;
    }

    /// Runs the rules of `set` too.
    pub fn extend(&mut self, set: RuleSet) {
        self.enabled = self.enabled.union(set);
    }

    /// Runs none of the rules of `set`.
    pub fn ignore(&mut self, set: RuleSet) {
        self.enabled = self.enabled.without(set);
    }

    /// Gives the rules of `set` a severity.
    pub fn set_severity(&mut self, set: RuleSet, severity: Severity) {
        for (index, slot) in self.severity.iter_mut().enumerate() {
            if set.contains(index) {
                *slot = severity;
            }
        }
    }

    /// Sets the overrides; later ones win.
    ///
    /// # Errors
    /// As [`PathPatterns::new`], with indices that count the patterns of all overrides in order.
    pub fn set_overrides(&mut self, overrides: Vec<RuleOverride>) -> Result<(), PatternsError> {
        let all = overrides.iter().enumerate();
        let owned = all.flat_map(|(index, page)| page.files.iter().map(move |_| index));
        self.owners = owned.collect();
        let patterns = overrides.iter().flat_map(|page| page.files.iter().cloned());
        self.files = PathPatterns::new(patterns.collect())?;
        self.overrides = overrides;
        Ok(())
    }

    /// Runs only those of the selected rules that are in `set`, on all pages.
    pub fn restrict(&mut self, set: RuleSet) {
        let all: RuleSet = (0..self.infos.len()).collect();
        let others = all.without(set);
        self.enabled = self.enabled.without(others);
        self.never = self.never.union(others);
    }

    /// Applies the selection of the command line, which wins over the settings and their overrides:
    /// only the rules of `select`, if it is given, those of `extend` too, and none of `ignore`.
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

    /// Returns the rules of the run, overrides aside.
    #[must_use]
    pub fn enabled(&self) -> RuleSet {
        self.enabled
    }

    /// Returns whether a rule runs on any page.
    #[must_use]
    pub fn may_run(&self, id: &str) -> bool {
        let Some(index) = self.infos.iter().position(|info| info.id == id) else { return false };
        let given = self.overrides.iter().any(|given| given.select.contains(index));
        (self.enabled.contains(index) || given) && !self.never.contains(index)
    }

    /// Returns the severity of a rule, overrides aside.
    #[must_use]
    pub fn severity(&self, index: usize) -> Severity {
        self.severity.get(index).copied().unwrap_or(Severity::Warning)
    }

    /// Returns the overrides.
    #[must_use]
    pub fn overrides(&self) -> &[RuleOverride] {
        &self.overrides
    }

    /// Returns the rules of the page at `path`.
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
