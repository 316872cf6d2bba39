//! From the options to the command.

use std::sync::Arc;

use super::super::super::word::Word;
use super::super::CommandError;
use super::option::Typed;
use super::table::{Names, Role, Subcommand};
use crate::command::az::output::{Format, is_query};
use crate::command::az::{
    AzAction, AzCommand, BlobNames, Deletion, MetadataArgument, Moment, Output, SourceArgument,
    UploadSource,
};
use crate::kernel::SimDuration;
use crate::service::azure::Include;
use crate::shell::base_name;
use crate::terraform::invocation::LockIdArgument;

const NO_BLOB: &str = "Please specify --blob-url or combination of blob name, container name and \
     storage account arguments.";

/// The command.
pub(super) fn command(
    subcommand: &Subcommand,
    typed: &Typed<'_>,
) -> Result<AzCommand, CommandError> {
    let output = output(typed)?;
    let is_login = match typed.word(Role::AuthMode) {
        None => false,
        Some(word) => one_of(word, "--auth-mode", subcommand, &["key", "login"])? == "login",
    };
    let blob = names(subcommand, typed)?;
    Ok(AzCommand {
        blob,
        action: action(subcommand, typed)?,
        if_match: typed.text(Role::IfMatch)?,
        asks_for_key: !is_login && !typed.has(Role::Credential),
        output,
    })
}

/// One of the values that az's parser takes.
fn one_of<'w>(
    word: &'w Word,
    option: &str,
    subcommand: &Subcommand,
    known: &[&str],
) -> Result<&'w str, CommandError> {
    let text = word.value()?;
    if known.contains(&text) {
        return Ok(text);
    }
    let error = word.error(format!(
        "az storage blob {}: '{text}' is not a valid value for '{option}'. Allowed values: {}.",
        subcommand.name,
        known.join(", ")
    ));
    Err(error.suggest_nearest(text, known.iter().copied()))
}

fn output(typed: &Typed<'_>) -> Result<Output, CommandError> {
    let format = match typed.word(Role::Output) {
        None => Format::Json,
        Some(word) => {
            let text = word.value()?;
            let named = Format::NAMES.iter().find(|(name, _)| *name == text);
            let Some((_, format)) = named else {
                let names = Format::NAMES.map(|(name, _)| name);
                let message = format!(
                    "'{text}' is not a valid value for '--output'. Allowed values: {}.",
                    names.join(", ")
                );
                return Err(word.error(message).suggest_nearest(text, names));
            };
            *format
        }
    };
    let query = typed.text(Role::Query)?;
    if let (Some(text), Some(word)) = (&query, typed.word(Role::Query))
        && !is_query(text)
    {
        return Err(word.error(format!(
            "argument --query: invalid jmespath_type value: '{text}'"
        )));
    }
    Ok(Output {
        query,
        format,
        hides_warnings: typed.has(Role::OnlyErrors),
        hides_progress: typed.has(Role::NoProgress),
    })
}

fn names(subcommand: &Subcommand, typed: &Typed<'_>) -> Result<BlobNames, CommandError> {
    let required = |missing: &str| {
        typed
            .at
            .error(format!("the following arguments are required: {missing}"))
    };
    if let Some(url) = typed.word(Role::Url) {
        return Ok(source_uri(url)?.blob);
    }
    let (has_container, has_blob) = (typed.has(Role::Container), typed.has(Role::Blob));
    match subcommand.names {
        Names::Checked if !has_container || !has_blob => return Err(typed.at.error(NO_BLOB)),
        Names::Required if !has_container && !has_blob => {
            return Err(required("--blob-name/-b, --container-name/-c"));
        }
        Names::Required if !has_blob => return Err(required("--blob-name/-b")),
        Names::Required | Names::Container if !has_container => {
            return Err(required("--container-name/-c"));
        }
        Names::Upload if !has_container => return Err(typed.at.error(NO_BLOB)),
        Names::Destination if !has_container && !has_blob => {
            return Err(required(
                "--destination-blob/-b, --destination-container/-c",
            ));
        }
        Names::Destination if !has_blob => return Err(required("--destination-blob/-b")),
        Names::Destination if !has_container => {
            return Err(required("--destination-container/-c"));
        }
        Names::Checked
        | Names::Required
        | Names::Container
        | Names::Upload
        | Names::Destination => {}
    }
    let mut blob = BlobNames {
        account: typed.name(Role::Account),
        container: typed.name(Role::Container),
        name: typed.name(Role::Blob),
    };
    if !has_blob && subcommand.names == Names::Upload {
        let file = typed.name(Role::File);
        blob.name = file.map(|file| base_name(&file).into());
    }
    Ok(blob)
}

