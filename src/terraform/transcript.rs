//! What a Terraform process writes, on the stream where it writes it.
//!
//! The lines that people look for and that scripts read: what is done to each resource, the
//! counts, the errors with the lock info under them. Measured on Terraform 1.11.4. The long
//! paragraphs of advice between them are left out.
//!
//! Colors: an error of an operation stands in a frame, every line of which carries codes, on a
//! terminal and in a pipe alike, unless `-no-color` is given; the older commands (`state …`,
//! `force-unlock`, `taint`) print a bare line.

mod error;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::error::ErrorFrame;
use super::diagnostic::{Counts, Diagnostic, RunEnd};
use super::invocation::{Action, Invocation, PlanMode};
use super::names::{Names, ResourceId};
use super::process::{FileContent, OperationFact, OperationOutcome, OutputFact, Printed, Told};
use super::request::OperationKind;
use super::state::StateFile;
use super::{plan_values, state_file, state_values};
use crate::kernel::SimTime;

/// Where a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The words behind what is told.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The instant.
    pub now: SimTime,
    /// The words behind the numbers.
    pub names: &'a Names,
    /// The ID of the object of a resource, as the provider shows it.
    pub id: &'a dyn Fn(ResourceId) -> Option<String>,
    /// When simulation time is zero, as lock info shows dates.
    pub date: &'a dyn Fn(SimTime) -> String,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// The [transcript](self) of one process.
#[derive(Debug, Clone)]
pub struct Transcript {
    action: Arc<Action>,
    frame: ErrorFrame,
    began: BTreeMap<ResourceId, SimTime>,
    /// How many records were removed.
    removed: usize,
    chunks: Vec<(Stream, String)>,
}

/// What `output` says where there are none.
const NO_OUTPUTS: &str = "\
╷
│ Warning: No outputs found
│ 
│ The state file either has no outputs defined, or all the defined outputs
│ are empty. Please define an output in your configuration with the `output`
│ keyword and run `terraform refresh` for it to become available. If you are
│ using interpolation, please verify the interpolated value is not empty. You
│ can use the `terraform console` command to assist.
╵
";

impl Transcript {
    /// The transcript of a command that has not written anything yet.
    pub fn new(invocation: &Invocation) -> Self {
        Self {
            frame: ErrorFrame::of(&invocation.action, invocation.is_colored),
            action: Arc::new(invocation.action.clone()),
            began: BTreeMap::new(),
            removed: 0,
            chunks: Vec::new(),
        }
    }

    /// What has been written so far, in order; neighbors are on different streams.
    pub fn chunks(&self) -> &[(Stream, String)] {
        &self.chunks
    }

    /// The process says something that scripts never read.
    pub fn say(&mut self, text: &str) {
        self.write(Stream::Stdout, text);
    }

    /// Takes away what has been written so far.
    pub fn take(&mut self) -> Vec<(Stream, String)> {
        std::mem::take(&mut self.chunks)
    }

    fn write(&mut self, stream: Stream, text: &str) {
        match self.chunks.last_mut() {
            Some((last, written)) if *last == stream => written.push_str(text),
            Some(_) | None => self.chunks.push((stream, text.to_owned())),
        }
    }

    fn line(&mut self, text: &str) {
        self.write(Stream::Stdout, text);
        self.write(Stream::Stdout, "\n");
    }

    /// The process tells something.
    pub fn tell(&mut self, told: &Told, words: Words<'_>) {
        match told {
            Told::Operation(fact) => self.operation(fact, words),
            Told::Output(fact) => self.output(fact, words),
            Told::Removed(resources) => self.removed(resources, words.names),
            Told::Lock(_) | Told::State(_) | Told::Retry(_) | Told::Plan(_) => {}
        }
    }

    fn operation(&mut self, fact: &OperationFact, words: Words<'_>) {
        match fact {
            OperationFact::Began { resource, kind } => {
                self.began.insert(*resource, words.now);
                let address = words.names.address(*resource);
                let doing = match kind {
                    OperationKind::Create => "Creating...".to_owned(),
                    OperationKind::Update => format!("Modifying...{}", shown_id(*resource, words)),
                    OperationKind::Delete => {
                        format!("Destroying...{}", shown_id(*resource, words))
                    }
                };
                self.line(&format!("{address}: {doing}"));
            }
            OperationFact::Ended {
                resource,
                kind,
                outcome: OperationOutcome::Done,
            } => {
                let began = self.began.remove(resource).unwrap_or(words.now);
                let seconds = words.now.since(began).as_ms() / 1_000;
                let took = took(seconds);
                let address = words.names.address(*resource);
                let done = match kind {
                    OperationKind::Create => "Creation complete",
                    OperationKind::Update => "Modifications complete",
                    OperationKind::Delete => "Destruction complete",
                };
                let id = match kind {
                    OperationKind::Create | OperationKind::Update => shown_id(*resource, words),
                    OperationKind::Delete => String::new(),
                };
                self.line(&format!("{address}: {done} after {took}{id}"));
            }
            OperationFact::ProvisionerBegan { resource } => {
                let address = words.names.address(*resource);
                self.line(&format!("{address}: Provisioning with 'local-exec'..."));
            }
            // Errors are printed at the end, with all others.
            OperationFact::Ended { .. }
            | OperationFact::Skipped { .. }
            | OperationFact::StopRequested => {}
        }
    }

