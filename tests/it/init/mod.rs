//! `dateline init`: what it writes fits the archive that it looks at.

mod command_line;
mod headings;
mod layouts;
mod settings;
