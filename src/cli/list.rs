//! `leaselab list`

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use leaselab::explain::Exhibit;
use leaselab::render::{self, Detail};
use leaselab::scenario::{BackendPreset, LessonTopic, Level};

use super::exit::{Exit, Failure};
use super::folder::exhibits;
use super::output::Output;

/// What to list, and how.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Scenario files, and folders of them.
    #[arg(value_name = "PATH", default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Only those of this level: 1 for a first hour, 2 for daily work with a state, 3 for an expert.
    #[arg(long, value_parser = level)]
    level: Option<Level>,
    /// Only those about this; several times: about all of them.
    #[arg(long = "topic", value_name = "TOPIC", value_parser = PossibleValuesParser::new(topics()).map(|name| topic(&name)))]
    topics: Vec<LessonTopic>,
    /// Only those that play on this backend, by themselves or in a variant; with s3 whatever locks
    /// it, with http whatever server it is.
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(words()).map(|word| preset(&word)))]
    backend: Option<BackendPreset>,
    /// Only those of the course, in its order.
    #[arg(long)]
    course: bool,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

impl ListArguments {
    fn asks_for(&self, exhibit: &Exhibit) -> bool {
        let lesson = &exhibit.lesson;
        let is_of_level = self.level.is_none_or(|level| lesson.level == Some(level));
        let is_of_course = !self.course || lesson.course.is_some();
        let is_about = |topic: &LessonTopic| lesson.topics.contains(topic);
        let plays_on = |asked: BackendPreset| exhibit.backends.iter().any(|one| asked.means(*one));
        let is_of_backend = self.backend.is_none_or(plays_on);
        is_of_level && is_of_course && is_of_backend && self.topics.iter().all(is_about)
    }
}

/// A level as it is written.
pub(super) fn level(text: &str) -> Result<Level, String> {
    Level::read(text).ok_or_else(|| "a level is 1, 2 or 3".to_owned())
}

fn topics() -> impl Iterator<Item = &'static str> {
    LessonTopic::ALL.into_iter().map(LessonTopic::name)
}

/// The topic of this name, which clap has looked up.
fn topic(name: &str) -> LessonTopic {
    { LessonTopic::ALL.into_iter() }
        .find(|topic| topic.name() == name)
        .expect("clap takes no other")
}

/// The words for backends.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    BackendPreset::ALL.into_iter().map(BackendPreset::word)
}

/// The backend of this word, which clap has looked up.
pub(super) fn preset(word: &str) -> BackendPreset {
    BackendPreset::read(word).expect("clap takes no other")
}

/// In which form something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For machines; `leaselab schema` describes it.
    Json,
}

/// Lists the scenarios that can be read, and reports the others.
pub(crate) fn list(arguments: &ListArguments, output: &mut Output) -> Result<Exit, Failure> {
    let mut exit = Exit::AsExpected;
    let mut listed = Vec::new();
    let mut messages = Vec::new();
    for read in exhibits(&arguments.paths) {
        match read {
            Ok(exhibit) if arguments.asks_for(&exhibit) => listed.push(exhibit),
            Ok(_) => {}
            Err(Failure { message, .. }) => messages.push(message),
        }
    }
    if arguments.course {
        listed.sort_by_key(|exhibit| exhibit.lesson.course);
    }
    output.print(&match arguments.format {
        ListFormat::Text => render::list(&listed, output.layout(Detail::Story)),
        ListFormat::Json => render::list_json(&listed),
    })?;
    for message in messages {
        output.complain(&message);
        exit = Exit::BadInput;
    }
    Ok(exit)
}
