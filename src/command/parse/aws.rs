//! `aws` command lines.
//!
//! What the CLI refuses before it sends anything is an error here. The bucket, the table and their
//! keys are those of the model; another object or item is one that the model does not have. Options
//! that say how to sign in, and where, are accepted, and change nothing.

use std::sync::Arc;

use serde_json::Value;

use super::super::aws::{AwsAction, AwsCommand, Format, Output, Target};
use super::super::az::output::is_query;
use super::super::word::{STANDARD_INPUT, Word};
use super::CommandError;
use super::vocabulary::next_words;
use crate::terraform::backend::s3::{
    BUCKET, DIGEST_ID, ItemKey, LOCK_KEY, ObjectKey, STATE_KEY, STATE_PATH, TABLE,
};

/// The commands that the model has.
const COMMANDS: [&str; 11] = [
    "s3 cp",
    "s3 ls",
    "s3 rm",
    "s3api head-object",
    "s3api get-object",
    "s3api delete-object",
    "s3api list-object-versions",
    "dynamodb get-item",
    "dynamodb delete-item",
    "dynamodb put-item",
    "dynamodb update-item",
];

/// Options with a value that change nothing.
const IDLE: [&str; 5] = [
    "--region",
    "--profile",
    "--endpoint-url",
    "--cli-read-timeout",
    "--cli-connect-timeout",
];

/// Options without a value that change nothing.
const IDLE_FLAGS: [&str; 4] = [
    "--no-cli-pager",
    "--no-paginate",
    "--consistent-read",
    "--no-progress",
];

/// The words after a command's name.
struct Typed<'w> {
    name: &'static str,
    at: &'w Word,
    operands: Vec<&'w Word>,
    options: Vec<(&'w Word, &'w Word)>,
    is_quiet: bool,
}

/// Reads what stands after `aws`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<AwsCommand, CommandError> {
    let [service, verb, rest @ ..] = words else {
        return Err(program.error(format!(
            "the model has only `aws {}`",
            COMMANDS.join("`, `aws ")
        )));
    };
    let name = format!("{} {}", service.text, verb.text);
    let Some(name) = COMMANDS.iter().find(|known| **known == name) else {
        let message = format!(
            "the model has no `aws {name}`; it has {}",
            COMMANDS.join(", ")
        );
        return Err(verb
            .error(message)
            .suggest_nearest(&name, COMMANDS)
            .not_modeled());
    };
    let typed = Typed::read(name, verb, rest)?;
    let action = typed.action()?;
    let output = typed.output()?;
    Ok(AwsCommand {
        action,
        output,
        is_quiet: typed.is_quiet,
    })
}

/// What can stand next, where these words stand after `aws`.
pub(super) fn can_follow(typed: &[&str]) -> Vec<String> {
    let named = COMMANDS.iter().find(|name| {
        let name: Vec<&str> = name.split(' ').collect();
        typed.starts_with(&name)
    });
    match named {
        None => next_words(COMMANDS.into_iter(), typed),
        Some(name) => known(name)
            .iter()
            .map(|&option| option.to_owned())
            .collect(),
    }
}

/// The options with a value that the command has.
fn known(name: &str) -> &'static [&'static str] {
    match name {
        "s3 cp" | "s3 ls" | "s3 rm" => &["--output", "--query"],
        "s3api list-object-versions" => &["--output", "--query", "--bucket", "--prefix"],
        "dynamodb get-item" => &[
            "--output",
            "--query",
            "--table-name",
            "--key",
            "--projection-expression",
        ],
        "dynamodb delete-item" => &["--output", "--query", "--table-name", "--key"],
        "dynamodb put-item" => &["--output", "--query", "--table-name", "--item"],
        "dynamodb update-item" => &[
            "--output",
            "--query",
            "--table-name",
            "--key",
            "--update-expression",
            "--expression-attribute-values",
            "--expression-attribute-names",
        ],
        _ => &["--output", "--query", "--bucket", "--key", "--version-id"],
    }
}

