//! The site that a generator builds from the archive: at which address each page is served.

mod address;
mod address_text;
mod addresses;
mod categories;
mod description;
mod generator;
mod permalink;
mod slugify;
#[cfg(test)]
mod tests;

pub use address::{ADDRESS_KEYS, AddressRules, PageAddresses};
pub use addresses::{Addresses, SharedAddress, absolute};
pub use description::Site;
pub use generator::Generator;
pub use permalink::{Permalink, PermalinkError};
