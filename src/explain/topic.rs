//! What an explanation consists of.

use std::fmt;

use crate::scenario::FindingName;
use crate::service::azure::Refusal;
use crate::service::{self, aws, gcs, http, postgres};
use crate::terraform::Backend;

/// One thing that people look up: an error line, a code, a finding, or a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// What it is called: the line, code or word itself.
    pub name: &'static str,
    /// Of which kind it is.
    pub group: Group,
    /// Other words that people type for it.
    pub also: &'static [&'static str],
    /// Further lines that it explains, as they are printed; `…` stands for what varies. A
    /// diagnostic's name is one as well.
    pub lines: &'static [&'static str],
    /// By what it is recognized in a replication.
    pub sign: Sign,
    /// The refusals of S3 and `DynamoDB` that it explains, and is recognized by as well.
    pub aws: &'static [aws::Refusal],
    /// The refusals of Cloud Storage that it explains, and is recognized by as well.
    pub gcs: &'static [gcs::Refusal],
    /// The refusals of `PostgreSQL` that it explains, and is recognized by as well.
    pub postgres: &'static [postgres::Refusal],
    /// The statuses of HTTP state servers that it explains, and is recognized by as well.
    pub http: &'static [http::Status],
    /// What it says, in our words.
    pub means: &'static str,
    /// When it occurs.
    pub when: &'static str,
    /// What to do, in order.
    pub advice: &'static [Advice],
    /// What not to do, and why.
    pub cautions: &'static [&'static str],
    /// What is said of other backends than azurerm, where that differs.
    pub elsewhere: &'static [Elsewhere],
    /// From where this is known.
    pub sources: &'static [Source],
    /// The names of topics that belong to it.
    pub see: &'static [&'static str],
}

/// What a topic says of another backend than azurerm; its advice and cautions stand in the place
/// of the topic's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// The backend, as a configuration spells it.
    pub backend: &'static str,
    /// What it says there, in our words.
    pub means: &'static str,
    /// What to do there, in order.
    pub advice: &'static [Advice],
    /// What not to do there, and why.
    pub cautions: &'static [&'static str],
}

/// A diagnostic of which nothing is said yet.
pub(super) const LINE: Topic = Topic {
    name: "",
    group: Group::Diagnostic,
    also: &[],
    lines: &[],
    sign: Sign::Printed,
    aws: &[],
    gcs: &[],
    postgres: &[],
    http: &[],
    means: "",
    when: "",
    advice: &[],
    cautions: &[],
    elsewhere: &[],
    sources: &[],
    see: &[],
};

/// A code of which nothing is said yet.
pub(super) const CODE: Topic = Topic {
    group: Group::Code,
    sign: Sign::None,
    ..LINE
};

/// A finding of which nothing is said yet.
pub(super) const FINDING: Topic = Topic {
    group: Group::Finding,
    sign: Sign::None,
    ..LINE
};

/// A word of which nothing is said yet.
pub(super) const WORD: Topic = Topic {
    group: Group::Word,
    sign: Sign::None,
    ..LINE
};

impl Topic {
    /// The refusals that it explains, and is recognized by.
    pub fn refusals(&self) -> impl Iterator<Item = service::Refusal> + use<> {
        let azure: &[Refusal] = match self.sign {
            Sign::Refused(refusals) => refusals,
            Sign::Printed
            | Sign::Found(_)
            | Sign::Typed(_)
            | Sign::Exits(_)
            | Sign::Interrupted
            | Sign::Written(_)
            | Sign::None => &[],
        };
        let azure = azure.iter().copied().map(service::Refusal::Azure);
        let aws = self.aws.iter().copied().map(service::Refusal::Aws);
        let gcs = self.gcs.iter().copied().map(service::Refusal::Gcs);
        let postgres = { self.postgres.iter().copied() }.map(service::Refusal::Postgres);
        let http = { self.http.iter() }.map(|status| service::Refusal::Http((*status).into()));
        azure.chain(aws).chain(gcs).chain(postgres).chain(http)
    }

    /// Whether it can be about a state in this backend: a code is one of its service's.
    pub fn is_of(&self, backend: Backend) -> bool {
        let mut refusals = self.refusals();
        let is_code = self.group == Group::Code && self.refusals().next().is_some();
        !is_code || refusals.any(|refusal| answers(backend, refusal))
    }

