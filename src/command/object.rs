//! The bytes of what a bucket holds.

use super::az::document;
use crate::terraform::backend::object::Object;
use crate::terraform::{Names, state_file};

/// The bytes of an object.
pub fn text(object: &Object, names: &Names) -> String {
    match object {
        Object::Empty => String::new(),
        Object::State(file) => state_file::write(names, file),
        Object::Lock(info) => document::lock_info(info, &names.lock_path(), names),
        Object::Text(text) => text.to_string(),
    }
}
