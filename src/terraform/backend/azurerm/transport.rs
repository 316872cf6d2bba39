//! What goes over the wire, and how it fails.

use std::fmt;
use std::sync::Arc;

use crate::service;
use crate::service::azure::{
    Action, Call, CallAnswer, Found, LeaseId, Properties, Refusal, Request, Success,
};
use crate::terraform::backend::{self, Answer, Outgoing};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;
use crate::terraform::request::RequestKind;
use crate::terraform::state::BlobContent;

/// What stands in the blob's metadata: lock info, or nothing. Shared, since it goes to and fro with
/// every save.
pub type Metadata = Option<Arc<LockInfo>>;

/// A request to the blob service.
pub type BlobRequest = Request<BlobContent, Metadata>;

/// What the blob service answers to a request that it carries out.
pub type BlobSuccess = Success<BlobContent, Metadata>;

/// A request to the blob service that names its blob.
pub type BlobCall = Call<BlobContent, Metadata>;

/// What the blob service answers to a call that it carries out.
pub type BlobCallAnswer = CallAnswer<BlobContent, Metadata>;

/// What the blob service has under a name.
pub type FoundBlob = Found<BlobContent, Metadata>;

/// A request of a kind, by the right of a lease ID.
pub(super) fn outgoing(
    kind: RequestKind,
    action: Action<BlobContent, Metadata>,
    id: Option<LeaseId>,
) -> Outgoing {
    let request = Request::new(action).with_lease(id);
    Outgoing {
        kind,
        request: backend::Request::Blob(request),
    }
}

pub(super) fn get() -> Outgoing {
    outgoing(RequestKind::Get, Action::Get, None)
}

pub(super) fn list() -> Outgoing {
    outgoing(RequestKind::List, Action::List, None)
}

pub(super) fn head(id: Option<LeaseId>) -> Outgoing {
    outgoing(RequestKind::Head, Action::Head, id)
}

pub(super) fn set_metadata(id: Option<LeaseId>, info: Metadata) -> Outgoing {
    outgoing(RequestKind::SetMetadata, Action::SetMetadata(info), id)
}

pub(super) fn lease_renewal(id: LeaseId) -> Outgoing {
    outgoing(RequestKind::LeaseRenew, Action::RenewLease, Some(id))
}

/// Why a request failed, in the words of the client's transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// The connection was reset.
    Reset(RequestKind),
    /// The answer was a refusal.
    Refused(RequestKind, Refusal),
    /// The blob holds something that is no state file.
    Unreadable,
}

impl TransportError {
    /// The service's code, where the error's text shows it: a head's answer has no body.
    pub fn shown_code(self) -> Option<Refusal> {
        match self {
            Self::Reset(_) | Self::Refused(RequestKind::Head, _) | Self::Unreadable => None,
            Self::Refused(_, refusal) => Some(refusal),
        }
    }

    pub(super) fn is_not_found(self) -> bool {
        match self {
            Self::Refused(_, refusal) => refusal.http_status() == 404,
            Self::Reset(_) | Self::Unreadable => false,
        }
    }
}

/// How the error of a blob snapshot begins; URL and account are those of the scenario's one account.
const SNAPSHOT_FAILED: &str =
    "error snapshotting Blob \"terraform.tfstate\" (Container \"tfstate\" / Account \"ACCOUNT\"): ";

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Reset(RequestKind::Snapshot) | Self::Refused(RequestKind::Snapshot, _) = self {
            f.write_str(SNAPSHOT_FAILED)?;
        }
        match self {
            Self::Reset(RequestKind::Get | RequestKind::List) => {
                f.write_str("executing request: Get URL: EOF")
            }
            Self::Reset(RequestKind::Head) => f.write_str("executing request: Head URL: EOF"),
            Self::Reset(_) => f.write_str(
                "executing request: Put URL: HTTP response was nil; connection may have been reset",
            ),
            Self::Refused(kind, refusal) => {
                let status = refusal.http_status();
                write!(
                    f,
                    "executing request: unexpected status {status} ({status} "
                )?;
                if *kind == RequestKind::Head {
                    write!(f, "{}) with EOF", refusal.text())
                } else {
                    write!(
                        f,
                        "{}) with {}: {}",
                        refusal.text(),
                        refusal.code(),
                        refusal.text()
                    )
                }
            }
            Self::Unreadable => f.write_str("Unsupported state file format"),
        }
    }
}

impl From<TransportError> for Cause {
    fn from(error: TransportError) -> Self {
        Self {
            text: error.to_string().into(),
            detail: None,
            code: error.shown_code().map(service::Refusal::Azure),
            other_code: None,
        }
    }
}

pub(super) fn read(kind: RequestKind, answer: Answer) -> Result<BlobSuccess, TransportError> {
    match answer {
        Answer::Success(backend::Success::Blob(success)) => Ok(success),
        Answer::Refused(service::Refusal::Azure(refusal)) => {
            Err(TransportError::Refused(kind, refusal))
        }
        Answer::Success(
            backend::Success::Called(_)
            | backend::Success::Bucket(_)
            | backend::Success::Table(_)
            | backend::Success::Storage(_)
            | backend::Success::Sql(_)
            | backend::Success::Http(_)
            | backend::Success::File(_),
        )
        | Answer::Refused(
            service::Refusal::Aws(_)
            | service::Refusal::Gcs(_)
            | service::Refusal::Postgres(_)
            | service::Refusal::Http(_),
        )
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => Err(TransportError::Reset(kind)),
    }
}

pub(super) fn properties(answer: Answer) -> Result<Properties<Metadata>, TransportError> {
    let Success::Properties(properties) = read(RequestKind::Head, answer)? else {
        unreachable!("a head is answered with properties")
    };
    Ok(properties)
}

/// What a get found: `None` where there is no blob.
///
/// # Errors
///
/// If the request failed otherwise.
pub(super) fn content(answer: Answer) -> Result<Option<BlobContent>, TransportError> {
    match read(RequestKind::Get, answer) {
        Ok(Success::Content { content, .. }) => Ok(Some(content)),
        Ok(other) => unreachable!("a get is answered with content, not {other:?}"),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the service did it.
pub(super) fn succeeded(kind: RequestKind, answer: Answer) -> Result<(), TransportError> {
    read(kind, answer).map(|_| ())
}
