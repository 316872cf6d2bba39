//! Completion: what a word at the prompt can be.

use super::Drill;
use super::builtin::BUILTINS;
use crate::command;
use crate::shell;

/// What a word can be completed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, in bytes.
    pub start: usize,
    /// What it can be, sorted.
    pub words: Vec<String>,
}

impl Drill {
    /// What the word that ends at a place of a line can be.
    pub fn complete(&self, line: &str, at: usize) -> Completion {
        let before = line.get(..at).unwrap_or(line);
        let begin = before.rfind(['|', ';', '&', '(']).map_or(0, |at| at + 1);
        let command = before.get(begin..).unwrap_or("");
        let word_start = command.rfind(char::is_whitespace).map_or(0, |at| {
            at + command[at..].chars().next().map_or(1, char::len_utf8)
        });
        let word = command.get(word_start..).unwrap_or("");
        let words: Vec<&str> = command[..word_start].split_whitespace().collect();
        let (offset, candidates) = self.candidates(&words, word);
        let typed = word.get(offset..).unwrap_or("");
        let mut words: Vec<String> = { candidates.into_iter() }
            .filter(|candidate| candidate.starts_with(typed))
            .collect();
        words.sort();
        words.dedup();
        Completion {
            start: begin + word_start + offset,
            words,
        }
    }

    /// What can stand after these words, and where in the word it begins.
    fn candidates(&self, words: &[&str], word: &str) -> (usize, Vec<String>) {
        let names = self.names();
        let files = || -> Vec<String> {
            let files = self.simulation().files(self.desk.operator);
            files.iter().map(ToString::to_string).collect()
        };
        match words {
            [] => (0, first_words()),
            ["ask"] => {
                let others = self
                    .colleagues()
                    .map(|other| names.operator(other).to_owned());
                (0, others.collect())
            }
            ["switch"] => {
                let seats = self
                    .seats
                    .iter()
                    .map(|seat| names.operator(*seat).to_owned());
                (0, seats.collect())
            }
            [
                "terraform" | "tofu" | "az" | "aws" | "curl" | "psql" | "gcloud" | "gsutil",
                ..,
            ] => {
                if let Some((option, _)) = word.split_once('=') {
                    let values = match option.trim_start_matches('-') {
                        "target" | "replace" => self.addresses(),
                        _ => files(),
                    };
                    return (option.len() + 1, values);
                }
                let mut all = command::can_follow(words);
                if !word.starts_with('-') {
                    all.extend(self.operands(words));
                    all.extend(files());
                }
                (0, all)
            }
            _ => (0, files()),
        }
    }

    fn operands(&self, words: &[&str]) -> Vec<String> {
        match words {
            [_, "force-unlock", ..] | [.., "--lease-id"] => self.printed_ids(),
            [_, "state", "show" | "rm" | "mv", ..]
            | [_, "import" | "taint" | "untaint", ..]
            | [.., "-target" | "-replace"] => self.addresses(),
            _ => Vec::new(),
        }
    }

    fn addresses(&self) -> Vec<String> {
        let names = self.names();
        let all = names.resource_ids().map(|id| names.typed_address(id));
        all.collect()
    }
}

fn first_words() -> Vec<String> {
    let own = BUILTINS.iter().map(|(_, name, ..)| *name);
    let programs = shell::program::names();
    let all = [
        "terraform",
        "az",
        "aws",
        "psql",
        "gcloud",
        "gsutil",
        "curl",
        "cd",
        "echo",
        "exit",
        "sleep",
    ];
    let words = own.chain(all).chain(programs);
    words.map(str::to_owned).collect()
}
