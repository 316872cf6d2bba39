//! A backend in one word, so that it can be the value of a parameter.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::scalar::{Flag, Text};
use super::shape::WordOr;
use super::{BackendWord, RawBackend, ServerWord};
use crate::service::http::Flavor;
use crate::terraform::Backend;
use crate::terraform::backend::s3::{Locks, TABLE};

/// A backend with the options that are most met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackendPreset {
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
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Azurerm,
        Self::S3,
        Self::S3Table,
        Self::S3Both,
        Self::Gcs,
        Self::Pg,
        Self::Http,
        Self::HttpFenced,
        Self::Gitlab,
        Self::Local,
    ];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Azurerm => "azurerm",
            Self::S3 => "s3",
            Self::S3Table => "s3_table",
            Self::S3Both => "s3_both",
            Self::Gcs => "gcs",
            Self::Pg => "pg",
            Self::Http => "http",
            Self::HttpFenced => "http_fenced",
            Self::Gitlab => "gitlab",
            Self::Local => "local",
        }
    }

    /// The one of this word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.word() == word)
    }

    /// The word for a backend, whatever other options that has.
    pub const fn of(backend: Backend) -> Self {
        match backend {
            Backend::Azurerm { .. } => Self::Azurerm,
            Backend::S3 { locks } => match locks {
                Locks::Object => Self::S3,
                Locks::Item => Self::S3Table,
                Locks::Both => Self::S3Both,
            },
            Backend::Gcs => Self::Gcs,
            Backend::Pg { .. } => Self::Pg,
            Backend::Http(options) => match options.server {
                Flavor::Open => Self::Http,
                Flavor::Fenced => Self::HttpFenced,
                Flavor::Gitlab => Self::Gitlab,
            },
            Backend::Local { .. } => Self::Local,
        }
    }

    /// Whether somebody who asks for this one means the other, too: with `s3` whatever locks, with
    /// `http` whatever server.
    pub fn means(self, other: Self) -> bool {
        match self {
            Self::S3 => matches!(other, Self::S3 | Self::S3Table | Self::S3Both),
            Self::Http => matches!(other, Self::Http | Self::HttpFenced | Self::Gitlab),
            Self::Azurerm
            | Self::S3Table
            | Self::S3Both
            | Self::Gcs
            | Self::Pg
            | Self::HttpFenced
            | Self::Gitlab
            | Self::Local => self == other,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;

    #[test]
    fn a_word_is_read_as_it_is_written_and_stands_for_its_backend() {
        for preset in BackendPreset::ALL {
            assert_eq!(BackendPreset::read(preset.word()), Some(preset));
            let read: BackendPreset = serde_yaml::from_str(preset.word()).unwrap();
            assert_eq!(read, preset);
            let word = preset.word();
            let source =
                format!("{{ leaselab: 1, title: t, backend: {word}, steps: [{{ note: n }}] }}");
            let scenario = parse("t.yaml", source.as_bytes()).unwrap();
            assert_eq!(BackendPreset::of(scenario.backend), preset, "{word}");
            assert!(preset.means(preset));
        }
    }
}
