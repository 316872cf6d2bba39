//! What was done to processes, and what went on outside of them, in words: requests, the blob
//! service, the cloud, machines.

use super::{Detail, Tone, Words, forms, run_name, short, with_serial, words};
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{
    ConnectionChange, CredentialState, Direction, DiskState, Ending, Link, LinkState, Peer,
    ServerSide, StoreChange,
};
use crate::service::local::{Access, Room};
use crate::terraform::process::ERRORED;
use crate::terraform::{Names, OperationKind};
use crate::timeline::{
    BlobFact, BlobHand, BlobVersion, CloudFact, FaultNote, LeaseFact, MachineFact, RequestFact,
    Retry,
};

pub(super) fn request(fact: &RequestFact, names: &Names, detail: Detail) -> Option<Words> {
    let is_shown = detail == Detail::Requests;
    match fact {
        RequestFact::Sent {
            kind,
            lock_id,
            serial,
            repeats,
            ..
        } => (is_shown && kind.is_remote()).then(|| {
            let word = names.backend.lock_id_word();
            let id = lock_id.map_or_else(String::new, |id| format!(", {word} {}", short(id)));
            let again = repeats.map_or("", |_| " again");
            let what = with_serial(&format!("{kind}{again}"), *serial);
            words(Tone::Remark, format!("sends {what}{id}"))
        }),
        RequestFact::Handled {
            kind,
            status,
            refusal,
            ..
        } => match refusal {
            Some(refusal) => Some(words(Tone::Bad, format!("refuses {kind}: {refusal}"))),
            None if *status == 0 => {
                is_shown.then(|| words(Tone::Remark, format!("answers {kind}")))
            }
            None => is_shown.then(|| words(Tone::Remark, format!("answers {kind}: {status}"))),
        },
        RequestFact::Arrived { kind, status, .. } => is_shown.then(|| match status {
            Some(0) => words(Tone::Remark, format!("receives the answer to {kind}")),
            Some(status) => words(
                Tone::Remark,
                format!("receives the answer to {kind}: {status}"),
            ),
            None => words(Tone::Remark, format!("learns that {kind} was reset")),
        }),
        RequestFact::Struck { kind, note, .. } => {
            let line = match note {
                FaultNote::RequestLost => format!("{kind} is lost on the way: connection reset"),
                FaultNote::AnswerLost => {
                    format!("the answer to {kind} is lost: connection reset")
                }
                FaultNote::Hangs => format!("{kind} is never answered"),
                FaultNote::RequestDelayed(delay) => format!("{kind} takes {delay} to arrive"),
                FaultNote::AnswerDelayed(delay) => format!("the answer to {kind} takes {delay}"),
                FaultNote::AnsweredWith(refusal) => {
                    format!("{kind} is answered {refusal} on the way")
                }
            };
            Some(words(Tone::Bad, line))
        }
        RequestFact::Retried(Retry {
            kind,
            wait,
            refusal,
        }) => Some(words(
            Tone::Plain,
            format!(
                "tries {kind} again in {wait}, after {}",
                refusal.map_or("a reset", |refusal| refusal.code())
            ),
        )),
    }
}

/// `until 62.104 s`.
fn until(time: Option<SimTime>) -> String {
    time.map_or_else(|| "infinite".to_owned(), |time| format!("until {time} s"))
}

/// What the lease does by itself is always part of the story. What it does on request is told by
/// who asked for it.
pub(super) fn lease(fact: LeaseFact, now: SimTime, detail: Detail) -> Option<Words> {
    let is_shown = detail == Detail::Requests;
    let remark = |line: String| is_shown.then(|| words(Tone::Remark, line));
    match fact {
        LeaseFact::Acquired { id, until: end } => {
            remark(format!("grants lease {}, {}", short(id.into()), until(end)))
        }
        LeaseFact::Renewed { id, until: end } => {
            remark(format!("renews lease {}, {}", short(id.into()), until(end)))
        }
        LeaseFact::Changed { old, new } => remark(format!(
            "makes lease {} lease {}",
            short(old.into()),
            short(new.into())
        )),
        LeaseFact::Released { id } => remark(format!("frees lease {}", short(id.into()))),
        LeaseFact::Cleared { id } => remark(format!("forgets lease {}", short(id.into()))),
        LeaseFact::Expired { .. } => Some(words(Tone::Bad, "the lease expires")),
        LeaseFact::Broken { .. } => Some(words(Tone::Plain, "the lease is broken")),
        LeaseFact::Breaking { until, .. } => Some(words(
            Tone::Plain,
            format!(
                "the lease is being broken: locked for another {}",
                until.since(now)
            ),
        )),
    }
}