    /// What it says where the state is in this backend: what it means, and when it occurs, or what
    /// holds there instead. What a line means holds everywhere.
    pub fn told(&self, backend: Backend) -> impl Iterator<Item = &'static str> + use<> {
        let there = { self.elsewhere.iter() }.find(|other| other.backend == backend.name());
        let (means, when) = match (there, self.group) {
            (None, _) => (Some(self.means), self.when),
            (Some(there), Group::Diagnostic | Group::Code) => (Some(self.means), there.means),
            (Some(there), Group::Finding | Group::Word) => (None, there.means),
        };
        means.into_iter().chain([when])
    }

    /// The lines that it explains; `…` stands for what varies.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> {
        let is_line = self.group == Group::Diagnostic;
        let name = is_line.then_some(self.name);
        name.into_iter().chain(self.lines.iter().copied())
    }
}

/// Whether the service of a backend answers like this.
const fn answers(backend: Backend, refusal: service::Refusal) -> bool {
    match refusal {
        service::Refusal::Azure(_) => matches!(backend, Backend::Azurerm { .. }),
        service::Refusal::Aws(_) => matches!(backend, Backend::S3 { .. }),
        service::Refusal::Gcs(_) => matches!(backend, Backend::Gcs),
        service::Refusal::Postgres(_) => matches!(backend, Backend::Pg { .. }),
        service::Refusal::Http(_) => matches!(backend, Backend::Http(_)),
    }
}

/// The kinds of topics, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A line that a command prints.
    Diagnostic,
    /// An error code of a service.
    Code,
    /// A finding of leaselab.
    Finding,
    /// A word that people search for.
    Word,
}

impl Group {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Diagnostic, Self::Code, Self::Finding, Self::Word];

    /// The name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diagnostic => "diagnostic",
            Self::Code => "code",
            Self::Finding => "finding",
            Self::Word => "word",
        }
    }

    /// What one of them is.
    pub const fn describes(self) -> &'static str {
        match self {
            Self::Diagnostic => "an error line",
            Self::Code => "an error code of a service",
            Self::Finding => "a finding of leaselab",
            Self::Word => "a word",
        }
    }

    /// The heading over all of them.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Diagnostic => "Error lines, as commands print them",
            Self::Code => "Error codes of the services",
            Self::Finding => "Findings of leaselab",
            Self::Word => "Words",
        }
    }
}

/// By what a topic is recognized in a replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A command prints one of its lines.
    Printed,
    /// The blob service, or what answers in its place, refuses with one of these.
    Refused(&'static [Refusal]),
    /// It is found at a picture.
    Found(FindingName),
    /// Somebody types a command that contains this.
    Typed(&'static str),
    /// A command ends with this status.
    Exits(u8),
    /// Somebody presses Ctrl+C or sends the same signal.
    Interrupted,
    /// A command writes this file.
    Written(&'static str),
    /// Nothing that a replication shows.
    None,
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Type this command.
    Run(&'static str),
    /// Do this.
    Do(&'static str),
}

/// From where a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A recording of the real Terraform, by its path in `tests/recordings/`, without `.json`.
    Recording(&'static str),
    /// A page of AWS's documentation, below its address.
    Aws(&'static str),
    /// A page of Google's documentation, below its address.
    Google(&'static str),
    /// A page of `PostgreSQL`'s documentation, below its address.
    Postgres(&'static str),
    /// A page of Microsoft's reference of the storage services.
    Azure(&'static str),
    /// An issue, as `hashicorp/terraform#33652`.
    Issue(&'static str),
    /// A page of Terraform's documentation, below its address.
    Terraform(&'static str),
    /// A file of Terraform 1.11.4's source.
    Code(&'static str),
    /// The article that leaselab grew from.
    Article,
    /// leaselab's own word.
    Own,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recording(stem) => write!(
                f,
                "a recording of Terraform 1.11.4: tests/recordings/{stem}.json"
            ),
            Self::Azure(page) => write!(
                f,
                "https://learn.microsoft.com/en-us/rest/api/storageservices/{page}"
            ),
            Self::Postgres(page) => {
                write!(f, "https://www.postgresql.org/docs/15/{page}")
            }
            Self::Aws(page) => write!(f, "https://docs.aws.amazon.com/{page}"),
            Self::Google(page) => write!(f, "https://cloud.google.com/{page}"),
            Self::Issue(issue) => match issue.split_once('#') {
                Some((repository, number)) => {
                    write!(f, "https://github.com/{repository}/issues/{number}")
                }
                None => f.write_str(issue),
            },
            Self::Terraform(page) => {
                write!(f, "https://developer.hashicorp.com/terraform/{page}")
            }
            Self::Code(path) => {
                write!(
                    f,
                    "https://github.com/hashicorp/terraform/blob/v1.11.4/{path}"
                )
            }
            Self::Article => f.write_str(
                "the article \"Understanding Terraform State Locking and the Lease ID Missing \
                 Error\"",
            ),
            Self::Own => f.write_str("leaselab's own word"),
        }
    }
}
