//! Arguments, files, the terminal: what the library does not touch.

mod check;
mod compare;
mod course;
mod drill;
mod exit;
mod explain;
mod folder;
mod generate;
mod grade;
mod input;
mod list;
mod outline;
mod output;
mod run;
mod runbook;
mod scenario;
mod sibling;
mod states;
mod test;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use exit::{Exit, Failure};
use output::Output;

/// Replays Terraform applies that go wrong: lost leases, dead networks, Ctrl+C, half-done applies.
#[derive(Debug, Parser)]
#[command(
    name = "leaselab",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit status: 0 as expected, or nothing was expected; 1 not as expected; 2 \
    bad input; 3 vacuous: a fault or a step never came to act; 4 not deterministic."
)]
struct Arguments {
    /// Whether to color what is printed.
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto)]
    color: ColorWhen,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Also into files and pipes.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay a scenario: print its timeline, the state table, the findings and the verdict.
    Run(run::RunArguments),
    /// Replay many scenarios, and say which are not as expected.
    Test(test::TestArguments),
    /// Replay two scenarios, or one in two ways, and show where they part.
    Compare(compare::CompareArguments),
    /// Try a recovery runbook on the wrecks of scenarios: recovered, incomplete, blocked or made
    /// worse.
    Grade(grade::GradeArguments),
    /// Sit down at a wreck: type real commands, see what they do, and mend it.
    Drill(drill::DrillArguments),
    /// Show how a runbook is read: its steps, their conditions, and what is passed over.
    Outline(outline::OutlineArguments),
    /// Read scenarios and report every mistake in them, without replaying them.
    Check(check::CheckArguments),
    /// Make a scenario of your own state files: what an incident has left, to be graded and drilled.
    Scenario(scenario::ScenarioArguments),
    /// Print the JSON Schema of the scenario format, or of what is printed as JSON.
    Schema(check::SchemaArguments),
    /// List scenarios: name, title, findings, source.
    List(list::ListArguments),
    /// Write the course to a folder, as pages with those of its scenarios.
    Course(course::CourseArguments),
    /// Explain an error line, an error code, a finding, a word or a scenario.
    Explain(explain::ExplainArguments),
    /// Print a script with which a shell completes leaselab's arguments.
    Completions(generate::CompletionsArguments),
    /// Print leaselab's man page, or write those of all commands to a folder.
    Man(generate::ManArguments),
}

/// Reads the arguments, does what they say, and returns the exit status.
pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    let mut output = Output::new(arguments.color);
    let result = match arguments.command {
        Command::Run(arguments) => run::run(&arguments, &mut output),
        Command::Test(arguments) => test::test(&arguments, &mut output),
        Command::Compare(arguments) => compare::compare(&arguments, &mut output),
        Command::Grade(arguments) => grade::grade(&arguments, &mut output),
        Command::Drill(arguments) => drill::drill(&arguments, &mut output),
        Command::Outline(arguments) => outline::outline(&arguments, &mut output),
        Command::Check(arguments) => check::check(&arguments, &mut output),
        Command::Scenario(arguments) => scenario::scenario(&arguments, &mut output),
        Command::Schema(arguments) => check::schema(&arguments, &mut output),
        Command::List(arguments) => list::list(&arguments, &mut output),
        Command::Course(arguments) => course::course(&arguments, &mut output),
        Command::Explain(arguments) => explain::explain(&arguments, &mut output),
        Command::Completions(arguments) => {
            generate::completions(&arguments, Arguments::command(), &mut output)
        }
        Command::Man(arguments) => generate::man(&arguments, Arguments::command(), &mut output),
    };
    let result = result.and_then(|exit| output.flush().map(|()| exit));
    match result {
        Ok(exit) => exit.into(),
        Err(Failure { message, .. }) => {
            output.complain(&message);
            Exit::BadInput.into()
        }
    }
}
