//! Random numbers that are the same in every run and on every system.

/// A generator of random numbers: `SplitMix64` (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
pub struct Random(u64);

/// The step of the counter: the golden ratio as a fraction of 2^64, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// Creates the generator of one item of an archive. Generators with different purposes or
    /// indices are independent, so an item can be generated without the items before it.
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let purpose = mixed(seed.wrapping_add(STEP.wrapping_mul(purpose as u64)));
        Self(mixed(purpose.wrapping_add(STEP.wrapping_mul(index))))
    }

    /// Returns a number below `end`, which is not 0: the high half of a product (Lemire, "Fast
    /// random integer generation in an interval", 2019). It is not exactly uniform, but very nearly
    /// if `end` is far below 2^64.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let product = u128::from(mixed(self.0)) * u128::from(end);
        (product >> 64) as u64
    }

    /// Returns one of several values.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let index = self.below(among.len() as u64);
        &among[index as usize]
    }
}

/// What random numbers are for.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// How many events a day has.
    Calendar,
    /// The language and the title of an event.
    Event,
    /// The text, the sources and the related events of a page.
    Page,
    /// Which events have defects.
    Defects,
}

/// Mixes the bits of a counter: the finalizer of `SplitMix64`.
fn mixed(counter: u64) -> u64 {
    let bits = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
