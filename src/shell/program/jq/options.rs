//! The command line of `jq`, which is like no other: any argument that is no option is the filter,
//! if there is none yet, and then a file.

use std::collections::BTreeMap;

use jaq_json::Val;

use super::super::desk::{Desk, Stop, not_modeled};
use super::{Inputs, Layout, parse_one, text_value};

/// As what input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Values,
    Lines,
}

/// What was asked for.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
pub(super) struct Options {
    pub(super) filter: String,
    pub(super) files: Vec<String>,
    pub(super) read: Read,
    pub(super) slurp: bool,
    /// Whether the filter runs once without input.
    pub(super) null_input: bool,
    pub(super) raw: bool,
    pub(super) join: bool,
    pub(super) exit_status: bool,
    pub(super) layout: Layout,
    pub(super) variables: BTreeMap<String, Val>,
}

/// What the arguments after `--args` and `--jsonargs` are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Files,
    Texts,
    Values,
}

const USAGE: &str = "Use jq --help for help with command-line options,\n\
    or see the jq manpage, or online docs  at https://stedolan.github.io/jq\n";

/// What is gathered while the arguments are read.
struct Reader {
    options: Options,
    filter: Option<String>,
    from_file: bool,
    rest: Rest,
    positional: Vec<Val>,
    named: BTreeMap<String, Val>,
}

/// Reads the arguments of the call.
pub(super) fn parse(desk: &mut Desk<'_>) -> Result<Options, Stop> {
    let mut reader = Reader {
        options: Options {
            filter: String::new(),
            files: Vec::new(),
            read: Read::Values,
            slurp: false,
            null_input: false,
            raw: false,
            join: false,
            exit_status: false,
            layout: Layout::default(),
            variables: BTreeMap::new(),
        },
        filter: None,
        from_file: false,
        rest: Rest::Files,
        positional: Vec::new(),
        named: BTreeMap::new(),
    };
    let mut arguments = desk.arguments().iter();
    let mut ended = false;
    while let Some(argument) = arguments.next() {
        if ended || argument == "-" || !argument.starts_with('-') {
            reader.operand(desk, argument)?;
        } else if argument == "--" {
            ended = true;
        } else if let Some(name) = argument.strip_prefix("--") {
            reader.long(desk, name, &mut arguments)?;
        } else {
            for key in argument.chars().skip(1) {
                reader.short(desk, key, argument, &mut arguments)?;
            }
        }
    }
    reader.end(desk)
}

impl Reader {
    fn operand(&mut self, desk: &mut Desk<'_>, argument: &str) -> Result<(), Stop> {
        if self.filter.is_none() {
            self.filter = Some(argument.to_owned());
            return Ok(());
        }
        match self.rest {
            Rest::Files => self.options.files.push(argument.to_owned()),
            Rest::Texts => self.positional.push(text_value(argument)),
            Rest::Values => {
                if let Ok(value) = parse_one(argument) {
                    self.positional.push(value);
                } else {
                    desk.complain("Invalid JSON text passed to --jsonargs");
                    desk.err(USAGE);
                    return Err(Stop::Exit(2));
                }
            }
        }
        Ok(())
    }

