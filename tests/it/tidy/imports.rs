//! The imports between files, and the cycles among them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// The path of a module from the root of the crate.
type ModulePath = Vec<String>;

/// Each file with the files that it imports from. Paths are relative to `src/`.
pub type Imports = BTreeMap<String, BTreeSet<String>>;

/// Reads the imports of files. Each file is given as its path relative to `src/` and its text. Test
/// modules are left out.
pub fn imports(files: &[(String, String)]) -> Imports {
    let mut modules: HashMap<ModulePath, &str> =
        files.iter().map(|(path, _)| (module_path(path), path.as_str())).collect();
    let items: Vec<_> =
        files.iter().map(|(path, text)| (path, Items::read(module_path(path), text))).collect();
    for test in items.iter().flat_map(|(_, items)| &items.test_modules) {
        modules.retain(|module, _| !module.starts_with(test));
    }
    let is_kept = |path: &str| modules.values().any(|kept| *kept == path);
    let kept = items.iter().filter(|(path, _)| is_kept(path));
    kept.map(|(path, items)| {
        let imported = items.paths(&modules).into_iter().filter_map(|import| {
            // The longest prefix of the path that names a file is the file that contains the item.
            let prefixes = (0..=import.len()).rev().map(|len| &import[..len]);
            { prefixes }.find_map(|prefix| modules.get(prefix)).map(ToString::to_string)
        });
        ((*path).clone(), imported.filter(|file| file != *path).collect())
    })
    .collect()
}

/// Returns a shortest cycle through each import that is part of a cycle. Each cycle occurs once.
pub fn cycles(imports: &Imports) -> Vec<Vec<String>> {
    let mut found = BTreeSet::new();
    for (from, targets) in imports {
        for target in targets {
            if let Some(mut cycle) = chain(imports, target, from) {
                let least = cycle.iter().min().expect("a file").clone();
                while cycle[0] != least {
                    cycle.rotate_left(1);
                }
                found.insert(cycle);
            }
        }
    }
    found.into_iter().collect()
}

