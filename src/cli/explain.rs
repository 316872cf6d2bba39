//! `leaselab explain`

use std::path::{Path, PathBuf};

use clap::Args;
use leaselab::explain::{Exhibit, Lookup, Topic, find, lookup, topics};
use leaselab::render::{self, Detail, Exhibits};

use super::exit::{Exit, Failure};
use super::folder;
use super::list::ListFormat;
use super::output::Output;

/// Where scenarios are sought if no folder is named.
const SCENARIOS: &str = "scenarios";

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// An error code, a finding, a line that a command printed or a part of it, a word, or the name
    /// of a scenario; without it, everything that can be explained is listed.
    #[arg(value_name = "WORD", allow_hyphen_values = true)]
    word: Option<String>,
    /// Further words of it, where it is not quoted.
    #[arg(value_name = "WORD", hide = true)]
    more: Vec<String>,
    /// The folder with the scenarios that are to show it [default: scenarios, if it exists].
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// Name all scenarios that show it.
    #[arg(long)]
    all: bool,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

/// Explains what was asked for, or lists what can be explained.
pub(crate) fn explain(arguments: &ExplainArguments, output: &mut Output) -> Result<Exit, Failure> {
    let layout = output.layout(Detail::Story);
    let words: Vec<&str> = arguments
        .word
        .iter()
        .chain(&arguments.more)
        .map(String::as_str)
        .collect();
    let text = words.join(" ");
    if text.trim().is_empty() && arguments.format == ListFormat::Text {
        output.print(&render::topic_list(layout))?;
        return Ok(Exit::AsExpected);
    }
    let exhibits = exhibits(arguments, output)?;
    if text.trim().is_empty() {
        let all: Vec<&Topic> = topics().collect();
        output.print(&render::explanation_json(&all, &exhibits))?;
        return Ok(Exit::AsExpected);
    }
    // A scenario may be called as a code is written with underscores: its own name comes first.
    if lookup::named(&text).is_none()
        && let Some(exhibit) = scenario(&exhibits, &text)
    {
        output.print(&match arguments.format {
            ListFormat::Text => render::exhibit(exhibit, layout),
            ListFormat::Json => render::list_json(std::slice::from_ref(exhibit)),
        })?;
        return Ok(Exit::AsExpected);
    }
    match find(&text) {
        Lookup::Found(found) => {
            let shown = if arguments.all {
                Exhibits::All
            } else {
                Exhibits::Few
            };
            output.print(&match arguments.format {
                ListFormat::Text => render::explanation(&found, &exhibits, shown, layout),
                ListFormat::Json => render::explanation_json(&found, &exhibits),
            })?;
            Ok(Exit::AsExpected)
        }
        Lookup::Ambiguous(found) => Err(Failure::input(render::candidates(&text, &found, layout))),
        Lookup::Unknown(near) => Err(Failure::input(unknown(&text, near, &exhibits))),
    }
}

/// The exhibits of the folder that is named, or of the usual one.
fn exhibits(arguments: &ExplainArguments, output: &mut Output) -> Result<Vec<Exhibit>, Failure> {
    let folder = match &arguments.scenarios {
        Some(folder) => folder.clone(),
        None if Path::new(SCENARIOS).is_dir() => PathBuf::from(SCENARIOS),
        None => return Ok(Vec::new()),
    };
    let mut exhibits = Vec::new();
    for read in folder::exhibits(&[folder]) {
        match (read, &arguments.scenarios) {
            (Ok(exhibit), _) => exhibits.push(exhibit),
            (Err(failure), Some(_)) => return Err(failure),
            // Nobody asked for this folder: what is wrong with it must not keep the answer back.
            (Err(Failure { message, .. }), None) => {
                let first = message.lines().next().unwrap_or_default().to_owned();
                output.complain(&format!("{first} (see `leaselab check`)"));
            }
        }
    }
    Ok(exhibits)
}

/// The scenario that is named, also by the path of its file.
fn scenario<'e>(exhibits: &'e [Exhibit], text: &str) -> Option<&'e Exhibit> {
    let path = Path::new(text.trim());
    let stem = match path.extension() {
        Some(extension) if extension == "yaml" || extension == "yml" => path.file_stem(),
        Some(_) | None => path.file_name(),
    };
    let name = stem?.to_str()?;
    exhibits
        .iter()
        .find(|exhibit| exhibit.name.eq_ignore_ascii_case(name))
}

fn unknown(text: &str, near: Vec<&'static str>, exhibits: &[Exhibit]) -> String {
    let names = exhibits
        .iter()
        .map(|exhibit| exhibit.name.as_str())
        .filter(|name| strsim::osa_distance(&text.to_lowercase(), name) <= 3);
    let near: Vec<String> = near
        .into_iter()
        .chain(names)
        .map(|name| format!("`{name}`"))
        .collect();
    let help = if near.is_empty() {
        "`leaselab explain` lists what can be explained".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let shown: String = text.chars().take(60).collect();
    format!("nothing is known about `{shown}`\nhelp: {help}")
}
