//! `grep`, `egrep` and `fgrep`.

use super::desk::{Desk, Ended, Stop, lines};
use super::options::{Hint, Parsed, Spec, hint, parse_arguments};
use super::pattern::{Edges, Manner, Pattern, Syntax, next_char};
use super::{FileError, FileKind};

const SPEC: Spec = Spec {
    keys: "A:B:C:EFGPHILabce:d:f:hilm:noqrRsvwxyzZTU!::@:%:&:",
    long: &[
        ("after-context", 'A'),
        ("basic-regexp", 'G'),
        ("before-context", 'B'),
        ("binary-files", 'T'),
        ("byte-offset", 'b'),
        ("color", '!'),
        ("colour", '!'),
        ("context", 'C'),
        ("count", 'c'),
        ("exclude", '%'),
        ("exclude-dir", '&'),
        ("extended-regexp", 'E'),
        ("file", 'f'),
        ("files-with-matches", 'l'),
        ("files-without-match", 'L'),
        ("fixed-strings", 'F'),
        ("ignore-case", 'i'),
        ("include", '@'),
        ("invert-match", 'v'),
        ("line-number", 'n'),
        ("line-regexp", 'x'),
        ("max-count", 'm'),
        ("no-filename", 'h'),
        ("no-messages", 's'),
        ("null", 'Z'),
        ("null-data", 'z'),
        ("only-matching", 'o'),
        ("perl-regexp", 'P'),
        ("quiet", 'q'),
        ("recursive", 'r'),
        ("regexp", 'e'),
        ("silent", 'q'),
        ("text", 'a'),
        ("with-filename", 'H'),
        ("word-regexp", 'w'),
    ],
    refused: "zZTUbd",
    hint: Hint::Usage("Usage: grep [OPTION]... PATTERNS [FILE]...\n", true),
    status: 2,
    stops_at_operand: false,
};

/// How deep directories are searched.
const DEPTH_MAX: usize = 32;

/// What is printed of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Print {
    Lines,
    Matches,
    Count,
    NameIfAny,
    NameIfNone,
    Nothing,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
struct Search {
    pattern: Pattern,
    inverted: bool,
    print: Print,
    numbers: bool,
    names: bool,
    before: usize,
    after: usize,
    max: usize,
    silent: bool,
    /// Whether a line stands between lines that are apart.
    groups: bool,
    /// Whether parts of the output so far belong together.
    separated: bool,
}

/// `grep`
pub(super) fn grep(desk: &mut Desk<'_>) -> Ended {
    let arguments: Vec<String> = desk
        .arguments()
        .iter()
        .map(|one| number_option(one))
        .collect();
    let parsed = parse_arguments(desk, &SPEC, &arguments)?;
    let mut operands = parsed.operands.clone();
    let patterns = patterns(desk, &parsed, &mut operands)?;
    let mut search = search(desk, &parsed, &patterns)?;
    let recursive = parsed.has('r') || parsed.has('R');
    let inputs = inputs(desk, &operands, recursive, &parsed)?;
    let several = operands.len() > 1
        || recursive && (operands.is_empty() || !operands.iter().all(|one| is_file(desk, one)));
    search.names = match parsed.last_of("Hh") {
        Some('H') => true,
        Some(_) => false,
        None => several,
    };
    let mut selected = false;
    let mut failed = false;
    for (name, input) in inputs {
        match input {
            Ok(text) => {
                let any = search.one(desk, &name, &text)?;
                selected |= any;
                if any && search.print == Print::Nothing {
                    return Ok(0);
                }
            }
            Err(error) => {
                failed = true;
                if !search.silent {
                    desk.complain(format!("{name}: {error}"));
                }
            }
        }
        if desk.is_full() {
            break;
        }
    }
    Ok(if failed { 2 } else { u8::from(!selected) })
}

/// `-5` is `-C 5`.
fn number_option(argument: &str) -> String {
    match argument.strip_prefix('-') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("-C{digits}")
        }
        Some(_) | None => argument.to_owned(),
    }
}

fn is_file(desk: &Desk<'_>, operand: &str) -> bool {
    desk.kind(operand) == Some(FileKind::File)
}

/// The patterns, which the first operand is if no option gives any.
fn patterns(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    operands: &mut Vec<String>,
) -> Result<Vec<String>, Stop> {
    let mut texts: Vec<String> = parsed.values('e').map(str::to_owned).collect();
    let files: Vec<_> = parsed.values('f').collect();
    for file in &files {
        match desk.read(file) {
            Ok(text) => texts.extend(lines(&text).map(str::to_owned)),
            Err(error) => return desk.fail(2, format!("{file}: {error}")),
        }
    }
    if texts.is_empty() && files.is_empty() {
        if operands.is_empty() {
            return hint(desk, &SPEC);
        }
        texts.push(operands.remove(0));
    }
    Ok(texts
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(str::to_owned)
        .collect())
}

