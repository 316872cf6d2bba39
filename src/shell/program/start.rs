//! Programs that start others: `xargs`, `sudo`, `env`, `time`, `timeout`, `nohup`, `nice`.

use std::collections::BTreeMap;

use super::desk::{Desk, Ended, Stop, lines, not_modeled, quoted};
use super::options::{Parsed, Spec, hint, parse};
use super::system::print_environment;
use super::{Limit, Start, StartInput, Starts, StatusRule};

/// The most commands that one `xargs` starts.
const STARTS_MAX: usize = 1000;

fn start(argv: Vec<String>, stdin: StartInput) -> Start {
    Start {
        argv,
        environment: BTreeMap::new(),
        stdin,
        limit: None,
    }
}

fn starts(commands: Vec<Start>, status: StatusRule) -> Ended {
    Err(Stop::Starts(Starts {
        notice: String::new(),
        commands,
        status,
    }))
}

/// `time`, `nice`, `stdbuf` and the like: the command itself.
pub(super) fn through(desk: &mut Desk<'_>) -> Ended {
    let keys = match desk.name {
        "nice" => "n:",
        "ionice" => "c:n:t",
        "stdbuf" => "i:o:e:",
        _ => "p",
    };
    let parsed = parse(
        desk,
        &Spec {
            keys,
            stops_at_operand: true,
            ..Spec::COREUTILS
        },
    )?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &Spec::COREUTILS);
    }
    starts(
        vec![start(parsed.operands, StartInput::Inherited)],
        StatusRule::Last,
    )
}

/// The options of `nohup`.
const NOHUP: Spec = Spec {
    stops_at_operand: true,
    status: 125,
    ..Spec::COREUTILS
};

/// `nohup`
pub(super) fn nohup(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &NOHUP)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &NOHUP);
    }
    starts(
        vec![start(parsed.operands, StartInput::Inherited)],
        StatusRule::Last,
    )
}

/// The options of `sudo`.
const SUDO: Spec = Spec {
    keys: "u:g:nEHSkKvlisbAp:C:h:",
    long: &[
        ("user", 'u'),
        ("non-interactive", 'n'),
        ("preserve-env", 'E'),
        ("set-home", 'H'),
        ("login", 'i'),
        ("shell", 's'),
    ],
    refused: "isbh",
    stops_at_operand: true,
    ..Spec::COREUTILS
};

/// `sudo`
pub(super) fn sudo(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &SUDO)?;
    let mut words = parsed.operands.into_iter().peekable();
    let mut environment = BTreeMap::new();
    while let Some((name, value)) = words.peek().and_then(|word| assignment(word)) {
        environment.insert(name, Some(value));
        words.next();
    }
    let argv: Vec<String> = words.collect();
    if argv.is_empty() {
        if parsed.options.iter().any(|(key, _)| "vkKl".contains(*key)) {
            return Ok(0);
        }
        desk.err("usage: sudo -h | -K | -k | -V\n");
        return Ok(1);
    }
    let mut command = start(argv, StartInput::Inherited);
    command.environment = environment;
    starts(vec![command], StatusRule::Last)
}

fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// The options of `env`.
const ENV: Spec = Spec {
    keys: "iu:0C:S:v",
    long: &[
        ("ignore-environment", 'i'),
        ("unset", 'u'),
        ("null", '0'),
        ("chdir", 'C'),
        ("split-string", 'S'),
    ],
    refused: "0CSv",
    stops_at_operand: true,
    status: 125,
    ..Spec::COREUTILS
};

/// `env`
pub(super) fn env(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &ENV)?;
    let mut environment: BTreeMap<String, Option<String>> = BTreeMap::new();
    if parsed.has('i') {
        environment.extend(
            desk.call()
                .environment
                .keys()
                .map(|name| (name.clone(), None)),
        );
    }
    environment.extend(parsed.values('u').map(|name| (name.to_owned(), None)));
    let mut words = parsed.operands.into_iter().peekable();
    if words.peek().is_some_and(|word| word == "-") {
        environment.extend(
            desk.call()
                .environment
                .keys()
                .map(|name| (name.clone(), None)),
        );
        words.next();
    }
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        environment.insert(name.to_owned(), Some(value.to_owned()));
        words.next();
    }
    let argv: Vec<String> = words.collect();
    if !argv.is_empty() {
        let mut command = start(argv, StartInput::Inherited);
        command.environment = environment;
        return starts(vec![command], StatusRule::Last);
    }
    if environment.is_empty() {
        print_environment(desk);
        return Ok(0);
    }
    let mut all: BTreeMap<String, String> = desk.call().environment.clone();
    for (name, value) in environment {
        match value {
            Some(value) => all.insert(name, value),
            None => all.remove(&name),
        };
    }
    for (name, value) in all {
        desk.line(&format!("{name}={value}"));
    }
    Ok(0)
}

