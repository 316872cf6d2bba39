//! Programs that tell where one is: `whoami`, `hostname`, `id`, `uname`, `printenv`, `env`,
//! `which`, and `python3 -m json.tool`.

use super::desk::{Desk, Ended, Stop, curly, not_modeled};
use super::jq::{Layout, parse_one, write};
use super::options::{Spec, hint, parse};
use super::table;

/// `whoami`
pub(super) fn whoami(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &Spec::COREUTILS)?;
    if let Some(extra) = parsed.operands.first() {
        desk.complain(format!("extra operand {}", curly(extra)));
        return hint(desk, &Spec::COREUTILS);
    }
    let user = desk.call().user;
    desk.line(user);
    Ok(0)
}

/// The options of `hostname`.
const HOSTNAME: Spec = Spec {
    keys: "sfiIdAby",
    long: &[("short", 's'), ("fqdn", 'f'), ("long", 'f')],
    refused: "iIdAby",
    ..Spec::COREUTILS
};

/// `hostname`
pub(super) fn hostname(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &HOSTNAME)?;
    if !parsed.operands.is_empty() {
        return not_modeled("naming the machine is not modeled");
    }
    let host = desk.call().host;
    let short = host.split('.').next().unwrap_or(host);
    desk.line(if parsed.has('s') { short } else { host });
    Ok(0)
}

/// The options of `id`.
const ID: Spec = Spec {
    keys: "ungGr",
    long: &[
        ("user", 'u'),
        ("name", 'n'),
        ("group", 'g'),
        ("groups", 'G'),
        ("real", 'r'),
    ],
    ..Spec::COREUTILS
};

/// `id`
pub(super) fn id(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &ID)?;
    let user = desk.call().user.to_owned();
    if let Some(other) = parsed.operands.first().filter(|other| **other != user) {
        return desk.fail(1, format!("{}: no such user", curly(other)));
    }
    let number = if user == "root" { "0" } else { "1000" };
    let (which, named) = (parsed.last_of("ugG").is_some(), parsed.has('n'));
    match (which, named) {
        (true, true) => desk.line(&user),
        (true, false) => desk.line(number),
        (false, true) => {
            return desk.fail(1, "cannot print only names or real IDs in default format");
        }
        (false, false) => {
            let one = format!("{number}({user})");
            desk.line(&format!("uid={one} gid={one} groups={one}"));
        }
    }
    Ok(0)
}

/// The options of `uname`.
const UNAME: Spec = Spec {
    keys: "asnrvmpio",
    long: &[
        ("all", 'a'),
        ("kernel-name", 's'),
        ("nodename", 'n'),
        ("machine", 'm'),
    ],
    refused: "rvpia",
    ..Spec::COREUTILS
};

/// `uname`
pub(super) fn uname(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &UNAME)?;
    let host = desk.call().host;
    let mut words: Vec<&str> = [
        ('s', "Linux"),
        ('n', host),
        ('m', "x86_64"),
        ('o', "GNU/Linux"),
    ]
    .into_iter()
    .filter(|(key, _)| parsed.has(*key))
    .map(|(_, word)| word)
    .collect();
    if words.is_empty() {
        words.push("Linux");
    }
    desk.line(&words.join(" "));
    Ok(0)
}

/// The options of `printenv`.
const PRINTENV: Spec = Spec {
    keys: "0",
    long: &[("null", '0')],
    refused: "0",
    status: 2,
    ..Spec::COREUTILS
};

/// `printenv`
pub(super) fn printenv(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &PRINTENV)?;
    let environment = desk.call().environment;
    if parsed.operands.is_empty() {
        print_environment(desk);
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        match environment.get(name) {
            Some(value) => desk.line(value),
            None => status = 1,
        }
    }
    Ok(status)
}

/// Prints all variables, sorted.
pub(super) fn print_environment(desk: &mut Desk<'_>) {
    for (name, value) in desk.call().environment {
        desk.line(&format!("{name}={value}"));
    }
}