impl<'w> Typed<'w> {
    fn read(name: &'static str, at: &'w Word, words: &'w [Word]) -> Result<Self, CommandError> {
        let mut typed = Self {
            name,
            at,
            operands: Vec::new(),
            options: Vec::new(),
            is_quiet: false,
        };
        let known = known(name);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == STANDARD_INPUT || !text.starts_with('-') {
                typed.operands.push(word);
            } else if ["--quiet", "--only-show-errors"].contains(&text) {
                typed.is_quiet = true;
            } else if IDLE_FLAGS.contains(&text) {
            } else if IDLE.contains(&text) || known.contains(&text) {
                let Some(value) = words.next() else {
                    return Err(word.error(format!("argument {text}: expected one argument")));
                };
                typed.options.push((word, value));
            } else {
                let all = known.iter().chain(&IDLE).chain(&IDLE_FLAGS).copied();
                let message = format!("the model has no option {text} of `aws {name}`");
                return Err(word.error(message).suggest_nearest(text, all).not_modeled());
            }
        }
        Ok(typed)
    }

    fn option(&self, name: &str) -> Option<&'w Word> {
        let mut options = self.options.iter().rev();
        options.find_map(|(option, value)| (option.text == name).then_some(*value))
    }

    fn needed(&self, name: &str) -> Result<&'w Word, CommandError> {
        let missing = || {
            let message = format!("the following arguments are required: {name}");
            self.at.error(message)
        };
        self.option(name).ok_or_else(missing)
    }

    fn text(&self, name: &str) -> Result<Option<Arc<str>>, CommandError> {
        let word = self.option(name);
        word.map(|word| word.value().map(Into::into)).transpose()
    }

    fn action(&self) -> Result<AwsAction, CommandError> {
        Ok(match self.name {
            "s3 cp" => self.copy()?,
            "s3 ls" => self.list()?,
            "s3 rm" => match self.operands.as_slice() {
                [object] => AwsAction::Rm(object_of(object)?),
                _ => return Err(self.at.error("the following arguments are required: paths")),
            },
            "s3api list-object-versions" => {
                self.bucket()?;
                self.no_operands()?;
                AwsAction::ListObjectVersions {
                    prefix: self.text("--prefix")?.unwrap_or_default(),
                }
            }
            "s3api get-object" => {
                let [file] = self.operands.as_slice() else {
                    let message = "the following arguments are required: outfile";
                    return Err(self.at.error(message));
                };
                AwsAction::GetObject {
                    key: self.object()?,
                    version: self.text("--version-id")?,
                    file: file.file()?,
                }
            }
            "s3api head-object" => {
                self.no_operands()?;
                AwsAction::HeadObject {
                    key: self.object()?,
                    version: self.text("--version-id")?,
                }
            }
            "s3api delete-object" => {
                self.no_operands()?;
                AwsAction::DeleteObject {
                    key: self.object()?,
                    version: self.text("--version-id")?,
                }
            }
            _ => self.item_action()?,
        })
    }

    fn item_action(&self) -> Result<AwsAction, CommandError> {
        self.no_operands()?;
        let table = self.needed("--table-name")?;
        if table.value()? != TABLE {
            let message = format!("the model's table is called {TABLE}");
            return Err(table.error(message).suggest(TABLE).not_modeled());
        }
        Ok(match self.name {
            "dynamodb get-item" => AwsAction::GetItem(self.item_key()?),
            "dynamodb delete-item" => AwsAction::DeleteItem(self.item_key()?),
            "dynamodb put-item" => {
                let word = self.needed("--item")?;
                let item = json(word, "--item")?;
                let key = item_of(word, &item)?;
                let value = text_of(&item, attribute(key));
                let Some(value) = value else {
                    let message = format!("the model's item has the attribute {}", attribute(key));
                    return Err(word.error(message).not_modeled());
                };
                AwsAction::PutItem { key, value }
            }
            _ => self.update()?,
        })
    }

    /// `SET Digest = :d`, with names in place of the attribute's, if they are given.
    fn update(&self) -> Result<AwsAction, CommandError> {
        let key = self.item_key()?;
        let word = self.needed("--update-expression")?;
        let expression = word.value()?;
        let not_modeled = || {
            let message = format!(
                "the model has only `SET {} = :value`, not `{expression}`",
                attribute(key)
            );
            word.error(message).not_modeled()
        };
        let (verb, rest) = expression.trim().split_once(' ').ok_or_else(not_modeled)?;
        let (name, placeholder) = rest.split_once('=').ok_or_else(not_modeled)?;
        let (name, placeholder) = (name.trim(), placeholder.trim());
        let named = match self.option("--expression-attribute-names") {
            Some(word) => {
                let names = json(word, "--expression-attribute-names")?;
                names.get(name).and_then(Value::as_str).map(str::to_owned)
            }
            None => None,
        };
        let name = named.as_deref().unwrap_or(name);
        if !verb.eq_ignore_ascii_case("set") || name != attribute(key) {
            return Err(not_modeled());
        }
        let word = self.needed("--expression-attribute-values")?;
        let values = json(word, "--expression-attribute-values")?;
        let value = text_of(&values, placeholder).ok_or_else(|| {
            let message = format!(
                "An expression attribute value used in expression is not defined; attribute value: \
                 {placeholder}"
            );
            word.error(message)
        })?;
        Ok(AwsAction::PutItem { key, value })
    }

    fn copy(&self) -> Result<AwsAction, CommandError> {
        let [from, to] = self.operands.as_slice() else {
            return Err(self.at.error("the following arguments are required: paths"));
        };
        match (is_uri(from), is_uri(to)) {
            (true, false) => Ok(AwsAction::Download {
                key: object_of(from)?,
                to: download_target(from, to)?,
            }),
            (false, true) => Ok(AwsAction::Upload {
                file: from.file()?,
                key: object_of(to)?,
            }),
            (true, true) => {
                let message = "the model copies between an object and a file, not between objects";
                Err(to.error(message).not_modeled())
            }
            (false, false) => Err(from.error(
                "Invalid argument type: usage: aws s3 cp <LocalPath> <S3Uri> or <S3Uri> \
                 <LocalPath>",
            )),
        }
    }

    fn list(&self) -> Result<AwsAction, CommandError> {
        let [place] = self.operands.as_slice() else {
            let message = format!("the model lists one bucket: aws s3 ls s3://{BUCKET}/");
            return Err(self.at.error(message).not_modeled());
        };
        let text = place.value()?;
        let text = text.strip_prefix("s3://").unwrap_or(text);
        let (bucket, prefix) = text.split_once('/').unwrap_or((text, ""));
        check_bucket(place, bucket)?;
        Ok(AwsAction::Ls {
            prefix: prefix.into(),
        })
    }

    fn no_operands(&self) -> Result<(), CommandError> {
        match self.operands.first() {
            None => Ok(()),
            Some(word) => Err(word.error(format!("Unknown options: {}", word.text))),
        }
    }

    fn bucket(&self) -> Result<(), CommandError> {
        let bucket = self.needed("--bucket")?;
        check_bucket(bucket, bucket.value()?)
    }

    fn object(&self) -> Result<ObjectKey, CommandError> {
        self.bucket()?;
        let word = self.needed("--key")?;
        key_of(word, word.value()?)
    }

    fn item_key(&self) -> Result<ItemKey, CommandError> {
        let word = self.needed("--key")?;
        item_of(word, &json(word, "--key")?)
    }

    fn output(&self) -> Result<Output, CommandError> {
        let format = match self.option("--output") {
            None => Format::Json,
            Some(word) => {
                let text = word.value()?;
                let named = Format::NAMES.iter().find(|(name, _)| *name == text);
                let Some((_, format)) = named else {
                    let names = Format::NAMES.map(|(name, _)| name);
                    let message = format!(
                        "the model has no output {text}; it has {}",
                        names.join(", ")
                    );
                    return Err(word
                        .error(message)
                        .suggest_nearest(text, names)
                        .not_modeled());
                };
                *format
            }
        };
        let query = self.text("--query")?;
        if let (Some(text), Some(word)) = (&query, self.option("--query"))
            && !is_query(text)
        {
            return Err(word.error(format!("Bad value for --query {text}: it is no JMESPath")));
        }
        Ok(Output { query, format })
    }
}

