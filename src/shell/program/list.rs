//! Programs that tell about files: `ls`, `stat`, `file`.

use super::FileKind;
use super::calendar::Date;
use super::desk::{Desk, Ended, Stop, quoted};
use super::options::{Parsed, Spec, hint, parse};

/// The options of `ls`.
const LS: Spec = Spec {
    keys: "1lahAdtrSRFpkCmxgnoGisUvXcuqbQNZf!::@::%&::#w:",
    long: &[
        ("all", 'a'),
        ("almost-all", 'A'),
        ("human-readable", 'h'),
        ("directory", 'd'),
        ("reverse", 'r'),
        ("recursive", 'R'),
        ("classify", 'F'),
        ("color", '!'),
        ("time-style", '&'),
        ("full-time", '#'),
        ("size", 's'),
        ("inode", 'i'),
        ("group-directories-first", '%'),
    ],
    refused: "RmxgnoisXZbQ&#%v",
    status: 2,
    ..Spec::COREUTILS
};

/// `ls`
pub(super) fn ls(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &LS)?;
    if parsed.value('!') == Some("always") {
        return Err(Stop::NotModeled(
            "option '--color=always' is not modeled".to_owned(),
        ));
    }
    let operands = if parsed.operands.is_empty() {
        vec![".".to_owned()]
    } else {
        parsed.operands.clone()
    };
    let mut status = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for operand in &operands {
        match desk.kind(operand) {
            None => {
                desk.complain(format!(
                    "cannot access {}: No such file or directory",
                    quoted(operand)
                ));
                status = 2;
            }
            Some(FileKind::Directory) if !parsed.has('d') => directories.push(operand.clone()),
            Some(FileKind::File | FileKind::Directory) => {
                files.push((operand.clone(), operand.clone()));
            }
        }
    }
    let any_file = !files.is_empty();
    print_entries(desk, &parsed, files);
    let mut order: Vec<_> = directories
        .iter()
        .map(|name| (name.clone(), name.clone()))
        .collect();
    sort_entries(desk, &parsed, &mut order);
    for (at, (_, directory)) in order.iter().enumerate() {
        if operands.len() > 1 {
            let before = if at > 0 || any_file { "\n" } else { "" };
            desk.line(&format!("{before}{directory}:"));
        }
        if let Err(error) = print_directory(desk, &parsed, directory) {
            desk.complain(format!(
                "cannot open directory {}: {error}",
                quoted(directory)
            ));
            status = 2;
        }
    }
    Ok(status)
}

fn print_directory(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    directory: &str,
) -> Result<(), super::FileError> {
    let mut names = desk.list(directory)?;
    if parsed.has('a') {
        names.extend([".".to_owned(), "..".to_owned()]);
    } else if !parsed.has('A') {
        names.retain(|name| !name.starts_with('.'));
    }
    let entries: Vec<_> = names
        .into_iter()
        .map(|name| {
            (
                name.clone(),
                format!("{}/{name}", directory.trim_end_matches('/')),
            )
        })
        .collect();
    if parsed.has('l') {
        let blocks: u64 = entries.iter().map(|(_, path)| blocks(desk, path)).sum();
        let total = if parsed.has('h') {
            human(blocks * 1024)
        } else {
            blocks.to_string()
        };
        desk.line(&format!("total {total}"));
    }
    print_entries(desk, parsed, entries);
    Ok(())
}

/// The blocks of 1024 bytes that a file takes on a file system with pages of 4096.
fn blocks(desk: &Desk<'_>, path: &str) -> u64 {
    desk.size(path).div_ceil(4096) * 4
}

fn sort_entries(desk: &Desk<'_>, parsed: &Parsed, entries: &mut [(String, String)]) {
    entries.sort();
    match parsed.last_of("tSU") {
        Some('t') => entries.sort_by_key(|(_, path)| std::cmp::Reverse(desk.modified(path))),
        Some('S') => entries.sort_by_key(|(_, path)| std::cmp::Reverse(desk.size(path))),
        Some(_) | None => {}
    }
    if parsed.has('r') {
        entries.reverse();
    }
}

/// Prints entries, each a name to show and a path.
fn print_entries(desk: &mut Desk<'_>, parsed: &Parsed, mut entries: Vec<(String, String)>) {
    sort_entries(desk, parsed, &mut entries);
    let size = |desk: &Desk<'_>, path: &str| {
        let size = desk.size(path);
        if parsed.has('h') {
            human(size)
        } else {
            size.to_string()
        }
    };
    let width = entries
        .iter()
        .map(|(_, path)| size(desk, path).len())
        .max()
        .unwrap_or(0);
    for (name, path) in entries {
        let is_directory = desk.is_directory(&path);
        let mark = if is_directory && (parsed.has('F') || parsed.has('p')) {
            "/"
        } else {
            ""
        };
        if parsed.has('l') {
            let mode = if is_directory {
                "drwxr-xr-x 2"
            } else {
                "-rw-r--r-- 1"
            };
            let user = desk.call().user;
            let size = size(desk, &path);
            let date = list_date(desk.modified(&path), desk.call().now);
            desk.line(&format!(
                "{mode} {user} {user} {size:>width$} {date} {name}{mark}"
            ));
        } else {
            desk.line(&format!("{name}{mark}"));
        }
    }
}

