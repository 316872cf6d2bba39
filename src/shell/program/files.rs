//! Programs that copy and move files: `cp` and `mv`.

use super::desk::{Desk, Ended, Stop, quoted};
use super::options::{Parsed, Spec, hint, parse};
use super::{Change, FileError, FileKind};
use crate::shell::base_name;

/// How deep directories are copied and removed.
pub(super) const DEPTH_MAX: usize = 32;

/// Where `cp` and `mv` put files.
enum Target {
    /// Under this very name.
    Name(String),
    /// Into this directory, under their own names.
    Directory(String),
}

/// Sources and target of `cp` and `mv`.
fn plan(desk: &mut Desk<'_>, spec: &Spec, parsed: &Parsed) -> Result<(Vec<String>, Target), Stop> {
    let mut sources = parsed.operands.clone();
    if let Some(directory) = parsed.value('t') {
        if !desk.is_directory(directory) {
            let reason = match desk.kind(directory) {
                Some(_) => FileError::NotDirectory,
                None => FileError::NotFound,
            };
            return desk.fail(
                1,
                format!("target directory {}: {reason}", quoted(directory)),
            );
        }
        if sources.is_empty() {
            desk.complain("missing file operand");
            return hint(desk, spec);
        }
        return Ok((sources, Target::Directory(directory.to_owned())));
    }
    let Some(target) = sources.pop() else {
        desk.complain("missing file operand");
        return hint(desk, spec);
    };
    if sources.is_empty() {
        desk.complain(format!(
            "missing destination file operand after {}",
            quoted(&target)
        ));
        return hint(desk, spec);
    }
    if parsed.has('T') {
        if sources.len() > 1 {
            desk.complain(format!("extra operand {}", quoted(&target)));
            return hint(desk, spec);
        }
        return Ok((sources, Target::Name(target)));
    }
    if desk.is_directory(&target) {
        return Ok((sources, Target::Directory(target)));
    }
    if sources.len() > 1 {
        return desk.fail(
            1,
            format!(
                "target {}: {}",
                quoted(&target),
                match desk.kind(&target) {
                    Some(_) => FileError::NotDirectory,
                    None => FileError::NotFound,
                }
            ),
        );
    }
    Ok((sources, Target::Name(target)))
}

/// The last part of an operand, which may end in slashes.
pub(super) fn last_part(path: &str) -> &str {
    base_name(path.trim_end_matches('/'))
}

pub(super) fn joined(directory: &str, name: &str) -> String {
    if directory.ends_with('/') {
        format!("{directory}{name}")
    } else {
        format!("{directory}/{name}")
    }
}

impl Target {
    fn of(&self, source: &str) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Directory(directory) => joined(directory, last_part(source)),
        }
    }
}

/// Whether an existing file may be overwritten, as `-n`, `-i`, `-u` and `-f` say.
fn may_overwrite(desk: &mut Desk<'_>, parsed: &Parsed, source: &str, target: &str) -> bool {
    if desk.kind(target).is_none() {
        return true;
    }
    if parsed.has('u') && desk.modified(source) <= desk.modified(target) {
        return false;
    }
    match parsed.last_of("nif") {
        Some('n') => false,
        Some('i') => {
            let question = format!("{}: overwrite {}? ", desk.name, quoted(target));
            desk.err(&question);
            said_yes(desk, 0)
        }
        Some(_) | None => true,
    }
}

/// Whether the line of standard input with this number is a yes. Nobody answers at a terminal.
pub(super) fn said_yes(desk: &Desk<'_>, line: usize) -> bool {
    desk.stdin()
        .lines()
        .nth(line)
        .is_some_and(|line| line.starts_with(['y', 'Y']))
}

