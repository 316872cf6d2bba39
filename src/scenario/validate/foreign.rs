//! What belongs to another backend: its tools, its links, hands on its place.

use super::Checker;
use crate::command::Program;
use crate::scenario::document::Node;
use crate::scenario::{Peer, Verb};
use crate::terraform::Backend;

/// What a backend is called where it is no other's, and what reads and writes a state there.
struct Ways {
    /// A state there: `a state in a bucket`.
    state: &'static str,
    /// The tools.
    tools: &'static str,
}

const fn ways(backend: Backend) -> Ways {
    let (state, tools) = match backend {
        Backend::Azurerm { .. } => ("a state in a blob", "`az storage blob`"),
        Backend::S3 { .. } => (
            "a state in a bucket",
            "`aws s3`, `aws s3api` and `aws dynamodb`",
        ),
        Backend::Gcs => ("a state in Cloud Storage", "`gcloud storage`"),
        Backend::Pg { .. } => ("a state in a database", "`psql -c`"),
        Backend::Http(_) => ("a state on a server", "`curl`"),
        Backend::Local { .. } => ("a local state", "`cp`, `mv` and `rm`"),
    };
    Ways { state, tools }
}

/// The tool that a program is, and whether it knows of states there.
const fn tool(program: &Program, backend: Backend) -> Option<(&'static str, bool)> {
    match program {
        Program::Az(_) => Some((
            "az storage blob",
            matches!(backend, Backend::Azurerm { .. }),
        )),
        Program::Aws(_) => Some(("aws", matches!(backend, Backend::S3 { .. }))),
        Program::Gcloud(_) => Some(("gcloud storage", matches!(backend, Backend::Gcs))),
        Program::Psql(_) => Some(("psql", matches!(backend, Backend::Pg { .. }))),
        Program::Curl(_) => Some(("curl", matches!(backend, Backend::Http(_)))),
        Program::Terraform(_) | Program::Script(_) => None,
    }
}

impl Checker<'_, '_> {
    /// Refuses a verb that belongs to another backend.
    pub(super) fn check_verb(&mut self, at: &Node<'_>, verb: &Verb) -> Option<()> {
        let is_local = matches!(self.backend, Backend::Local { .. });
        let Ways { state, tools } = ways(self.backend);
        let help = |text: &str| text.to_owned();
        let (message, help) = match verb {
            Verb::Link { link, .. } if is_local && link.peer == Peer::State => (
                "no link is between an operator and a local state".to_owned(),
                help("strike its files: `faults: [{ request: save, lose: request }]`"),
            ),
            Verb::Credentials { state: Some(_), .. } if is_local => (
                "a local state asks for no credentials".to_owned(),
                help("write `store: { access: read_only }`"),
            ),
            Verb::Blob(_) if !self.has_lease() => (
                format!("{state} is no blob"),
                help("write `store`, such as `store: delete`"),
            ),
            Verb::Run { command, .. } => match tool(&command.program, self.backend) {
                Some((tool, false)) => (
                    format!("`{tool}` knows nothing of {state}"),
                    format!("use {tools}"),
                ),
                Some((_, true)) | None => return Some(()),
            },
            Verb::Link { .. } | Verb::Credentials { .. } => return self.check_place(at, verb),
            Verb::CtrlC(_)
            | Verb::Signal(..)
            | Verb::SignalRun(..)
            | Verb::Cancel(..)
            | Verb::Suspend(_)
            | Verb::Resume(_)
            | Verb::Faults(_)
            | Verb::FailNext { .. }
            | Verb::Edit(..)
            | Verb::File(..)
            | Verb::Disk(..)
            | Verb::Blob(_)
            | Verb::Store(_)
            | Verb::Cloud(_)
            | Verb::Answer(..)
            | Verb::Phase(_)
            | Verb::Note(_)
            | Verb::Expect(_)
            | Verb::Wreck(_)
            | Verb::Ask(_) => return Some(()),
        };
        self.diagnostics.error_help(at, message, Some(help));
        None
    }

    /// Refuses the name that the place of the state has with azurerm.
    fn check_place(&mut self, at: &Node<'_>, verb: &Verb) -> Option<()> {
        if self.has_lease() {
            return Some(());
        }
        let is_link = matches!(verb, Verb::Link { .. });
        let link = at.text().filter(|text| is_link && text.ends_with("blob"));
        let is_credentials = matches!(verb, Verb::Credentials { .. });
        let mut whose = { at.entries().iter() }.filter(|_| is_credentials);
        let key = whose.find_map(|(_, fields)| fields.entry("blob"));
        let (at, help) = match (link, key) {
            (Some(text), _) => (at, text.replace("blob", "state")),
            (None, Some((key, value))) => (key, format!("state: {}", value.text()?)),
            (None, None) => return Some(()),
        };
        let help = format!("write `{help}`");
        let message = "the state is in no blob";
        self.diagnostics.error_help(at, message, Some(help));
        None
    }
}
