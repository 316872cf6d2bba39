//! Refusals: what a service answers instead of doing what it is asked.
//!
//! Each service has a table of its own, of statuses, codes and texts. What carries a refusal from
//! one place to another need not know whose it is.

use std::fmt;

use super::{aws, azure, gcs, http, postgres};

/// Writes a service's refusals from one table: name, status, code, text.
macro_rules! refusals {
    (
        $(#[$type_doc:meta])* $type:ident
        $( $(#[$doc:meta])* $name:ident = $status:literal $code:literal $text:literal; )+
    ) => {
        $(#[$type_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type {
            $( $(#[$doc])* $name, )+
        }

        impl $type {
            /// Every refusal, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            const fn row(self) -> (u16, &'static str, &'static str) {
                match self {
                    $( Self::$name => ($status, $code, $text), )+
                }
            }

            /// The HTTP status of the answer.
            pub const fn http_status(self) -> u16 {
                self.row().0
            }

            /// The error code.
            pub const fn code(self) -> &'static str {
                self.row().1
            }

            /// The text of the answer.
            pub const fn text(self) -> &'static str {
                self.row().2
            }

            /// The refusal with this error code, or `None` where the service has no such code. Of
            /// two that share a code the first.
            pub fn from_code(code: &str) -> Option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|refusal| refusal.code() == code)
            }
        }

        /// Status and code, as in `412 LeaseIdMissing`.
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&format!("{} {}", self.http_status(), self.code()))
            }
        }

        impl std::error::Error for $type {}
    };
}

pub(crate) use refusals;

/// A [refusal](self) of some service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Of Azure's blob service.
    Azure(azure::Refusal),
    /// Of S3 or `DynamoDB`.
    Aws(aws::Refusal),
    /// Of Google Cloud Storage.
    Gcs(gcs::Refusal),
    /// Of `PostgreSQL`.
    Postgres(postgres::Refusal),
    /// Of an HTTP state server.
    Http(http::Refusal),
}

impl Refusal {
    /// Every refusal of every service.
    pub fn all() -> impl Iterator<Item = Self> {
        let azure = azure::Refusal::ALL.iter().copied().map(Self::Azure);
        let aws = aws::Refusal::ALL.iter().copied().map(Self::Aws);
        let gcs = gcs::Refusal::ALL.iter().copied().map(Self::Gcs);
        let postgres = postgres::Refusal::ALL.iter().copied().map(Self::Postgres);
        let http = http::Refusal::all().map(Self::Http);
        azure.chain(aws).chain(gcs).chain(postgres).chain(http)
    }

    /// The HTTP status of the answer; 0 of a service that does not speak HTTP.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Azure(refusal) => refusal.http_status(),
            Self::Aws(refusal) => refusal.http_status(),
            Self::Gcs(refusal) => refusal.http_status(),
            Self::Postgres(_) => 0,
            Self::Http(refusal) => refusal.status.http_status(),
        }
    }

    /// The error code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Azure(refusal) => refusal.code(),
            Self::Aws(refusal) => refusal.code(),
            Self::Gcs(refusal) => refusal.code(),
            Self::Postgres(refusal) => refusal.code(),
            Self::Http(refusal) => refusal.status.code(),
        }
    }

    /// The text of the answer.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Azure(refusal) => refusal.text(),
            Self::Aws(refusal) => refusal.text(),
            Self::Gcs(refusal) => refusal.text(),
            Self::Postgres(refusal) => refusal.text(),
            Self::Http(refusal) => refusal.status.text(),
        }
    }
}

impl From<azure::Refusal> for Refusal {
    fn from(refusal: azure::Refusal) -> Self {
        Self::Azure(refusal)
    }
}

impl From<aws::Refusal> for Refusal {
    fn from(refusal: aws::Refusal) -> Self {
        Self::Aws(refusal)
    }
}

impl From<gcs::Refusal> for Refusal {
    fn from(refusal: gcs::Refusal) -> Self {
        Self::Gcs(refusal)
    }
}

impl From<postgres::Refusal> for Refusal {
    fn from(refusal: postgres::Refusal) -> Self {
        Self::Postgres(refusal)
    }
}

impl From<http::Refusal> for Refusal {
    fn from(refusal: http::Refusal) -> Self {
        Self::Http(refusal)
    }
}

/// Status and code, as in `412 LeaseIdMissing`, or severity and code, as in `FATAL 57P01`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Azure(refusal) => refusal.fmt(f),
            Self::Aws(refusal) => refusal.fmt(f),
            Self::Gcs(refusal) => refusal.fmt(f),
            Self::Postgres(refusal) => refusal.fmt(f),
            Self::Http(refusal) => refusal.fmt(f),
        }
    }
}
