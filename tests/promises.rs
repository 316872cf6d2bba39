//! What each backend's service promises, and no more: a row each, held against random stories.
//!
//! A row says by what a promise may be broken: *two at work*, each of whom believes that the lock is
//! its own; a *stale* save, which overwrites a state that its writer has never seen; a *lower* serial,
//! stored by something else than a push; an unlock that takes *another's* lock away. In stories in
//! which nothing of that happens, none is ever broken; and for whatever a row names, there are stories
//! with nothing else in which it is. A promise that is never put to the test is worth nothing, and
//! neither is a danger that never comes true.

mod story;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::places::Place;
use story::Cause::{
    self, Connection, ForceUnlock, Hand, LateUnlock, Mixed, StateGone, Tool, WithoutLock,
};
use watch::Broken;

/// Together these break a promise.
type Causes = &'static [Cause];

/// By what each promise may be broken, each by itself.
#[derive(Debug, Clone, Copy)]
struct Row {
    place: Place,
    two_at_work: &'static [Causes],
    stale: &'static [Causes],
    lower: &'static [Causes],
    anothers: &'static [Causes],
}

impl Row {
    const fn causes(&self, broken: Broken) -> &'static [Causes] {
        match broken {
            Broken::TwoAtWork => self.two_at_work,
            Broken::Stale => self.stale,
            Broken::Lower => self.lower,
            Broken::Anothers => self.anothers,
        }
    }

    /// Whether the promise may be broken in a story in which these things happen.
    fn allows(&self, broken: Broken, causes: &BTreeSet<Cause>) -> bool {
        let mut all = self.causes(broken).iter();
        all.any(|some| some.iter().all(|cause| causes.contains(cause)))
    }
}

const FREED: [Causes; 3] = [&[ForceUnlock], &[Tool], &[Hand]];

const ROWS: [Row; 10] = [
    // The save carries the lease: who has lost it is refused.
    Row {
        place: Place::Azurerm,
        two_at_work: &[&[ForceUnlock], &[Tool], &[Hand], &[StateGone]],
        stale: &[&[WithoutLock]],
        lower: &[&[WithoutLock]],
        anothers: &[],
    },
    // No save carries anything; the unlock compares, and then deletes whatever is there.
    Row {
        place: Place::S3,
        two_at_work: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed]],
        stale: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed], &[WithoutLock]],
        lower: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed], &[WithoutLock]],
        anothers: &[&[ForceUnlock, LateUnlock]],
    },
    Row {
        place: Place::S3Table,
        two_at_work: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed]],
        stale: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed], &[WithoutLock]],
        lower: &[&[ForceUnlock], &[Tool], &[Hand], &[Mixed], &[WithoutLock]],
        anothers: &[&[ForceUnlock, LateUnlock]],
    },
    // The lock that both have decides, and of two the other one is left.
    Row {
        place: Place::S3Both,
        two_at_work: &FREED,
        stale: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        lower: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        anothers: &[],
    },
    // The unlock is conditional, the save is not.
    Row {
        place: Place::Gcs,
        two_at_work: &FREED,
        stale: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        lower: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        anothers: &[],
    },
    // The lock goes with the session, and is on the row that was there; force-unlock frees nothing.
    Row {
        place: Place::Pg,
        two_at_work: &[&[Tool], &[Hand], &[Connection], &[StateGone]],
        stale: &[
            &[Tool],
            &[Hand],
            &[Connection],
            &[StateGone],
            &[WithoutLock],
        ],
        lower: &[
            &[Tool],
            &[Hand],
            &[Connection],
            &[StateGone],
            &[WithoutLock],
        ],
        anothers: &[],
    },
    // Nothing is checked, the unlock neither.
    Row {
        place: Place::Http,
        two_at_work: &FREED,
        stale: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        lower: &[&[ForceUnlock], &[Tool], &[Hand], &[WithoutLock]],
        anothers: &[&[ForceUnlock], &[Tool], &[Hand]],
    },
    // Who has no lock may write where there is none.
    Row {
        place: Place::HttpFenced,
        two_at_work: &FREED,
        stale: &[&[WithoutLock]],
        lower: &[&[WithoutLock]],
        anothers: &[],
    },
    // The same, and no serial twice.
    Row {
        place: Place::Gitlab,
        two_at_work: &FREED,
        stale: &[&[WithoutLock]],
        lower: &[],
        anothers: &[],
    },
    // The lock is the process's, on a file that somebody may take away.
    Row {
        place: Place::Local,
        two_at_work: &[&[StateGone]],
        stale: &[&[WithoutLock]],
        lower: &[&[WithoutLock]],
        anothers: &[],
    },
];

/// What the stories of a place came to.
#[derive(Debug, Default)]
struct Told {
    /// What was broken though nothing that allows it happened.
    wrong: Vec<String>,
    /// In how many stories with nothing but these causes it was broken.
    shown: BTreeMap<(Broken, BTreeSet<Cause>), usize>,
}

fn tell(row: &Row, numbers: std::ops::Range<u64>) -> Told {
    let told = numbers.into_par_iter().map(|number| {
        let (document, causes) = story::story(row.place, number);
        let broken = watch::broken(&document);
        (number, causes, broken)
    });
    let told: Vec<_> = told.collect();
    let mut all = Told::default();
    for (number, causes, broken) in told {
        for (broken, what) in broken {
            if !row.allows(broken, &causes) {
                let place = row.place.word();
                all.wrong.push(format!(
                    "{place} {number}, {broken:?} by {causes:?}: {what}"
                ));
            }
            *all.shown.entry((broken, causes.clone())).or_default() += 1;
        }
    }
    all
}

/// `LEASELAB_PROMISES=2000` tells so many stories of each backend.
fn count() -> u64 {
    let given = std::env::var("LEASELAB_PROMISES").ok();
    given.map_or(400, |count| count.parse().unwrap())
}

#[test]
fn each_backend_keeps_what_it_promises_and_no_more() {
    let mut wrong = Vec::new();
    for row in &ROWS {
        let told = tell(row, 0..count());
        wrong.extend(told.wrong.iter().take(5).cloned());
        for broken in Broken::ALL {
            for causes in row.causes(broken) {
                let causes: BTreeSet<Cause> = causes.iter().copied().collect();
                let shown = told.shown.get(&(broken, causes.clone()));
                if shown.is_none() {
                    let place = row.place.word();
                    wrong.push(format!("{place}: no {broken:?} by {causes:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A row that promised more would be found out.
#[test]
fn each_promise_can_be_broken() {
    const STORIES: u64 = 150;
    let strict = Row {
        place: Place::Http,
        two_at_work: &[],
        stale: &[],
        lower: &[],
        anothers: &[],
    };
    let told = tell(&strict, 0..STORIES);
    for broken in Broken::ALL {
        let of = format!("{broken:?} by");
        let mut wrong = told.wrong.iter();
        assert!(wrong.any(|wrong| wrong.contains(&of)), "{of}");
    }
}
