//! Tests of the form of the changelog.

use crate::support::checkout::text_of;

/// A blank line between two items would start a new list.
#[test]
fn each_list_of_the_changelog_is_in_one_piece_below_its_heading() {
    let text = text_of("CHANGELOG.md");
    let parts: Vec<&str> = text.split("\n\n").collect();
    let is_list = |part: &str| part.starts_with("- ");
    let lists = parts.iter().filter(|part| is_list(part)).count();
    assert_eq!(lists, text.matches("\n### ").count(), "one list for each heading");
    for pair in parts.windows(2).filter(|pair| is_list(pair[1])) {
        assert!(pair[0].starts_with("### "), "no heading above this list:\n{}", pair[1]);
    }
}
