//! `leaselab compare`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, Detail};
use leaselab::scenario::Scenario;
use leaselab::suite::film;
use leaselab::terraform::client_model::ClientModel;
use leaselab::verdict::Film;

use super::exit::{Exit, Failure};
use super::input::{Setting, read_scenario, setting};
use super::output::{Output, drawn};

/// What to compare.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  leaselab compare A.yaml B.yaml\n  leaselab compare A.yaml --seed \
    1 --against-seed 2\n  leaselab compare A.yaml --set ttl=15s --against ttl=60s\n  leaselab \
    compare A.yaml --against-client terraform\n\nExit status: 0 where both could be replayed, \
    however they end; 2 bad input."
)]
pub(crate) struct CompareArguments {
    /// The first scenario file; `-` for the standard input.
    #[arg(value_name = "FILE")]
    first: PathBuf,
    /// The second one; without it, the first one is compared with itself under another seed,
    /// client or parameter.
    #[arg(value_name = "OTHER")]
    second: Option<PathBuf>,
    /// The seed of all that is drawn by chance.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The seed of the second one, where it is another.
    #[arg(long, value_name = "N")]
    against_seed: Option<u64>,
    /// Set a parameter of the first scenario, and of the second one where that is the same file;
    /// may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// Set a parameter of the second one; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    against: Vec<Setting>,
    /// Replay the first one with this client instead of its own.
    #[arg(long, value_enum)]
    client: Option<Client>,
    /// Replay the second one with this client instead of its own.
    #[arg(long, value_enum)]
    against_client: Option<Client>,
    /// What to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Show every request to the blob service and every answer.
    #[arg(long)]
    requests: bool,
    /// Draw in plain ASCII.
    #[arg(long)]
    ascii: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    /// Terraform as it is.
    Terraform,
    /// The client that renews its lease.
    Renewing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: side by side from 110 columns on, else one below the other.
    Text,
    /// For machines; `leaselab schema --of comparison` describes it.
    Json,
    /// A page for a browser: both beside each other, under one scrubber.
    Html,
}

impl Client {
    const fn model(self) -> ClientModel {
        match self {
            Self::Terraform => ClientModel::TERRAFORM,
            Self::Renewing => ClientModel::RENEWING,
        }
    }
}

/// Replays two scenarios and prints where they part.
pub(crate) fn compare(arguments: &CompareArguments, output: &mut Output) -> Result<Exit, Failure> {
    let has_other = arguments.against_seed.is_some()
        || arguments.against_client.is_some()
        || !arguments.against.is_empty();
    if arguments.second.is_none() && !has_other {
        return Err(Failure::input(
            "there is nothing to compare with: name a second file, or add `--against NAME=VALUE`, \
             `--against-seed N` or `--against-client CLIENT`"
                .to_owned(),
        ));
    }
    let dash = Path::new("-");
    if arguments.first == dash
        && arguments
            .second
            .as_deref()
            .is_none_or(|other| other == dash)
    {
        return Err(Failure::input(
            "the standard input can be read once: name a file for one of the two".to_owned(),
        ));
    }
    let (second, settings) = match &arguments.second {
        Some(second) => (second, arguments.against.clone()),
        // The same file has the same parameters, of which some have another value.
        None => (
            &arguments.first,
            [arguments.set.as_slice(), &arguments.against].concat(),
        ),
    };
    let first = played(
        &arguments.first,
        &arguments.set,
        arguments.client,
        arguments.seed,
    )?;
    let second = played(
        second,
        &settings,
        arguments.against_client,
        arguments.against_seed.unwrap_or(arguments.seed),
    )?;
    let text = match arguments.format {
        Format::Json => render::comparison_json(&first.report, &second.report),
        Format::Html => render::html_comparison(&first, &second),
        Format::Text => {
            let own = output.layout(Detail::Story);
            let layout = drawn(own, arguments.requests, arguments.ascii);
            render::comparison(&first.report, &second.report, layout)
        }
    };
    output.print(&text)?;
    Ok(Exit::AsExpected)
}

fn played(
    path: &Path,
    settings: &[Setting],
    client: Option<Client>,
    seed: u64,
) -> Result<Film, Failure> {
    let mut scenario = read_scenario(path, settings)?;
    if let Some(client) = client {
        let scenario: &mut Scenario = Arc::make_mut(&mut scenario);
        scenario.client = client.model();
    }
    Ok(film(&scenario, Seed(seed), SimTime::MAX))
}
