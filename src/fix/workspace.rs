//! The archive in memory, as changed by fixes so far.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::archive::page_source::{PageSource, ReadError};

/// A file that fixes changed or created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// The path, relative to the archive's root.
    pub path: String,
    /// The content before the fixes, or `None` if the file did not exist.
    pub before: Option<Vec<u8>>,
    /// The content after the fixes.
    pub after: Vec<u8>,
}

/// An archive as changed by fixes so far. Nothing is written to the disk.
pub struct Workspace<'a> {
    source: &'a dyn PageSource,
    /// A hash of each file's content when it was first read.
    seen: Mutex<HashMap<String, u128>>,
    fixed: RwLock<BTreeMap<String, FixedFile>>,
    /// The files that changed between two reads. They are not fixed.
    changed: Mutex<BTreeSet<String>>,
}

impl<'a> Workspace<'a> {
    /// Creates a workspace without any changes to `source`.
    pub(super) fn new(source: &'a dyn PageSource) -> Self {
        Self { source, seen: Mutex::default(), fixed: RwLock::default(), changed: Mutex::default() }
    }

    /// Returns the content of a file, or `None` if it cannot be read or has changed since it was
    /// first read.
    pub(super) fn content(&self, path: &str) -> Option<Vec<u8>> {
        let bytes = self.read(path).ok()?;
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        (!changed.contains(path)).then_some(bytes)
    }

    /// Sets the content of a file. If `content` is `None`, drops all changes to the file, which
    /// removes a file that fixes added. `before` is the content of the file so far, or `None` if it
    /// does not exist. Returns whether the content changes.
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

    /// Reverts all fixes of a file. Returns whether they had created the file.
    pub(super) fn reset(&mut self, path: &str) -> bool {
        let fixed = self.fixed.get_mut().unwrap_or_else(PoisonError::into_inner);
        fixed.remove(path).is_some_and(|file| file.before.is_none())
    }

    /// Returns the changed files, in order of their paths, and the files that were not fixed
    /// because another program changed them.
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