fn action(subcommand: &Subcommand, typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let lease_id = || typed.lease_id();
    Ok(match subcommand.name {
        "show" => AzAction::Show {
            moment: moment(typed)?,
            lease_id: lease_id()?,
        },
        "list" => list(subcommand, typed)?,
        "exists" => AzAction::Exists {
            moment: moment(typed)?,
        },
        "upload" => upload(typed)?,
        "download" => AzAction::Download {
            file: typed.word(Role::File).map(Word::file).transpose()?,
            moment: moment(typed)?,
            overwrites: typed.overwrites().unwrap_or(true),
            lease_id: lease_id()?,
        },
        "delete" => delete(subcommand, typed)?,
        "undelete" => AzAction::Undelete,
        "snapshot" => AzAction::Snapshot {
            lease_id: lease_id()?,
        },
        "copy start" => AzAction::CopyStart {
            source: source(typed)?,
            lease_id: lease_id()?,
            metadata: metadata(typed)?,
        },
        "metadata show" => AzAction::MetadataShow {
            moment: moment(typed)?,
            lease_id: lease_id()?,
        },
        "metadata update" => AzAction::MetadataUpdate {
            metadata: metadata(typed)?,
            lease_id: lease_id()?,
        },
        "lease break" => lease_break(typed)?,
        "lease acquire" => lease_acquire(typed)?,
        "lease release" => AzAction::LeaseRelease {
            lease_id: needed_lease_id(typed)?,
        },
        "lease renew" => AzAction::LeaseRenew {
            lease_id: needed_lease_id(typed)?,
        },
        "lease change" => {
            let Some(proposed) = typed.word(Role::ProposedId) else {
                return Err(typed
                    .at
                    .error("the following arguments are required: --proposed-lease-id"));
            };
            AzAction::LeaseChange {
                lease_id: needed_lease_id(typed)?,
                proposed: guid(proposed)?,
            }
        }
        other => unreachable!("`{other}` is in the table of subcommands"),
    })
}

fn needed_lease_id(typed: &Typed<'_>) -> Result<LockIdArgument, CommandError> {
    typed.lease_id()?.ok_or_else(|| {
        typed
            .at
            .error("the following arguments are required: --lease-id")
    })
}

fn moment(typed: &Typed<'_>) -> Result<Moment, CommandError> {
    if let Some(url) = typed.word(Role::Url) {
        // Of a URL az keeps the snapshot, and drops the version: what it means is the blob.
        return Ok(match source_uri(url)?.moment {
            snapshot @ Moment::Snapshot(_) => snapshot,
            Moment::Version(_) | Moment::Current => Moment::Current,
        });
    }
    Ok(
        match (typed.text(Role::VersionId)?, typed.text(Role::Snapshot)?) {
            (Some(id), _) => Moment::Version(id),
            (None, Some(time)) => Moment::Snapshot(time),
            (None, None) => Moment::Current,
        },
    )
}

