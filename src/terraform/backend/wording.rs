//! What the parts of a backend are called.

use super::Backend;

impl Default for Backend {
    fn default() -> Self {
        let takes_snapshots = false;
        Self::Azurerm { takes_snapshots }
    }
}

impl Backend {
    /// The names of all, as configurations spell them.
    pub const NAMES: [&'static str; 6] = ["azurerm", "s3", "gcs", "pg", "http", "local"];

    /// What the service is called that keeps the state.
    pub const fn service(self) -> &'static str {
        match self {
            Self::Azurerm { .. } => "blob",
            Self::S3 { .. } => "s3",
            Self::Gcs => "gcs",
            Self::Pg { .. } => "postgres",
            Self::Http(_) => "server",
            Self::Local { .. } => "file",
        }
    }

    /// The other end of an operator's link to it, as scenarios spell it.
    pub const fn link(self) -> &'static str {
        match self {
            Self::Azurerm { .. } => "blob",
            Self::S3 { .. } | Self::Gcs | Self::Pg { .. } | Self::Http(_) | Self::Local { .. } => {
                "state"
            }
        }
    }

    /// What asks for credentials before it gives or takes the state.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Azurerm { .. } => "blob service",
            Self::S3 { .. } | Self::Gcs => "bucket",
            Self::Pg { .. } => "database",
            Self::Http(_) => "server",
            Self::Local { .. } => "state file",
        }
    }

    /// What is typed to get valid credentials again, where it asks for any.
    pub const fn sign_in(self) -> Option<&'static str> {
        match self {
            Self::Azurerm { .. } => Some("az login"),
            Self::S3 { .. } => Some("aws sso login"),
            Self::Gcs => Some("gcloud auth login"),
            Self::Pg { .. } | Self::Http(_) | Self::Local { .. } => None,
        }
    }
}
