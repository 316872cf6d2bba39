//! Named streams of random numbers.
//!
//! Every draw names its stream, so that a new draw in one place moves no other. A stream is
//! `ChaCha8` under the replication's seed, with a stream number that is FNV-1a of the stream's
//! name: a fixed function of ours, because the standard hashers promise nothing across releases.
//! Bounded draws are ours too, because the `rand` crate may change its values in minor releases.

use std::fmt;
use std::str::FromStr;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The seed of a replication. The same scenario, seed and version give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seed(pub u64);

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An independent sequence of random numbers, under a name.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream called `name` under `seed`.
    pub fn named(seed: Seed, name: &str) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.0);
        rng.set_stream(fnv_1a(name));
        Self(rng)
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..bound`, each equally likely.
    ///
    /// # Panics
    ///
    /// If `bound` is zero.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "there is no number below zero");
        // Lemire's method: the high half of a widening product, drawn again where it is biased.
        // The bias begins below `2⁶⁴ mod bound`, and a low half of at least `bound` is never
        // there, so that the division is rarely needed.
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            let low = u64::try_from(product & u128::from(u64::MAX)).expect("masked to 64 bits");
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return u64::try_from(product >> 64).expect("the high half has 64 bits");
            }
        }
    }

    /// A number in `low..=high`, each equally likely.
    ///
    /// # Panics
    ///
    /// If `high` is below `low`.
    #[inline]
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "a range runs upward");
        match (high - low).checked_add(1) {
            Some(bound) => low + self.below(bound),
            None => self.next_u64(),
        }
    }

    /// Whether something with this chance happens.
    pub fn happens(&mut self, chance: Ratio) -> bool {
        self.below(chance.denominator) < chance.numerator
    }

    /// Puts the items in a random order, each order equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u64::try_from(last + 1).expect("a length fits in 64 bits");
            let chosen = usize::try_from(self.below(bound)).expect("below a length");
            items.swap(last, chosen);
        }
    }
}

const fn fnv_1a(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let bytes = name.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        hash ^= {
            let [low] = [bytes[index]];
            u64::from_le_bytes([low, 0, 0, 0, 0, 0, 0, 0])
        };
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        index += 1;
    }
    hash
}

/// A chance, written `1/20`: never a float, so that it is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

impl Ratio {
    /// `numerator` in `denominator`, or `None` where that is no chance between 0 and 1.
    pub const fn new(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 || numerator > denominator {
            return None;
        }
        Some(Self {
            numerator,
            denominator,
        })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// Why a text is not a [`Ratio`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatioError;

impl fmt::Display for RatioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a chance; write two whole numbers such as 1/20, at most 1/1")
    }
}

impl std::error::Error for RatioError {}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, RatioError> {
        let (numerator, denominator) = text.split_once('/').ok_or(RatioError)?;
        let numerator = numerator.trim().parse().map_err(|_| RatioError)?;
        let denominator = denominator.trim().parse().map_err(|_| RatioError)?;
        Self::new(numerator, denominator).ok_or(RatioError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first draws of the streams that the model uses. They must never move: a scenario's
    /// published timeline depends on them.
    #[test]
    fn the_first_draws_of_each_stream_are_pinned() {
        let first = |name: &str| {
            let mut stream = Stream::named(Seed(0), name);
            [stream.next_u64(), stream.next_u64()]
        };
        let drawn = [
            first("identity"),
            first("latency/alice"),
            first("chance/0"),
            first("order"),
        ];
        assert_eq!(drawn, PINNED);
    }

    const PINNED: [[u64; 2]; 4] = [
        [8_219_906_592_601_730_628, 8_738_776_881_652_846_023],
        [18_190_110_876_819_533_878, 12_359_077_807_077_026_670],
        [7_914_645_017_640_428_785, 9_191_024_119_948_486_927],
        [6_856_453_647_319_207_236, 1_564_941_177_190_274_340],
    ];

    #[test]
    fn streams_with_different_names_or_seeds_differ() {
        let first = |seed, name| Stream::named(Seed(seed), name).next_u64();
        assert_eq!(first(1, "latency"), first(1, "latency"));
        assert_ne!(first(1, "latency"), first(1, "identity"));
        assert_ne!(first(1, "latency"), first(2, "latency"));
    }

    #[test]
    fn bounded_draws_stay_in_their_bounds_and_reach_them() {
        let mut stream = Stream::named(Seed(3), "bounds");
        let drawn: Vec<u64> = (0..1_000).map(|_| stream.between(5, 7)).collect();
        assert!(drawn.iter().all(|value| (5..=7).contains(value)));
        for value in 5..=7 {
            assert!(drawn.contains(&value), "{value} never came");
        }
        assert!((0..100).all(|_| stream.happens(Ratio::new(1, 1).unwrap())));
        assert!(!(0..100).any(|_| stream.happens(Ratio::new(0, 1).unwrap())));
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..50).collect();
        Stream::named(Seed(1), "order").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn chances_are_two_whole_numbers() {
        assert_eq!("3/4".parse(), Ok(Ratio::new(3, 4).unwrap()));
        for text in ["", "1", "0.5", "5/4", "1/0", "-1/2", "a/b"] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError), "{text}");
        }
    }
}
