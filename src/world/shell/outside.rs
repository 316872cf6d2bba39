//! Programs about the world outside, and about processes: what of them a simulation has, and what
//! passes without effect.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use super::Started;
use crate::command::{Passive, is_about_the_identity, is_about_the_login, is_about_the_project};
use crate::fault::Origin;
use crate::scenario::CredentialState;
use crate::shell::program::{self, Start};
use crate::shell::{Stream, base_name};
use crate::terraform::{OperatorId, RunId, Signal};
use crate::world::{Agenda, Event, World};

/// The process ID of the first run: of the run with number `n` it is so much and `n`.
const FIRST_PROCESS: u32 = 4_100;

/// Where a program is, for `command -v`.
pub(super) fn locate(name: &str) -> Option<String> {
    const OTHERS: [&str; 15] = [
        "aws",
        "gcloud",
        "gsutil",
        "az",
        "bash",
        "curl",
        "gh",
        "git",
        "kill",
        "pgrep",
        "ps",
        "psql",
        "sh",
        "terraform",
        "tofu",
    ];
    let is_known = program::names().contains(&name) || OTHERS.contains(&name);
    is_known.then(|| format!("/usr/bin/{name}"))
}

/// Whether a program takes simulated time, and is a run of its own.
pub(super) fn takes_time(argv: &[String]) -> bool {
    let mut words = argv.iter().map(String::as_str);
    let name = words.next().map_or("", base_name);
    match name {
        "terraform" | "tofu" => Passive::of(words).is_none(),
        "az" => !words.next().is_some_and(is_about_the_login),
        "aws" => !is_about_the_identity(words.next()),
        "psql" | "curl" => true,
        "gcloud" | "gsutil" => !is_about_the_project(words.next()),
        _ => false,
    }
}

fn process_id(run: RunId) -> u32 {
    FIRST_PROCESS + u32::from(run.0)
}

fn printed(text: &str) -> Started {
    Started::Ended(0, vec![(Stream::Stdout, text.into())])
}

fn complained(status: u8, text: &str) -> Started {
    Started::Ended(status, vec![(Stream::Stderr, text.into())])
}

impl World {
    /// A program that is none of the small ones, if it is one that can be served.
    pub(super) fn run_outside(
        &mut self,
        run: RunId,
        start: &Start,
        agenda: &mut Agenda,
    ) -> Option<Started> {
        let operator = self.run(run).operator;
        let arguments: Vec<&str> = start.argv.iter().skip(1).map(String::as_str).collect();
        let name = start.argv.first().map_or("", |path| base_name(path));
        Some(match name {
            "terraform" | "tofu" => {
                let subcommand = Passive::of(arguments.iter().copied())?;
                passive(&subcommand, &self.machine(operator).terminal.workspaces)
            }
            "ps" => printed(&self.process_list(operator, &arguments)),
            "pgrep" => self.matching(operator, &arguments),
            "kill" => self.kill_processes(operator, &arguments, agenda),
            "gh" if arguments.starts_with(&["run", "cancel"]) => self.cancel_job(operator, agenda),
            "az" if arguments.first() == Some(&"login") => self.sign_in(operator, agenda),
            "aws" if arguments.starts_with(&["sso", "login"]) => self.sign_in(operator, agenda),
            "gcloud" if arguments.starts_with(&["auth", "login"]) => self.sign_in(operator, agenda),
            "gh" | "git" | "az" | "aws" | "gcloud" | "gsutil" => {
                let line = start.argv.join(" ");
                let note = format!("({line}: nothing here can change by it)\n");
                complained(0, &note)
            }
            _ => return None,
        })
    }

    /// The operator has valid credentials again.
    fn sign_in(&mut self, operator: OperatorId, agenda: &Agenda) -> Started {
        let valid = Some(CredentialState::Valid);
        self.set_credentials(operator, valid, valid, Origin::OUTSIDE, agenda.now);
        complained(0, "(signed in again)\n")
    }

    /// The processes on an operator's machine: their IDs and command lines.
    fn processes(&self, operator: OperatorId) -> Vec<(RunId, Arc<str>)> {
        let mut found = Vec::new();
        for run in &self.started {
            let state = self.run(*run);
            if state.operator == operator && state.is_alive() {
                found.push((*run, Arc::clone(&state.command.line)));
            }
        }
        found
    }

    fn process_list(&self, operator: OperatorId, arguments: &[&str]) -> String {
        let who = self.names.operator(operator);
        let is_full = arguments.iter().any(|argument| {
            let letters = argument.trim_start_matches('-');
            letters.contains('f') || letters.contains('a') || letters.contains('e')
        });
        let mut text = if is_full {
            "UID          PID CMD\n".to_owned()
        } else {
            "    PID CMD\n".to_owned()
        };
        for (run, line) in self.processes(operator) {
            let line = line.lines().next().unwrap_or("");
            let id = process_id(run);
            let written = if is_full {
                writeln!(text, "{who:<8} {id:>7} {line}")
            } else {
                let program = line.split_whitespace().next().unwrap_or("");
                writeln!(text, "{id:>7} {program}")
            };
            written.expect("a string takes all");
        }
        text
    }

