//! `sed`.

use super::desk::{Desk, Ended, Stop, lines, not_modeled};
use super::options::{Hint, Parsed, Spec, parse};
use crate::shell::base_name;

mod parse;
mod run;
mod script;

use run::{Editor, Input};

const USAGE: &str = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n";

const SPEC: Spec = Spec {
    keys: "ne:f:Ersi::lzub!@",
    long: &[
        ("quiet", 'n'),
        ("silent", 'n'),
        ("expression", 'e'),
        ("file", 'f'),
        ("regexp-extended", 'E'),
        ("separate", 's'),
        ("in-place", 'i'),
        ("null-data", 'z'),
        ("unbuffered", 'u'),
        ("posix", '!'),
        ("debug", '@'),
    ],
    refused: "lz@",
    hint: Hint::Usage(USAGE, false),
    status: 1,
    stops_at_operand: false,
};

/// `sed`
pub(super) fn sed(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &SPEC)?;
    let mut files = parsed.operands.clone();
    let scripts = scripts(desk, &parsed, &mut files)?;
    let extended = parsed.has('E') || parsed.has('r');
    let mut commands = match parse::parse(&scripts, extended) {
        Ok(commands) => commands,
        Err(script::Fault::Wrong(text)) => return desk.fail(1, text),
        Err(script::Fault::NoLabel(label)) => {
            return desk.fail(4, format!("can't find label for jump to `{label}'"));
        }
        Err(script::Fault::NotModeled(text)) => return not_modeled(text),
    };
    let mut quiet = parsed.has('n');
    if scripts
        .iter()
        .any(|script| script.text.starts_with("#n\n") || script.text == "#n")
    {
        quiet = true;
    }
    let in_place = parsed.has('i');
    if files.is_empty() {
        if in_place {
            return desk.fail(1, "no input files");
        }
        files.push("-".to_owned());
    }
    let mut editor = Editor::new(quiet, &mut commands);
    let mut status = 0;
    if in_place {
        for file in &files {
            status = status.max(edit_file(desk, &mut editor, file, parsed.value('i'))?);
            if editor.has_quit() {
                break;
            }
        }
        return Ok(if editor.has_quit() {
            editor.status
        } else {
            status
        });
    }
    let (parts, unread) = inputs(desk, &files);
    status = status.max(unread);
    let separate = parsed.has('s');
    let joined = if separate {
        parts
    } else {
        vec![Input::joined(parts)]
    };
    for input in joined {
        editor.restart();
        let out = editor.edit(desk, input)?;
        desk.out(&out);
        if editor.has_quit() {
            return Ok(editor.status);
        }
    }
    Ok(status)
}

/// The files that can be read, and the status for those that cannot.
fn inputs(desk: &mut Desk<'_>, files: &[String]) -> (Vec<Input>, u8) {
    let mut status = 0;
    let mut parts: Vec<Input> = Vec::new();
    for file in files {
        match desk.read(file) {
            Ok(text) => {
                let rows = lines(&text).map(str::to_owned).collect();
                parts.push(Input {
                    rows,
                    ends: text.ends_with('\n'),
                });
            }
            Err(super::FileError::IsDirectory) => {
                desk.complain(format!("read error on {file}: Is a directory"));
                status = 4;
            }
            Err(error) => {
                desk.complain(format!("can't read {file}: {error}"));
                status = status.max(2);
            }
        }
    }
    (parts, status)
}

/// The scripts of `-e` and `-f`, or the first operand.
fn scripts(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    files: &mut Vec<String>,
) -> Result<Vec<script::Script>, Stop> {
    let mut scripts = Vec::new();
    for (key, value) in &parsed.options {
        let value = value.clone().unwrap_or_default();
        match key {
            'e' => scripts.push(script::Script {
                text: value,
                file: None,
            }),
            'f' => match desk.read(&value) {
                Ok(text) => {
                    let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                    scripts.push(script::Script {
                        text,
                        file: Some(value),
                    });
                }
                Err(error) => {
                    return desk.fail(1, format!("couldn't open file {value}: {error}"));
                }
            },
            _ => {}
        }
    }
    if scripts.is_empty() {
        if files.is_empty() {
            desk.err(USAGE);
            return Err(Stop::Exit(1));
        }
        scripts.push(script::Script {
            text: files.remove(0),
            file: None,
        });
    }
    Ok(scripts)
}

/// Edits a file in its place; with a suffix the old text is kept under another name.
fn edit_file(
    desk: &mut Desk<'_>,
    editor: &mut Editor<'_>,
    file: &str,
    suffix: Option<&str>,
) -> Ended {
    if desk.is_directory(file) {
        desk.complain(format!("couldn't edit {file}: not a regular file"));
        return Ok(4);
    }
    let text = match desk.read(file) {
        Ok(text) => text,
        Err(error) => {
            desk.complain(format!("can't read {file}: {error}"));
            return Ok(2);
        }
    };
    let rows = lines(&text).map(str::to_owned).collect();
    editor.restart();
    let mut out = editor.edit(
        desk,
        Input {
            rows,
            ends: text.ends_with('\n'),
        },
    )?;
    out.push_str(&editor.rest());
    if let Some(suffix) = suffix {
        let backup = if suffix.contains('*') {
            suffix.replace('*', base_name(file))
        } else {
            format!("{file}{suffix}")
        };
        let change = super::Change::Move {
            from: desk.resolve(file),
            to: desk.resolve(&backup),
        };
        if let Err(error) = desk.change(&change) {
            desk.complain(format!("cannot rename {file}: {error}"));
            return Ok(4);
        }
    }
    match desk.write(file, out, false) {
        Ok(()) => Ok(0),
        Err(error) => {
            desk.complain(format!("couldn't open temporary file {file}: {error}"));
            Ok(4)
        }
    }
}
