//! Applies edits of the language server, as an editor does.

use serde_json::Value;

/// Applies the edits of one file in a workspace edit. Positions are in UTF-16.
pub fn apply(text: &str, edit: &Value, uri: &str) -> String {
    let listed = edit["documentChanges"].as_array().into_iter().flatten();
    let of_file = listed.filter(|change| change["textDocument"]["uri"] == uri);
    let mut edits: Vec<&Value> =
        of_file.flat_map(|change| change["edits"].as_array().expect("a list")).collect();
    edits.extend(edit["changes"][uri].as_array().into_iter().flatten());
    apply_edits(text, &edits)
}

/// Applies edits to a text. Positions are in UTF-16.
pub fn apply_edits(text: &str, edits: &[&Value]) -> String {
    let mut spans: Vec<_> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().expect("a text");
            (offset(text, &range["start"]), offset(text, &range["end"]), new)
        })
        .collect();
    spans.sort_by_key(|(start, end, _)| (*start, *end));
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap: {edits:?}");
    let mut text = text.to_owned();
    for (start, end, new) in spans.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

/// Returns the byte offset of a position in UTF-16.
pub fn offset(text: &str, position: &Value) -> usize {
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    let (line, character) = (number(&position["line"]), number(&position["character"]));
    let start = line_starts(text)[line];
    let mut units = 0;
    for (at, char) in text[start..].char_indices() {
        if units == character {
            return start + at;
        }
        units += char.len_utf16();
    }
    assert_eq!(units, character, "the position is in the text");
    text.len()
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = (0..bytes.len()).filter(|&at| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
}

/// Returns the position of a byte offset: the line, and the column in UTF-8 or UTF-16.
pub fn position(text: &str, offset: usize, is_utf8: bool) -> (u64, u64) {
    let starts = line_starts(text);
    let line = starts.iter().rposition(|start| *start <= offset).expect("a line");
    let before = &text[starts[line]..offset];
    let column = if is_utf8 { before.len() } else { before.encode_utf16().count() };
    (line as u64, column as u64)
}
