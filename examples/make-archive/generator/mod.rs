//! Makes archives of any size, with known defects.

mod calendar;
mod day_page;
mod defects;
mod event;
mod event_page;
mod languages;
mod page;
mod random;
mod related;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use calendar::Calendar;
use defects::Sample;
use event::Event;
use page::Page;

/// The fewest events of an archive with defects: an event, five events that its page may list, and
/// another one to which a related item with a defect may lead.
const FEWEST_EVENTS_WITH_DEFECTS: u64 = 7;

/// The settings of every archive.
const SETTINGS: &str = "# Made by the example `make-archive`. The defaults fit this archive.\n";

/// An archive to make.
pub struct Archive {
    seed: u64,
    calendar: Calendar,
    defects: u64,
}

/// Why an archive cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The archive would begin too early.
    #[error("years have four digits, which is not enough for {0} pages")]
    TooManyPages(u64),
    /// There are fewer events than defects need.
    #[error("{defects} defects do not fit into {events} events")]
    TooManyDefects {
        /// The number of defects.
        defects: u64,
        /// The number of events.
        events: u64,
    },
    /// The folder contains files, which may be of use to somebody.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file or folder cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The path of the file or folder.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
}

impl Archive {
    /// Describes an archive of `pages` pages, of which `defects` events have one defect each. It is
    /// the same for the same numbers on every system.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many pages or too many defects.
    pub fn new(seed: u64, pages: u64, defects: u64) -> Result<Self, Error> {
        let calendar = Calendar::new(seed, pages).ok_or(Error::TooManyPages(pages))?;
        let events = calendar.events;
        if defects > events || defects > 0 && events < FEWEST_EVENTS_WITH_DEFECTS {
            return Err(Error::TooManyDefects { defects, events });
        }
        Ok(Self { seed, calendar, defects })
    }

    /// Writes the archive into an empty or new folder, and the findings that are expected next to
    /// it, into the file that [`truth_path`] names. Only the events of one day are in memory.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder is not empty or a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        create_empty(folder)?;
        write_file(&folder.join("dateline.toml"), SETTINGS.as_bytes())?;
        let path = truth_path(folder);
        let file = File::create(&path).map_err(|error| failed(&path, error))?;
        let mut truth = BufWriter::new(file);
        let mut sample = Sample::new(self.seed, self.calendar.events, self.defects);
        for day in 0..self.calendar.days {
            for page in self.pages(day, &mut sample) {
                write_page(folder, &page)?;
                write_expected(&mut truth, &page).map_err(|error| failed(&path, error))?;
            }
        }
        truth.flush().map_err(|error| failed(&path, error))
    }

    /// Returns the pages of a day.
    fn pages(&self, day: u64, sample: &mut Sample) -> Vec<Page> {
        let events: Vec<_> =
            self.calendar.events_of(day).map(|index| (self.event(index), sample.next())).collect();
        let event_pages =
            events.iter().map(|(event, defect)| event_page::event_page(self, event, *defect));
        event_pages.chain([day_page::day_page(self, day, &events)]).collect()
    }

    fn event(&self, index: u64) -> Event {
        Event::new(self.seed, &self.calendar, index)
    }
}

/// Returns the path of the truth file of an archive: that of its folder, with `.truth.jsonl`.
pub fn truth_path(folder: &Path) -> PathBuf {
    let mut path = OsString::from(folder);
    path.push(".truth.jsonl");
    path.into()
}

/// Creates a folder, or accepts an empty one.
fn create_empty(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| failed(folder, error))?;
    if entries.next().is_some() {
        return Err(Error::NotEmpty(folder.to_owned()));
    }
    Ok(())
}

fn write_page(folder: &Path, page: &Page) -> Result<(), Error> {
    let path = folder.join(&page.path);
    // The folder exists, unless this is the first page of the day.
    match fs::write(&path, &page.text) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let day = path.parent().unwrap_or(folder);
            fs::create_dir_all(day).map_err(|error| failed(day, error))?;
            write_file(&path, page.text.as_bytes())
        }
        result => result.map_err(|error| failed(&path, error)),
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|error| failed(path, error))
}

fn write_expected(truth: &mut impl Write, page: &Page) -> io::Result<()> {
    for expected in &page.expected {
        serde_json::to_writer(&mut *truth, expected)?;
        truth.write_all(b"\n")?;
    }
    Ok(())
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::Write { path: path.to_owned(), error }
}