fn is_uri(word: &Word) -> bool {
    word.text.starts_with("s3://")
}

/// A file, which in a directory has the object's name, or the standard output.
fn download_target(from: &Word, to: &Word) -> Result<Target, CommandError> {
    match to.text.as_str() {
        STANDARD_INPUT => Ok(Target::StandardOutput),
        "." | "./" => Ok(Target::File(object_of(from)?.name().into())),
        _ => to.file().map(Target::File),
    }
}

fn check_bucket(word: &Word, bucket: &str) -> Result<(), CommandError> {
    if bucket == BUCKET {
        return Ok(());
    }
    let message = format!("the model's bucket is called {BUCKET}");
    Err(word.error(message).suggest(BUCKET).not_modeled())
}

fn object_of(word: &Word) -> Result<ObjectKey, CommandError> {
    let text = word.value()?;
    let Some(path) = text.strip_prefix("s3://") else {
        return Err(word.error("Invalid argument type: an object is s3://BUCKET/KEY"));
    };
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    check_bucket(word, bucket)?;
    key_of(word, key)
}

fn key_of(word: &Word, key: &str) -> Result<ObjectKey, CommandError> {
    match key {
        STATE_KEY => Ok(ObjectKey::State),
        LOCK_KEY => Ok(ObjectKey::Lock),
        other => {
            let message = format!(
                "the model's bucket has the objects {STATE_KEY} and {LOCK_KEY}, not `{other}`"
            );
            let error = word
                .error(message)
                .suggest_nearest(other, [STATE_KEY, LOCK_KEY]);
            Err(error.not_modeled())
        }
    }
}

fn json(word: &Word, option: &str) -> Result<Value, CommandError> {
    let text = word.value()?;
    serde_json::from_str(text).map_err(|_| {
        word.error(format!(
            "Error parsing parameter '{option}': Invalid JSON: {text}"
        ))
    })
}

/// The string attribute of an item.
fn text_of(item: &Value, name: &str) -> Option<Arc<str>> {
    let text = item.get(name)?.get("S")?.as_str()?;
    Some(text.into())
}

fn item_of(word: &Word, key: &Value) -> Result<ItemKey, CommandError> {
    let Some(id) = text_of(key, "LockID") else {
        let message = "The provided key element does not match the schema: it is \
                       {\"LockID\":{\"S\":\"…\"}}";
        return Err(word.error(message));
    };
    match &*id {
        STATE_PATH => Ok(ItemKey::Lock),
        DIGEST_ID => Ok(ItemKey::Digest),
        other => {
            let message = format!(
                "the model's table has the items {STATE_PATH} and {DIGEST_ID}, not `{other}`"
            );
            let error = word
                .error(message)
                .suggest_nearest(other, [STATE_PATH, DIGEST_ID]);
            Err(error.not_modeled())
        }
    }
}

/// The attribute that an item has.
const fn attribute(key: ItemKey) -> &'static str {
    match key {
        ItemKey::Lock => "Info",
        ItemKey::Digest => "Digest",
    }
}
