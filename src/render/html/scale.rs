//! From time to the picture's width, so that an hour of an apply and its last 200 ms are both
//! readable.

use crate::kernel::SimTime;

/// Where each instant stands, in units that grow with the logarithm of the time between.
pub(super) fn knots(times: &[SimTime]) -> Vec<(u64, u64)> {
    let mut knots = Vec::new();
    let mut x = 0;
    let mut last: Option<SimTime> = None;
    for time in times {
        if let Some(last) = last {
            x += width(time.since(last).as_ms());
        }
        knots.push((time.as_ms(), x));
        last = Some(*time);
    }
    knots
}

/// The room between two instants: a tenth more for each doubling of the time.
fn width(ms: u64) -> u64 {
    const LEAST: u64 = 12;
    let doublings = u64::from((ms / 4).checked_ilog2().map_or(0, |log| log + 1));
    LEAST + 8 * doublings
}