/// Returns a shortest chain of imports from one file to another, including both files.
fn chain(imports: &Imports, from: &str, to: &str) -> Option<Vec<String>> {
    let mut before: HashMap<&str, &str> = HashMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut chain = vec![to.to_owned()];
            let mut at = to;
            while at != from {
                at = before[at];
                chain.insert(0, at.to_owned());
            }
            return Some(chain);
        }
        for next in imports.get(file).into_iter().flatten() {
            if !before.contains_key(&**next) {
                before.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

fn module_path(file: &str) -> ModulePath {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let stem = if stem == "lib" { "" } else { stem };
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    stem.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The modules that a file names in its code, without tests.
#[derive(Default)]
struct Items {
    /// The module of the file itself.
    own: ModulePath,
    /// The paths that the code contains, each with the module in which it occurs.
    named: Vec<(ModulePath, Vec<String>)>,
    /// The names that `use` binds, each with the path and the module of the `use`.
    names: HashMap<String, (ModulePath, Vec<String>)>,
    /// The modules in other files that are compiled only for tests.
    test_modules: Vec<ModulePath>,
}

impl Items {
    fn read(own: ModulePath, text: &str) -> Self {
        let mut items = Self { own: own.clone(), ..Self::default() };
        let tokens = tokens(text);
        let mut reader = Reader { tokens: &tokens, at: 0 };
        // The depth of braces before each enclosing inline module.
        let (mut around, mut depth) = (Vec::<usize>::new(), 0_usize);
        let mut module = own;
        while let Some(token) = reader.next() {
            match token {
                "#" if reader.skips("[cfg(test)]") => {
                    items.test_modules.extend(
                        reader
                            .skip_item()
                            .map(|name| module.iter().cloned().chain([name]).collect()),
                    );
                }
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if around.last() == Some(&depth) {
                        around.pop();
                        module.pop();
                    }
                }
                "mod" if reader.peek(1) == Some("{") => {
                    module.push(reader.next().unwrap_or_default().to_owned());
                    around.push(depth);
                }
                // The lifetimes that a type captures, as in `use<'a>`, are not an import.
                "use" if reader.peek(0) != Some("<") => {
                    for (path, name) in reader.use_tree(&[]) {
                        items.names.insert(name, (module.clone(), path.clone()));
                        items.named.push((module.clone(), path));
                    }
                }
                "." => drop(reader.next()),
                // The scope in `pub(in …)` is not an import.
                "pub" => {
                    reader.skips("(incrate");
                }
                _ if is_name(token) && reader.peek(0) == Some("::") => {
                    let mut path = vec![token.to_owned()];
                    while reader.peek(0) == Some("::") && reader.peek(1).is_some_and(is_name) {
                        reader.next();
                        path.push(reader.next().unwrap_or_default().to_owned());
                    }
                    items.named.push((module.clone(), path));
                }
                _ => {}
            }
        }
        items
    }

    /// Returns the paths in the code, from the root of the crate. Paths into other crates are left
    /// out.
    fn paths(&self, modules: &HashMap<ModulePath, &str>) -> Vec<ModulePath> {
        let absolute = |(module, path)| self.absolute(module, path, modules, true);
        self.named.iter().filter_map(|(module, path)| absolute((module, path))).collect()
    }

    fn absolute(
        &self,
        module: &ModulePath,
        path: &[String],
        modules: &HashMap<ModulePath, &str>,
        by_name: bool,
    ) -> Option<ModulePath> {
        let (first, mut rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => ModulePath::new(),
            "self" | "super" => module.clone(),
            name => {
                let child: ModulePath = module.iter().chain([first]).cloned().collect();
                if modules.contains_key(&child) {
                    child
                } else {
                    let (module, path) = self.names.get(name).filter(|_| by_name)?;
                    self.absolute(module, path, modules, false)?
                }
            }
        };
        if first == "super" {
            base.pop();
            while let Some((next, after)) = rest.split_first().filter(|(next, _)| *next == "super")
            {
                debug_assert_eq!(next, "super");
                base.pop();
                rest = after;
            }
        }
        base.extend(rest.iter().cloned());
        // A module inside the same file is not an import.
        (base != self.own).then_some(base)
    }
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.at += 1;
        self.tokens.get(self.at - 1).copied()
    }

    fn peek(&self, ahead: usize) -> Option<&'a str> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// Skips the next tokens if together they spell `text`. Returns whether it skipped them.
    fn skips(&mut self, text: &str) -> bool {
        let mut rest = text;
        for (count, token) in self.tokens[self.at..].iter().enumerate() {
            if rest.is_empty() {
                self.at += count;
                return true;
            }
            let Some(after) = rest.strip_prefix(token) else { return false };
            rest = after;
        }
        false
    }

    /// Skips an item. Returns its name if it is a module in a separate file.
    fn skip_item(&mut self) -> Option<String> {
        let (mut depth, mut name, mut before) = (0_usize, None, "");
        while let Some(token) = self.next() {
            match token {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if before == "mod" && depth == 0 {
                name = Some(token.to_owned());
            }
            before = token;
            if depth == 0 && token == "}" {
                return None;
            }
            if depth == 0 && token == ";" {
                return name;
            }
        }
        None
    }

    /// Reads the paths after `use`, each with the name that `use` binds to it.
    fn use_tree(&mut self, before: &[String]) -> Vec<(Vec<String>, String)> {
        let mut path = before.to_vec();
        let mut found = Vec::new();
        while let Some(token) = self.peek(0) {
            match token {
                ";" | "," | "}" => break,
                // A glob import counts as an import of the module.
                "::" | "*" => drop(self.next()),
                "{" => {
                    self.next();
                    while !matches!(self.peek(0), None | Some("}")) {
                        found.extend(self.use_tree(&path));
                        if self.peek(0) == Some(",") {
                            self.next();
                        }
                    }
                    self.next();
                    return found;
                }
                "as" => {
                    self.next();
                    let name = self.next().unwrap_or_default().to_owned();
                    return vec![(path, name)];
                }
                // A final `self` stands for the module.
                "self" if !path.is_empty() => drop(self.next()),
                name => {
                    path.push(name.to_owned());
                    self.next();
                }
            }
        }
        let name = path.last().cloned().unwrap_or_default();
        found.push((path, name));
        found
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|char: char| char.is_alphabetic() || char == '_')
}

/// Splits Rust code into tokens. Comments, strings and characters are left out.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("::") => 2,
            'r' | 'b' if raw_string(rest).is_some() => raw_string(rest).unwrap_or(1),
            '"' => string(rest),
            '\'' => character(rest),
            char if char.is_alphanumeric() || char == '_' => {
                let is_part = |char: char| char.is_alphanumeric() || char == '_';
                rest.find(|char| !is_part(char)).unwrap_or(rest.len())
            }
            char => char.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        let is_text = token.starts_with(['"', '\'']) || token.contains('"');
        if !first.is_whitespace() && !token.starts_with("//") && !is_text {
            tokens.push(token);
        }
        rest = after;
    }
    tokens
}

