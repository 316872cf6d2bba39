//! The speed table: every row beside its yardstick, in one run.
//!
//! Contenders take turns, round after round, so that a neighbor on the machine slows all of them;
//! a ratio is the median of the rounds' ratios, a rate the median of the rounds' rates. The row
//! is followed by what was asked for, and by `short` where that is not met. Nothing here fails:
//! figures depend on the machine.
//!
//! An argument selects the rows whose name contains it: `cargo bench --bench speed -- renewal`.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark measures wall-clock time and prints ratios"
)]

#[path = "subject/apply.rs"]
mod apply;
#[path = "subject/article.rs"]
mod article;
#[path = "subject/backends.rs"]
mod backends;
#[path = "speed/contest.rs"]
mod contest;
#[path = "subject/fork.rs"]
mod fork;
#[path = "subject/grade.rs"]
mod grade;
#[path = "subject/hold.rs"]
mod hold;
#[path = "subject/pictures.rs"]
mod pictures;
#[path = "subject/property.rs"]
mod property;
#[path = "subject/renewal.rs"]
mod renewal;
#[path = "subject/scenario.rs"]
mod scenario;
#[path = "subject/shell.rs"]
mod shell;
#[path = "subject/ten_minutes.rs"]
mod ten_minutes;

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use leaselab::kernel::Seed;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Outcome;

use self::apply::{CASES, Case};
use self::contest::{
    Contender, compete, median, print_beside, print_rate, print_ratio, print_yardstick, short,
};

const PENDING: u32 = 1_024;
const SMALL_APPLY: u32 = 10_000;
const LARGE_APPLY: u32 = 100_000;
const FEW_WATCHED: u32 = 1_000;
const MANY_WATCHED: u32 = 10_000;

fn hold_row() {
    let contenders = compete(
        "hold: events with 1,024 pending",
        vec![
            Contender::new("bare BinaryHeap", |events| {
                black_box(hold::bare_heap(black_box(PENDING), events));
            }),
            Contender::new("event list", |events| {
                black_box(hold::event_list(black_box(PENDING), events));
            }),
        ],
    );
    print_yardstick(&contenders[0]);
    print_ratio(&contenders[0], &contenders[1], 0.85);
}

/// Replays with one seed after the other.
fn replays<'a>(
    name: &str,
    scenario: &'a Arc<leaselab::scenario::Scenario>,
    recording: Recording,
) -> Contender<'a> {
    Contender::new(name, move |runs| {
        for seed in 0..runs {
            black_box(scenario::replay(scenario, seed, recording));
        }
    })
}

fn renewal_row() {
    for seed in 0..100 {
        let outcome = renewal::hand_written(seed);
        assert_eq!(outcome.successes, 120, "every renewal succeeds");
        assert_eq!(outcome.events, renewal::kernel_and_azure(seed).events);
        assert_eq!(outcome.successes, renewal::kernel_and_azure(seed).successes);
        assert!(outcome.end_ms > 590_000);
    }
    let ten_minutes = ten_minutes::renewals();
    let timeline = scenario::replay(&ten_minutes, 0, Recording::On);
    let contenders = compete(
        "renewal: ten simulated minutes of two clients",
        vec![
            Contender::new("hand-written loop", |runs| {
                for seed in 0..runs {
                    black_box(renewal::hand_written(seed));
                }
            }),
            Contender::new("kernel and azure", |runs| {
                for seed in 0..runs {
                    black_box(renewal::kernel_and_azure(seed));
                }
            }),
            replays("public API, recording off", &ten_minutes, Recording::Off),
            replays("public API, recording on", &ten_minutes, Recording::On),
        ],
    );
    print_yardstick(&contenders[0]);
    print_ratio(&contenders[0], &contenders[1], 0.7);
    print_rate(&contenders[2], 20_000.0);
    print_rate(&contenders[3], 10_000.0);
    println!(
        "  ({} events and {} facts a run through the public API, {} events in the loop)",
        timeline.events,
        timeline.entries.len(),
        renewal::hand_written(0).events
    );
}

fn renders<'a>(
    name: &'static str,
    scenario: &'a Arc<leaselab::scenario::Scenario>,
) -> Contender<'a> {
    Contender::new(name, move |runs| {
        for seed in 0..runs {
            black_box(article::render(scenario, seed));
        }
    })
}

