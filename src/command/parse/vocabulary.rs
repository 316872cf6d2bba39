//! What can follow in a command line: subcommands and options.

use super::super::gcloud::Tool;
use super::az;
use super::curl;
use super::gcloud;
use super::option::Flag;
use super::terraform::SUBCOMMANDS;
use super::{aws, psql};

/// The subcommands and the options that can follow these words of `terraform`, `az`, `aws`, `gcloud`,
/// `gsutil`, `aws` or `psqlcurl`.
pub fn can_follow(words: &[&str]) -> Vec<String> {
    match words {
        ["terraform" | "tofu", rest @ ..] => after_terraform(rest),
        ["az", rest @ ..] => az::can_follow(rest),
        ["aws", rest @ ..] => aws::can_follow(rest),
        ["psql", ..] => psql::can_follow(),
        ["gcloud", rest @ ..] => gcloud::can_follow(Tool::Gcloud, rest),
        ["gsutil", rest @ ..] => gcloud::can_follow(Tool::Gsutil, rest),
        ["curl", rest @ ..] => curl::can_follow(rest),
        _ => Vec::new(),
    }
}

fn after_terraform(typed: &[&str]) -> Vec<String> {
    let known = SUBCOMMANDS.iter().find(|known| {
        let name: Vec<&str> = known.name.split(' ').collect();
        typed.starts_with(&name)
    });
    let Some(known) = known else {
        return next_words(SUBCOMMANDS.iter().map(|known| known.name), typed);
    };
    let flags = known.flags.iter().copied().flatten();
    flags.map(Flag::spelled).collect()
}

/// Of names of several words, the next word after those that are typed.
pub(super) fn next_words<'n>(names: impl Iterator<Item = &'n str>, typed: &[&str]) -> Vec<String> {
    let next = names.filter_map(|name| {
        let mut words = name.split(' ');
        let is_begun = typed.iter().all(|typed| words.next() == Some(typed));
        is_begun.then(|| words.next()).flatten()
    });
    next.map(str::to_owned).collect()
}
