//! `diff` and `cmp`.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::calendar::Date;
use super::desk::{Desk, Ended, Stop, not_modeled, quoted};
use super::options::{Hint, Parsed, Spec, parse, parse_arguments, refuse};
use crate::shell::base_name;

/// The most lines that are compared.
const LINES_MAX: usize = 50_000;

const SPEC: Spec = Spec {
    keys: "uU:c::qrNbwBiaysEZtdTnC:x:!::L:#:",
    long: &[
        ("unified", 'U'),
        ("brief", 'q'),
        ("recursive", 'r'),
        ("new-file", 'N'),
        ("ignore-space-change", 'b'),
        ("ignore-all-space", 'w'),
        ("ignore-blank-lines", 'B'),
        ("ignore-case", 'i'),
        ("ignore-trailing-space", 'Z'),
        ("report-identical-files", 's'),
        ("side-by-side", 'y'),
        ("text", 'a'),
        ("context", 'C'),
        ("color", '!'),
        ("label", 'L'),
        ("strip-trailing-cr", '#'),
        ("minimal", 'd'),
    ],
    refused: "cyEtTnCx#B",
    hint: Hint::NamedTry,
    status: 2,
    stops_at_operand: false,
};

/// `diff`
pub(super) fn diff(desk: &mut Desk<'_>) -> Ended {
    // `--unified` may stand without a number, which `-U` may not.
    let arguments: Vec<String> = desk
        .arguments()
        .iter()
        .map(|one| {
            if one == "--unified" {
                "-u".to_owned()
            } else {
                one.clone()
            }
        })
        .collect();
    let parsed = parse_arguments(desk, &SPEC, &arguments)?;
    if parsed.value('!') == Some("always") {
        return not_modeled("option '--color=always' is not modeled");
    }
    let (one, other) = match parsed.operands.as_slice() {
        [one, other] => (one.clone(), other.clone()),
        [] => return refuse(desk, &SPEC, "missing operand after 'diff'"),
        [one] => {
            return refuse(
                desk,
                &SPEC,
                &format!("missing operand after {}", quoted(one)),
            );
        }
        [_, _, extra, ..] => {
            return refuse(desk, &SPEC, &format!("extra operand {}", quoted(extra)));
        }
    };
    let style = style(desk, &parsed)?;
    let plan = Diff {
        parsed,
        style,
        command: arguments,
    };
    if desk.is_directory(&one) && desk.is_directory(&other) {
        return plan.directories(desk, &one, &other);
    }
    // A file and a directory: the file of the same name in it.
    let (one, other) = match (desk.is_directory(&one), desk.is_directory(&other)) {
        (true, false) => (
            format!("{}/{}", one.trim_end_matches('/'), base_name(&other)),
            other,
        ),
        (false, true) => {
            let within = format!("{}/{}", other.trim_end_matches('/'), base_name(&one));
            (one, within)
        }
        _ => (one, other),
    };
    plan.files(desk, &one, &other, None)
}

#[derive(Clone, Copy)]
enum Style {
    Normal,
    Unified(usize),
    Brief,
}

fn style(desk: &mut Desk<'_>, parsed: &Parsed) -> Result<Style, Stop> {
    if parsed.has('q') {
        return Ok(Style::Brief);
    }
    match parsed.last_of("uU") {
        None => Ok(Style::Normal),
        Some('u') if !parsed.has('U') => Ok(Style::Unified(3)),
        Some(_) => {
            let text = parsed.value('U').unwrap_or_default().to_owned();
            match text.parse() {
                Ok(context) => Ok(Style::Unified(context)),
                Err(_) => refuse(
                    desk,
                    &SPEC,
                    &format!("invalid context length {}", quoted(&text)),
                ),
            }
        }
    }
}

struct Diff {
    parsed: Parsed,
    style: Style,
    command: Vec<String>,
}