fn judges<'a>(
    name: &'static str,
    scenario: &'a Arc<leaselab::scenario::Scenario>,
) -> Contender<'a> {
    Contender::new(name, move |runs| {
        for seed in 0..runs {
            black_box(suite::replay(scenario, Seed(seed), Recording::Off));
        }
    })
}

fn article_row() {
    let article = article::article();
    let timeline = scenario::replay(&article, 0, Recording::On);
    let contenders = compete(
        "article: the failure and its resolution",
        vec![
            replays("public API, recording off", &article, Recording::Off),
            judges("recording off, judged", &article),
            renders("public API, with text timeline", &article),
        ],
    );
    print_rate(&contenders[0], 30_000.0);
    print_ratio(&contenders[0], &contenders[1], 0.5);
    print_rate(&contenders[2], 10_000.0);
    println!(
        "  ({} events and {} facts a run)",
        timeline.events,
        timeline.entries.len()
    );
}

/// The night of the article on each backend, beside azurerm's: what another service, another client
/// and other waits cost.
fn backends_row() {
    let nights = backends::nights();
    let replayed = nights.iter();
    let contenders = compete(
        "backends: that night on each",
        replayed
            .map(|(backend, night)| replays(backend, night, Recording::Off))
            .collect(),
    );
    let [yardstick, others @ ..] = &contenders[..] else {
        panic!("nights on several backends");
    };
    print_yardstick(yardstick);
    for contender in others {
        print_beside(yardstick, contender);
    }
    for (backend, night) in &nights {
        let timeline = scenario::replay(night, 0, Recording::On);
        let (events, facts) = (timeline.events, timeline.entries.len());
        println!("  ({backend}: {events} events and {facts} facts a run)");
    }
}

fn copies<'a>(
    name: &'static str,
    simulation: &'a leaselab::simulation::Simulation,
) -> Contender<'a> {
    Contender::new(name, move |copies| {
        for _ in 0..copies {
            black_box(simulation.clone());
        }
    })
}

fn finishes<'a>(
    name: &'static str,
    simulation: &'a leaselab::simulation::Simulation,
) -> Contender<'a> {
    Contender::new(name, move |copies| {
        for _ in 0..copies {
            black_box(fork::finish(simulation.clone()));
        }
    })
}

/// Copying a simulation in the middle of a chain of resources, and finishing the copy.
fn fork_row() {
    println!("fork: a copy in the middle of an apply");
    for resources in fork::SIZES {
        let off = fork::half_done(resources, Recording::Off);
        let on = fork::half_done(resources, Recording::On);
        let row = format!(
            "  {resources} resources, {} facts so far",
            on.entries().len()
        );
        let contenders = compete(
            &row,
            vec![
                copies("  copied, recording off", &off),
                copies("  copied, recording on", &on),
                finishes("  and finished, recording off", &off),
                finishes("  and finished, recording on", &on),
            ],
        );
        for contender in &contenders {
            let each_us = 1e6 / median(&contender.rates);
            println!("  {:<34} {each_us:>12.2} µs", contender.name);
        }
    }
}

/// The library graded with the recommended runbook, against plain replays of its wrecks.
fn grade_row() {
    let (runbook, wrecks) = grade::library();
    let contenders = compete(
        "grade: the recommended runbook on every wreck of the library",
        vec![
            Contender::new("plain replays", |rounds| {
                for _ in 0..rounds {
                    black_box(grade::replay_all(&wrecks));
                }
            }),
            Contender::new("grades", |rounds| {
                for _ in 0..rounds {
                    black_box(grade::grade_all(&runbook, &wrecks));
                }
            }),
        ],
    );
    let (replays, grades) = (&contenders[0], &contenders[1]);
    let ratios: Vec<f64> = replays
        .rates
        .iter()
        .zip(&grades.rates)
        .map(|(one, two)| one / two)
        .collect();
    let ratio = median(&ratios);
    println!(
        "  {} wrecks: replayed in {:.1} ms, graded in {:.1} ms = {ratio:.2} x (at most 2){}",
        wrecks.len(),
        1e3 / median(&replays.rates),
        1e3 / median(&grades.rates),
        short(ratio <= 2.0)
    );
}

