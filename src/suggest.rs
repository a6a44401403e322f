//! Suggests the known name nearest to a misspelt one.

/// Returns the known name nearest to `given`, or `None` if no name is near enough. The distance is
/// the optimal string alignment distance, ignoring case. It must be at most a third of the known
/// name's letters, and at most eight. If several names are equally near, returns the first.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    nearest_index(given, known.iter().copied()).map(|index| known[index])
}

/// The maximum distance of a suggested name, however long the name.
const MOST_EDITS: usize = 8;
/// The maximum length of the given name, in letters. A known name can have four times as many
/// bytes. Longer names are ignored, because the time to compare two names is proportional to the
/// product of their lengths.
const LONGEST: usize = 400;
/// The minimum length, in letters, at which a truncated name counts as near to the complete name.
const CUT_OFF: usize = 24;

/// Returns the index of the known name nearest to `given`. See [`nearest`].
pub fn nearest_index<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    let given = Folded::new(given);
    if given.chars.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, usize)> = None;
    for (index, name) in known.into_iter().enumerate() {
        if name.len() > 4 * LONGEST {
            continue;
        }
        let name = Folded::new(name);
        let allowed = (name.chars.len().max(3) / 3).min(MOST_EDITS);
        let allowed = best.map_or(allowed, |(least, _)| allowed.min(least.saturating_sub(1)));
        if best.is_some_and(|(least, _)| least == 0) {
            break;
        }
        if let Some(distance) = given.distance(&name, allowed) {
            best = Some((distance, index));
        }
    }
    best.map(|(_, index)| index)
}

/// A name in lower case, with character counts that quickly rule out distant names.
struct Folded {
    chars: Vec<char>,
    text: String,
    /// The number of characters in each of 64 classes. The class of a character is its code point
    /// modulo 64.
    counts: [u16; 64],
}

impl Folded {
    fn new(name: &str) -> Self {
        let text = name.to_lowercase();
        let chars: Vec<char> = text.chars().collect();
        let mut counts = [0; 64];
        for char in &chars {
            let count: &mut u16 = &mut counts[u32::from(*char) as usize % 64];
            *count = count.saturating_add(1);
        }
        Self { chars, text, counts }
    }

    /// Returns the distance between two names, or `None` if it is greater than `allowed`.
    fn distance(&self, other: &Self, allowed: usize) -> Option<usize> {
        let (short, long) =
            (self.chars.len().min(other.chars.len()), self.chars.len().max(other.chars.len()));
        if short >= CUT_OFF
            && (self.text.starts_with(&other.text) || other.text.starts_with(&self.text))
        {
            return (allowed > 0).then_some((long - short).min(allowed));
        }
        let differing: usize = self
            .counts
            .iter()
            .zip(&other.counts)
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        // Each edit changes at most two of the counts.
        if differing > 2 * allowed {
            return None;
        }
        let distance = strsim::osa_distance(&self.text, &other.text);
        (distance <= allowed).then_some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        let known = ["exclude", "generated", "root"];
        assert_eq!(nearest("exlcude", known), Some("exclude"));
        assert_eq!(nearest("Root", known), Some("root"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn long_names_may_differ_in_few_letters_or_be_cut_off() {
        let name = "the-ferry-to-pell-runs-again-after-four-years-of-repairs";
        assert_eq!(nearest(&name.replace("ferry", "fery"), [name]), Some(name));
        assert_eq!(nearest(&name[..30], [name]), Some(name));
        assert_eq!(nearest(&name[..10], [name]), None);
        assert_eq!(nearest("the-ferry-to-karsten-is-late-after-two-days-of-storms", [name]), None);
    }
}
