//! The programs against what the real ones print (`programs/calls.jsonl`), and against hostile
//! input.

use std::collections::BTreeMap;
use std::sync::Arc;

use leaselab::shell::program::{
    Call, Change, Disk, FileError, FileKind, Files, Outcome, Stream, run,
};
use serde::Deserialize;

mod hostile;
mod oracle;
mod starts;

/// A disk in memory: directories have no text.
#[derive(Debug, Clone, Default)]
struct Memory {
    nodes: BTreeMap<String, Option<Arc<str>>>,
    modified: i64,
}

const ROOT: &str = "/srv/infra";

impl Memory {
    fn parent_is_there(&self, path: &str) -> Result<(), FileError> {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if parent.is_empty() {
            return Ok(());
        }
        match self.nodes.get(parent) {
            Some(None) => Ok(()),
            Some(Some(_)) => Err(FileError::NotDirectory),
            None if parent
                .rsplit_once('/')
                .is_some_and(|(up, _)| matches!(self.nodes.get(up), Some(Some(_)))) =>
            {
                Err(FileError::NotDirectory)
            }
            None => Err(FileError::NotFound),
        }
    }

    fn children(&self, directory: &str) -> Vec<String> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        self.nodes
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Arc<str>, FileError> {
        self.parent_is_there(path)?;
        match self.nodes.get(path) {
            None => Err(FileError::NotFound),
            Some(None) => Err(FileError::IsDirectory),
            Some(Some(text)) => Ok(Arc::clone(text)),
        }
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        if path == "/" {
            return Some(FileKind::Directory);
        }
        self.nodes.get(path).map(|text| match text {
            Some(_) => FileKind::File,
            None => FileKind::Directory,
        })
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, FileError> {
        match self.kind(directory) {
            None => Err(FileError::NotFound),
            Some(FileKind::File) => Err(FileError::NotDirectory),
            Some(FileKind::Directory) => Ok(self.children(directory)),
        }
    }

    fn size(&self, path: &str) -> u64 {
        match self.nodes.get(path) {
            Some(Some(text)) => u64::try_from(text.len()).unwrap(),
            Some(None) | None => 4096,
        }
    }

    fn modified(&self, _: &str) -> i64 {
        self.modified
    }
}

impl Disk for Memory {
    fn change(&mut self, change: &Change) -> Result<(), FileError> {
        match change {
            Change::Write { path, text, append } => {
                self.parent_is_there(path)?;
                let old = match self.nodes.get(path) {
                    Some(None) => return Err(FileError::IsDirectory),
                    Some(Some(old)) if *append => old.to_string(),
                    Some(Some(_)) | None => String::new(),
                };
                self.nodes.insert(path.clone(), Some(Arc::from(old + text)));
            }
            Change::Touch(path) => {
                self.parent_is_there(path)?;
                self.nodes
                    .entry(path.clone())
                    .or_insert_with(|| Some(Arc::from("")));
            }
            Change::Remove(path) => {
                self.nodes.remove(path).ok_or(FileError::NotFound)?;
            }
            Change::Copy { from, to, .. } => {
                self.parent_is_there(to)?;
                let text = self.nodes.get(from).cloned().ok_or(FileError::NotFound)?;
                self.nodes.insert(to.clone(), text);
            }
            Change::Move { from, to } => {
                self.parent_is_there(to)?;
                if !self.children(to).is_empty() {
                    return Err(FileError::NotEmpty);
                }
                let below = format!("{from}/");
                let moved: Vec<String> = self
                    .nodes
                    .keys()
                    .filter(|path| *path == from || path.starts_with(&below))
                    .cloned()
                    .collect();
                for path in moved {
                    let node = self.nodes.remove(&path).unwrap();
                    self.nodes
                        .insert(format!("{to}{}", &path[from.len()..]), node);
                }
            }
            Change::MakeDirectory(path) => {
                self.parent_is_there(path)?;
                if self.nodes.insert(path.clone(), None).is_some() {
                    return Err(FileError::Exists);
                }
            }
            Change::RemoveDirectory(path) => {
                if !self.children(path).is_empty() {
                    return Err(FileError::NotEmpty);
                }
                self.nodes.remove(path).ok_or(FileError::NotFound)?;
            }
        }
        Ok(())
    }
}

/// The first line of the table.
#[derive(Deserialize)]
struct World {
    files: BTreeMap<String, Option<String>>,
    when: i64,
    environment: BTreeMap<String, String>,
}

impl World {
    fn read() -> Self {
        let table = include_str!("programs/calls.jsonl");
        serde_json::from_str(table.lines().next().unwrap()).unwrap()
    }

    fn disk(&self) -> Memory {
        let mut nodes: BTreeMap<String, Option<Arc<str>>> = self
            .files
            .iter()
            .map(|(path, text)| {
                let path = format!("{ROOT}/{}", path.trim_end_matches('/'));
                (path, text.as_deref().map(Arc::from))
            })
            .collect();
        nodes.insert("/srv".to_owned(), None);
        nodes.insert(ROOT.to_owned(), None);
        Memory {
            nodes,
            modified: self.when,
        }
    }

    fn call(&self, argv: &[String], stdin: &str, disk: &mut Memory) -> Option<Outcome> {
        let call = Call {
            argv,
            stdin: (!stdin.is_empty()).then(|| Arc::from(stdin)),
            environment: &self.environment,
            cwd: ROOT,
            now: self.when + 86_400 * 900,
            user: "root",
            host: "ops-1.example.test",
        };
        run(&call, disk)
    }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn ended(outcome: Option<Outcome>) -> (u8, String, String) {
    match outcome {
        Some(Outcome::Ended(output)) => (
            output.status,
            output.text(Stream::Stdout),
            output.text(Stream::Stderr),
        ),
        other => panic!("not ended: {other:?}"),
    }
}