impl Diff {
    fn directories(&self, desk: &mut Desk<'_>, one: &str, other: &str) -> Ended {
        // With `-N` a directory that is not there is an empty one.
        let ours = desk.list(one).unwrap_or_default();
        let theirs = desk.list(other).unwrap_or_default();
        let mut names: Vec<String> = ours.iter().chain(&theirs).cloned().collect();
        names.sort();
        names.dedup();
        let mut status = 0;
        for name in names {
            let (left, right) = (join(one, &name), join(other, &name));
            let only = match (ours.contains(&name), theirs.contains(&name)) {
                (true, true) => None,
                (true, false) => Some(one),
                (false, _) => Some(other),
            };
            if let (Some(only), false) = (only, self.parsed.has('N')) {
                desk.line(&format!("Only in {only}: {name}"));
                status = status.max(1);
                continue;
            }
            match (desk.is_directory(&left), desk.is_directory(&right)) {
                (true, true) if self.parsed.has('r') => {
                    status = status.max(self.directories(desk, &left, &right)?);
                }
                (true, true) => {
                    desk.line(&format!("Common subdirectories: {left} and {right}"));
                }
                (false, false) => {
                    let options: Vec<&str> = self
                        .command
                        .iter()
                        .map(String::as_str)
                        .filter(|word| word.starts_with('-'))
                        .collect();
                    let words = ["diff"].into_iter().chain(options);
                    let header: Vec<&str> = words.chain([left.as_str(), right.as_str()]).collect();
                    let header = header.join(" ");
                    let ended = self.files(desk, &left, &right, Some(&header))?;
                    status = status.max(ended);
                }
                (true, false) | (false, true) if self.parsed.has('r') && only.is_some() => {
                    status = status.max(self.directories(desk, &left, &right)?);
                }
                _ => return not_modeled("comparing a file with a directory is not modeled"),
            }
        }
        Ok(status)
    }

    /// Compares two files; the header is printed before differences that are shown.
    fn files(&self, desk: &mut Desk<'_>, one: &str, other: &str, header: Option<&str>) -> Ended {
        let mut texts = Vec::new();
        let mut failed = false;
        for name in [one, other] {
            match desk.read(name) {
                Ok(text) => texts.push(text.to_string()),
                Err(super::FileError::NotFound) if self.parsed.has('N') => {
                    texts.push(String::new());
                }
                Err(error) => {
                    desk.complain(format!("{name}: {error}"));
                    failed = true;
                }
            }
        }
        let [left, right] = texts.as_slice() else {
            return Ok(2);
        };
        if failed {
            return Ok(2);
        }
        if left == right || self.same(left, right) {
            if self.parsed.has('s') {
                desk.line(&format!("Files {one} and {other} are identical"));
            }
            return Ok(0);
        }
        if let (Some(header), Style::Normal | Style::Unified(_)) = (header, self.style) {
            desk.line(header);
        }
        match self.style {
            Style::Brief => desk.line(&format!("Files {one} and {other} differ")),
            Style::Normal => {
                let hunks = self.hunks(left, right, 0)?;
                print_normal(desk, &hunks, left, right);
            }
            Style::Unified(context) => {
                let hunks = self.hunks(left, right, context)?;
                let mut labels = self.parsed.values('L');
                for (sign, name) in [("---", one), ("+++", other)] {
                    let line = if let Some(label) = labels.next() {
                        format!("{sign} {label}")
                    } else {
                        let at = match name {
                            "-" | "/dev/stdin" => desk.call().now,
                            "/dev/null" => 0,
                            _ => desk.modified(name),
                        };
                        let date = Date::of(at).format("%Y-%m-%d %H:%M:%S.%N %z");
                        format!("{sign} {name}\t{date}")
                    };
                    desk.line(&line);
                }
                print_unified(desk, &hunks, left, right);
            }
        }
        Ok(1)
    }

    /// A line as it counts for the comparison.
    fn key(&self, line: &str) -> String {
        let mut key = line.to_owned();
        if self.parsed.has('w') {
            key.retain(|character| !character.is_whitespace() || character == '\n');
        } else if self.parsed.has('b') {
            let words: Vec<&str> = line.split_whitespace().collect();
            let start = if line.starts_with([' ', '\t']) {
                " "
            } else {
                ""
            };
            key = format!("{start}{}", words.join(" "));
        } else if self.parsed.has('Z') {
            key.truncate(key.trim_end().len());
        }
        if self.parsed.has('i') {
            key.to_lowercase()
        } else {
            key
        }
    }

    fn keys(&self, text: &str) -> Vec<String> {
        text.split_inclusive('\n')
            .map(|line| self.key(line))
            .collect()
    }

    fn same(&self, left: &str, right: &str) -> bool {
        self.keys(left) == self.keys(right)
    }

    /// The differences, in groups that are nearer than twice the context.
    fn hunks(&self, left: &str, right: &str, context: usize) -> Result<Vec<Vec<DiffOp>>, Stop> {
        let (left, right) = (self.keys(left), self.keys(right));
        if left.len().max(right.len()) > LINES_MAX {
            return not_modeled(format!(
                "comparing more than {LINES_MAX} lines is not modeled"
            ));
        }
        let operations = capture_diff_slices(Algorithm::Myers, &left, &right);
        Ok(similar::group_diff_ops(operations, context))
    }
}

fn join(directory: &str, name: &str) -> String {
    format!("{}/{name}", directory.trim_end_matches('/'))
}

