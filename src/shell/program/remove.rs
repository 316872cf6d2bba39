//! Programs that make and remove files and directories: `rm`, `rmdir`, `mkdir`, `touch`.

use super::desk::{Desk, Ended, Stop, curly, quoted};
use super::files::{DEPTH_MAX, joined, last_part, missing, said_yes};
use super::options::{Spec, hint, parse};
use super::{Change, FileError, FileKind};

/// The options of `rm`.
const RM: Spec = Spec {
    keys: "frRdviI!::@%",
    long: &[
        ("force", 'f'),
        ("recursive", 'r'),
        ("dir", 'd'),
        ("verbose", 'v'),
        ("interactive", '!'),
        ("preserve-root", '@'),
        ("no-preserve-root", '%'),
    ],
    ..Spec::COREUTILS
};

/// `rm`
pub(super) fn rm(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &RM)?;
    if parsed.operands.is_empty() {
        if parsed.has('f') {
            return Ok(0);
        }
        desk.complain("missing operand");
        return hint(desk, &RM);
    }
    let mut removal = Removal {
        force: parsed.last_of("fi!") == Some('f'),
        ask: matches!(parsed.last_of("fi!"), Some('i' | '!')),
        recursive: parsed.has('r') || parsed.has('R'),
        empty: parsed.has('d'),
        verbose: parsed.has('v'),
        answers: 0,
    };
    let mut status = 0;
    for operand in &parsed.operands {
        let path = desk.resolve(operand);
        if removal.recursive && path == "/" {
            desk.complain("it is dangerous to operate recursively on '/'");
            desk.complain("use --no-preserve-root to override this failsafe");
            status = 1;
        } else if matches!(last_part(operand), "." | "..") && removal.recursive {
            let name = quoted(operand);
            desk.complain(format!(
                "refusing to remove '.' or '..' directory: skipping {name}"
            ));
            status = 1;
        } else if !removal.one(desk, operand, 0)? {
            status = 1;
        }
    }
    Ok(status)
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
struct Removal {
    force: bool,
    ask: bool,
    recursive: bool,
    empty: bool,
    verbose: bool,
    answers: usize,
}

impl Removal {
    fn one(&mut self, desk: &mut Desk<'_>, operand: &str, depth: usize) -> Result<bool, Stop> {
        let name = quoted(operand);
        let Some(kind) = desk.kind(operand) else {
            let error = missing(desk, operand);
            // Nothing is there either way, which is all that force asks.
            if self.force && matches!(error, FileError::NotFound | FileError::NotDirectory) {
                return Ok(true);
            }
            desk.complain(format!("cannot remove {name}: {error}"));
            return Ok(false);
        };
        match kind {
            FileKind::Directory if self.recursive => self.directory(desk, operand, depth),
            FileKind::Directory if self.empty => {
                let change = Change::RemoveDirectory(desk.resolve(operand));
                Ok(self.change(desk, &change, &name))
            }
            FileKind::Directory => {
                desk.complain(format!("cannot remove {name}: Is a directory"));
                Ok(false)
            }
            FileKind::File => {
                if self.ask {
                    let empty = if desk.size(operand) == 0 {
                        "regular empty file"
                    } else {
                        "regular file"
                    };
                    let question = format!("{}: remove {empty} {name}? ", desk.name);
                    desk.err(&question);
                    self.answers += 1;
                    if !said_yes(desk, self.answers - 1) {
                        return Ok(true);
                    }
                }
                let change = Change::Remove(desk.resolve(operand));
                Ok(self.change(desk, &change, &name))
            }
        }
    }

    fn directory(
        &mut self,
        desk: &mut Desk<'_>,
        operand: &str,
        depth: usize,
    ) -> Result<bool, Stop> {
        if self.ask {
            return Err(Stop::NotModeled(
                "asking about each file of a directory is not modeled".to_owned(),
            ));
        }
        if depth > DEPTH_MAX {
            return Err(Stop::NotModeled(format!(
                "more than {DEPTH_MAX} nested directories are not modeled"
            )));
        }
        let mut well = true;
        for name in desk.list(operand).unwrap_or_default() {
            well &= self.one(desk, &joined(operand, &name), depth + 1)?;
        }
        if well {
            let change = Change::RemoveDirectory(desk.resolve(operand));
            well = self.change(desk, &change, &quoted(operand));
        }
        Ok(well)
    }

