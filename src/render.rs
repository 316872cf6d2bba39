//! Renderers: pure functions from a [`Report`](crate::verdict::Report) to text, one file a format.

mod fact;
pub mod grade;
pub mod grade_json;
pub mod json;
pub mod junit;
pub mod state_file;
pub mod suite;
mod table;
pub mod text;

mod layout;

pub use grade::{grade_comparison, grade_junit, grade_table};
pub use grade_json::{grade_comparison_json, grade_json, grade_schema};
pub use json::{json, report_schema};
pub use junit::{JunitCase, JunitFailure, junit};
pub use layout::{Color, Detail, Layout};
pub use state_file::{cloud_file, state_file};
pub use suite::{annotations, suite_json, suite_junit, suite_schema, suite_text};
pub use text::text;
