//! Did you mean: the nearest of a few known names.

/// The known name nearest to `given`, if one is near enough to be meant: at most a third of its
/// letters differ (Damerau-Levenshtein distance), case aside, and the first of equals wins.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| distance * 3 <= name.chars().count().max(3))
        .map(|(_, name)| name)
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
}
