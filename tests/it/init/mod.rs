//! Tests of `dateline init`: the generated settings must fit the archive.

mod command_line;
mod date_places;
mod fields;
mod fixtures;
mod headings;
mod layouts;
mod path_patterns;
mod refusals;
mod settings;