    fn output(&mut self, fact: &OutputFact, words: Words<'_>) {
        match fact {
            OutputFact::Planned(counts) => self.planned(*counts),
            OutputFact::Prompted => self.prompt(),
            OutputFact::ErrorPrinted(diagnostic) => self.error(diagnostic, words),
            OutputFact::Printed(Printed::Text(text)) => self.line(text),
            OutputFact::Printed(Printed::State { resources, .. }) => {
                for resource in resources {
                    self.line(&words.names.address(*resource));
                }
            }
            // Of other programs.
            OutputFact::Printed(
                Printed::Nothing | Printed::Blob { .. } | Printed::LeaseId(_) | Printed::Seconds(_),
            ) => {}
        }
    }

    fn planned(&mut self, counts: Counts) {
        let mode = self.action.plan_options().map(|options| options.mode);
        if !counts.is_nothing() {
            self.line(&format!("\n{}", counted(counts)));
        } else if mode == Some(PlanMode::RefreshOnly) {
            self.line("\nNo changes. Your infrastructure still matches the configuration.");
        } else {
            self.line("\nNo changes. Your infrastructure matches the configuration.");
        }
    }

    fn prompt(&mut self) {
        let is_unlock = matches!(*self.action, Action::ForceUnlock { .. });
        let (question, hint) = if is_unlock {
            (
                "Do you really want to force-unlock?",
                "Only 'yes' will be accepted to confirm.",
            )
        } else {
            (
                "Do you want to perform these actions?",
                "Only 'yes' will be accepted to approve.",
            )
        };
        self.write(
            Stream::Stdout,
            &format!("\n{question}\n  {hint}\n\n  Enter a value: "),
        );
    }

    fn error(&mut self, diagnostic: &Diagnostic, words: Words<'_>) {
        let text = self.frame.text(diagnostic, words);
        self.write(Stream::Stderr, &text);
    }

    /// The process prints a state, or what stands in a file.
    pub fn print(&mut self, content: &FileContent, names: &Names) {
        let text = document(&self.action, content, names);
        self.write(Stream::Stdout, &text);
    }

    /// What `state rm` removes, before it saves.
    fn removed(&mut self, resources: &[ResourceId], names: &Names) {
        for resource in resources {
            self.line(&format!("Removed {}", names.address(*resource)));
        }
        self.removed = resources.len();
    }

    /// The process ends.
    pub fn end(&mut self, end: &RunEnd, names: &Names) {
        if end.exit != 0 && end.exit != 2 {
            return;
        }
        let destroys = self
            .action
            .plan_options()
            .is_some_and(|options| options.mode == PlanMode::Destroy);
        let action = Arc::clone(&self.action);
        match (&*action, end.applied) {
            (_, Some(Counts { destroy, .. })) if destroys => {
                self.line(&format!(
                    "\nDestroy complete! Resources: {destroy} destroyed."
                ));
            }
            (_, Some(counts)) => self.line(&applied(counts)),
            (
                Action::Plan {
                    out: Some(file), ..
                },
                None,
            ) => {
                self.line(&format!("\nSaved the plan to: {file}"));
            }
            (Action::Init, None) => self.line("\nTerraform has been successfully initialized!"),
            (Action::ForceUnlock { .. }, None) => {
                self.line("Terraform state has been successfully unlocked!");
            }
            (Action::Import { .. }, None) => self.line("\nImport successful!"),
            (
                Action::StateRemove {
                    is_dry_run: false, ..
                },
                None,
            ) => {
                let count = self.removed;
                self.line(&format!(
                    "Successfully removed {count} resource instance(s)."
                ));
            }
            (
                Action::StateMove {
                    from,
                    to,
                    is_dry_run: false,
                },
                None,
            ) => {
                let (from, to) = (names.address(*from), names.address(*to));
                self.line(&format!(
                    "Move \"{from}\" to \"{to}\"\nSuccessfully moved 1 object(s)."
                ));
            }
            (Action::Taint(resource), None) => {
                let address = names.address(*resource);
                self.line(&format!(
                    "Resource instance {address} has been marked as tainted."
                ));
            }
            (Action::Untaint(resource), None) => {
                let address = names.address(*resource);
                self.line(&format!(
                    "Resource instance {address} has been successfully untainted."
                ));
            }
            _ => {}
        }
    }
}