/// 10,000 lines of shell read, against the kept parser alone.
fn shell_row() {
    let text = shell::text();
    let contenders = compete(
        "shell: 10,000 lines of shell read",
        vec![
            Contender::new("the parser alone", |rounds| {
                for _ in 0..rounds {
                    black_box(shell::parse_alone(&text));
                }
            }),
            Contender::new("read", |rounds| {
                for _ in 0..rounds {
                    black_box(shell::read(&text));
                }
            }),
        ],
    );
    let (parsed, read) = (&contenders[0], &contenders[1]);
    let ratios: Vec<f64> = parsed
        .rates
        .iter()
        .zip(&read.rates)
        .map(|(one, two)| one / two)
        .collect();
    let ratio = median(&ratios);
    println!(
        "  {} lines: parsed in {:.1} ms, read in {:.1} ms = {ratio:.2} x (at most 3){}",
        shell::LINES,
        1e3 / median(&parsed.rates),
        1e3 / median(&read.rates),
        short(ratio <= 3.0)
    );
}

/// What it takes to draw and tell a film, once it is there.
fn pictures_row() {
    println!("pictures: a film in every format");
    for film in &[pictures::article(), pictures::facts_5000()] {
        let row = format!("  {} facts", film.report.timeline.entries.len());
        let draw = |(name, render): pictures::Format| {
            Contender::new(name, move |times| {
                (0..times).for_each(|_| drop(black_box(render(film))));
            })
        };
        for contender in compete(&row, pictures::FORMATS.into_iter().map(draw).collect()) {
            let each_ms = 1e3 / median(&contender.rates);
            println!("  {:<34} {each_ms:>12.2} ms", contender.name);
        }
    }
}

/// What one apply took, measured in a process of its own.
#[derive(Debug, Clone, Copy)]
struct Applied {
    parse_s: f64,
    apply_s: f64,
    /// The peak of the whole process, scenario and its text included, in bytes.
    peak_bytes: f64,
    /// The peak before the apply began.
    before_bytes: f64,
}

impl Applied {
    fn whole_s(self) -> f64 {
        self.parse_s + self.apply_s
    }
}

/// Runs in a process of its own, because the peak of a process never falls.
fn apply_in_this_process(case: Case, resources: u32) {
    let source = apply::yaml(case, resources);
    let start = Instant::now();
    let scenario = scenario::parse("many", source.as_bytes());
    let parse_s = start.elapsed().as_secs_f64();
    drop(source);
    let before = peak_kb();
    let start = Instant::now();
    let timeline = scenario::replay(&scenario, 0, Recording::Off);
    let apply_s = start.elapsed().as_secs_f64();
    let expected = usize::try_from(resources).expect("it fits");
    assert_eq!(timeline.last().cloud.len(), expected);
    println!("{parse_s} {apply_s} {} {before}", peak_kb());
}

fn peak_kb() -> u64 {
    let status = fs::read("/proc/self/status").expect("the peak is only known on Linux");
    let status = String::from_utf8(status).expect("it is text");
    status
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
        .expect("it holds the peak")
}

/// Replays and judges, as [`apply_in_this_process`] applies.
fn watch_in_this_process(property: &str, resources: u32) {
    let source = property::watched(property, resources);
    let start = Instant::now();
    let scenario = scenario::parse("watched", source.as_bytes());
    let parse_s = start.elapsed().as_secs_f64();
    drop(source);
    let before = peak_kb();
    let start = Instant::now();
    let report = suite::replay(&scenario, Seed(0), Recording::Off);
    let replay_s = start.elapsed().as_secs_f64();
    let expected = match property {
        "without" => Outcome::NotJudged,
        _ => Outcome::AsExpected,
    };
    assert_eq!(report.outcome, expected);
    println!("{parse_s} {replay_s} {} {before}", peak_kb());
}

