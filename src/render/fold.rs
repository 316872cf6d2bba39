//! What repeats itself is told once: a poll every 16 s is one line.

/// No more items than these repeat themselves together.
const BLOCK_MAX: usize = 6;
/// So often something is there before it is folded.
const TIMES_MIN: usize = 3;

/// An item to be shown, or what was not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The item at this position.
    Item(usize),
    /// What stands before it, again and again.
    Again(Again),
}

/// The last items that were told come so many times more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Again {
    /// How many items.
    pub(super) items: usize,
    /// How many times more.
    pub(super) times: usize,
    /// The position of the last of them.
    pub(super) last: usize,
}

impl Again {
    /// `… 12 more times, until 200.120 s`.
    pub(super) fn words(self, until: impl std::fmt::Display) -> String {
        let Self { items, times, .. } = self;
        match items {
            1 => format!("{times} more times, until {until} s"),
            items => format!("these {items} lines {times} more times, until {until} s"),
        }
    }
}

/// Items in their order, where those that repeat themselves are told once.
pub(super) fn fold<T>(items: &[T], are_alike: impl Fn(&T, &T) -> bool) -> Vec<Told> {
    let mut told = Vec::with_capacity(items.len());
    let mut at = 0;
    while at < items.len() {
        let rest = &items[at..];
        let mut best: Option<(usize, usize)> = None;
        for block in 1..=BLOCK_MAX.min(rest.len() / TIMES_MIN) {
            let times = repeated(rest, block, &are_alike);
            let is_better = best.is_none_or(|(block_before, times_before)| {
                block * (times - 1) > block_before * (times_before - 1)
            });
            if times >= TIMES_MIN && is_better {
                best = Some((block, times));
            }
        }
        let (block, times) = best.unwrap_or((1, 1));
        told.extend((at..at + block).map(Told::Item));
        at += block * times;
        if times > 1 {
            told.push(Told::Again(Again {
                items: block,
                times: times - 1,
                last: at - 1,
            }));
        }
    }
    told
}

/// How many times the first items stand there one after the other.
fn repeated<T>(rest: &[T], block: usize, are_alike: impl Fn(&T, &T) -> bool) -> usize {
    let (first, others) = rest.split_at(block);
    let again = others.chunks_exact(block).take_while(|other| {
        let mut pairs = first.iter().zip(*other);
        pairs.all(|(one, other)| are_alike(one, other))
    });
    1 + again.count()
}

#[cfg(test)]
mod tests {
    use super::{Again, Told, fold};

    fn told(items: &str) -> Vec<Told> {
        let letters: Vec<char> = items.chars().collect();
        fold(&letters, |one, other| one == other)
    }

    #[test]
    fn what_is_there_twice_is_told_twice() {
        assert_eq!(told("aab").len(), 3);
        assert_eq!(told("ababc").len(), 5);
    }

    #[test]
    fn a_block_that_repeats_itself_is_told_once() {
        let again = Again {
            items: 2,
            times: 3,
            last: 8,
        };
        let expected = [
            Told::Item(0),
            Told::Item(1),
            Told::Item(2),
            Told::Again(again),
            Told::Item(9),
        ];
        assert_eq!(told("xabababab."), expected);
    }

    #[test]
    fn one_that_repeats_itself_is_no_longer_block() {
        let again = Again {
            items: 1,
            times: 6,
            last: 6,
        };
        assert_eq!(told("aaaaaaa"), [Told::Item(0), Told::Again(again)]);
    }
}
