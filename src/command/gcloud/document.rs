//! What `gcloud storage` and `gsutil` print of the service's answers.

use std::fmt::Write;

use super::{GcloudAction, Named, Tool, url};
use crate::command::az::date;
use crate::command::object::text;
use crate::service::gcs::bucket::Kept;
use crate::terraform::Names;
use crate::terraform::backend::gcs::{Object, ObjectKey};

/// A listing, with a line for each object.
pub fn listing(
    tool: Tool,
    action: &GcloudAction,
    all: &[(ObjectKey, Kept<Object>)],
    names: &Names,
) -> String {
    let GcloudAction::Ls {
        prefix,
        is_exact,
        is_long,
        has_versions,
    } = action
    else {
        return String::new();
    };
    let found = all.iter().filter(|(key, _)| {
        let name = key.name();
        (*is_exact && name == &**prefix) || (!*is_exact && name.starts_with(&**prefix))
    });
    let mut lines = String::new();
    let (mut count, mut total) = (0_u64, 0);
    for (key, kept) in found {
        let generation = has_versions.then_some(kept.generation);
        let url = url(Named {
            key: *key,
            generation,
        });
        let length = text(&kept.content, names).len();
        count += 1;
        total += length;
        if *is_long {
            let written = date::property(kept.written);
            let written = written.replace("+00:00", "Z");
            write!(lines, "{length:>10}  {written}  {url}").expect("a String takes everything");
            if *has_versions {
                lines.push_str("  metageneration=1");
            }
        } else {
            lines.push_str(&url);
        }
        lines.push('\n');
    }
    if *is_long && count > 0 {
        let unit = match tool {
            Tool::Gcloud => "B",
            Tool::Gsutil => " B",
        };
        writeln!(
            lines,
            "TOTAL: {count} objects, {total} bytes ({total}{unit})"
        )
        .expect("a String takes everything");
    }
    lines
}

/// What it says on standard error while it works.
pub fn progress(tool: Tool, action: &GcloudAction) -> String {
    let from = action.url();
    match (tool, action) {
        (_, GcloudAction::Ls { .. } | GcloudAction::Cat(_)) => String::new(),
        (Tool::Gcloud, GcloudAction::Rm(_)) => {
            format!("Removing objects:\nRemoving {from}...\n  Completed 1/1\n")
        }
        (Tool::Gsutil, GcloudAction::Rm(_)) => {
            format!("Removing {from}...\n/ [1 objects]\nOperation completed over 1 objects.\n")
        }
        (Tool::Gcloud, GcloudAction::Download { to, .. }) => match to {
            super::Target::File(file) => {
                format!("Copying {from} to file://{file}\n  Completed files 1/1\n")
            }
            super::Target::StandardOutput => String::new(),
        },
        (Tool::Gcloud, GcloudAction::Upload { file, .. }) => {
            format!("Copying file://{file} to {from}\n  Completed files 1/1\n")
        }
        (Tool::Gcloud, GcloudAction::Copy { to, .. }) => {
            let to = url(Named {
                key: *to,
                generation: None,
            });
            format!("Copying {from} to {to}\n  Completed files 1/1\n")
        }
        (Tool::Gsutil, GcloudAction::Upload { file, .. }) => {
            format!("Copying file://{file}...\n/ [1 files]\nOperation completed over 1 objects.\n")
        }
        (Tool::Gsutil, GcloudAction::Download { .. } | GcloudAction::Copy { .. }) => {
            format!("Copying {from}...\n/ [1 files]\nOperation completed over 1 objects.\n")
        }
    }
}
