//! The subcommands of `az storage blob`, with the options of each.

/// What an option does in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Account,
    Container,
    Blob,
    Url,
    File,
    Data,
    LeaseId,
    /// What becomes of the blob's snapshots.
    Snapshots,
    Snapshot,
    VersionId,
    Prefix,
    Include,
    Count,
    Metadata,
    SourceUri,
    SourceAccount,
    SourceContainer,
    SourceBlob,
    SourceSnapshot,
    BreakPeriod,
    LeaseDuration,
    ProposedId,
    Overwrite,
    IfMatch,
    Query,
    Output,
    AuthMode,
    /// Signs in: accepted with its value.
    Credential,
    /// Accepted with its value.
    NoEffect,
    /// Accepted; has no value.
    Switch,
    OnlyErrors,
    NoProgress,
    /// Real, and with an effect that the model does not have.
    NotModeled,
}

/// Which checks az makes of the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Its own check: container and blob, together.
    Checked,
    /// The parser's: container and `--blob-name`.
    Required,
    /// The parser's: the container alone.
    Container,
    /// The container alone; without a name the file's is taken.
    Upload,
    /// The parser's: the destination.
    Destination,
}

/// The names of an option, and what it does.
pub(super) type Spec = (&'static [&'static str], Role);

/// A subcommand of `az storage blob`.
#[derive(Debug)]
pub(super) struct Subcommand {
    pub(super) name: &'static str,
    pub(super) names: Names,
    pub(super) options: &'static [Spec],
    /// Whether the conditional headers are among its options.
    pub(super) has_conditions: bool,
}

/// What every subcommand accepts.
pub(super) const COMMON: &[Spec] = &[
    (&["--account-name"], Role::Account),
    (&["--account-key"], Role::Credential),
    (&["--auth-mode"], Role::AuthMode),
    (&["--connection-string"], Role::Credential),
    (&["--sas-token"], Role::Credential),
    (&["--blob-endpoint"], Role::NoEffect),
    (&["--timeout"], Role::NoEffect),
    (&["--subscription"], Role::NoEffect),
    (&["--query"], Role::Query),
    (&["--output", "-o"], Role::Output),
    (&["--only-show-errors"], Role::OnlyErrors),
    (&["--verbose"], Role::Switch),
    (&["--debug"], Role::Switch),
];

/// The conditional headers.
pub(super) const CONDITIONS: &[Spec] = &[
    (&["--if-match"], Role::IfMatch),
    (&["--if-none-match"], Role::NotModeled),
    (&["--if-modified-since"], Role::NotModeled),
    (&["--if-unmodified-since"], Role::NotModeled),
    (&["--tags-condition"], Role::NotModeled),
];

const CONTAINER: Spec = (&["--container-name", "-c"], Role::Container);
const NAME: Spec = (&["--name", "-n"], Role::Blob);
const BLOB_NAME: Spec = (&["--blob-name", "-b"], Role::Blob);
const URL: Spec = (&["--blob-url"], Role::Url);
const LEASE_ID: Spec = (&["--lease-id"], Role::LeaseId);
const SNAPSHOT: Spec = (&["--snapshot"], Role::Snapshot);
const METADATA: Spec = (&["--metadata"], Role::Metadata);
const NO_PROGRESS: Spec = (&["--no-progress"], Role::NoProgress);

const fn checked(name: &'static str, options: &'static [Spec]) -> Subcommand {
    Subcommand {
        name,
        names: Names::Checked,
        options,
        has_conditions: true,
    }
}

const fn lease(name: &'static str, options: &'static [Spec]) -> Subcommand {
    Subcommand {
        name,
        names: Names::Required,
        options,
        has_conditions: true,
    }
}

pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    checked("show", &[CONTAINER, NAME, URL, SNAPSHOT, LEASE_ID]),
    Subcommand {
        name: "list",
        names: Names::Container,
        options: &[
            CONTAINER,
            (&["--prefix"], Role::Prefix),
            (&["--include"], Role::Include),
            (&["--num-results"], Role::Count),
            (&["--delimiter"], Role::NotModeled),
            (&["--marker"], Role::NotModeled),
            (&["--show-next-marker"], Role::Switch),
        ],
        has_conditions: false,
    },
    Subcommand {
        has_conditions: false,
        ..checked("exists", &[CONTAINER, NAME, URL, SNAPSHOT])
    },
    Subcommand {
        name: "upload",
        names: Names::Upload,
        options: &[
            CONTAINER,
            NAME,
            URL,
            (&["--file", "-f"], Role::File),
            (&["--data"], Role::Data),
            (&["--overwrite"], Role::Overwrite),
            LEASE_ID,
            METADATA,
            (&["--type", "-t"], Role::NoEffect),
            (&["--content-type"], Role::NoEffect),
            (&["--validate-content"], Role::Switch),
            (&["--tier"], Role::NoEffect),
            NO_PROGRESS,
        ],
        has_conditions: true,
    },
    checked(
        "download",
        &[
            CONTAINER,
            NAME,
            URL,
            (&["--file", "-f"], Role::File),
            (&["--version-id"], Role::VersionId),
            SNAPSHOT,
            (&["--overwrite"], Role::Overwrite),
            LEASE_ID,
            (&["--validate-content"], Role::Switch),
            (&["--start-range"], Role::NotModeled),
            (&["--end-range"], Role::NotModeled),
            NO_PROGRESS,
        ],
    ),
    checked(
        "delete",
        &[
            CONTAINER,
            NAME,
            URL,
            LEASE_ID,
            SNAPSHOT,
            (&["--delete-snapshots"], Role::Snapshots),
        ],
    ),
    Subcommand {
        has_conditions: false,
        ..checked("undelete", &[CONTAINER, NAME, URL])
    },
    checked(
        "snapshot",
        &[
            CONTAINER,
            NAME,
            URL,
            LEASE_ID,
            (&["--metadata"], Role::NotModeled),
        ],
    ),
    Subcommand {
        name: "copy start",
        names: Names::Destination,
        options: &[
            (&["--destination-container", "-c"], Role::Container),
            (&["--destination-blob", "-b"], Role::Blob),
            (&["--destination-lease-id"], Role::LeaseId),
            (&["--source-uri", "-u"], Role::SourceUri),
            (&["--source-account-name"], Role::SourceAccount),
            (&["--source-container"], Role::SourceContainer),
            (&["--source-blob"], Role::SourceBlob),
            (&["--source-snapshot"], Role::SourceSnapshot),
            (&["--source-account-key"], Role::NoEffect),
            (&["--source-sas"], Role::NoEffect),
            (&["--source-lease-id"], Role::NotModeled),
            (&["--requires-sync"], Role::NoEffect),
            METADATA,
        ],
        has_conditions: false,
    },
    checked("metadata show", &[CONTAINER, NAME, URL, SNAPSHOT, LEASE_ID]),
    checked(
        "metadata update",
        &[CONTAINER, NAME, URL, METADATA, LEASE_ID],
    ),
    lease(
        "lease break",
        &[
            CONTAINER,
            BLOB_NAME,
            (&["--lease-break-period"], Role::BreakPeriod),
        ],
    ),
    lease(
        "lease acquire",
        &[
            CONTAINER,
            BLOB_NAME,
            (&["--lease-duration"], Role::LeaseDuration),
            (&["--proposed-lease-id"], Role::ProposedId),
        ],
    ),
    lease("lease release", &[CONTAINER, BLOB_NAME, LEASE_ID]),
    lease("lease renew", &[CONTAINER, BLOB_NAME, LEASE_ID]),
    lease(
        "lease change",
        &[
            CONTAINER,
            BLOB_NAME,
            LEASE_ID,
            (&["--proposed-lease-id"], Role::ProposedId),
        ],
    ),
];

/// What `az storage blob` has and the model has not.
pub(super) const NOT_MODELED: &[&str] = &[
    "copy cancel",
    "copy start-batch",
    "delete-batch",
    "download-batch",
    "filter",
    "generate-sas",
    "immutability-policy",
    "incremental-copy",
    "query",
    "restore",
    "rewrite",
    "service-properties",
    "set-legal-hold",
    "set-tier",
    "sync",
    "tag",
    "update",
    "upload-batch",
    "url",
];
