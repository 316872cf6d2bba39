//! Options as `getopt_long` reads them, with its messages.

use super::desk::{Desk, Stop, not_modeled};

/// Which options a program has.
pub(super) struct Spec {
    /// The short ones: a letter, `:` after it where it needs an argument, `::` where it may have
    /// one right behind it. A sign that is no letter or digit is the key of a long option without
    /// a short form.
    pub(super) keys: &'static str,
    /// The long ones, and the key that each stands for.
    pub(super) long: &'static [(&'static str, char)],
    /// Keys that the real program has and that are not modeled here.
    pub(super) refused: &'static str,
    /// What is said after an error.
    pub(super) hint: Hint,
    /// The status after an error.
    pub(super) status: u8,
    /// Whether options end at the first operand (`env`, `xargs`, `timeout`).
    pub(super) stops_at_operand: bool,
}

/// What a program says after a wrong option.
pub(super) enum Hint {
    /// `Try 'cat --help' for more information.`
    Try,
    /// The same after the program's name, as `diff` has it.
    NamedTry,
    /// A usage of its own, before the hint where the second is true.
    Usage(&'static str, bool),
}

impl Spec {
    pub(super) const COREUTILS: Self = Self {
        keys: "",
        long: &[],
        refused: "",
        hint: Hint::Try,
        status: 1,
        stops_at_operand: false,
    };

    fn argument(&self, key: char) -> Option<Argument> {
        let at = self.keys.find(key)?;
        let rest = self.keys.get(at + key.len_utf8()..).unwrap_or_default();
        Some(if rest.starts_with("::") {
            Argument::Optional
        } else if rest.starts_with(':') {
            Argument::Required
        } else {
            Argument::None
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    None,
    Optional,
    Required,
}

/// What was given.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The options in order: key and argument.
    pub(super) options: Vec<(char, Option<String>)>,
    /// The other arguments.
    pub(super) operands: Vec<String>,
}

impl Parsed {
    /// The files that are read: the operands, or standard input where there are none.
    pub(super) fn files(&self) -> Vec<String> {
        if self.operands.is_empty() {
            vec!["-".to_owned()]
        } else {
            self.operands.clone()
        }
    }

    /// Whether an option was given.
    pub(super) fn has(&self, key: char) -> bool {
        self.options.iter().any(|(given, _)| *given == key)
    }

    /// The argument of an option; of the last one, if it was given more than once.
    pub(super) fn value(&self, key: char) -> Option<&str> {
        self.options
            .iter()
            .rev()
            .find(|(given, _)| *given == key)?
            .1
            .as_deref()
    }

    /// The arguments of all uses of an option.
    pub(super) fn values(&self, key: char) -> impl Iterator<Item = &str> {
        self.options
            .iter()
            .filter(move |(given, _)| *given == key)
            .filter_map(|(_, value)| value.as_deref())
    }

    /// The one of these options that was given last.
    pub(super) fn last_of(&self, keys: &str) -> Option<char> {
        self.options
            .iter()
            .rev()
            .map(|(key, _)| *key)
            .find(|key| keys.contains(*key))
    }
}

/// Reads the arguments of the call.
pub(super) fn parse(desk: &mut Desk<'_>, spec: &Spec) -> Result<Parsed, Stop> {
    parse_arguments(desk, spec, desk.arguments())
}

/// Reads arguments.
pub(super) fn parse_arguments(
    desk: &mut Desk<'_>,
    spec: &Spec,
    arguments: &[String],
) -> Result<Parsed, Stop> {
    let mut parsed = Parsed::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            parsed.operands.extend(rest.cloned());
            break;
        } else if let Some(long) = argument.strip_prefix("--") {
            let option = long_option(desk, spec, long, &mut rest)?;
            parsed.options.push(option);
        } else if argument.len() > 1 && argument.starts_with('-') {
            let cluster = argument.get(1..).unwrap_or_default();
            short_options(desk, spec, cluster, &mut rest, &mut parsed)?;
        } else {
            parsed.operands.push(argument.clone());
            if spec.stops_at_operand {
                parsed.operands.extend(rest.cloned());
                break;
            }
        }
    }
    Ok(parsed)
}

fn short_options<'a>(
    desk: &mut Desk<'_>,
    spec: &Spec,
    cluster: &str,
    rest: &mut impl Iterator<Item = &'a String>,
    parsed: &mut Parsed,
) -> Result<(), Stop> {
    for (at, key) in cluster.char_indices() {
        if spec.refused.contains(key) && key.is_ascii_alphanumeric() {
            return not_modeled(format!("option '-{key}' is not modeled"));
        }
        let known = if key.is_ascii_alphanumeric() {
            spec.argument(key)
        } else {
            None
        };
        let Some(takes) = known else {
            return refuse(desk, spec, &format!("invalid option -- '{key}'"));
        };
        let behind = cluster.get(at + key.len_utf8()..).unwrap_or_default();
        let value = match takes {
            Argument::None => {
                parsed.options.push((key, None));
                continue;
            }
            Argument::Optional => (!behind.is_empty()).then(|| behind.to_owned()),
            Argument::Required if behind.is_empty() => {
                if let Some(next) = rest.next() {
                    Some(next.clone())
                } else {
                    let text = format!("option requires an argument -- '{key}'");
                    return refuse(desk, spec, &text);
                }
            }
            Argument::Required => Some(behind.to_owned()),
        };
        parsed.options.push((key, value));
        break;
    }
    Ok(())
}

