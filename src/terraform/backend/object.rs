//! What the backends s3 and gcs keep in an object of a bucket.

use std::sync::Arc;

use crate::terraform::lock::LockInfo;
use crate::terraform::process::FileContent;
use crate::terraform::state::StateFile;

/// What an object holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// 0 bytes.
    Empty,
    /// A state.
    State(Arc<StateFile>),
    /// Lock info, under the ID that its process drew: with gcs the lock's own is the object's
    /// generation.
    Lock(Arc<LockInfo>),
    /// Neither.
    Text(Arc<str>),
}

impl Object {
    /// The state, if it is one.
    pub const fn state(&self) -> Option<&Arc<StateFile>> {
        match self {
            Self::State(file) => Some(file),
            Self::Empty | Self::Lock(_) | Self::Text(_) => None,
        }
    }

    /// What a file has that it is written to.
    pub fn as_file(&self) -> FileContent {
        match self {
            Self::Empty => FileContent::Empty,
            Self::State(file) => FileContent::State(Arc::clone(file)),
            Self::Lock(info) => FileContent::LockInfo(**info),
            Self::Text(text) => FileContent::Text(Arc::clone(text)),
        }
    }

    /// What a file is as the lock object, or as that of the state: in the place of the other, each
    /// is a text like any other.
    pub fn of_file(content: FileContent, is_lock: bool) -> Self {
        match (is_lock, content) {
            (_, FileContent::Empty) => Self::Empty,
            (false, FileContent::State(file)) => Self::State(file),
            (true, FileContent::LockInfo(info)) => Self::Lock(Arc::new(info)),
            (_, FileContent::Text(text)) => Self::Text(text),
            (true, FileContent::State(_)) => Self::Text("a state".into()),
            (false, FileContent::LockInfo(_)) => Self::Text("lock info".into()),
            (_, FileContent::Plan(_)) => Self::Text("a saved plan".into()),
        }
    }
}