/// The same as a reader of a timeline sees it: where all of a state is printed, which one that is.
pub fn printed(action: &Action, content: &FileContent, names: &Names) -> Printed {
    let is_whole = match action {
        Action::StatePull | Action::StateList { id: None } | Action::Show { .. } => true,
        Action::StateList { id: Some(_) }
        | Action::StateShow(_)
        | Action::StateRemove { .. }
        | Action::StateMove { .. }
        | Action::Output { .. }
        | Action::Init
        | Action::WorkspaceList
        | Action::Plan { .. }
        | Action::Apply { .. }
        | Action::ApplySaved { .. }
        | Action::Refresh { .. }
        | Action::Import { .. }
        | Action::ForceUnlock { .. }
        | Action::StatePush { .. }
        | Action::Taint(_)
        | Action::Untaint(_) => false,
    };
    if let (true, Some(file)) = (is_whole, content.state()) {
        return Printed::state(file);
    }
    match document(action, content, names).trim_end() {
        "" => Printed::Nothing,
        text => Printed::Text(text.into()),
    }
}

/// What a command prints of a state, or of the file that it shows.
fn document(action: &Action, content: &FileContent, names: &Names) -> String {
    match content {
        FileContent::State(file) => of_state(action, file, names),
        FileContent::Plan(saved) if matches!(action, Action::Show { is_json: true, .. }) => {
            plan_values::write(names, &saved.plan)
        }
        FileContent::Plan(saved) => format!("{}\n", counted(saved.plan.counts)),
        FileContent::Empty | FileContent::LockInfo(_) | FileContent::Text(_) => String::new(),
    }
}

/// What a command prints of a state.
fn of_state(action: &Action, file: &StateFile, names: &Names) -> String {
    let objects = || file.snapshot.objects();
    let named = |resource: ResourceId| format!("{}\n", names.address(resource));
    match action {
        Action::StatePull => state_file::write(names, file),
        Action::StateShow(resource) => file
            .snapshot
            .object(*resource)
            .map(|object| shown(names, *resource, &names.object(object.id)))
            .unwrap_or_default(),
        Action::StateRemove { resources, .. } => {
            let recorded = |id: &&ResourceId| file.snapshot.object(**id).is_some();
            let would: String = { resources.iter().filter(recorded) }
                .flat_map(|id| ["Would remove ".to_owned(), named(*id)])
                .collect();
            if would.is_empty() {
                return "Would have removed nothing.\n".to_owned();
            }
            would
        }
        Action::StateMove { from, to, .. } => {
            let (from, to) = (names.address(*from), names.address(*to));
            format!("Would move \"{from}\" to \"{to}\"\n")
        }
        Action::Show { is_json: true, .. } => state_values::write(names, Some(file)),
        Action::Show { is_json: false, .. } => objects()
            .flat_map(|(resource, object)| {
                let text = shown(names, resource, &names.object(object.id));
                [text, "\n".to_owned()]
            })
            .collect(),
        Action::Output { is_json: true } => "{}\n".to_owned(),
        Action::Output { is_json: false } => NO_OUTPUTS.to_owned(),
        Action::StateList { id: Some(id) } => objects()
            .filter(|(_, object)| names.object(object.id) == **id)
            .map(|(resource, _)| named(resource))
            .collect(),
        Action::StateList { id: None }
        | Action::Init
        | Action::WorkspaceList
        | Action::Plan { .. }
        | Action::Apply { .. }
        | Action::ApplySaved { .. }
        | Action::Refresh { .. }
        | Action::Import { .. }
        | Action::ForceUnlock { .. }
        | Action::StatePush { .. }
        | Action::Taint(_)
        | Action::Untaint(_) => objects().map(|(resource, _)| named(resource)).collect(),
    }
}

/// What a plan comes to.
fn counted(counts: Counts) -> String {
    let Counts {
        add,
        change,
        destroy,
    } = counts;
    format!("Plan: {add} to add, {change} to change, {destroy} to destroy.")
}

/// What an apply has come to.
fn applied(counts: Counts) -> String {
    let Counts {
        add,
        change,
        destroy,
    } = counts;
    format!("\nApply complete! Resources: {add} added, {change} changed, {destroy} destroyed.")
}

/// A duration as Terraform shows it: `4s`, `1m5s`.
fn took(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}

fn shown_id(resource: ResourceId, words: Words<'_>) -> String {
    (words.id)(resource).map_or_else(String::new, |id| format!(" [id={id}]"))
}

/// A resource of a state, as `show` prints it: the address and the ID.
fn shown(names: &Names, resource: ResourceId, id: &str) -> String {
    let address = names.address(resource);
    let (kind, label) = address.split_once('.').expect("a type and a name");
    format!("# {address}:\nresource \"{kind}\" \"{label}\" {{\n    id = \"{id}\"\n}}\n")
}