fn list(subcommand: &Subcommand, typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let mut include = Include::default();
    let mut with_metadata = false;
    if let Some(word) = typed.word(Role::Include) {
        let text = word.value()?;
        for letter in text.chars() {
            match letter {
                'v' => include.versions = true,
                'd' => include.deleted = true,
                's' => include.snapshots = true,
                'm' => with_metadata = true,
                // Copies, tags, immutability and legal holds: there are none.
                'c' | 't' | 'i' | 'l' => {}
                _ => {
                    return Err(word.error(format!(
                        "az storage blob {}: '{text}' is not a valid value for '--include': \
                         letters in one word, of (c)opy, (d)eleted, (m)etadata, (s)napshots, \
                         (t)ags, (v)ersions",
                        subcommand.name
                    )));
                }
            }
        }
    }
    let count_max = match typed.word(Role::Count) {
        None => None,
        Some(word) => match word.value()? {
            "*" => None,
            text => Some(text.parse().map_err(|_| {
                word.error(format!("--num-results is a number or `*`, not `{text}`"))
            })?),
        },
    };
    Ok(AzAction::List {
        prefix: typed.text(Role::Prefix)?.unwrap_or_default(),
        include,
        with_metadata,
        count_max,
    })
}

fn upload(typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let source = match (typed.word(Role::File), typed.text(Role::Data)?) {
        (Some(file), None) => UploadSource::File(file.file()?),
        (None, Some(data)) => UploadSource::Data(data),
        (Some(_), Some(_)) | (None, None) => {
            return Err(typed
                .at
                .error("incorrect usage: specify one of --file and --data"));
        }
    };
    Ok(AzAction::Upload {
        source,
        overwrites: typed.overwrites().unwrap_or(false),
        lease_id: typed.lease_id()?,
        metadata: metadata(typed)?,
    })
}

/// `--metadata key=value …`: the model knows of Terraform's lock info alone.
fn metadata(typed: &Typed<'_>) -> Result<MetadataArgument, CommandError> {
    let mut metadata = MetadataArgument::None;
    for word in typed.words(Role::Metadata).unwrap_or_default() {
        let text = word.value()?;
        match text.split_once('=') {
            Some(("terraformlockid", encoded)) if !encoded.is_empty() => {
                metadata = MetadataArgument::LockInfo(encoded.into());
            }
            Some(_) | None => {
                return Err(word.error(format!(
                    "the model keeps no metadata but terraformlockid, Terraform's lock info, not \
                     `{text}`; without --metadata all is cleared"
                )));
            }
        }
    }
    Ok(metadata)
}

fn delete(subcommand: &Subcommand, typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let snapshots = match typed.word(Role::Snapshots) {
        None => Deletion::Blob,
        Some(word) => {
            let known = ["include", "only"];
            match one_of(word, "--delete-snapshots", subcommand, &known)? {
                "include" => Deletion::WithSnapshots,
                _ => Deletion::SnapshotsOnly,
            }
        }
    };
    let snapshot = match moment(typed)? {
        Moment::Snapshot(time) => Some(time),
        Moment::Version(_) | Moment::Current => None,
    };
    let deletion = match (snapshot, snapshots) {
        (None, deletion) => deletion,
        (Some(time), Deletion::Blob) => Deletion::Snapshot(time),
        (Some(_), Deletion::WithSnapshots | Deletion::SnapshotsOnly | Deletion::Snapshot(_)) => {
            let at = typed.place(Role::Snapshot).unwrap_or(typed.at);
            return Err(at.error("Cannot pass both --snapshot and --delete-snapshots"));
        }
    };
    Ok(AzAction::Delete {
        deletion,
        lease_id: typed.lease_id()?,
    })
}