/// Returns the length in bytes of the raw string or byte string at the beginning of `text`, or
/// `None` if there is none.
fn raw_string(text: &str) -> Option<usize> {
    let marked = text.trim_start_matches(['b', 'r']);
    let marks = text.len() - marked.len();
    let inner = marked.trim_start_matches('#');
    if marks > 2 || !inner.starts_with('"') {
        return None;
    }
    if !text[..marks].contains('r') {
        return Some(marks + string(marked));
    }
    let end = format!("\"{}", "#".repeat(marked.len() - inner.len()));
    let start = text.len() - inner.len() + 1;
    Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// Returns the length in bytes of the string with escapes at the beginning of `text`.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// Returns the length in bytes of the character literal at the beginning of `text`, or 1 for the
/// mark of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(text.len(), |at| at + 4),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

fn planted(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files: Vec<_> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    cycles(&imports(&files))
}

#[test]
fn a_cycle_by_crate_paths_is_found() {
    let one = ("a.rs", "use crate::{b::{self, C}, d};");
    assert_eq!(planted(&[one, ("b.rs", "fn f() { crate::a::g() }")]), [["a.rs", "b.rs"]]);
    assert_eq!(
        planted(&[one, ("b.rs", ""), ("d.rs", "use crate::e;"), ("e.rs", "use crate::a::x as y;")]),
        [["a.rs", "d.rs", "e.rs"]]
    );
    assert_eq!(planted(&[one, ("b.rs", ""), ("d.rs", "")]), Vec::<Vec<String>>::new());
}

#[test]
fn a_cycle_by_super_is_found() {
    let siblings = [
        ("room/mod.rs", "mod one; mod two;"),
        ("room/one.rs", "use super::two::X;"),
        ("room/two.rs", "fn f() { super::one::g() }"),
    ];
    assert_eq!(planted(&siblings), [["room/one.rs", "room/two.rs"]]);
    let child = ("room/one.rs", "use super::Item;");
    let parent = ("room/mod.rs", "mod one; fn f() { one::g() }");
    assert_eq!(planted(&[parent, child]), [["room/mod.rs", "room/one.rs"]]);
}

#[test]
fn a_cycle_by_a_re_export_is_found() {
    let exports = ("room/mod.rs", "mod one; mod two; pub use one::X;\npub use self::two::Y;");
    assert_eq!(
        planted(&[exports, ("room/one.rs", "use crate::room::Y;"), ("room/two.rs", "")]),
        [["room/mod.rs", "room/one.rs"]]
    );
    let named = ("room/one.rs", "use crate::room;\nfn f() -> room::Y {}");
    assert_eq!(planted(&[exports, named, ("room/two.rs", "")]), [["room/mod.rs", "room/one.rs"]]);
    assert_eq!(
        planted(&[exports, ("room/one.rs", "use super::two::Y;"), ("room/two.rs", "")]),
        Vec::<Vec<String>>::new()
    );
}

#[test]
fn tests_comments_and_texts_import_nothing() {
    let text = r##"
        //! [`x`](crate::b::x)
        pub(in crate::b) fn g() {}
        const TEXT: &str = r#"crate::b::y "quoted" "#; const MORE: &[u8] = b"crate::b";
        fn f<'a>() -> char { '"' } // crate::b
        #[cfg(test)]
        #[expect(dead_code, reason = "it is { unbalanced")]
        mod tests { use super::*; use crate::b::z; }
        #[cfg(test)]
        mod others;
        mod inline { use super::f; }
    "##;
    let b = ("b.rs", "use crate::a::f;");
    let others = ("a/others.rs", "use super::f; use crate::b::z;");
    assert_eq!(planted(&[("a.rs", text), b, others]), Vec::<Vec<String>>::new());
    let captures = "fn f() -> impl Iterator<Item = u8> + use<> { g(); h() }";
    assert!(planted(&[("a.rs", captures), ("b.rs", "use crate::a::f;")]).is_empty());
    let after = format!("{text} use crate::b::z;");
    assert_eq!(planted(&[("a.rs", &after), b, others]), [["a.rs", "b.rs"]]);
}