/// The options of `timeout`.
const TIMEOUT: Spec = Spec {
    keys: "s:k:v!@",
    long: &[
        ("signal", 's'),
        ("kill-after", 'k'),
        ("verbose", 'v'),
        ("foreground", '!'),
        ("preserve-status", '@'),
    ],
    refused: "@",
    stops_at_operand: true,
    status: 125,
    ..Spec::COREUTILS
};

/// `timeout`
pub(super) fn timeout(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &TIMEOUT)?;
    let mut words = parsed.operands.iter().cloned();
    let (Some(duration), argv) = (words.next(), words.by_ref().collect::<Vec<_>>()) else {
        desk.complain("missing operand");
        return hint(desk, &TIMEOUT);
    };
    if argv.is_empty() {
        desk.complain(format!("missing operand after {}", quoted(&duration)));
        return hint(desk, &TIMEOUT);
    }
    let Some(after) = milliseconds(&duration) else {
        desk.complain(format!("invalid time interval {}", quoted(&duration)));
        return hint(desk, &TIMEOUT);
    };
    let kill_after = match parsed.value('k') {
        None => None,
        Some(text) => {
            if let Some(after) = milliseconds(text) {
                Some(after)
            } else {
                desk.complain(format!("invalid time interval {}", quoted(text)));
                return hint(desk, &TIMEOUT);
            }
        }
    };
    let signal = parsed.value('s').unwrap_or("TERM").to_ascii_uppercase();
    let signal = signal.strip_prefix("SIG").unwrap_or(&signal);
    let signal = match signal {
        "15" => "TERM",
        "9" => "KILL",
        "2" => "INT",
        "1" => "HUP",
        name @ ("TERM" | "KILL" | "INT" | "HUP" | "QUIT") => name,
        _ => return not_modeled(format!("signal {} is not modeled", quoted(signal))),
    };
    let mut command = start(argv, StartInput::Inherited);
    // Zero is no limit.
    command.limit = (after > 0).then(|| Limit {
        after,
        signal: signal.to_owned(),
        kill_after,
    });
    starts(vec![command], StatusRule::Last)
}

/// A duration of `timeout` and `sleep`: a decimal number with `s`, `m`, `h` or `d`.
fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.get(number.len()..)?),
        None => (text, "s"),
    };
    let unit: u64 = match unit {
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 1000,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.is_empty() && part.is_empty() {
        return None;
    }
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse::<u64>().ok()?
    };
    let part: u64 = format!("{part:0<9}").get(..9)?.parse().ok()?;
    let part = part.checked_mul(unit)? / 1_000_000_000;
    whole.checked_mul(unit)?.checked_add(part)
}

/// The options of `xargs`.
const XARGS: Spec = Spec {
    keys: "I:i::n:L:P:d:0a:rtps:xE:!",
    long: &[
        ("replace", 'i'),
        ("max-args", 'n'),
        ("max-lines", 'L'),
        ("max-procs", 'P'),
        ("delimiter", 'd'),
        ("null", '0'),
        ("arg-file", 'a'),
        ("no-run-if-empty", 'r'),
        ("verbose", 't'),
        ("interactive", 'p'),
    ],
    refused: "psxE!",
    stops_at_operand: true,
    ..Spec::COREUTILS
};

