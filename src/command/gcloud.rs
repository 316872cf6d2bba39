//! `gcloud storage` and `gsutil`: what a command asks for, and what it prints.
//!
//! The model has one bucket with the state object and the lock object. What a command prints is made
//! by pure functions of the service's answer: [`document`] has the listings and the bytes of
//! objects, [`failure`] the words on standard error.

pub mod document;
pub mod failure;

use std::sync::Arc;

use crate::service::gcs::bucket::Generation;
use crate::terraform::backend::gcs::{BUCKET, ObjectKey};

/// `gcloud storage …` or `gsutil …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GcloudCommand {
    /// Which of the two it is.
    pub tool: Tool,
    /// What it does.
    pub action: GcloudAction,
    /// Whether it says nothing of what it transfers (`-q`).
    pub is_quiet: bool,
}

/// A tool for Cloud Storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// `gcloud storage`
    Gcloud,
    /// `gsutil`
    Gsutil,
}

/// An object, perhaps as it was: `gs://BUCKET/NAME#GENERATION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The object.
    pub key: ObjectKey,
    /// The generation, where one is named.
    pub generation: Option<Generation>,
}

/// Where `cp` writes what it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file in the working directory.
    File(Arc<str>),
    /// `-`
    StandardOutput,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GcloudAction {
    /// `ls gs://BUCKET/[PREFIX]`
    Ls {
        /// With what names begin.
        prefix: Arc<str>,
        /// Whether a name is meant, and not what begins like it.
        is_exact: bool,
        /// `-l`: sizes and times.
        is_long: bool,
        /// `-a`: what objects were, too.
        has_versions: bool,
    },
    /// `cat gs://BUCKET/NAME`
    Cat(Named),
    /// `rm gs://BUCKET/NAME`
    Rm(Named),
    /// `cp gs://BUCKET/NAME FILE`
    Download {
        /// The object.
        from: Named,
        /// Where it goes.
        to: Target,
    },
    /// `cp FILE gs://BUCKET/NAME`
    Upload {
        /// The file.
        file: Arc<str>,
        /// The object.
        to: ObjectKey,
    },
    /// `cp gs://BUCKET/NAME gs://BUCKET/NAME`
    Copy {
        /// What is copied.
        from: Named,
        /// The object.
        to: ObjectKey,
    },
}

impl Tool {
    /// How it begins a line about a failure of this command.
    pub fn complaint(self, action: &GcloudAction) -> String {
        match self {
            Self::Gcloud => format!("ERROR: (gcloud.storage.{})", action.verb()),
            Self::Gsutil => "CommandException:".to_owned(),
        }
    }
}

impl GcloudAction {
    /// The subcommand.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Ls { .. } => "ls",
            Self::Cat(_) => "cat",
            Self::Rm(_) => "rm",
            Self::Download { .. } | Self::Upload { .. } | Self::Copy { .. } => "cp",
        }
    }

    /// The address of what it reads or removes.
    pub fn url(&self) -> String {
        match self {
            Self::Ls { prefix, .. } => format!("gs://{BUCKET}/{prefix}"),
            Self::Cat(named)
            | Self::Rm(named)
            | Self::Download { from: named, .. }
            | Self::Copy { from: named, .. } => url(*named),
            Self::Upload { to, .. } => url(Named {
                key: *to,
                generation: None,
            }),
        }
    }
}

/// `gs://BUCKET/NAME`, with the generation where one is named.
pub fn url(named: Named) -> String {
    let name = named.key.name();
    match named.generation {
        None => format!("gs://{BUCKET}/{name}"),
        Some(generation) => format!("gs://{BUCKET}/{name}#{generation}"),
    }
}