fn search(desk: &mut Desk<'_>, parsed: &Parsed, patterns: &[String]) -> Result<Search, Stop> {
    if parsed.value('!') == Some("always") {
        return Err(Stop::NotModeled(
            "option '--color=always' is not modeled".to_owned(),
        ));
    }
    let syntax = match parsed.last_of("EFGP") {
        Some('E') => Syntax::Extended,
        Some('F') => Syntax::Fixed,
        Some('P') => Syntax::Perl,
        Some(_) => Syntax::Basic,
        None => match desk.name {
            "egrep" => Syntax::Extended,
            "fgrep" => Syntax::Fixed,
            _ => Syntax::Basic,
        },
    };
    let edges = if parsed.has('x') {
        Edges::Line
    } else if parsed.has('w') {
        Edges::Word
    } else {
        Edges::Any
    };
    let manner = Manner {
        syntax,
        ignore_case: parsed.has('i') || parsed.has('y'),
        edges,
    };
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let pattern = Pattern::new(&patterns, manner).map_err(|error| {
        error.stop(|text| {
            desk.complain(text);
            Stop::Exit(2)
        })
    })?;
    let both = context(desk, parsed, 'C')?.unwrap_or(0);
    let before = context(desk, parsed, 'B')?.unwrap_or(both);
    let after = context(desk, parsed, 'A')?.unwrap_or(both);
    let max = match parsed.value('m') {
        None => usize::MAX,
        Some(text) => match text.parse() {
            Ok(max) => max,
            Err(_) => return desk.fail(2, "invalid max count"),
        },
    };
    let print = what_to_print(parsed);
    Ok(Search {
        pattern,
        inverted: parsed.has('v'),
        print,
        numbers: parsed.has('n'),
        names: false,
        before: if print == Print::Lines { before } else { 0 },
        after: if print == Print::Lines { after } else { 0 },
        max,
        silent: parsed.has('s'),
        groups: print == Print::Lines && parsed.last_of("ABC").is_some(),
        separated: false,
    })
}

fn what_to_print(parsed: &Parsed) -> Print {
    if parsed.has('q') {
        Print::Nothing
    } else if let Some(which) = parsed.last_of("lL") {
        if which == 'l' {
            Print::NameIfAny
        } else {
            Print::NameIfNone
        }
    } else if parsed.has('c') {
        Print::Count
    } else if parsed.has('o') {
        Print::Matches
    } else {
        Print::Lines
    }
}

fn context(desk: &mut Desk<'_>, parsed: &Parsed, key: char) -> Result<Option<usize>, Stop> {
    let Some(text) = parsed.value(key) else {
        return Ok(None);
    };
    match text.parse() {
        Ok(count) => Ok(Some(count)),
        Err(_) => desk.fail(2, format!("{text}: invalid context length argument")),
    }
}

type Input = (String, Result<std::sync::Arc<str>, FileError>);

/// What is searched, in order.
fn inputs(
    desk: &Desk<'_>,
    operands: &[String],
    recursive: bool,
    parsed: &Parsed,
) -> Result<Vec<Input>, Stop> {
    let mut found = Vec::new();
    if operands.is_empty() && !recursive {
        return Ok(vec![("(standard input)".to_owned(), Ok(desk.stdin()))]);
    }
    if operands.is_empty() {
        walk(desk, "", 0, parsed, &mut found)?;
    }
    for operand in operands {
        if recursive && desk.is_directory(operand) {
            walk(desk, operand, 0, parsed, &mut found)?;
        } else {
            let name = if operand == "-" {
                "(standard input)"
            } else {
                operand.as_str()
            };
            found.push((name.to_owned(), desk.read(operand)));
        }
    }
    Ok(found)
}