pub(super) fn cloud(fact: &CloudFact, names: &Names, detail: Detail) -> Option<Words> {
    match fact {
        CloudFact::Accepted {
            object, kind, due, ..
        } => (detail == Detail::Requests).then(|| {
            let noun = forms(*kind).2;
            words(
                Tone::Remark,
                format!(
                    "accepts the {noun} of {}, {}",
                    names.object(*object),
                    due_at(*due)
                ),
            )
        }),
        CloudFact::Withdrawn { object, kind, .. } => {
            let noun = forms(*kind).2;
            Some(words(
                Tone::Plain,
                format!(
                    "the {noun} of {} is withdrawn: nothing is left",
                    names.object(*object)
                ),
            ))
        }
        CloudFact::Done { object, kind, .. } => {
            let done = match kind {
                OperationKind::Create => "exists",
                OperationKind::Update => "is changed",
                OperationKind::Delete => "is gone",
            };
            Some(words(
                Tone::Plain,
                format!("{} {done}", names.object(*object)),
            ))
        }
        CloudFact::ChangedOutside { resource, kind } => Some(words(
            Tone::Staged,
            format!(
                "{} is {} outside Terraform",
                names.resource(*resource),
                forms(*kind).1
            ),
        )),
    }
}

/// `due at 5.704 s`.
fn due_at(time: SimTime) -> String {
    format!("due at {time} s")
}

fn version_words(version: BlobVersion) -> String {
    match version {
        BlobVersion::Empty => "0 bytes".to_owned(),
        BlobVersion::Unreadable => "something that is no state".to_owned(),
        BlobVersion::State(serial) => format!("the state of serial {serial}"),
    }
}

pub(super) fn blob(fact: &BlobFact, names: &Names, detail: Detail) -> Option<Words> {
    let remark = |line: String| (detail == Detail::Requests).then(|| words(Tone::Remark, line));
    match fact {
        BlobFact::Stored { version, by } => {
            let what = version_words(*version);
            remark(format!("holds {what}, from {}", run_name(*by, names)))
        }
        BlobFact::Undeleted { version, by } => {
            let what = version_words(*version);
            remark(format!(
                "is undeleted by {}, and holds {what}",
                run_name(*by, names)
            ))
        }
        BlobFact::Deleted { by } => remark(format!("is deleted by {}", run_name(*by, names))),
        BlobFact::Handled(hand) => {
            let line = match hand {
                BlobHand::Deleted => "somebody deletes the state blob".to_owned(),
                BlobHand::Emptied => "somebody truncates the state blob to 0 bytes".to_owned(),
                BlobHand::Overwritten => {
                    "somebody overwrites the state blob with something else".to_owned()
                }
                BlobHand::Restored { serial } => {
                    format!("somebody restores the state of serial {serial}")
                }
                BlobHand::LeaseBroken { .. } => "somebody breaks the lease by hand".to_owned(),
            };
            Some(words(Tone::Staged, line))
        }
    }
}

pub(super) fn machine(fact: &MachineFact, names: &Names) -> Words {
    match fact {
        MachineFact::Suspended(true) => words(Tone::Staged, "the machine goes to sleep"),
        MachineFact::Suspended(false) => words(Tone::Staged, "the machine wakes up"),
        MachineFact::LinkChanged {
            link,
            state,
            duration,
        } => words(Tone::Staged, link_changed(*link, *state, *duration, names)),
        MachineFact::DiskChanged(disk) => words(
            Tone::Staged,
            match disk {
                DiskState::Ok => "the disk works again".to_owned(),
                DiskState::Full => "the disk is full".to_owned(),
                DiskState::ReadOnly => "the working directory can't be written".to_owned(),
                DiskState::Occupied => format!("a directory called {ERRORED} is in the way"),
            },
        ),
        MachineFact::CredentialsChanged { peer, state } => {
            let whose = match peer {
                Peer::State => names.backend.place(),
                Peer::Cloud => "cloud",
            };
            let what = match state {
                CredentialState::Valid => "renewed",
                CredentialState::Expired => "expired",
            };
            words(Tone::Staged, format!("credentials for the {whose} {what}"))
        }
        MachineFact::ConfigurationEdited => words(Tone::Staged, "edited the configuration"),
        MachineFact::FileWritten { file, serial } => {
            words(Tone::Plain, with_serial(&format!("writes {file}"), *serial))
        }
        MachineFact::StateFileHandled(change) => words(Tone::Staged, state_file(change)),
        MachineFact::FileRemoved(file) => words(Tone::Plain, format!("removes {file}")),
    }
}