/// A date as `ls -l` has it: with the time within the last half year, else with the year.
fn list_date(at: i64, now: i64) -> String {
    let recent = at <= now && now - at < 31_556_952 / 2;
    Date::of(at).format(if recent { "%b %e %H:%M" } else { "%b %e  %Y" })
}

/// A size with a unit, rounded up, with one decimal below 10.
fn human(size: u64) -> String {
    if size < 1024 {
        return size.to_string();
    }
    let mut unit = 1024;
    for letter in ["K", "M", "G", "T", "P"] {
        let tenths = (u128::from(size) * 10).div_ceil(unit);
        if tenths < 100 {
            return format!("{}.{}{letter}", tenths / 10, tenths % 10);
        }
        let whole = u128::from(size).div_ceil(unit);
        if whole < 1024 {
            return format!("{whole}{letter}");
        }
        unit *= 1024;
    }
    size.to_string()
}

/// The options of `stat`.
const STAT: Spec = Spec {
    keys: "c:Lft!:",
    long: &[
        ("format", 'c'),
        ("dereference", 'L'),
        ("file-system", 'f'),
        ("terse", 't'),
        ("printf", '!'),
    ],
    refused: "ft",
    ..Spec::COREUTILS
};

/// `stat -c`
pub(super) fn stat(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &STAT)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &STAT);
    }
    let (format, end) = match (parsed.value('c'), parsed.value('!')) {
        (Some(format), _) => (format.to_owned(), "\n"),
        (None, Some(format)) => (format.replace("\\n", "\n").replace("\\t", "\t"), ""),
        (None, None) => {
            return Err(Stop::NotModeled(
                "stat without option '-c' is not modeled".to_owned(),
            ));
        }
    };
    let mut status = 0;
    for operand in &parsed.operands {
        let Some(kind) = desk.kind(operand) else {
            desk.complain(format!(
                "cannot statx {}: No such file or directory",
                quoted(operand)
            ));
            status = 1;
            continue;
        };
        let text = stat_format(desk, &format, operand, kind)?;
        desk.out(&text);
        desk.out(end);
    }
    Ok(status)
}

fn stat_format(
    desk: &Desk<'_>,
    format: &str,
    operand: &str,
    kind: FileKind,
) -> Result<String, Stop> {
    let is_directory = kind == FileKind::Directory;
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(next) = rest.next() {
        if next != '%' {
            out.push(next);
            continue;
        }
        let modified = Date::of(desk.modified(operand));
        match rest.next() {
            Some('n') => out.push_str(operand),
            Some('N') => out.push_str(&quoted(operand)),
            Some('s') => out.push_str(&desk.size(operand).to_string()),
            Some('y' | 'z' | 'x') => out.push_str(&modified.format("%Y-%m-%d %H:%M:%S.%N %z")),
            Some('Y' | 'Z' | 'X') => out.push_str(&modified.seconds().to_string()),
            Some('F') => out.push_str(match (is_directory, desk.size(operand)) {
                (true, _) => "directory",
                (false, 0) => "regular empty file",
                (false, _) => "regular file",
            }),
            Some('a') => out.push_str(if is_directory { "755" } else { "644" }),
            Some('A') => out.push_str(if is_directory {
                "drwxr-xr-x"
            } else {
                "-rw-r--r--"
            }),
            Some('U' | 'G') => out.push_str(desk.call().user),
            Some('h') => out.push_str(if is_directory { "2" } else { "1" }),
            Some('%') | None => out.push('%'),
            Some(other) => {
                return Err(Stop::NotModeled(format!(
                    "format '%{other}' is not modeled"
                )));
            }
        }
    }
    Ok(out)
}

/// `file`
pub(super) fn file(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(
        desk,
        &Spec {
            keys: "bikLsz",
            refused: "ikz",
            ..Spec::COREUTILS
        },
    )?;
    let width = parsed
        .operands
        .iter()
        .map(|operand| operand.chars().count() + 1)
        .max()
        .unwrap_or(0);
    for operand in &parsed.operands {
        let what = match desk.kind(operand) {
            None => format!("cannot open `{operand}' (No such file or directory)"),
            Some(FileKind::Directory) => "directory".to_owned(),
            Some(FileKind::File) => content(desk, operand),
        };
        if parsed.has('b') {
            desk.line(&what);
        } else {
            let label = format!("{operand}:");
            desk.line(&format!("{label:<width$} {what}"));
        }
    }
    Ok(0)
}

fn content(desk: &Desk<'_>, operand: &str) -> String {
    let Ok(text) = desk.read(operand) else {
        return "regular file, no read permission".to_owned();
    };
    if text.is_empty() {
        return "empty".to_owned();
    }
    if text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(&text).is_ok() {
        return "JSON text data".to_owned();
    }
    let kind = if text.is_ascii() {
        "ASCII text"
    } else {
        "Unicode text, UTF-8 text"
    };
    if text.contains('\n') {
        kind.to_owned()
    } else {
        format!("{kind}, with no line terminators")
    }
}
