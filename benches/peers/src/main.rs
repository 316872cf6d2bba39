//! leaselab beside other simulators, in one run: HOLD, and ten minutes of lease renewals.
//!
//! Contenders take turns, round after round; the rates are medians. `benches/README.md` says how
//! the models differ where they cannot be the same. `PYTHON` names a Python that has `SimPy`.

#[path = "../../subject/hold.rs"]
mod hold;
#[path = "../../subject/renewal.rs"]
mod renewal;
#[path = "../../subject/scenario.rs"]
mod scenario;
mod simulacra_model;
#[path = "../../subject/ten_minutes.rs"]
mod ten_minutes;

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use leaselab::simulation::Recording;

const ROUNDS: usize = 5;
const PENDING: u32 = 1_024;
const EVENTS: u64 = 2_000_000;
const RUNS: u64 = 5_000;

struct Contender {
    name: &'static str,
    /// Does its work and returns how much of it there was in a second.
    turn: Box<dyn FnMut() -> Option<f64>>,
}

impl Contender {
    fn new(name: &'static str, units: u64, mut work: impl FnMut() + 'static) -> Self {
        let turn = Box::new(move || {
            let start = Instant::now();
            work();
            Some(units as f64 / start.elapsed().as_secs_f64())
        });
        Self { name, turn }
    }

    /// A model in Python, which measures itself, so that the start of Python does not count.
    fn python(name: &'static str, model: &'static str) -> Self {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/simpy_model.py");
        let turn = Box::new(move || {
            let output = Command::new(&python).args([script, model]).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        });
        Self { name, turn }
    }
}

fn each_seed(run: impl Fn(u64)) {
    for seed in 0..RUNS {
        run(seed);
    }
}

/// Prints the rates, and each as a multiple of the first one.
fn compete(title: &str, mut contenders: Vec<Contender>) {
    println!("{title}");
    let mut rates = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for (contender, rates) in contenders.iter_mut().zip(&mut rates) {
            rates.extend((contender.turn)());
        }
    }
    let mut first = None;
    for (contender, mut rates) in contenders.iter().zip(rates) {
        rates.sort_by(f64::total_cmp);
        match rates.get(rates.len() / 2) {
            Some(rate) => {
                let first = *first.get_or_insert(*rate);
                println!(
                    "  {:<48} {rate:>12.0} /s {:>8.3} x",
                    contender.name,
                    rate / first
                );
            }
            None => println!("  {:<48} could not run", contender.name),
        }
    }
}

fn main() {
    compete(
        "HOLD with 1,024 pending, events",
        vec![
            Contender::new("leaselab, event list", EVENTS, || {
                black_box(hold::event_list(PENDING, EVENTS));
            }),
            Contender::new("bare BinaryHeap", EVENTS, || {
                black_box(hold::bare_heap(PENDING, EVENTS));
            }),
            Contender::new("simulacra 0.1.0", EVENTS, || {
                black_box(simulacra_model::hold(PENDING, EVENTS));
            }),
            Contender::python("SimPy 4.1.2", "hold"),
        ],
    );
    for seed in 0..100 {
        let outcome = simulacra_model::renewals(seed);
        assert_eq!(outcome, renewal::hand_written(seed), "they do the same");
    }
    let ten_minutes = ten_minutes::renewals();
    compete(
        "ten minutes of renewals, runs",
        vec![
            Contender::new("leaselab, kernel and azure", RUNS, || {
                each_seed(|seed| {
                    black_box(renewal::kernel_and_azure(seed));
                });
            }),
            Contender::new("leaselab, public API, recording off", RUNS, move || {
                each_seed(|seed| {
                    black_box(scenario::replay(&ten_minutes, seed, Recording::Off));
                });
            }),
            Contender::new("hand-written loop", RUNS, || {
                each_seed(|seed| {
                    black_box(renewal::hand_written(seed));
                });
            }),
            Contender::new("simulacra 0.1.0, events", RUNS, || {
                each_seed(|seed| {
                    black_box(simulacra_model::renewals(seed));
                });
            }),
            Contender::new(
                "simulacra 0.1.0, tasks, latency fixed at 25 ms",
                RUNS,
                || {
                    each_seed(|seed| {
                        black_box(simulacra_model::renewals_by_tasks(seed));
                    });
                },
            ),
            Contender::python("SimPy 4.1.2", "renewals"),
        ],
    );
}
