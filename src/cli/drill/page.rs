//! The page of the whole run.

use std::process::{Command, Stdio};

use leaselab::drill::Drill;
use leaselab::render;
use leaselab::runbook;

use crate::cli::exit::Failure;
use crate::cli::output::{Output, write_file};

/// What opens a page in the browser.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(target_os = "windows") {
    "explorer"
} else {
    "xdg-open"
};

/// Writes the page of a drill that is over, and opens it.
pub(super) fn open(drill: &Drill, output: &mut Output) -> Result<(), Failure> {
    let performance = runbook::perform(&drill.runbook(), drill.scenario(), drill.seed());
    let performance = performance.map_err(|why| Failure::input(why.to_string()))?;
    let name: String = { drill.scenario().name.chars() }
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let process = std::process::id();
    let file = std::env::temp_dir().join(format!("leaselab_drill_{name}_{process}.html"));
    write_file(&file, &render::html(&performance.film))?;
    output.print(&format!("\nthe whole run: {}\n", file.display()))?;
    output.flush()?;
    let opened = Command::new(OPENER)
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if opened.is_err() {
        output.note("there is no browser to open it with");
    }
    Ok(())
}