fn measured_in_a_process(what: &str, name: &str, resources: u32) -> Applied {
    let program = env::current_exe().expect("a program knows itself");
    let output = Command::new(program)
        .args([what, name, &resources.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .expect("it starts again");
    let text = String::from_utf8(output.stdout).expect("it prints numbers");
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(|word| word.parse().expect("it prints numbers"))
        .collect();
    let [parse_s, apply_s, peak_kb, before_kb] = numbers[..] else {
        panic!("four numbers, not {text}")
    };
    Applied {
        parse_s,
        apply_s,
        peak_bytes: peak_kb * 1_024.0,
        before_bytes: before_kb * 1_024.0,
    }
}

/// The median run by duration.
fn median_run(what: &str, name: &str, resources: u32, runs: usize) -> Applied {
    let mut applied: Vec<Applied> = (0..runs)
        .map(|_| measured_in_a_process(what, name, resources))
        .collect();
    applied.sort_by(|one, two| one.apply_s.total_cmp(&two.apply_s));
    applied[applied.len() / 2]
}

fn apply_row() {
    println!("apply: 10,000 and 100,000 resources, recording off, a process each");
    for case in CASES {
        let small = median_run("--apply", case.name, SMALL_APPLY, 5);
        let large = median_run("--apply", case.name, LARGE_APPLY, 3);
        let growth = large.apply_s / small.apply_s;
        let bytes = large.peak_bytes / f64::from(LARGE_APPLY);
        let of_apply = (large.peak_bytes - large.before_bytes) / f64::from(LARGE_APPLY);
        let is_met = small.apply_s <= 1.0 && growth <= 12.0 && bytes < 8_000.0;
        println!(
            "  {:<22} {:.3} s (at most 1), {:.2} s = {growth:.1} x (at most 12), \
             {bytes:.0} bytes a resource (below 8000), {of_apply:.0} of them for the apply; \
             parsed in {:.2} and {:.2} s{}",
            case.name,
            small.apply_s,
            large.apply_s,
            small.parse_s,
            large.parse_s,
            short(is_met)
        );
    }
}

/// Time and memory of an apply with one property, against the same apply without: from the text
/// of the scenario to the verdict, and what of it is the replay and the verdict.
fn property_row() {
    println!("property: 1,000 and 10,000 resources, recording off, judged, a process each");
    let mut without: Option<Applied> = None;
    for name in property::PROPERTIES {
        let few = median_run("--watch", name, FEW_WATCHED, 9);
        let many = median_run("--watch", name, MANY_WATCHED, 9);
        let yardstick = *without.get_or_insert(many);
        let growth = many.whole_s() / few.whole_s();
        let time = many.whole_s() / yardstick.whole_s();
        let replay = many.apply_s / yardstick.apply_s;
        let memory = many.peak_bytes / yardstick.peak_bytes;
        let is_met = time <= 2.0 && memory <= 2.0 && growth <= 15.0;
        println!(
            "  {name:<10} {:.4} and {:.4} s = {growth:.1} x (at most 15), {:.1} MB; \
             {time:.2} x the time and {memory:.2} x the memory without (at most 2); replay and \
             verdict {:.4} and {:.4} s, {replay:.2} x{}",
            few.whole_s(),
            many.whole_s(),
            many.peak_bytes / 1e6,
            few.apply_s,
            many.apply_s,
            short(is_met)
        );
    }
}

fn main() {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|text| text != "--bench")
        .collect();
    if let [flag, name, resources] = &arguments[..]
        && flag == "--apply"
    {
        let case = CASES.into_iter().find(|case| case.name == name);
        let resources = resources.parse().expect("a number of resources");
        return apply_in_this_process(case.expect("a case"), resources);
    }
    if let [flag, name, resources] = &arguments[..]
        && flag == "--watch"
    {
        let resources = resources.parse().expect("a number of resources");
        return watch_in_this_process(name, resources);
    }
    let rows: [(&str, fn()); 10] = [
        ("hold", hold_row),
        ("renewal", renewal_row),
        ("article", article_row),
        ("backends", backends_row),
        ("fork", fork_row),
        ("grade", grade_row),
        ("shell", shell_row),
        ("pictures", pictures_row),
        ("apply", apply_row),
        ("property", property_row),
    ];
    for (name, row) in rows {
        if arguments
            .iter()
            .all(|wanted| name.contains(wanted.as_str()))
        {
            row();
        }
    }
}
