//! `leaselab drill`

mod page;
mod pick;
mod terminal;
mod transcript;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use leaselab::drill::{Drill, Prompt, Said};
use leaselab::kernel::Seed;
use leaselab::render::{self, Detail, Layout, Naming};
use leaselab::runbook::{Outcome, Ungraded};
use leaselab::scenario::{Level, Scenario};

use super::exit::{Exit, Failure};
use super::input::{Setting, read_scenario, setting};
use super::list::level;
use super::output::{Output, drawn, write_file};

/// Which wreck, and who sits down at it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 recovered; 1 not; 2 bad input.\nAt the prompt, `help` lists what \
    can be typed. Where the standard input is no terminal it is a transcript, and is graded the \
    same. docs/drill.md tells more."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct DrillArguments {
    /// The scenario, which has a `wreck:` step; with --random scenarios and folders.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Pick a wreck of these files and folders, and do not name it. The same --seed picks the same.
    #[arg(long)]
    random: bool,
    /// Pick of those of this level, 1 to 3, and of those that have none.
    #[arg(long, value_name = "N", requires = "random", value_parser = level)]
    level: Option<Level>,
    /// The seed of all that is drawn by chance.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Set a parameter of the scenario; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// Who types, such as alice, or alice,bob in turns; else whom the wreck names.
    #[arg(long = "as", value_name = "NAME", value_delimiter = ',')]
    seats: Vec<String>,
    /// Let time pass while a command runs, so many simulated seconds a second; else it passes at
    /// once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3600))]
    speed: Option<u32>,
    /// Give no hints, and do not show the scenario's own way.
    #[arg(long)]
    hide_advice: bool,
    /// Write what was typed to this file, as a runbook that `leaselab grade` reads.
    #[arg(long, value_name = "FILE.md")]
    record: Option<PathBuf>,
    /// At the end, write the page of the whole run and open it in a browser.
    #[arg(long)]
    open: bool,
    /// Draw in plain ASCII, but for a scenario's own words.
    #[arg(long)]
    ascii: bool,
}

/// Sits down at a wreck.
pub(crate) fn drill(arguments: &DrillArguments, output: &mut Output) -> Result<Exit, Failure> {
    let (path, scenario) = choose(arguments)?;
    let seed = Seed(arguments.seed.unwrap_or(0));
    let seats = seats(arguments, &scenario)?;
    let drill = Drill::begin(&scenario, seed, &seats).map_err(|why| impossible(&path, why))?;
    let drill = if arguments.hide_advice {
        drill.without_advice()
    } else {
        drill
    };
    let layout = drawn(output.layout(Detail::Story), false, arguments.ascii);
    let naming = if arguments.random {
        Naming::Hidden
    } else {
        Naming::Named
    };
    output.print(&render::drill_opening(&drill.opening(), naming, layout))?;
    let is_typed = io::stdin().is_terminal() && io::stdout().is_terminal();
    let drill = if is_typed {
        terminal::run(drill, arguments.speed, layout, output)?
    } else {
        transcript::run(drill, layout, output)?
    };
    end(drill, arguments, &path, layout, output)
}

fn choose(arguments: &DrillArguments) -> Result<(PathBuf, Arc<Scenario>), Failure> {
    if arguments.random {
        return pick::pick(
            &arguments.files,
            &arguments.set,
            arguments.level,
            arguments.seed,
        );
    }
    let [path] = arguments.files.as_slice() else {
        return Err(Failure::input(
            "a drill is about one scenario; `--random` picks one of several",
        ));
    };
    if path.as_os_str() == "-" {
        return Err(Failure::input(
            "the standard input is what is typed: name the scenario's file",
        ));
    }
    if path.is_dir() {
        return Err(Failure::input(format!(
            "{} is a folder: name a scenario, or let `--random` pick one",
            path.display()
        )));
    }
    let scenario = read_scenario(path, &arguments.set)?;
    Ok((path.clone(), scenario))
}

fn impossible(path: &Path, why: Ungraded) -> Failure {
    Failure::input(format!("error: {} {why}", path.display()))
}

fn seats(
    arguments: &DrillArguments,
    scenario: &Scenario,
) -> Result<Vec<leaselab::terraform::OperatorId>, Failure> {
    let names = &scenario.names;
    let find = |name: &String| {
        names.find_operator(name).ok_or_else(|| {
            let known: Vec<&str> = names.operator_ids().map(|id| names.operator(id)).collect();
            Failure::input(format!(
                "nobody in this scenario is called `{name}`\nhelp: there is {}",
                known.join(", ")
            ))
        })
    };
    arguments.seats.iter().map(find).collect()
}

/// The end: the grade, the record, the page.
fn end(
    mut drill: Drill,
    arguments: &DrillArguments,
    path: &Path,
    layout: Layout,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let finish = drill.finish();
    output.print(&render::drill_end(&finish, layout))?;
    if let Some(file) = &arguments.record {
        match drill.record(&path.display().to_string()) {
            Some(record) => write_file(file, &record)?,
            None => output.note(&format!(
                "nothing was typed: {} is not written",
                file.display()
            )),
        }
    }
    if arguments.open {
        page::open(&drill, output)?;
    }
    output.flush()?;
    Ok(match finish.graded.outcome {
        Outcome::Recovered => Exit::AsExpected,
        Outcome::RecoveredBut | Outcome::Incomplete | Outcome::Blocked | Outcome::MadeWorse => {
            Exit::NotAsExpected
        }
    })
}

/// What was said and does not end its line: a question, which the answer stands behind.
#[derive(Debug, Default)]
struct Printer {
    question: String,
}

impl Printer {
    /// Prints what a drill says, but for the line on which it asks.
    fn print(
        &mut self,
        said: &[Said],
        drill: &Drill,
        layout: Layout,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut text = render::drill(said, layout);
        if drill.prompt() == Prompt::Question {
            let start = text.rfind('\n').map_or(0, |at| at + 1);
            let question = text.split_off(start);
            if !question.is_empty() {
                self.question = question;
            }
        } else {
            self.question.clear();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        output.print(&text)?;
        output.flush()
    }

    /// What stands before the next line.
    fn prompt(&self, drill: &Drill) -> String {
        match drill.prompt() {
            Prompt::Question if self.question.is_empty() => "  Enter a value: ".to_owned(),
            Prompt::Question => self.question.clone(),
            prompt @ (Prompt::Shell { .. } | Prompt::More) => render::drill_prompt(&prompt),
        }
    }
}
