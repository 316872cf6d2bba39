//! Renderers: pure functions from a [`Report`](crate::verdict::Report) to text, one file a format.

mod chart;
mod client;
pub mod cloud_file;
pub mod compare;
pub mod drill;
mod escape;
pub mod explain;
mod fact;
mod fold;
pub mod grade;
pub mod grade_json;
pub mod grade_markdown;
pub mod html;
pub mod json;
pub mod junit;
pub mod lanes;
mod legend;
pub mod list;
pub mod lock_file;
pub mod markdown;
pub mod mermaid;
pub mod outline;
pub mod outline_json;
pub mod perfetto;
pub mod report_page;
mod shown;
pub mod suite;
pub mod svg;
mod table;
pub mod text;
mod vacuity;
mod view;
pub mod visible;
mod xml;

mod layout;

pub use cloud_file::cloud_file;
pub use compare::{comparison, comparison_json, comparison_schema};
pub use drill::{Naming, drill, drill_end, drill_opening, drill_prompt};
pub use explain::{
    Exhibits, candidates, exhibit, explanation, explanation_json, explanation_schema, topic_list,
    topics_page,
};
pub use grade::{grade_comparison, grade_junit, grade_report, grade_table};
pub use grade_json::{grade_comparison_json, grade_json, grade_schema};
pub use grade_markdown::{grade_annotations, grade_comparison_markdown, grade_markdown};
pub use html::{html, html_comparison};
pub use json::{json, report_schema};
pub use junit::{JunitCase, JunitFailure, junit};
pub use lanes::lanes;
pub use layout::{Color, Detail, Layout, Symbols};
pub use list::{list, list_json, list_schema};
pub use lock_file::lock_file;
pub use markdown::markdown;
pub use mermaid::mermaid;
pub use outline::outline;
pub use outline_json::{outline_json, outline_schema};
pub use perfetto::perfetto;
pub use report_page::{course_page, grade_page, picture_name, suite_page};
pub use suite::{annotations, suite_json, suite_junit, suite_schema, suite_text};
pub use svg::{Window, svg};
pub use text::{text, text_viewed};
pub use vacuity::{idleness, vacuity_reason};
pub use view::{View, lane_names};
pub use visible::{visible, without_commands};