/// The options of `cp`.
const CP: Spec = Spec {
    keys: "aprRnfivut:TdLPlsbHx!::@::%::&",
    long: &[
        ("archive", 'a'),
        ("recursive", 'r'),
        ("no-clobber", 'n'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("verbose", 'v'),
        ("update", 'u'),
        ("target-directory", 't'),
        ("no-target-directory", 'T'),
        ("preserve", '!'),
        ("backup", '%'),
        ("parents", '&'),
        ("reflink", '@'),
    ],
    refused: "lsb%&",
    ..Spec::COREUTILS
};

/// `cp`
pub(super) fn cp(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &CP)?;
    let (sources, target) = plan(desk, &CP, &parsed)?;
    let mut status = 0;
    for source in &sources {
        let to = target.of(source);
        if !copy_one(desk, &parsed, source, &to, 0)? {
            status = 1;
        }
    }
    Ok(status)
}

/// Copies a file or a directory; whether that went well.
fn copy_one(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    source: &str,
    to: &str,
    depth: usize,
) -> Result<bool, Stop> {
    let (name, target) = (quoted(source), quoted(to));
    let Some(kind) = desk.kind(source) else {
        desk.complain(format!("cannot stat {name}: {}", missing(desk, source)));
        return Ok(false);
    };
    if to.ends_with('/') && desk.kind(to.trim_end_matches('/')) == Some(FileKind::File) {
        desk.complain(format!("cannot stat {target}: Not a directory"));
        return Ok(false);
    }
    let (from, onto) = (desk.resolve(source), desk.resolve(to));
    if kind == FileKind::Directory {
        if !(parsed.has('r') || parsed.has('R') || parsed.has('a')) {
            desk.complain(format!("-r not specified; omitting directory {name}"));
            return Ok(false);
        }
        if onto == from || onto.starts_with(&format!("{from}/")) {
            desk.complain(format!(
                "cannot copy a directory, {name}, into itself, {target}"
            ));
            return Ok(false);
        }
        return copy_directory(desk, parsed, source, to, depth);
    }
    if desk.is_directory(to) {
        desk.complain(format!(
            "cannot overwrite directory {target} with non-directory"
        ));
        return Ok(false);
    }
    if from == onto {
        desk.complain(format!("{name} and {target} are the same file"));
        return Ok(false);
    }
    if to.ends_with('/') {
        desk.complain(format!(
            "cannot create regular file {target}: Not a directory"
        ));
        return Ok(false);
    }
    if may_overwrite(desk, parsed, source, to) {
        copy_file(desk, parsed, source, to)
    } else {
        Ok(true)
    }
}

/// Copies a file where one may be.
#[expect(clippy::unnecessary_wraps, reason = "it is the end of `copy_one`")]
fn copy_file(desk: &mut Desk<'_>, parsed: &Parsed, source: &str, to: &str) -> Result<bool, Stop> {
    let (name, target) = (quoted(source), quoted(to));
    let (from, onto) = (desk.resolve(source), desk.resolve(to));
    let keep_time = parsed.has('p') || parsed.has('a') || parsed.has('!');
    // What is at no path of a file system, such as standard input, is written as text.
    let change = match source {
        "/dev/stdin" | "/dev/null" => {
            let text = desk
                .read(source)
                .map(|text| text.to_string())
                .unwrap_or_default();
            Change::Write {
                path: onto,
                text,
                append: false,
            }
        }
        _ => Change::Copy {
            from,
            to: onto,
            keep_time,
        },
    };
    match desk.change(&change) {
        Ok(()) => {
            if parsed.has('v') {
                desk.line(&format!("{name} -> {target}"));
            }
            Ok(true)
        }
        Err(error) => {
            let text = if error == FileError::NoSpace {
                format!("error writing {target}: {error}")
            } else {
                format!("cannot create regular file {target}: {error}")
            };
            desk.complain(text);
            Ok(false)
        }
    }
}