fn source(typed: &Typed<'_>) -> Result<SourceArgument, CommandError> {
    let has_parts = [
        Role::SourceContainer,
        Role::SourceBlob,
        Role::SourceSnapshot,
        Role::SourceAccount,
    ];
    let has_parts = has_parts.iter().any(|role| typed.has(*role));
    match typed.word(Role::SourceUri) {
        Some(uri) if !has_parts => source_uri(uri),
        None if typed.has(Role::SourceContainer) && typed.has(Role::SourceBlob) => {
            let moment = match typed.text(Role::SourceSnapshot)? {
                Some(time) => Moment::Snapshot(time),
                None => Moment::Current,
            };
            let account = if typed.has(Role::SourceAccount) {
                typed.name(Role::SourceAccount)
            } else {
                typed.name(Role::Account)
            };
            Ok(SourceArgument {
                blob: BlobNames {
                    account,
                    container: typed.name(Role::SourceContainer),
                    name: typed.name(Role::SourceBlob),
                },
                moment,
            })
        }
        Some(_) | None => Err(typed.at.error(
            "Invalid usage: no source, or several. Supply only one of the following argument sets \
             to specify source: --source-uri [--source-sas], or --source-container --source-blob \
             [--source-account-name] [--source-snapshot]",
        )),
    }
}

/// `https://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB?versionId=…`
fn source_uri(word: &Word) -> Result<SourceArgument, CommandError> {
    let text = word.value()?;
    let wrong = || {
        word.error(format!(
            "a blob's URL is https://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB, not `{text}`"
        ))
    };
    let rest = text.strip_prefix("https://").ok_or_else(wrong)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = path.split_once('/').ok_or_else(wrong)?;
    let (container, name) = path.split_once('/').ok_or_else(wrong)?;
    let (account, _) = host.split_once('.').ok_or_else(wrong)?;
    let mut moment = Moment::Current;
    for parameter in query.split('&') {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        // The service reads the names of parameters in any case.
        match key.to_ascii_lowercase().as_str() {
            "versionid" => moment = Moment::Version(unescaped(value)),
            "snapshot" => moment = Moment::Snapshot(unescaped(value)),
            _ => {}
        }
    }
    Ok(SourceArgument {
        blob: BlobNames {
            account: Some(account.into()),
            container: Some(container.into()),
            name: Some(name.into()),
        },
        moment,
    })
}

/// A colon may be written as `%3A`.
fn unescaped(text: &str) -> Arc<str> {
    text.replace("%3A", ":").replace("%3a", ":").into()
}

fn lease_break(typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let period = match typed.word(Role::BreakPeriod) {
        None => None,
        Some(word) => match word.value()?.parse::<u64>() {
            Ok(seconds @ 0..=60) => Some(SimDuration::from_seconds(seconds)),
            Ok(_) | Err(_) => {
                return Err(word.error(format!(
                    "--lease-break-period is a number of seconds from 0 to 60, not `{}`",
                    word.text
                )));
            }
        },
    };
    Ok(AzAction::LeaseBreak { period })
}

fn lease_acquire(typed: &Typed<'_>) -> Result<AzAction, CommandError> {
    let duration = match typed.word(Role::LeaseDuration) {
        None => None,
        Some(word) => match word.value()?.parse::<i64>() {
            Ok(-1) => None,
            Ok(seconds @ 15..=60) => Some(SimDuration::from_seconds(seconds.unsigned_abs())),
            Ok(_) | Err(_) => {
                return Err(word.error(format!(
                    "--lease-duration is a number of seconds from 15 to 60, or -1 for an \
                     infinite lease, not `{}`",
                    word.text
                )));
            }
        },
    };
    let proposed = typed.word(Role::ProposedId).map(guid).transpose()?;
    Ok(AzAction::LeaseAcquire { duration, proposed })
}

/// An ID that the service accepts: a GUID.
fn guid(word: &Word) -> Result<Arc<str>, CommandError> {
    let text = word.value()?;
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_hex && lengths == [8, 4, 4, 4, 12] {
        return Ok(text.into());
    }
    Err(word.error(format!(
        "--proposed-lease-id is a GUID, such as 00000000-0000-0000-0000-000000000001, not `{text}`"
    )))
}
