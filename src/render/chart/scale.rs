//! Time to place: where an instant stands along the axis.
//!
//! A request is answered in milliseconds, a resource takes seconds and a lock may be waited for an
//! hour: on one even scale only one of them can be read. Here each stretch between two instants
//! at which something occurs gets room by the square of the logarithm of its length. The order
//! stays, and so does evenness within a stretch; where a stretch gets far less than its fair
//! share, it is folded, and whoever draws says so.

use crate::kernel::SimTime;

/// A monotone mapping from time to pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Scale {
    /// Instants with their places, both in order; between two of them the scale is even.
    knots: Vec<(SimTime, u64)>,
    folds: Vec<Fold>,
}

/// A stretch in which nothing occurs, drawn much shorter than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Fold {
    pub(in crate::render) from: SimTime,
    pub(in crate::render) to: SimTime,
}

/// How much room there is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Room {
    /// What has less to show is stretched to this.
    pub(in crate::render) min: u64,
    /// What has more to show is pressed into this.
    pub(in crate::render) max: u64,
}

/// Shorter stretches are never folded: nobody waits for them.
const FOLD_MS_MIN: u64 = 2_000;
/// A fold has at most one part in so many of its fair share.
const FOLD_RATIO: u64 = 2;

/// The room that a stretch asks for.
fn weight(ms: u64) -> u64 {
    const LEAST: u64 = 6;
    let log = u64::from(ms.saturating_add(1).ilog2());
    LEAST + log * log / 2
}

impl Scale {
    /// A scale on which the instants from `from` to `to` are told apart. They may come in any
    /// order; what lies outside has no part in it.
    pub(in crate::render) fn new(
        instants: impl IntoIterator<Item = SimTime>,
        (from, to): (SimTime, SimTime),
        room: Room,
    ) -> Self {
        let to = to.max(from);
        let within = instants
            .into_iter()
            .filter(|time| from < *time && *time < to);
        let mut times: Vec<SimTime> = within.chain([from, to]).collect();
        times.sort_unstable();
        times.dedup();
        let gap = |pair: &[SimTime]| pair[1].since(pair[0]).as_ms();
        let wanted: u64 = times.windows(2).map(|pair| weight(gap(pair))).sum();
        let width = wanted.clamp(room.min, room.max);
        let whole = to.since(from).as_ms();
        let mut knots = vec![(from, 0)];
        let mut folds = Vec::new();
        let mut used = 0;
        for pair in times.windows(2) {
            let own = weight(gap(pair));
            used += own;
            knots.push((pair[1], proportion(used, width, wanted)));
            let fair = proportion(gap(pair), width, whole);
            let drawn = proportion(own, width, wanted);
            if gap(pair) >= FOLD_MS_MIN && fair > FOLD_RATIO * drawn {
                let (from, to) = (pair[0], pair[1]);
                folds.push(Fold { from, to });
            }
        }
        Self { knots, folds }
    }

    /// Instants with their places, both in order.
    pub(in crate::render) fn knots(&self) -> &[(SimTime, u64)] {
        &self.knots
    }

    /// How wide it is.
    pub(in crate::render) fn width(&self) -> u64 {
        self.knots.last().map_or(0, |(_, place)| *place)
    }

    /// Where an instant stands. What is earlier stands at the beginning, what is later at the
    /// end.
    pub(in crate::render) fn place(&self, time: SimTime) -> u64 {
        let behind = self.knots.partition_point(|(knot, _)| *knot <= time);
        let before = behind.checked_sub(1).map(|index| self.knots[index]);
        match (before, self.knots.get(behind)) {
            (None, _) => 0,
            (Some((_, place)), None) => place,
            (Some((from, left)), Some((to, right))) => {
                let part = time.since(from).as_ms();
                left + proportion(part, right - left, to.since(from).as_ms())
            }
        }
    }

    /// The stretches that are folded, in order.
    pub(in crate::render) fn folds(&self) -> &[Fold] {
        &self.folds
    }
}

/// `part` of `whole`, in parts of `of`, rounded down.
fn proportion(part: u64, of: u64, whole: u64) -> u64 {
    let wide = u128::from(part) * u128::from(of) / u128::from(whole.max(1));
    u64::try_from(wide).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOM: Room = Room {
        min: 1_000,
        max: 2_000,
    };

    fn scale(ms: &[u64]) -> Scale {
        let times = ms.iter().copied().map(SimTime::from_ms);
        let last = times.clone().max().unwrap_or_default();
        Scale::new(times, (SimTime::ZERO, last), ROOM)
    }

    #[test]
    fn an_hour_and_its_last_200_ms_can_both_be_read() {
        let scale = scale(&[0, 80, 3_600_000, 3_600_004, 3_600_100, 3_600_200]);
        let place = |ms| scale.place(SimTime::from_ms(ms));
        assert_eq!(scale.width(), 1_000);
        assert!(place(3_600_200) - place(3_600_000) > 100);
        assert!(place(3_600_000) - place(80) > 200);
        let fold = Fold {
            from: SimTime::from_ms(80),
            to: SimTime::from_ms(3_600_000),
        };
        // Of an hour, whatever is drawn is all but alone: its share is as fair as can be.
        assert!(scale.folds().is_empty() || scale.folds() == [fold]);
    }

    #[test]
    fn what_is_idle_is_folded_and_what_is_dense_is_not() {
        let busy = (0..200).map(|n| n * 50);
        let times: Vec<u64> = busy.chain([70_000]).collect();
        let scale = scale(&times);
        let folds: Vec<u64> = { scale.folds().iter() }
            .map(|fold| fold.to.as_ms())
            .collect();
        assert_eq!(folds, [70_000]);
    }

    #[test]
    fn nothing_at_all_has_its_place() {
        let scale = Scale::new([], (SimTime::ZERO, SimTime::ZERO), ROOM);
        assert_eq!((scale.width(), scale.place(SimTime::MAX)), (0, 0));
    }

    proptest! {
        #[test]
        fn what_is_later_never_stands_before_what_is_earlier(
            mut times in prop::collection::vec(0..10_000_000_u64, 1..80),
            mut looked in prop::collection::vec(0..11_000_000_u64, 2..40),
        ) {
            let scale = scale(&times);
            looked.append(&mut times);
            looked.sort_unstable();
            let places: Vec<u64> = { looked.iter() }
                .map(|ms| scale.place(SimTime::from_ms(*ms)))
                .collect();
            prop_assert!(places.is_sorted());
            prop_assert!(scale.width() <= ROOM.max);
        }
    }
}