/// `xargs`
pub(super) fn xargs(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &XARGS)?;
    let mut command = parsed.operands.clone();
    if command.is_empty() {
        command.push("echo".to_owned());
    }
    let text = match parsed.value('a') {
        None => desk.stdin(),
        Some(file) => match desk.read(file) {
            Ok(text) => text,
            Err(error) => {
                return desk.fail(
                    1,
                    format!("Cannot open input file {}: {error}", quoted(file)),
                );
            }
        },
    };
    let replace = match parsed.last_of("Ii") {
        None => None,
        Some('I') => parsed.value('I').map(str::to_owned),
        Some(_) => Some(parsed.value('i').unwrap_or("{}").to_owned()),
    };
    let items = items(desk, &parsed, &text, replace.is_some())?;
    let argvs = argvs(&parsed, command, items, replace.as_deref());
    if argvs.len() > STARTS_MAX {
        return not_modeled(format!("more than {STARTS_MAX} commands are not modeled"));
    }
    if argvs.is_empty() {
        return Ok(0);
    }
    let mut notice = String::new();
    if parsed.has('t') {
        for argv in &argvs {
            notice.push_str(&argv.join(" "));
            notice.push('\n');
        }
    }
    let commands = argvs
        .into_iter()
        .map(|argv| start(argv, StartInput::Empty))
        .collect();
    Err(Stop::Starts(Starts {
        notice,
        commands,
        status: StatusRule::Xargs,
    }))
}

/// What `xargs` reads: items, in groups that stood on one line.
fn items(
    desk: &mut Desk<'_>,
    parsed: &Parsed,
    text: &str,
    whole_lines: bool,
) -> Result<Vec<Vec<String>>, Stop> {
    Ok(if parsed.has('0') {
        text.split_terminator('\0')
            .map(|item| vec![item.to_owned()])
            .collect()
    } else if let Some(delimiter) = parsed.value('d') {
        let (delimiter, _) = super::format::unescape(delimiter, false);
        let text = text.strip_suffix(delimiter.as_str()).unwrap_or(text);
        let items = text
            .split(delimiter.as_str())
            .filter(|_| !delimiter.is_empty());
        if text.is_empty() {
            Vec::new()
        } else {
            items.map(|item| vec![item.to_owned()]).collect()
        }
    } else if whole_lines {
        let trimmed = lines(text)
            .map(str::trim_start)
            .filter(|line| !line.is_empty());
        trimmed.map(|line| vec![unquote(line).join(" ")]).collect()
    } else {
        match words(text) {
            Ok(items) => items,
            Err(quote) => {
                let kind = if quote == '"' { "double" } else { "single" };
                return desk.fail(1, format!(
                    "unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
                ));
            }
        }
    })
}

/// The commands that come of the items.
fn argvs(
    parsed: &Parsed,
    command: Vec<String>,
    items: Vec<Vec<String>>,
    replace: Option<&str>,
) -> Vec<Vec<String>> {
    let number = |key: char| {
        parsed
            .value(key)
            .and_then(|text| text.parse::<usize>().ok())
    };
    let mut argvs: Vec<Vec<String>> = Vec::new();
    if let Some(replace) = replace {
        for item in items.concat() {
            argvs.push(
                command
                    .iter()
                    .map(|word| word.replace(replace, &item))
                    .collect(),
            );
        }
    } else {
        let (groups, size): (Vec<Vec<String>>, usize) = match (number('L'), number('n')) {
            (Some(count), _) => (items, count.max(1)),
            (None, Some(count)) => (
                items.concat().into_iter().map(|item| vec![item]).collect(),
                count.max(1),
            ),
            (None, None) => (vec![items.concat()], 1),
        };
        for group in groups.chunks(size) {
            let group = group.concat();
            if !group.is_empty() {
                argvs.push(command.iter().cloned().chain(group).collect());
            }
        }
        if argvs.is_empty() && !parsed.has('r') {
            argvs.push(command);
        }
    }
    argvs
}

/// The words of one line without their quotes; blanks between them are kept as one.
fn unquote(line: &str) -> Vec<String> {
    let mut out = String::new();
    let mut quote = None;
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        match (quote, next) {
            (None, '\'' | '"') => quote = Some(next),
            (None, '\\') => out.extend(rest.next()),
            (Some(open), _) if open == next => quote = None,
            (_, _) => out.push(next),
        }
    }
    vec![out]
}

/// The words of a text, line by line, with quotes and backslashes read.
fn words(text: &str) -> Result<Vec<Vec<String>>, char> {
    let mut all = Vec::new();
    let mut line = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next() {
                        Some(end) if end == next => break,
                        Some('\n') | None => return Err(next),
                        Some(other) => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(rest.next()),
            ' ' | '\t' | '\n' => {
                line.extend(word.take());
                if next == '\n' && !line.is_empty() {
                    all.push(std::mem::take(&mut line));
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    line.extend(word);
    if !line.is_empty() {
        all.push(line);
    }
    Ok(all)
}
