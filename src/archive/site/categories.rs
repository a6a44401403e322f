//! The categories of posts of Jekyll, which are folders in their addresses.

use crate::document::FrontMatter;

/// Returns the categories of the post in `folder`, with slashes between them: the folders above `_posts`, and the
/// categories in front matter.
pub(super) fn categories(folder: &str, front: Option<&FrontMatter>) -> String {
    let above = folder.split('/').take_while(|name| *name != "_posts");
    let mut all: Vec<String> = above.map(str::to_lowercase).collect();
    let front = front.into_iter();
    let lists = front.clone().flat_map(|front| front.values_of("categories"));
    let named = lists.flat_map(|value| match value.item {
        Some(_) => vec![value.text.trim()],
        None => value.text.split_whitespace().collect(),
    });
    let single = front.flat_map(|front| front.values_of("category"));
    for name in single.map(|value| value.text.trim()).chain(named) {
        let name = name.to_lowercase();
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all.retain(|name| !name.is_empty());
    all.join("/")
}