    fn change(&self, desk: &mut Desk<'_>, change: &Change, name: &str) -> bool {
        match desk.change(change) {
            Ok(()) => {
                if self.verbose {
                    let what = if matches!(change, Change::RemoveDirectory(_)) {
                        "directory "
                    } else {
                        ""
                    };
                    desk.line(&format!("removed {what}{name}"));
                }
                true
            }
            Err(error) => {
                desk.complain(format!("cannot remove {name}: {error}"));
                false
            }
        }
    }
}

/// The options of `mkdir`.
const MKDIR: Spec = Spec {
    keys: "pvm:",
    long: &[("parents", 'p'), ("verbose", 'v'), ("mode", 'm')],
    ..Spec::COREUTILS
};

/// `mkdir`
pub(super) fn mkdir(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &MKDIR)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &MKDIR);
    }
    let mut status = 0;
    for operand in &parsed.operands {
        let parents = parsed.has('p');
        let path = desk.resolve(operand);
        let mut made = vec![(operand.clone(), path.clone())];
        if parents {
            let written = operand.trim_end_matches('/');
            made = written
                .match_indices('/')
                .map(|(at, _)| written.get(..at).unwrap_or_default().to_owned())
                .filter(|part| !part.is_empty())
                .chain([written.to_owned()])
                .map(|part| {
                    let path = desk.resolve(&part);
                    (part, path)
                })
                .collect();
        }
        for (shown, path) in made {
            if parents && desk.is_directory(&path) {
                continue;
            }
            let result = match desk.kind(&path) {
                Some(FileKind::File) if shown != *operand => Err(FileError::NotDirectory),
                Some(_) => Err(FileError::Exists),
                None => desk.change(&Change::MakeDirectory(path)),
            };
            if let Err(error) = result {
                desk.complain(format!(
                    "cannot create directory {}: {error}",
                    curly(&shown)
                ));
                status = 1;
                break;
            }
            if parsed.has('v') {
                let text = format!("{}: created directory {}", desk.name, quoted(&shown));
                desk.line(&text);
            }
        }
    }
    Ok(status)
}

/// The options of `rmdir`.
const RMDIR: Spec = Spec {
    keys: "pv!",
    long: &[
        ("parents", 'p'),
        ("verbose", 'v'),
        ("ignore-fail-on-non-empty", '!'),
    ],
    refused: "p",
    ..Spec::COREUTILS
};

/// `rmdir`
pub(super) fn rmdir(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &RMDIR)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &RMDIR);
    }
    let mut status = 0;
    for operand in &parsed.operands {
        let name = quoted(operand);
        let result = match desk.kind(operand) {
            None => Err(missing(desk, operand)),
            Some(FileKind::File) => Err(FileError::NotDirectory),
            Some(FileKind::Directory) => {
                if parsed.has('v') {
                    let text = format!("{}: removing directory, {name}", desk.name);
                    desk.line(&text);
                }
                if desk.list(operand).is_ok_and(|names| !names.is_empty()) {
                    Err(FileError::NotEmpty)
                } else {
                    let change = Change::RemoveDirectory(desk.resolve(operand));
                    desk.change(&change)
                }
            }
        };
        if let Err(error) = result {
            if parsed.has('!') && error == FileError::NotEmpty {
                continue;
            }
            desk.complain(format!("failed to remove {name}: {error}"));
            status = 1;
        }
    }
    Ok(status)
}

/// The options of `touch`.
const TOUCH: Spec = Spec {
    keys: "camfd:t:r:h",
    long: &[("no-create", 'c'), ("date", 'd'), ("reference", 'r')],
    refused: "dtr",
    ..Spec::COREUTILS
};

/// `touch`
pub(super) fn touch(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &TOUCH)?;
    if parsed.operands.is_empty() {
        desk.complain("missing file operand");
        return hint(desk, &TOUCH);
    }
    let mut status = 0;
    for operand in &parsed.operands {
        if desk.kind(operand).is_none() && parsed.has('c') {
            continue;
        }
        let path = desk.resolve(operand);
        let result = if operand.ends_with('/') && desk.kind(operand).is_none() {
            Err(missing(desk, operand))
        } else {
            desk.change(&Change::Touch(path))
        };
        if let Err(error) = result {
            let what = if operand.ends_with('/') {
                "setting times of"
            } else {
                "cannot touch"
            };
            desk.complain(format!("{what} {}: {error}", quoted(operand)));
            status = 1;
        }
    }
    Ok(status)
}
