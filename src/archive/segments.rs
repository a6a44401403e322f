//! The parts of a pattern between its slashes.

use super::layout::{Numbers, Pattern, PatternPart, read_parts};

/// The pattern of one part of a path: a folder's name or the file's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment(Vec<PatternPart>);

impl Segment {
    /// Returns whether a name fits the pattern.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        read_parts(&self.0, name, &mut Numbers::default()).is_some()
    }
}

impl Pattern {
    /// Returns the pattern of each part of a path, from the topmost folder to the file's name.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments = vec![Segment::default()];
        for part in self.parts() {
            let PatternPart::Literal(text) = part else {
                segments.last_mut().into_iter().for_each(|last| last.0.push(part.clone()));
                continue;
            };
            for (index, text) in text.split('/').enumerate() {
                if index > 0 {
                    segments.push(Segment::default());
                }
                if let Some(last) = segments.last_mut().filter(|_| !text.is_empty()) {
                    last.0.push(PatternPart::Literal(text.to_owned()));
                }
            }
        }
        segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_cut_at_its_slashes() {
        let pattern = Pattern::parse("a/news-{year}/{month:02}-{day}/x-{slug}.md", true);
        let segments = pattern.expect("a pattern").segments();
        let names = ["a", "news-2012", "03-25", "x-lock.md"];
        assert_eq!(segments.len(), names.len());
        for (segment, name) in segments.iter().zip(names) {
            assert!(segment.matches(name), "{name}");
            assert!(!segment.matches("b"));
        }
    }
}