fn copy_directory(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    source: &str,
    to: &str,
    depth: usize,
) -> Result<bool, Stop> {
    if depth > DEPTH_MAX {
        return Err(Stop::NotModeled(format!(
            "more than {DEPTH_MAX} nested directories are not modeled"
        )));
    }
    if !desk.is_directory(to) {
        let change = Change::MakeDirectory(desk.resolve(to));
        if desk.kind(to).is_some() {
            let (to, source) = (quoted(to), quoted(source));
            desk.complain(format!(
                "cannot overwrite non-directory {to} with directory {source}"
            ));
            return Ok(false);
        }
        if let Err(error) = desk.change(&change) {
            desk.complain(format!("cannot create directory {}: {error}", quoted(to)));
            return Ok(false);
        }
        if parsed.has('v') {
            desk.line(&format!("{} -> {}", quoted(source), quoted(to)));
        }
    }
    let names = match desk.list(source) {
        Ok(names) => names,
        Err(error) => {
            desk.complain(format!("cannot access {}: {error}", quoted(source)));
            return Ok(false);
        }
    };
    let mut well = true;
    for name in names {
        well &= copy_one(
            desk,
            parsed,
            &joined(source, &name),
            &joined(to, &name),
            depth + 1,
        )?;
    }
    Ok(well)
}

/// Why nothing is at a path: a part of it may be a file.
pub(super) fn missing(desk: &Desk<'_>, operand: &str) -> FileError {
    let path = desk.resolve(operand);
    let is_file = |path: &str| desk.kind(path) == Some(FileKind::File);
    let under_file = path
        .match_indices('/')
        .skip(1)
        .any(|(at, _)| is_file(path.get(..at).unwrap_or_default()));
    if under_file || is_file(&path) {
        FileError::NotDirectory
    } else {
        FileError::NotFound
    }
}

/// The options of `mv`.
const MV: Spec = Spec {
    keys: "nfivut:Tb%::",
    long: &[
        ("no-clobber", 'n'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("verbose", 'v'),
        ("update", 'u'),
        ("target-directory", 't'),
        ("no-target-directory", 'T'),
        ("backup", '%'),
    ],
    refused: "b%",
    ..Spec::COREUTILS
};

/// `mv`
pub(super) fn mv(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &MV)?;
    let (sources, target) = plan(desk, &MV, &parsed)?;
    let mut status = 0;
    for source in &sources {
        let to = target.of(source);
        if !move_one(desk, &parsed, source, &to) {
            status = 1;
        }
    }
    Ok(status)
}

fn move_one(desk: &mut Desk<'_>, parsed: &Parsed, source: &str, to: &str) -> bool {
    let (name, target) = (quoted(source), quoted(to));
    let Some(kind) = desk.kind(source) else {
        desk.complain(format!("cannot stat {name}: {}", missing(desk, source)));
        return false;
    };
    let (from, onto) = (desk.resolve(source), desk.resolve(to));
    if from == onto {
        desk.complain(format!("{name} and {target} are the same file"));
        return false;
    }
    if kind == FileKind::Directory && onto.starts_with(&format!("{from}/")) {
        desk.complain(format!(
            "cannot move {name} to a subdirectory of itself, {target}"
        ));
        return false;
    }
    let clash = match (kind, desk.kind(to)) {
        (FileKind::File, Some(FileKind::Directory)) => Some(format!(
            "cannot overwrite directory {target} with non-directory"
        )),
        (FileKind::Directory, Some(FileKind::File)) => Some(format!(
            "cannot overwrite non-directory {target} with directory {name}"
        )),
        (FileKind::File, None) if to.ends_with('/') => {
            Some(format!("cannot move {name} to {target}: Not a directory"))
        }
        (FileKind::File | FileKind::Directory, _) => None,
    };
    if let Some(text) = clash {
        desk.complain(text);
        return false;
    }
    if !may_overwrite(desk, parsed, source, to) {
        return true;
    }
    match desk.change(&Change::Move { from, to: onto }) {
        Ok(()) => {
            if parsed.has('v') {
                desk.line(&format!("renamed {name} -> {target}"));
            }
            true
        }
        Err(error) => {
            desk.complain(format!("cannot move {name} to {target}: {error}"));
            false
        }
    }
}