/// `which`: the programs of this module; the caller, who knows more, answers for the others.
pub(super) fn which(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(
        desk,
        &Spec {
            keys: "as",
            ..Spec::COREUTILS
        },
    )?;
    let mut status = 0;
    for name in &parsed.operands {
        if table::find(name).is_some() {
            if !parsed.has('s') {
                desk.line(&format!("/usr/bin/{name}"));
            }
        } else {
            status = 1;
        }
    }
    Ok(status)
}

/// `uuidgen`, which is chance, and `expr`, which the shell's `$(( ))` has replaced.
pub(super) fn refused(desk: &mut Desk<'_>) -> Ended {
    let reason = match desk.name {
        "uuidgen" => "a random UUID is not modeled; write the ID that is meant",
        "expr" => "it is not modeled; write $(( )) instead",
        _ => "it never ends and is not modeled; write the command itself, or a loop with sleep",
    };
    Err(Stop::NotModeled(reason.to_owned()))
}

/// `python3 -m json.tool`
pub(super) fn python(desk: &mut Desk<'_>) -> Ended {
    let rest = match desk.arguments() {
        [option, module, rest @ ..] if option == "-m" && module == "json.tool" => rest,
        [option, rest @ ..] if option == "-mjson.tool" => rest,
        _ => return not_modeled("only '-m json.tool' is modeled"),
    };
    let mut layout = Layout {
        indent: Some(" ".repeat(4)),
        ascii: true,
        float_point: true,
        spaced: true,
        ..Layout::default()
    };
    let mut files = Vec::new();
    let mut rest = rest.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--sort-keys" => layout.sorted = true,
            "--no-ensure-ascii" => layout.ascii = false,
            "--compact" => (layout.indent, layout.spaced) = (None, false),
            "--no-indent" => layout.indent = None,
            "--tab" => layout.indent = Some("\t".to_owned()),
            "--indent" => {
                let width = rest.next().and_then(|text| text.parse::<usize>().ok());
                let Some(width) = width.filter(|width| *width <= 64) else {
                    return not_modeled("option '--indent' needs a number");
                };
                layout.indent = Some(" ".repeat(width));
            }
            option if option.starts_with("--") => {
                return not_modeled(format!("option '{option}' is not modeled"));
            }
            file => files.push(file.to_owned()),
        }
    }
    let text = match files.first() {
        None => desk.stdin(),
        Some(file) => match desk.read(file) {
            Ok(text) => text,
            Err(error) => {
                desk.err(&format!(
                    "usage: python -m json.tool [-h] [--sort-keys] [infile] [outfile]\n\
                     python -m json.tool: error: argument infile: can't open '{file}': \
                     [Errno 2] {error}: '{file}'\n"
                ));
                return Ok(2);
            }
        },
    };
    let Ok(value) = parse_one(&text) else {
        desk.err(&format!("{}\n", python_error(&text)));
        return Ok(1);
    };
    let mut out = String::new();
    if let Err(bound) = write(&mut out, &value, &layout) {
        return not_modeled(bound);
    }
    out.push('\n');
    match files.get(1) {
        None => desk.out(&out),
        Some(file) => {
            if let Err(error) = desk.write(file, out, false) {
                desk.err(&format!("{error}: '{file}'\n"));
                return Ok(1);
            }
        }
    }
    Ok(0)
}

/// What Python's decoder says, for the two mistakes that runbooks meet: no JSON at all, and more
/// than one value.
fn python_error(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let (what, at) = match stream.next() {
        Some(Ok(_)) => {
            let end = stream.byte_offset();
            let rest = text.get(end..).unwrap_or_default();
            ("Extra data", end + rest.len() - rest.trim_start().len())
        }
        Some(Err(error)) if error.line() > 1 || error.column() > start + 1 => {
            let line_start: usize = text
                .split_inclusive('\n')
                .take(error.line().saturating_sub(1))
                .map(str::len)
                .sum();
            (
                "Expecting value",
                line_start + error.column().saturating_sub(1),
            )
        }
        Some(Err(_)) | None => ("Expecting value", start),
    };
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!(
        "{what}: line {line} column {column} (char {})",
        before.chars().count()
    )
}
