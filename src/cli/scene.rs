//! What a run looks at: which files there are, where their bytes come from, and which of them are
//! named. Files are those on the disk, those that are staged, or those on the disk but for one page
//! that an editor holds.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::CheckArgs;
use super::changes::Changes;
use super::disk::{self, Disk};
use super::stage::Stage;
use super::{Failure, check, selection};
use crate::archive::walk::{walk, would_leave_out};
use crate::archive::walked::Walked;
use crate::config::Settings;
use crate::config::discover::{self, Origin};
use crate::linter::{PageSource, ReadError};
use crate::rules;

/// What a run looks at.
pub(super) struct Scene {
    /// The files.
    pub(super) walked: Walked,
    /// Their bytes.
    pub(super) source: Box<dyn PageSource>,
    /// The files and folders that are named, relative to the archive's root.
    pub(super) names: Vec<String>,
    /// What changed, if only that is asked for.
    pub(super) changes: Option<Changes>,
}

impl Scene {
    /// What the arguments ask to look at.
    pub(super) fn new(args: &CheckArgs, settings: &Settings, jobs: usize) -> Result<Self, Failure> {
        if let Some(path) = &args.stdin_filename {
            let absolute = disk::resolve(path).map_err(Failure::Message)?;
            if settings.file.is_none() {
                refuse_stray(&absolute, &args.origin.origin())?;
            }
            return Self::with_buffer(path, &absolute, settings, jobs);
        }
        let resolve: fn(&Path) -> _ =
            if args.may_name_what_is_not_there() { disk::resolve } else { disk::canonical };
        let names = selection::names(&args.paths, settings, resolve)?;
        if args.staged {
            let (walked, source, changes) = Changes::staged(settings, jobs)?;
            let source = Box::new(source);
            return Ok(Self { walked, source, names, changes: Some(changes) });
        }
        let mut scene = Self::with_names(names, settings, jobs);
        if let Some(revision) = &args.since {
            scene.changes = Some(Changes::since(revision, settings, &scene.walked)?);
        }
        Ok(scene)
    }

    /// The archive on the disk, of which `paths` are named.
    pub(super) fn on_disk(paths: &[PathBuf], settings: &Settings) -> Result<Self, Failure> {
        let names = selection::names(paths, settings, disk::canonical)?;
        Ok(Self::with_names(names, settings, check::processors()))
    }

    fn with_names(names: Vec<String>, settings: &Settings, jobs: usize) -> Self {
        let walked = walk(&settings.root, jobs);
        let source = Box::new(Disk::new(&settings.root, &walked.table, &walked.obstacles));
        Self { walked, source, names, changes: None }
    }

    /// The same on the disk as it is by now. What was written meanwhile has not changed by that.
    pub(super) fn again(self, settings: &Settings, jobs: usize) -> Self {
        Self { changes: self.changes, ..Self::with_names(self.names, settings, jobs) }
    }

    /// What a run is made on, with these files of it.
    pub(super) fn stage<'a>(&self, settings: &'a Settings, walked: Walked) -> Stage<'a> {
        let renamed = self.changes.as_ref().map(Changes::renamed).unwrap_or_default();
        Stage::new(settings, &self.names, walked).with_renamed(renamed)
    }

    /// The archive on the disk, with the page at `path`, which is `absolute` when resolved, as standard
    /// input has it.
    fn with_buffer(
        path: &Path,
        absolute: &Path,
        settings: &Settings,
        jobs: usize,
    ) -> Result<Self, Failure> {
        let name = selection::name(absolute, settings)?;
        if disk::is_folder(absolute) {
            let path = path.display();
            return Err(Failure::Message(format!("{path} is a folder: name the page")));
        }
        let mut text = Vec::new();
        std::io::stdin().lock().read_to_end(&mut text).map_err(|error| {
            Failure::Message(format!("cannot read the page from standard input: {error}"))
        })?;
        let mut walked = walk(&settings.root, jobs);
        if !disk::is_there(absolute) && !would_leave_out(&settings.root, &name) {
            walked = walked.with_files(vec![name.clone()]);
        }
        let disk = Disk::new(&settings.root, &walked.table, &walked.obstacles);
        let source = Box::new(Buffered { disk, name: name.clone(), text });
        Ok(Self { walked, source, names: vec![name], changes: None })
    }

    /// Whether what a file cites is to be looked at: on a change, what changed.
    pub(super) fn asks(&self, path: &str) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.is_changed(path))
    }
}

/// Refuses a page that no settings are for, if the program is started in an archive that does not hold
/// it: by the defaults, below its own folder, hardly anything would be found.
fn refuse_stray(page: &Path, origin: &Origin) -> Result<(), Failure> {
    let here = discover::load(Path::new("."), origin, &rules::infos())?;
    let is_archive = here.file.is_some() || here.repository.is_some();
    if !is_archive || page.starts_with(&here.root) {
        return Ok(());
    }
    selection::name(page, &here).map(|_| ())
}

/// Pages from the disk, but for one.
struct Buffered {
    disk: Disk,
    name: String,
    text: Vec<u8>,
}

impl PageSource for Buffered {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.name { Ok(self.text.clone()) } else { self.disk.read(path) }
    }
}