    fn matching(&self, operator: OperatorId, arguments: &[&str]) -> Started {
        let wanted = arguments
            .iter()
            .rfind(|argument| !argument.starts_with('-'));
        let wanted = wanted.copied().unwrap_or("");
        let mut text = String::new();
        for (run, line) in self.processes(operator) {
            if line.contains(wanted) {
                writeln!(text, "{}", process_id(run)).expect("a string takes all");
            }
        }
        let status = u8::from(text.is_empty());
        Started::Ended(status, vec![(Stream::Stdout, text.into())])
    }

    fn kill_processes(
        &mut self,
        operator: OperatorId,
        arguments: &[&str],
        agenda: &mut Agenda,
    ) -> Started {
        let mut signal = Signal::Terminate;
        let mut ids = Vec::new();
        let mut rest = arguments.iter().copied();
        while let Some(argument) = rest.next() {
            let named = match argument.strip_prefix('-') {
                Some("s") => rest.next(),
                Some(name) => Some(name),
                None => {
                    ids.push(argument);
                    continue;
                }
            };
            let Some(known) = named.and_then(signal_named) else {
                let text = format!("bash: kill: {argument}: invalid signal specification\n");
                return complained(1, &text);
            };
            signal = known;
        }
        for id in ids {
            let alive = self.processes(operator);
            let mut alive = alive.iter().map(|(run, _)| *run);
            let Some(run) = alive.find(|run| process_id(*run).to_string() == id) else {
                let text = format!("bash: kill: ({id}) - No such process\n");
                return complained(1, &text);
            };
            // The shell that kills goes on: what it kills is told when it is done.
            let event = Event::RunnerSignals(run, signal);
            agenda.events.schedule(agenda.now, event);
        }
        Started::Ended(0, Vec::new())
    }

    /// Cancels the job of whoever else works, as the runner of GitHub Actions does it.
    fn cancel_job(&mut self, operator: OperatorId, agenda: &mut Agenda) -> Started {
        let mut alive = self.started.iter().rev().copied();
        let other = alive.find(|run| {
            let state = self.run(*run);
            state.operator != operator && state.is_alive()
        });
        let Some(run) = other else {
            return complained(1, "Cannot cancel a workflow run that is completed\n");
        };
        let job = self.run(run).operator;
        self.cancel(job, &crate::scenario::CancelPlan::CI, agenda);
        printed("✓ Request to cancel workflow submitted.\n")
    }
}

/// What a subcommand prints that looks at no state.
fn passive(subcommand: &Passive, own: &BTreeSet<String>) -> Started {
    match subcommand {
        Passive::Version { is_json: false } => printed("Terraform v1.11.4\non linux_amd64\n"),
        Passive::Version { is_json: true } => printed(
            "{\n  \"terraform_version\": \"1.11.4\",\n  \"platform\": \"linux_amd64\",\n  \
             \"provider_selections\": {},\n  \"terraform_outdated\": true\n}\n",
        ),
        Passive::Validate { is_json: false } => printed("Success! The configuration is valid.\n\n"),
        Passive::Validate { is_json: true } => printed(
            "{\n  \"format_version\": \"1.0\",\n  \"valid\": true,\n  \"error_count\": 0,\n  \
             \"warning_count\": 0,\n  \"diagnostics\": []\n}\n",
        ),
        Passive::Silent => Started::Ended(0, Vec::new()),
        Passive::WorkspaceShow => printed("default\n"),
        Passive::WorkspaceSelect { name, or_create }
            if name == "default" || own.contains(name) || *or_create =>
        {
            printed(&format!("Switched to workspace \"{name}\".\n"))
        }
        Passive::WorkspaceSelect { name, .. } => complained(
            1,
            &format!(
                "\nWorkspace \"{name}\" doesn't exist.\n\nYou can create this workspace with the \
                 \"new\" subcommand \nor include the \"-or-create\" flag with the \"select\" \
                 subcommand.\n"
            ),
        ),
    }
}

fn signal_named(name: &str) -> Option<Signal> {
    Some(match name.strip_prefix("SIG").unwrap_or(name) {
        "INT" | "2" => Signal::Interrupt,
        "TERM" | "15" => Signal::Terminate,
        "HUP" | "1" => Signal::HangUp,
        "KILL" | "9" => Signal::Kill,
        "PIPE" | "13" => Signal::Pipe,
        _ => return None,
    })
}
