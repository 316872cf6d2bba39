//! `aws s3`, `aws s3api` and `aws dynamodb`: what a command asks for, and what it prints.
//!
//! The model has one bucket with the state object and the lock object, and one table with the lock
//! item and the digest item. What a command prints is made by pure functions of the service's
//! answer: [`document`] makes the JSON, [`output`] applies `--query` and writes the format that was
//! asked for, [`failure`] has the words on standard error.

pub mod document;
pub mod failure;
pub mod output;

use std::sync::Arc;

use crate::terraform::backend::s3::{ItemKey, ObjectKey};

pub use output::{Format, Output};

/// `aws …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsCommand {
    /// What it does.
    pub action: AwsAction,
    /// What it prints of the answer.
    pub output: Output,
    /// Whether it says nothing of what it transfers (`--quiet`, `--only-show-errors`).
    pub is_quiet: bool,
}

/// Where `aws s3 cp` writes what it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file in the working directory.
    File(Arc<str>),
    /// `-`
    StandardOutput,
}

/// What an `aws` command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwsAction {
    /// `s3 cp s3://BUCKET/KEY FILE`
    Download {
        /// The object.
        key: ObjectKey,
        /// Where it goes.
        to: Target,
    },
    /// `s3 cp FILE s3://BUCKET/KEY`
    Upload {
        /// The file.
        file: Arc<str>,
        /// The object.
        key: ObjectKey,
    },
    /// `s3 ls s3://BUCKET/[PREFIX]`
    Ls {
        /// With what keys begin.
        prefix: Arc<str>,
    },
    /// `s3 rm s3://BUCKET/KEY`
    Rm(ObjectKey),
    /// `s3api head-object`
    HeadObject {
        /// The object.
        key: ObjectKey,
        /// `--version-id`, as it was typed.
        version: Option<Arc<str>>,
    },
    /// `s3api get-object`
    GetObject {
        /// The object.
        key: ObjectKey,
        /// `--version-id`, as it was typed.
        version: Option<Arc<str>>,
        /// The file that it writes.
        file: Arc<str>,
    },
    /// `s3api delete-object`
    DeleteObject {
        /// The object.
        key: ObjectKey,
        /// `--version-id`, as it was typed.
        version: Option<Arc<str>>,
    },
    /// `s3api list-object-versions`
    ListObjectVersions {
        /// With what keys begin.
        prefix: Arc<str>,
    },
    /// `dynamodb get-item`
    GetItem(ItemKey),
    /// `dynamodb delete-item`
    DeleteItem(ItemKey),
    /// `dynamodb put-item`, and `update-item` of the attribute that the item has.
    PutItem {
        /// The item.
        key: ItemKey,
        /// Its attribute: `Digest` or `Info`.
        value: Arc<str>,
    },
}

impl AwsAction {
    /// The name of the operation, as messages have it.
    pub const fn operation(&self) -> &'static str {
        match self {
            // `cp` looks first, and says what that met.
            Self::Download { .. } | Self::HeadObject { .. } => "HeadObject",
            Self::GetObject { .. } => "GetObject",
            Self::Upload { .. } => "PutObject",
            Self::Ls { .. } => "ListObjectsV2",
            Self::Rm(_) | Self::DeleteObject { .. } => "DeleteObject",
            Self::ListObjectVersions { .. } => "ListObjectVersions",
            Self::GetItem(_) => "GetItem",
            Self::DeleteItem(_) => "DeleteItem",
            Self::PutItem { .. } => "PutItem",
        }
    }

    /// Whether it is one of `aws s3`, which fails in other words than `aws s3api`.
    pub const fn is_high_level(&self) -> bool {
        match self {
            Self::Download { .. } | Self::Upload { .. } | Self::Ls { .. } | Self::Rm(_) => true,
            Self::HeadObject { .. }
            | Self::GetObject { .. }
            | Self::DeleteObject { .. }
            | Self::ListObjectVersions { .. }
            | Self::GetItem(_)
            | Self::DeleteItem(_)
            | Self::PutItem { .. } => false,
        }
    }

    /// Whether it changes nothing in the bucket and the table.
    pub const fn is_look(&self) -> bool {
        match self {
            Self::Download { .. }
            | Self::Ls { .. }
            | Self::HeadObject { .. }
            | Self::GetObject { .. }
            | Self::ListObjectVersions { .. }
            | Self::GetItem(_) => true,
            Self::Upload { .. }
            | Self::Rm(_)
            | Self::DeleteObject { .. }
            | Self::DeleteItem(_)
            | Self::PutItem { .. } => false,
        }
    }
}

/// `s3://BUCKET/KEY`
pub fn uri(key: ObjectKey) -> String {
    format!(
        "s3://{}/{}",
        crate::terraform::backend::s3::BUCKET,
        key.name()
    )
}