fn link_changed(
    link: Link,
    state: LinkState,
    duration: Option<SimDuration>,
    names: &Names,
) -> String {
    let operator = names.operator(link.operator);
    let arrow = match link.direction {
        Direction::Both => "<->",
        Direction::Outward => "->",
        Direction::Inward => "<-",
    };
    let what = match state {
        LinkState::Up => "network heals",
        LinkState::Cut => "network cut",
        LinkState::Blackhole => "network swallows everything",
    };
    let span = duration.map_or_else(String::new, |duration| format!(" for {duration}"));
    format!(
        "{what}: {operator} {arrow} {}{span}",
        peer(link.peer, names)
    )
}

/// The other end of a link, as scenarios spell it.
pub(in crate::render) const fn peer(peer: Peer, names: &Names) -> &'static str {
    match peer {
        Peer::State => names.backend.link(),
        Peer::Cloud => "cloud",
    }
}

/// What hands did to a state in a local file.
const fn state_file(change: &StoreChange) -> &'static str {
    match change {
        StoreChange::Delete => "somebody deletes the state",
        StoreChange::Empty => "somebody truncates the state to 0 bytes",
        StoreChange::Content(_) => "somebody overwrites the state with something else",
        StoreChange::Room(Room::None) => "the disk of the state file is full",
        StoreChange::Room(Room::Enough) => "the disk of the state file has room again",
        StoreChange::Access {
            file: Access::Writable,
            directory: Access::Writable,
        } => "the state file can be written again",
        StoreChange::Access {
            file: Access::ReadOnly,
            directory: Access::Writable,
        } => "the state file can't be written any more",
        StoreChange::Access {
            file: Access::Writable,
            directory: Access::ReadOnly,
        } => "the state's directory can't be written any more",
        StoreChange::Access {
            file: Access::ReadOnly,
            directory: Access::ReadOnly,
        } => "the state file and its directory can't be written any more",
        StoreChange::OccupyState => "a directory stands where the state file should be",
        StoreChange::OccupyBackup => "a directory stands where the backup should be",
        StoreChange::RemoveLockInfo => "somebody removes the lock info",
        StoreChange::LockInfo(_) => "lock info lies about that nobody holds",
        StoreChange::LockInfoContent(_) => "somebody overwrites the lock info",
        StoreChange::Restore(_) => "somebody restores a version of the state",
        StoreChange::RemoveLockItem => "somebody deletes the lock item",
        StoreChange::LockItemContent(_) => "somebody overwrites the lock item",
        StoreChange::LockItem(_) => "somebody writes a lock item",
        StoreChange::FitDigest => "somebody writes the digest of the state that is there",
        StoreChange::RemoveDigest => "somebody deletes the digest item",
        StoreChange::DigestContent(_) => "somebody overwrites the digest item",
        StoreChange::EndSession => "an administrator ends the session that holds the lock",
        StoreChange::Restart => "the database server restarts: all sessions end",
        StoreChange::Connections { change, .. } => match change {
            ConnectionChange::End(end) => match (end.how, end.server) {
                (Ending::Closed, ServerSide::Sees) => "open connections are closed",
                (Ending::Reset, ServerSide::Sees) => "open connections are reset",
                (Ending::Closed, ServerSide::Keeps) => {
                    "open connections are closed at the client's end: the server sees nothing"
                }
                (Ending::Reset, ServerSide::Keeps) => {
                    "open connections are reset at the client's end: the server sees nothing"
                }
            },
            ConnectionChange::Blackhole => "nothing is carried on open connections any more",
        },
    }
}
