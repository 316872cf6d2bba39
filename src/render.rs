//! Renderers: pure functions from a [`Report`](crate::verdict::Report) to text, one file a format.

mod fact;
pub mod json;
pub mod state_file;
mod table;
pub mod text;

mod layout;

pub use json::{json, report_schema};
pub use layout::{Color, Detail, Layout};
pub use state_file::{cloud_file, state_file};
pub use text::text;
