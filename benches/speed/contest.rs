//! A contest: contenders take turns at one machine, and are compared with a yardstick.

use std::time::{Duration, Instant};

const ROUNDS: usize = 15;
/// How long each contender works in each round.
const TURN: Duration = Duration::from_millis(100);

/// Something that does a number of units of work.
pub(crate) struct Contender<'a> {
    pub(crate) name: String,
    work: Box<dyn FnMut(u64) + 'a>,
    units: u64,
    pub(crate) rates: Vec<f64>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: impl Into<String>, work: impl FnMut(u64) + 'a) -> Self {
        let work = Box::new(work);
        let (units, rates) = (0, Vec::new());
        let mut contender = Self {
            name: name.into(),
            work,
            units,
            rates,
        };
        contender.calibrate();
        contender
    }

    /// Finds how many units fill a turn.
    fn calibrate(&mut self) {
        let mut units = 16;
        loop {
            let start = Instant::now();
            (self.work)(units);
            let elapsed = start.elapsed();
            if elapsed * 4 >= TURN {
                let scale = TURN.as_secs_f64() / elapsed.as_secs_f64();
                self.units = (units as f64 * scale).max(1.0) as u64;
                return;
            }
            units *= 2;
        }
    }

    fn take_turn(&mut self) {
        let start = Instant::now();
        (self.work)(self.units);
        let elapsed = start.elapsed().as_secs_f64();
        self.rates.push(self.units as f64 / elapsed);
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

pub(crate) fn short(is_met: bool) -> &'static str {
    if is_met { "" } else { "  short" }
}

/// Lets the contenders take turns. The first one is the yardstick where `ratio_min` is given.
pub(crate) fn compete<'a>(row: &str, mut contenders: Vec<Contender<'a>>) -> Vec<Contender<'a>> {
    println!("{row}");
    for _ in 0..ROUNDS {
        for contender in &mut contenders {
            contender.take_turn();
        }
    }
    contenders
}

/// How many times the yardstick's rate the contender's is.
fn ratio(yardstick: &Contender<'_>, contender: &Contender<'_>) -> f64 {
    let ratios: Vec<f64> = { contender.rates.iter() }
        .zip(&yardstick.rates)
        .map(|(rate, yardstick)| rate / yardstick)
        .collect();
    median(&ratios)
}

/// Prints a contender beside the yardstick, of which nothing is asked.
pub(crate) fn print_beside(yardstick: &Contender<'_>, contender: &Contender<'_>) {
    println!(
        "  {:<34} {:>12.0} /s   {:.2} x",
        contender.name,
        median(&contender.rates),
        ratio(yardstick, contender)
    );
}

/// Prints a contender against the yardstick.
pub(crate) fn print_ratio(yardstick: &Contender<'_>, contender: &Contender<'_>, ratio_min: f64) {
    let ratio = ratio(yardstick, contender);
    println!(
        "  {:<34} {:>12.0} /s   {ratio:.2} x (at least {ratio_min:.2}){}",
        contender.name,
        median(&contender.rates),
        short(ratio >= ratio_min)
    );
}

pub(crate) fn print_yardstick(yardstick: &Contender<'_>) {
    println!(
        "  {:<34} {:>12.0} /s   yardstick",
        yardstick.name,
        median(&yardstick.rates)
    );
}

/// Prints a contender against a rate.
pub(crate) fn print_rate(contender: &Contender<'_>, rate_min: f64) {
    let rate = median(&contender.rates);
    println!(
        "  {:<34} {rate:>12.0} /s   at least {rate_min:.0}{}",
        contender.name,
        short(rate >= rate_min)
    );
}