fn long_option<'a>(
    desk: &mut Desk<'_>,
    spec: &Spec,
    written: &str,
    rest: &mut impl Iterator<Item = &'a String>,
) -> Result<(char, Option<String>), Stop> {
    let (name, value) = match written.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (written, None),
    };
    let (full, key) = find_long(desk, spec, name, written)?;
    if spec.refused.contains(key) {
        return not_modeled(format!("option '--{full}' is not modeled"));
    }
    match (spec.argument(key), value) {
        (Some(Argument::None), Some(_)) => refuse(
            desk,
            spec,
            &format!("option '--{full}' doesn't allow an argument"),
        ),
        (Some(Argument::Required), None) => match rest.next() {
            Some(next) => Ok((key, Some(next.clone()))),
            None => refuse(
                desk,
                spec,
                &format!("option '--{full}' requires an argument"),
            ),
        },
        (_, value) => Ok((key, value)),
    }
}

/// A long option by its name or by a beginning of it that no other has.
fn find_long(
    desk: &mut Desk<'_>,
    spec: &Spec,
    name: &str,
    written: &str,
) -> Result<(&'static str, char), Stop> {
    if let Some(exact) = spec.long.iter().find(|(long, _)| *long == name) {
        return Ok(*exact);
    }
    if name == "help" || name == "version" {
        return not_modeled(format!("option '--{name}' is not modeled"));
    }
    let fits: Vec<_> = spec
        .long
        .iter()
        .filter(|(long, _)| long.starts_with(name))
        .collect();
    match fits.as_slice() {
        [] => refuse(desk, spec, &format!("unrecognized option '--{written}'")),
        [one] => Ok(**one),
        [first, others @ ..] if others.iter().all(|(_, key)| *key == first.1) => Ok(**first),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|(long, _)| format!("'--{long}'"))
                .collect();
            let text = format!(
                "option '--{written}' is ambiguous; possibilities: {}",
                names.join(" ")
            );
            refuse(desk, spec, &text)
        }
    }
}

/// Prints an error about the arguments with the program's hint, and stops.
pub(super) fn refuse<T>(desk: &mut Desk<'_>, spec: &Spec, text: &str) -> Result<T, Stop> {
    desk.complain(text);
    hint(desk, spec)
}

/// Prints the program's hint and stops.
pub(super) fn hint<T>(desk: &mut Desk<'_>, spec: &Spec) -> Result<T, Stop> {
    let name = desk.name;
    let hint = format!("Try '{name} --help' for more information.\n");
    match spec.hint {
        Hint::Try => desk.err(&hint),
        Hint::NamedTry => desk.err(&format!("{name}: {hint}")),
        Hint::Usage(usage, then_hint) => {
            desk.err(usage);
            if then_hint {
                desk.err(&hint);
            }
        }
    }
    Err(Stop::Exit(spec.status))
}