    fn short<'a>(
        &mut self,
        desk: &mut Desk<'_>,
        key: char,
        argument: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), Stop> {
        let name = match key {
            'r' => "raw-output",
            'j' => "join-output",
            'e' => "exit-status",
            'c' => "compact-output",
            's' => "slurp",
            'n' => "null-input",
            'S' => "sort-keys",
            'R' => "raw-input",
            'M' => "monochrome-output",
            'a' => "ascii-output",
            'f' => "from-file",
            'C' => "color-output",
            'h' => "help",
            'V' => "version",
            'L' => return not_modeled("option '-L' is not modeled"),
            _ => return unknown(desk, argument),
        };
        self.long(desk, name, rest)
    }

    fn long<'a>(
        &mut self,
        desk: &mut Desk<'_>,
        name: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), Stop> {
        let options = &mut self.options;
        match name {
            "raw-output" => options.raw = true,
            "join-output" => (options.raw, options.join) = (true, true),
            "exit-status" => options.exit_status = true,
            "compact-output" => options.layout.indent = None,
            "slurp" => options.slurp = true,
            "null-input" => options.null_input = true,
            "sort-keys" => options.layout.sorted = true,
            "raw-input" => options.read = Read::Lines,
            "ascii-output" => options.layout.ascii = true,
            "from-file" => self.from_file = true,
            "tab" => options.layout.indent = Some("\t".to_owned()),
            "monochrome-output" | "unbuffered" => {}
            "args" => self.rest = Rest::Texts,
            "jsonargs" => self.rest = Rest::Values,
            "indent" => self.indent(desk, rest.next())?,
            "arg" | "argjson" | "slurpfile" | "rawfile" => {
                let (Some(variable), Some(value)) = (rest.next(), rest.next()) else {
                    let what = if name == "arg" { "value" } else { "text" };
                    let what = if name.ends_with("file") {
                        "filename"
                    } else {
                        what
                    };
                    desk.complain(format!(
                        "--{name} takes two parameters (e.g. --{name} varname {what})"
                    ));
                    desk.err(USAGE);
                    return Err(Stop::Exit(2));
                };
                let value = variable_value(desk, name, variable, value)?;
                self.named.insert(variable.clone(), value);
            }
            "version" => {
                desk.line("jq-1.6");
                return Err(Stop::Exit(0));
            }
            "help" | "color-output" | "seq" | "stream" | "argfile" | "run-tests" => {
                return not_modeled(format!("option '--{name}' is not modeled"));
            }
            _ => return unknown(desk, &format!("--{name}")),
        }
        Ok(())
    }

    fn indent(&mut self, desk: &mut Desk<'_>, text: Option<&String>) -> Result<(), Stop> {
        let text = if let Some(text) = text {
            text.parse::<usize>()
        } else {
            desk.complain("--indent takes one parameter");
            desk.err(USAGE);
            return Err(Stop::Exit(2));
        };
        match text {
            Ok(0) => self.options.layout.indent = None,
            Ok(width @ 1..=7) => self.options.layout.indent = Some(" ".repeat(width)),
            Ok(_) | Err(_) => {
                desk.complain("--indent takes a number between -1 and 7");
                desk.err(USAGE);
                return Err(Stop::Exit(2));
            }
        }
        Ok(())
    }

    fn end(mut self, desk: &mut Desk<'_>) -> Result<Options, Stop> {
        let filter = match self.filter {
            Some(filter) if self.from_file => match desk.read(&filter) {
                Ok(text) => text.to_string(),
                Err(error) => {
                    return desk.fail(2, format!("error: Could not open {filter}: {error}"));
                }
            },
            Some(filter) => filter,
            // Without a terminal on either side jq takes `.`.
            None => ".".to_owned(),
        };
        let named = self
            .named
            .iter()
            .map(|(key, value)| (text_value(key), value.clone()));
        let arguments = [
            (
                text_value("positional"),
                self.positional.iter().cloned().collect(),
            ),
            (text_value("named"), Val::obj(named.collect())),
        ];
        self.options.variables = self.named.clone();
        let arguments = Val::obj(arguments.into_iter().collect());
        self.options
            .variables
            .insert("__prog_args".to_owned(), arguments.clone());
        self.options.variables.insert("ARGS".to_owned(), arguments);
        self.options.filter = filter;
        Ok(self.options)
    }
}

fn variable_value(
    desk: &mut Desk<'_>,
    option: &str,
    variable: &str,
    value: &str,
) -> Result<Val, Stop> {
    match option {
        "arg" => Ok(text_value(value)),
        "argjson" => {
            if let Ok(value) = parse_one(value) {
                Ok(value)
            } else {
                desk.complain("invalid JSON text passed to --argjson");
                desk.err(USAGE);
                Err(Stop::Exit(2))
            }
        }
        _ => {
            let bad = |reason: &str| format!("Bad JSON in --{option} {variable} {value}: {reason}");
            let text = match desk.read(value) {
                Ok(text) => text,
                Err(error) => {
                    let reason = format!("Could not open {value}: {error}");
                    return desk.fail(2, bad(&reason));
                }
            };
            if option == "rawfile" {
                return Ok(text_value(&text));
            }
            match Inputs::new([(value, &*text)]).collect::<Result<Vec<_>, _>>() {
                Ok(values) => Ok(values.into_iter().collect()),
                Err(error) => desk.fail(2, bad(&error)),
            }
        }
    }
}

fn unknown<T>(desk: &mut Desk<'_>, argument: &str) -> Result<T, Stop> {
    desk.complain(format!("Unknown option {argument}"));
    desk.err(USAGE);
    Err(Stop::Exit(2))
}