fn rows(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// One line with its sign; one without a newline is marked.
fn print_row(desk: &mut Desk<'_>, sign: &str, row: &str) {
    desk.out(sign);
    desk.out(row);
    if !row.ends_with('\n') {
        desk.out("\n\\ No newline at end of file\n");
    }
}

fn print_normal(desk: &mut Desk<'_>, hunks: &[Vec<DiffOp>], left: &str, right: &str) {
    let (left, right) = (rows(left), rows(right));
    let range = |from: usize, to: usize| {
        if to > from + 1 {
            format!("{},{to}", from + 1)
        } else {
            format!("{}", from + 1)
        }
    };
    for operation in hunks.iter().flatten() {
        let (old, new) = (operation.old_range(), operation.new_range());
        let head = match operation {
            DiffOp::Equal { .. } => continue,
            DiffOp::Delete { .. } => format!("{}d{}", range(old.start, old.end), new.start),
            DiffOp::Insert { .. } => format!("{}a{}", old.start, range(new.start, new.end)),
            DiffOp::Replace { .. } => {
                format!(
                    "{}c{}",
                    range(old.start, old.end),
                    range(new.start, new.end)
                )
            }
        };
        desk.line(&head);
        for row in left.get(old.clone()).unwrap_or_default() {
            print_row(desk, "< ", row);
        }
        if matches!(operation, DiffOp::Replace { .. }) {
            desk.line("---");
        }
        for row in right.get(new).unwrap_or_default() {
            print_row(desk, "> ", row);
        }
    }
}

fn print_unified(desk: &mut Desk<'_>, hunks: &[Vec<DiffOp>], left: &str, right: &str) {
    let (left, right) = (rows(left), rows(right));
    let range = |from: usize, to: usize| match to - from {
        0 => format!("{from},0"),
        1 => format!("{}", from + 1),
        count => format!("{},{count}", from + 1),
    };
    for hunk in hunks {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let old = range(first.old_range().start, last.old_range().end);
        let new = range(first.new_range().start, last.new_range().end);
        desk.line(&format!("@@ -{old} +{new} @@"));
        for operation in hunk {
            let (old_rows, new_rows) = (
                left.get(operation.old_range()).unwrap_or_default(),
                right.get(operation.new_range()).unwrap_or_default(),
            );
            if matches!(operation, DiffOp::Equal { .. }) {
                for row in old_rows {
                    print_row(desk, " ", row);
                }
                continue;
            }
            for row in old_rows {
                print_row(desk, "-", row);
            }
            for row in new_rows {
                print_row(desk, "+", row);
            }
        }
    }
}

/// The options of `cmp`.
const CMP: Spec = Spec {
    keys: "sbln:i:",
    long: &[
        ("silent", 's'),
        ("quiet", 's'),
        ("verbose", 'l'),
        ("print-bytes", 'b'),
    ],
    refused: "blni",
    hint: Hint::NamedTry,
    status: 2,
    ..Spec::COREUTILS
};

/// `cmp`
pub(super) fn cmp(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &CMP)?;
    let (one, other) = match parsed.operands.as_slice() {
        [] => return refuse(desk, &CMP, "missing operand after 'cmp'"),
        [one] => (one.clone(), "-".to_owned()),
        [one, other] => (one.clone(), other.clone()),
        [_, _, extra, ..] => {
            return refuse(desk, &CMP, &format!("extra operand {}", quoted(extra)));
        }
    };
    let mut texts = Vec::new();
    for name in [&one, &other] {
        match desk.read(name) {
            Ok(text) => texts.push(text),
            Err(error) => {
                if !parsed.has('s') {
                    desk.complain(format!("{name}: {error}"));
                }
                return Ok(2);
            }
        }
    }
    let [left, right] = texts.as_slice() else {
        return Ok(2);
    };
    if left == right {
        return Ok(0);
    }
    if parsed.has('s') {
        return Ok(1);
    }
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if let Some(at) = left.iter().zip(right).position(|(one, other)| one != other) {
        let newlines = left.iter().take(at).filter(|byte| **byte == b'\n').count();
        desk.line(&format!(
            "{one} {other} differ: byte {}, line {}",
            at + 1,
            newlines + 1
        ));
    } else {
        let (shorter, name) = if left.len() < right.len() {
            (left, &one)
        } else {
            (right, &other)
        };
        let newlines = shorter.split(|byte| *byte == b'\n').count() - 1;
        let length = shorter.len();
        if length == 0 {
            desk.complain(format!("EOF on {name} which is empty"));
        } else if shorter.ends_with(b"\n") {
            desk.complain(format!(
                "EOF on {name} after byte {length}, line {newlines}"
            ));
        } else {
            desk.complain(format!(
                "EOF on {name} after byte {length}, in line {}",
                newlines + 1
            ));
        }
    }
    Ok(1)
}
