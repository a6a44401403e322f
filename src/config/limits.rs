//! How much a settings file may say. The file comes with an archive that a stranger may have written,
//! and each page, heading or link is held against much of it, so all of it is bounded.

/// The most bytes of a settings file.
pub(super) const FILE: usize = 1 << 20;

/// The most bytes of a string.
pub(super) const STRING: usize = 1000;

/// The most patterns of paths in a list, and the most rules.
pub(super) const LONG_LIST: usize = 1000;

/// The most entries of any other list: layouts, formats of dates, headings, prefixes.
pub(super) const LIST: usize = 100;

/// The most sections.
pub(super) const SECTIONS: usize = 100;

/// The most headings of all sections together.
pub(super) const HEADINGS: usize = 500;

/// The most overrides.
pub(super) const OVERRIDES: usize = 250;

/// The most headers of a host.
pub(super) const HEADERS: usize = 16;
