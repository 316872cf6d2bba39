//! `leaselab completions` and `leaselab man`: made from the description of the arguments.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use super::exit::{Exit, Failure};
use super::output::{Output, write_file};

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell that shall complete leaselab's arguments.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Write a page for leaselab and for each of its commands to this folder, instead of the main
    /// one to the standard output.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints a completion script.
pub(crate) fn completions(
    arguments: &CompletionsArguments,
    mut command: Command,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "leaselab", &mut script);
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::AsExpected)
}

/// Prints the man page, or writes all of them.
pub(crate) fn man(
    arguments: &ManArguments,
    command: Command,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let Some(folder) = &arguments.dir else {
        output.print(&page(command)?)?;
        return Ok(Exit::AsExpected);
    };
    let mut command = command;
    // Fills in what is global, such as --color, and each command's full name.
    command.build();
    let is_own = |one: &&Command| one.get_name() != "help";
    for subcommand in command.get_subcommands().filter(is_own) {
        let name = format!("leaselab-{}", subcommand.get_name());
        write_file(
            &folder.join(format!("{name}.1")),
            &page(subcommand.clone())?,
        )?;
    }
    write_file(&folder.join("leaselab.1"), &page(command)?)?;
    Ok(Exit::AsExpected)
}

fn page(command: Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    let written = Man::new(command).render(&mut text);
    written.map_err(|error| Failure::input(format!("cannot make the man page: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
