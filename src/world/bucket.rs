//! What an object of a bucket is to the world, whichever service keeps it.

use std::sync::Arc;

use crate::terraform::backend::object::Object;
use crate::timeline::{BlobVersion, RemoteState};

/// What a version of the state is that an object holds.
pub(super) fn version(object: &Object) -> BlobVersion {
    match object {
        Object::Empty => BlobVersion::Empty,
        Object::State(file) => BlobVersion::State(file.serial),
        Object::Lock(_) | Object::Text(_) => BlobVersion::Unreadable,
    }
}

/// What the state object holds, as an observation has it.
pub(super) fn remote(object: Option<&Object>) -> RemoteState {
    match object {
        None => RemoteState::Absent,
        Some(Object::Empty) => RemoteState::Empty,
        Some(Object::State(file)) => RemoteState::State(Arc::clone(file)),
        Some(Object::Lock(_) | Object::Text(_)) => RemoteState::Unreadable,
    }
}