/// All files below a directory.
fn walk(
    desk: &Desk<'_>,
    directory: &str,
    depth: usize,
    parsed: &Parsed,
    found: &mut Vec<Input>,
) -> Result<(), Stop> {
    if depth > DEPTH_MAX {
        return Err(Stop::NotModeled(format!(
            "more than {DEPTH_MAX} nested directories are not modeled"
        )));
    }
    let listed = if directory.is_empty() { "." } else { directory };
    let names = match desk.list(listed) {
        Ok(names) => names,
        Err(error) => {
            found.push((listed.to_owned(), Err(error)));
            return Ok(());
        }
    };
    for name in names {
        let path = match directory {
            "" => name.clone(),
            _ => format!("{}/{name}", directory.trim_end_matches('/')),
        };
        if desk.is_directory(&path) {
            if !parsed.values('&').any(|glob| glob_fits(glob, &name)) {
                walk(desk, &path, depth + 1, parsed, found)?;
            }
        } else if (parsed.value('@').is_none()
            || parsed.values('@').any(|glob| glob_fits(glob, &name)))
            && !parsed.values('%').any(|glob| glob_fits(glob, &name))
        {
            let text = desk.read(&path);
            found.push((path, text));
        }
    }
    Ok(())
}

/// Whether a name fits a pattern of `*` and `?`.
fn glob_fits(glob: &str, name: &str) -> bool {
    let mut pattern = String::new();
    for character in glob.chars() {
        match character {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            other => pattern.push_str(&fancy_regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    let manner = Manner {
        syntax: Syntax::Perl,
        ignore_case: false,
        edges: Edges::Line,
    };
    Pattern::new(&[&pattern], manner).is_ok_and(|pattern| pattern.fits(name).is_ok_and(|fits| fits))
}

impl Search {
    /// Searches one text; whether a line was selected.
    fn one(&mut self, desk: &mut Desk<'_>, name: &str, text: &str) -> Result<bool, Stop> {
        let all: Vec<&str> = lines(text).collect();
        let mut count = 0;
        // The first line that is not printed yet, and how many lines after it still are.
        let mut next = 0;
        let mut trailing = 0;
        for (at, line) in all.iter().enumerate() {
            if count >= self.max || desk.is_full() {
                break;
            }
            if self.pattern.fits(line)? == self.inverted {
                if trailing > 0 {
                    trailing -= 1;
                    self.print_line(desk, name, at, '-', line);
                    next = at + 1;
                }
                continue;
            }
            count += 1;
            match self.print {
                Print::Nothing | Print::NameIfAny | Print::NameIfNone => break,
                Print::Count => {}
                Print::Matches => self.print_matches(desk, name, at, line)?,
                Print::Lines => {
                    let from = at.saturating_sub(self.before).max(next);
                    self.separate(desk, from > next || next == 0);
                    for (before, line) in all.iter().enumerate().take(at).skip(from) {
                        self.print_line(desk, name, before, '-', line);
                    }
                    self.print_line(desk, name, at, ':', line);
                    next = at + 1;
                    trailing = self.after;
                }
            }
        }
        if count >= self.max {
            for (at, line) in all.iter().enumerate().skip(next).take(trailing) {
                self.print_line(desk, name, at, '-', line);
            }
        }
        match self.print {
            Print::Count if self.names => desk.line(&format!("{name}:{count}")),
            Print::Count => desk.line(&count.to_string()),
            Print::NameIfAny if count > 0 => desk.line(name),
            Print::NameIfNone if count == 0 => desk.line(name),
            Print::NameIfAny
            | Print::NameIfNone
            | Print::Lines
            | Print::Matches
            | Print::Nothing => {}
        }
        Ok((count > 0) != (self.print == Print::NameIfNone))
    }

    /// The line between two groups of lines with context.
    fn separate(&mut self, desk: &mut Desk<'_>, is_new: bool) {
        if is_new && self.separated && self.groups {
            desk.line("--");
        }
        self.separated = true;
    }

    fn prefix(&self, name: &str, at: usize, mark: char) -> String {
        let mut prefix = String::new();
        if self.names {
            prefix.push_str(name);
            prefix.push(mark);
        }
        if self.numbers {
            prefix.push_str(&(at + 1).to_string());
            prefix.push(mark);
        }
        prefix
    }

    fn print_line(&self, desk: &mut Desk<'_>, name: &str, at: usize, mark: char, line: &str) {
        desk.out(&self.prefix(name, at, mark));
        desk.line(line);
    }

    fn print_matches(
        &self,
        desk: &mut Desk<'_>,
        name: &str,
        at: usize,
        line: &str,
    ) -> Result<(), Stop> {
        if self.inverted {
            return Ok(());
        }
        let mut from = 0;
        while from <= line.len() && !desk.is_full() {
            let Some((start, end)) = self.pattern.find(line, from)? else {
                break;
            };
            if end > start {
                desk.out(&self.prefix(name, at, ':'));
                desk.line(line.get(start..end).unwrap_or_default());
            }
            from = if end > from {
                end
            } else {
                next_char(line, end.max(from))
            };
        }
        Ok(())
    }
}
