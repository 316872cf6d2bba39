//! A backend in one word, so that it can be the value of a parameter.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::scalar::{Flag, Text};
use super::shape::WordOr;
use super::{BackendWord, RawBackend, ServerWord};
use crate::terraform::backend::s3::TABLE;

/// A backend with the options that are most met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum BackendPreset {
    /// A blob in Azure, with a lease for a lock.
    Azurerm,
    /// An object in an S3 bucket, and an object that locks it.
    S3,
    /// An object in an S3 bucket, and an item of a `DynamoDB` table that locks it.
    S3Table,
    /// An object in an S3 bucket, and both locks.
    S3Both,
    /// An object in a bucket of Cloud Storage, and an object that locks it.
    Gcs,
    /// A row of a table of `PostgreSQL`.
    Pg,
    /// A state on an HTTP server that checks nothing.
    Http,
    /// A state on an HTTP server that takes a save from the lock's holder alone.
    HttpFenced,
    /// A state that GitLab keeps.
    Gitlab,
    /// A file in the working directory that all operators share.
    Local,
}

impl BackendPreset {
    fn options(self) -> RawBackend {
        let kind = match self {
            Self::Azurerm => BackendWord::Azurerm,
            Self::S3 | Self::S3Table | Self::S3Both => BackendWord::S3,
            Self::Gcs => BackendWord::Gcs,
            Self::Pg => BackendWord::Pg,
            Self::Http | Self::HttpFenced | Self::Gitlab => BackendWord::Http,
            Self::Local => BackendWord::Local,
        };
        let has_object = matches!(self, Self::S3 | Self::S3Both);
        let has_item = matches!(self, Self::S3Table | Self::S3Both);
        let server = match self {
            Self::Http => Some(ServerWord::Open),
            Self::HttpFenced => Some(ServerWord::Fenced),
            Self::Gitlab => Some(ServerWord::Gitlab),
            Self::Azurerm
            | Self::S3
            | Self::S3Table
            | Self::S3Both
            | Self::Gcs
            | Self::Pg
            | Self::Local => None,
        };
        RawBackend {
            kind: Some(kind),
            server,
            shared: matches!(self, Self::Local).then_some(Flag(true)),
            use_lockfile: has_object.then_some(Flag(true)),
            dynamodb_table: has_item.then(|| Text(TABLE.to_owned())),
            ..RawBackend::default()
        }
    }
}

/// The options that a word stands for, or those that are written out.
pub(super) fn options<'de, D>(deserializer: D) -> Result<Option<RawBackend>, D::Error>
where
    D: Deserializer<'de>,
{
    let written = WordOr::<BackendPreset, RawBackend>::deserialize(deserializer)?;
    Ok(Some(match written {
        WordOr::Word(preset) => preset.options(),
        WordOr::Fields(options) => options,
    }))
}
