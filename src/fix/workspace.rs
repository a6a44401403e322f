//! An archive in memory, as fixes have made it so far.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::archive::page_source::{PageSource, ReadError};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// Its path from the archive's root.
    pub path: String,
    /// What it was; none if it was not there.
    pub before: Option<Vec<u8>>,
    /// What it is to be.
    pub after: Vec<u8>,
}

/// An archive as the fixes so far have made it; nothing of it is written.
pub struct Workspace<'a> {
    source: &'a dyn PageSource,
    /// A hash of each file, as it was when it was first read.
    seen: Mutex<HashMap<String, u128>>,
    fixed: RwLock<BTreeMap<String, FixedFile>>,
    /// Files that changed between two looks at them, which are left alone.
    changed: Mutex<BTreeSet<String>>,
}

impl<'a> Workspace<'a> {
    pub(super) fn new(source: &'a dyn PageSource) -> Self {
        Self { source, seen: Mutex::default(), fixed: RwLock::default(), changed: Mutex::default() }
    }

    /// The content of a file, if it is the one that was read first and may be edited.
    pub(super) fn content(&self, path: &str) -> Option<Vec<u8>> {
        let bytes = self.read(path).ok()?;
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        (!changed.contains(path)).then_some(bytes)
    }

    /// Gives a file other content, or takes away one that fixes added. `before` is what the caller read of it: what fixes
    /// made of it so far, or else what it was. Returns whether the content changes.
    pub(super) fn set(
        &mut self,
        path: &str,
        before: Option<&[u8]>,
        content: Option<Vec<u8>>,
    ) -> bool {
        let fixed = self.fixed.get_mut().unwrap_or_else(PoisonError::into_inner);
        match (fixed.get_mut(path), content) {
            (Some(file), Some(content)) => {
                let changes = file.after != content;
                file.after = content;
                changes
            }
            (Some(_), None) => fixed.remove(path).is_some(),
            (None, None) => false,
            (None, Some(after)) => {
                let before = before.map(<[u8]>::to_vec);
                let changes = before.as_ref() != Some(&after);
                let path = path.to_owned();
                fixed.insert(path.clone(), FixedFile { path, before, after });
                changes
            }
        }
    }

    /// Takes back all that fixes made of a file. Returns whether they had added it.
    pub(super) fn reset(&mut self, path: &str) -> bool {
        let fixed = self.fixed.get_mut().unwrap_or_else(PoisonError::into_inner);
        fixed.remove(path).is_some_and(|file| file.before.is_none())
    }

    /// The files that differ from what they were, in order of their paths, and those that were left
    /// alone because somebody else changed them meanwhile.
    pub(super) fn finish(self) -> (Vec<FixedFile>, BTreeSet<String>) {
        let fixed = self.fixed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let fixed = fixed.into_values().filter(|file| file.before.as_ref() != Some(&file.after));
        let changed = self.changed.into_inner().unwrap_or_else(PoisonError::into_inner);
        (fixed.collect(), changed)
    }
}

impl PageSource for Workspace<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let fixed = self.fixed.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = fixed.get(path) {
            return Ok(file.after.clone());
        }
        let bytes = self.source.read(path)?;
        let hash = xxh3_128(&bytes);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen.entry(path.to_owned()).or_insert(hash) != hash {
            let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
            changed.insert(path.to_owned());
        }
        Ok(bytes)
    }
}
