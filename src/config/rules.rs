//! Which rules run on which pages, and how much their findings matter.

use super::settings::{PathPatterns, PatternsError};
use crate::diagnostic::Severity;
use crate::suggest;

/// What the settings need to know of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id, `group/name`.
    pub id: &'static str,
    /// Its severity by default; none when it is off.
    pub severity: Option<Severity>,
}

/// A set of rules, by their indices in the list of all rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(u128);

impl RuleSet {
    /// The most rules that a set can hold.
    pub const CAPACITY: usize = 128;

    /// Whether it holds a rule.
    #[must_use]
    pub fn contains(self, index: usize) -> bool {
        index < Self::CAPACITY && self.0 >> index & 1 == 1
    }

    /// How many rules it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every rule of it is in the other.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// The rules of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The rules of this set that are not in the other.
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

/// The rules that a selector names: a rule's id, a group, or `all`.
///
/// # Errors
/// What is wrong with the selector, and the nearest one that exists.
pub fn select(rules: &[RuleInfo], selector: &str) -> Result<RuleSet, (String, Option<String>)> {
    let set = named(rules, selector);
    if set.is_empty() { Err(unknown(rules, selector)) } else { Ok(set) }
}

/// The rules that a selector names; none if it is wrong.
pub(super) fn named(rules: &[RuleInfo], selector: &str) -> RuleSet {
    let is_named =
        |id: &str| selector == "all" || id == selector || id.split('/').next() == Some(selector);
    let rules = rules.iter().enumerate().filter(|(_, rule)| is_named(rule.id));
    rules.map(|(index, _)| index).collect()
}

/// What is wrong with a selector that names no rule, and the nearest one that exists.
pub(super) fn unknown(rules: &[RuleInfo], selector: &str) -> (String, Option<String>) {
    let groups = rules.iter().filter_map(|rule| rule.id.split('/').next());
    let known = rules.iter().map(|rule| rule.id).chain(groups).chain(["all"]);
    let help = suggest::nearest(selector, known).map(|near| format!("did you mean `{near}`?"));
    let help = help.unwrap_or_else(|| "`dateline rules` lists every rule and group".to_owned());
    (format!("no rule and no group is named `{selector}`"), Some(help))
}

/// Severities that rules are given.
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

    /// Gives what `other` gives, whatever it was before.
    fn give_all(&mut self, other: Self) {
        self.give(other.errors, Severity::Error);
        self.give(other.warnings, Severity::Warning);
    }

    /// The severity of a rule, if it was given one.
    #[must_use]
    pub fn of(self, index: usize) -> Option<Severity> {
        if self.errors.contains(index) {
            return Some(Severity::Error);
        }
        self.warnings.contains(index).then_some(Severity::Warning)
    }
}

/// Settings that hold for some pages only.
#[derive(Clone, Debug)]
pub struct RuleOverride {
    /// The pages, as patterns of paths.
    pub files: Vec<String>,
    /// Rules that run on them besides.
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
    /// The patterns of all overrides, and for each the override that it belongs to: a path is held
    /// against all of them at once.
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
    /// The rules as they are by default.
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

    /// Every rule there is.
    #[must_use]
    pub fn infos(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// Runs only the rules of `set`.
    pub fn select_only(&mut self, set: RuleSet) {
        self.enabled = set;
    }

    /// Runs the rules of `set` besides.
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

    /// Sets what holds for some pages only; later ones win.
    ///
    /// # Errors
    /// As those of [`PathPatterns::new`], for the patterns of all one behind the other.
    pub fn set_overrides(&mut self, overrides: Vec<RuleOverride>) -> Result<(), PatternsError> {
        let all = overrides.iter().enumerate();
        let owned = all.flat_map(|(index, page)| page.files.iter().map(move |_| index));
        self.owners = owned.collect();
        let patterns = overrides.iter().flat_map(|page| page.files.iter().cloned());
        self.files = PathPatterns::new(patterns.collect())?;
        self.overrides = overrides;
        Ok(())
    }

    /// Runs, of the rules that would run, only those of `set`, on whatever page.
    pub fn restrict(&mut self, set: RuleSet) {
        let all: RuleSet = (0..self.infos.len()).collect();
        let others = all.without(set);
        self.enabled = self.enabled.without(others);
        self.never = self.never.union(others);
    }

    /// Takes the selection of the command line, which wins over the settings and their overrides:
    /// only the rules of `select`, if there is one; those of `extend` besides; none of `ignore`.
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

    /// The rules of the run, overrides aside.
    #[must_use]
    pub fn enabled(&self) -> RuleSet {
        self.enabled
    }

    /// Whether a rule may run on any page.
    #[must_use]
    pub fn may_run(&self, id: &str) -> bool {
        let Some(index) = self.infos.iter().position(|info| info.id == id) else { return false };
        let given = self.overrides.iter().any(|given| given.select.contains(index));
        (self.enabled.contains(index) || given) && !self.never.contains(index)
    }

    /// The severity of a rule, overrides aside.
    #[must_use]
    pub fn severity(&self, index: usize) -> Severity {
        self.severity.get(index).copied().unwrap_or(Severity::Warning)
    }

    /// The settings for some pages.
    #[must_use]
    pub fn overrides(&self) -> &[RuleOverride] {
        &self.overrides
    }

    /// The rules of the page at `path`.
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
    /// The severity of a rule on this page.
    #[must_use]
    pub fn severity(&self, settings: &RuleSettings, index: usize) -> Severity {
        self.severity.of(index).unwrap_or_else(|| settings.severity(index))
    }
}
