//! `terraform` command lines.

mod state;

use std::num::NonZeroU16;
use std::sync::Arc;

use super::super::word::Word;
use super::CommandError;
use super::address::{address, addresses};
use super::option::{Flag, Given, Role, boolean, go_duration, take, value};
use crate::kernel::SimDuration;
use crate::terraform::invocation::{Action, Approval, Invocation, Locking, PlanMode, PlanOptions};
use crate::terraform::{Names, ResourceId};

/// A subcommand: its words, its options, and what it makes of them.
pub(super) struct Subcommand {
    pub(super) name: &'static str,
    pub(super) flags: &'static [&'static [Flag]],
    build: fn(&Typed<'_>) -> Result<Action, CommandError>,
}

/// What was typed after a subcommand.
struct Typed<'a> {
    /// The subcommand's words: `state push`.
    command: &'a str,
    /// Its last word, to which an error about something missing points.
    at: &'a Word,
    options: Options,
    arguments: &'a [Word],
    names: &'a Names,
}

/// How a command says or does what it is asked; no command can be asked for two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Usual,
    Json,
    DryRun,
}

/// The options, whichever of them a subcommand has.
struct Options {
    locking: Locking,
    approval: Approval,
    force: bool,
    plan: PlanOptions,
    /// The first option that is about planning, for commands that can't have one.
    planning: Option<Word>,
    out: Option<Arc<str>>,
    /// `-id`
    object: Option<Arc<str>>,
    is_detailed: bool,
    manner: Manner,
    /// `-input=false`
    no_input: Option<Word>,
}

const LOCK: &[Flag] = &[
    boolean("lock", Role::Lock),
    value("lock-timeout", Role::LockTimeout),
];
const APPROVE: &[Flag] = &[boolean("auto-approve", Role::AutoApprove)];
const FORCE: &[Flag] = &[boolean("force", Role::Force)];
const MODE: &[Flag] = &[
    boolean("destroy", Role::Destroy),
    boolean("refresh-only", Role::RefreshOnly),
];
const REFRESH: &[Flag] = &[boolean("refresh", Role::Refresh)];
const REPLACE: &[Flag] = &[value("replace", Role::Replace)];
const TARGET: &[Flag] = &[
    value("target", Role::Target),
    value("parallelism", Role::Parallelism),
];
const OUT: &[Flag] = &[
    value("out", Role::Out),
    boolean("detailed-exitcode", Role::DetailedExit),
    value("generate-config-out", Role::NotModeled),
];
/// What any command that plans accepts without effect here.
const PLANNING: &[Flag] = &[
    boolean("input", Role::Input),
    boolean("compact-warnings", Role::NoEffect),
    boolean("json", Role::NoEffect),
    value("var", Role::NoEffect),
    value("var-file", Role::NoEffect),
];
const JSON: &[Flag] = &[boolean("json", Role::Json)];
/// A state in a local file instead of the backend.
const LOCAL: &[Flag] = &[
    value("state", Role::NotModeled),
    value("state-out", Role::NotModeled),
    value("backup", Role::NotModeled),
    boolean("ignore-remote-version", Role::NoEffect),
];
const INIT: &[Flag] = &[
    boolean("input", Role::Input),
    boolean("json", Role::NoEffect),
    boolean("reconfigure", Role::NoEffect),
    boolean("upgrade", Role::NoEffect),
    boolean("get", Role::NoEffect),
    boolean("ignore-remote-version", Role::NoEffect),
    value("backend-config", Role::NoEffect),
    value("plugin-dir", Role::NoEffect),
    value("lockfile", Role::NoEffect),
    value("test-directory", Role::NoEffect),
    boolean("backend", Role::NotModeled),
    boolean("force-copy", Role::NotModeled),
    boolean("migrate-state", Role::NotModeled),
    value("from-module", Role::NotModeled),
];
const DRY_RUN: &[Flag] = &[boolean("dry-run", Role::DryRun)];
const ALLOW_MISSING: &[Flag] = &[boolean("allow-missing", Role::NotModeled)];
const IMPORT: &[Flag] = &[
    boolean("input", Role::Input),
    value("var", Role::NoEffect),
    value("var-file", Role::NoEffect),
    value("config", Role::NotModeled),
];

pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        name: "init",
        flags: &[LOCK, INIT],
        build: |typed| typed.without_arguments(Action::Init),
    },
    Subcommand {
        name: "plan",
        flags: &[LOCK, MODE, REFRESH, REPLACE, TARGET, OUT, PLANNING, LOCAL],
        build: plan,
    },
    Subcommand {
        name: "apply",
        flags: &[
            APPROVE, LOCK, MODE, REFRESH, REPLACE, TARGET, PLANNING, LOCAL,
        ],
        build: apply,
    },
    Subcommand {
        name: "destroy",
        flags: &[APPROVE, LOCK, REFRESH, TARGET, PLANNING, LOCAL],
        build: destroy,
    },
    Subcommand {
        name: "refresh",
        flags: &[LOCK, TARGET, PLANNING, LOCAL],
        build: |typed| {
            let options = typed.plan_options(PlanMode::RefreshOnly);
            typed.without_arguments(Action::Refresh { options })
        },
    },
    Subcommand {
        name: "import",
        flags: &[LOCK, IMPORT, LOCAL],
        build: import,
    },
    Subcommand {
        name: "force-unlock",
        flags: &[FORCE],
        build: force_unlock,
    },
    Subcommand {
        name: "state list",
        flags: &[&[
            value("state", Role::NotModeled),
            value("id", Role::ObjectId),
        ]],
        build: state::list,
    },
    Subcommand {
        name: "state show",
        flags: &[&[value("state", Role::NotModeled)]],
        build: |typed| Ok(Action::StateShow(typed.one_address()?)),
    },
    Subcommand {
        name: "state pull",
        flags: &[],
        build: |typed| typed.without_arguments(Action::StatePull),
    },
    Subcommand {
        name: "state push",
        flags: &[
            FORCE,
            LOCK,
            &[boolean("ignore-remote-version", Role::NoEffect)],
        ],
        build: |typed| {
            Ok(Action::StatePush {
                file: typed.exactly::<1>("a state file")?[0].file_or_input()?,
                force: typed.options.force,
            })
        },
    },
    Subcommand {
        name: "state rm",
        flags: &[LOCK, DRY_RUN, LOCAL],
        build: state::rm,
    },
    Subcommand {
        name: "state mv",
        flags: &[LOCK, DRY_RUN, LOCAL],
        build: state::mv,
    },
    Subcommand {
        name: "show",
        flags: &[JSON],
        build: show,
    },
    Subcommand {
        name: "output",
        flags: &[
            JSON,
            &[
                boolean("raw", Role::NoEffect),
                value("state", Role::NotModeled),
            ],
        ],
        build: |typed| {
            let is_json = typed.options.manner == Manner::Json;
            typed.without_arguments(Action::Output { is_json })
        },
    },
    Subcommand {
        name: "taint",
        flags: &[LOCK, ALLOW_MISSING, LOCAL],
        build: |typed| Ok(Action::Taint(typed.one_address()?)),
    },
    Subcommand {
        name: "untaint",
        flags: &[LOCK, ALLOW_MISSING, LOCAL],
        build: |typed| Ok(Action::Untaint(typed.one_address()?)),
    },
    Subcommand {
        name: "workspace list",
        flags: &[],
        build: |typed| typed.without_arguments(Action::WorkspaceList),
    },
];

/// What Terraform 1.11 has and the model has not.
const NOT_MODELED: &[&str] = &[
    "console",
    "graph",
    "login",
    "logout",
    "metadata",
    "modules",
    "test",
    "state replace-provider",
    "workspace delete",
    "workspace new",
];

/// Reads what stands after `terraform`.
pub(super) fn parse(
    program: &Word,
    words: &[Word],
    names: &Names,
) -> Result<Invocation, CommandError> {
    let words = without_chdir(words);
    let (subcommand, used) = find(program, words)?;
    // Terraform takes `-no-color` out before a subcommand sees its words, wherever it stands.
    let (no_color, rest): (Vec<Word>, Vec<Word>) = words[used..]
        .iter()
        .cloned()
        .partition(|word| word.text == "-no-color");
    let (given, arguments) = take(subcommand.name, &rest, subcommand.flags)?;
    let options = Options::collect(&given, names)?;
    let locking = options.locking;
    let action = (subcommand.build)(&Typed {
        command: subcommand.name,
        at: &words[used - 1],
        options,
        arguments,
        names,
    })?;
    Ok(Invocation {
        action,
        locking,
        is_colored: no_color.is_empty(),
    })
}

/// Takes off the global option `-chdir=DIR`.
fn without_chdir(words: &[Word]) -> &[Word] {
    match words {
        [first, rest @ ..] if first.text.starts_with("-chdir=") => rest,
        _ => words,
    }
}

/// The subcommand, and how many words its name has.
fn find(program: &Word, words: &[Word]) -> Result<(&'static Subcommand, usize), CommandError> {
    let Some(first) = words.first() else {
        return Err(program.error(format!(
            "terraform needs a subcommand; known are {}",
            known("")
        )));
    };
    if first.text.starts_with('-') {
        let option = &first.text;
        let message = format!("the model does not have the global option `{option}` of terraform");
        return Err(first.error(message).not_modeled());
    }
    let is_group = first.text == "state" || first.text == "workspace";
    let (name, used, at, prefix) = match (is_group, words.get(1)) {
        (false, _) => (first.text.clone(), 1, first, ""),
        (true, Some(second)) => {
            let prefix = if first.text == "state" {
                "state "
            } else {
                "workspace "
            };
            (format!("{prefix}{}", second.text), 2, second, prefix)
        }
        (true, None) => {
            let group = &first.text;
            return Err(first.error(format!(
                "terraform {group} needs a subcommand; known are {}",
                known(&format!("{group} "))
            )));
        }
    };
    if let Some(subcommand) = SUBCOMMANDS.iter().find(|known| known.name == name) {
        return Ok((subcommand, used));
    }
    if NOT_MODELED.contains(&name.as_str()) {
        let message = format!("the model does not have terraform {name}");
        return Err(at.error(message).not_modeled());
    }
    let candidates = SUBCOMMANDS
        .iter()
        .filter_map(|known| known.name.strip_prefix(prefix));
    Err(at
        .error(format!(
            "terraform has no subcommand `{name}`; known are {}",
            known(prefix)
        ))
        .suggest_nearest(&at.text, candidates))
}

/// The subcommands that begin with a prefix, without it.
fn known(prefix: &str) -> String {
    let names: Vec<&str> = SUBCOMMANDS
        .iter()
        .filter_map(|subcommand| subcommand.name.strip_prefix(prefix))
        .collect();
    names.join(", ")
}

impl Options {
    fn collect(given: &[Given], names: &Names) -> Result<Self, CommandError> {
        let mut options = Self {
            locking: Locking::Lock {
                timeout: SimDuration::ZERO,
            },
            approval: Approval::Asked,
            force: false,
            plan: PlanOptions::new(PlanMode::Normal),
            planning: None,
            out: None,
            object: None,
            is_detailed: false,
            manner: Manner::Usual,
            no_input: None,
        };
        let mut locks = true;
        let mut timeout = SimDuration::ZERO;
        for option in given {
            match option.role {
                Role::Lock => locks = option.is_on,
                Role::LockTimeout => timeout = go_duration("lock-timeout", &option.value)?,
                Role::AutoApprove if option.is_on => options.approval = Approval::Given,
                Role::AutoApprove => options.approval = Approval::Asked,
                Role::Force => options.force = option.is_on,
                Role::Input if option.is_on => options.no_input = None,
                Role::Input => options.no_input = Some(option.word.clone()),
                Role::DetailedExit => options.is_detailed = option.is_on,
                Role::Json if option.is_on => options.manner = Manner::Json,
                Role::DryRun if option.is_on => options.manner = Manner::DryRun,
                Role::Json | Role::DryRun => options.manner = Manner::Usual,
                Role::Out => options.out = Some(option.value.file()?),
                Role::ObjectId => options.object = Some(option.value.text.as_str().into()),
                Role::Parallelism => options.plan.parallelism = parallelism(&option.value)?,
                Role::Destroy
                | Role::RefreshOnly
                | Role::Refresh
                | Role::Target
                | Role::Replace => options.plan_option(option, names)?,
                Role::NoEffect | Role::NotModeled => {}
            }
        }
        if locks {
            options.locking = Locking::Lock { timeout };
        } else {
            options.locking = Locking::NoLock;
        }
        Ok(options)
    }

    /// An option that says what is planned.
    fn plan_option(&mut self, option: &Given, names: &Names) -> Result<(), CommandError> {
        let mode = if option.role == Role::Destroy {
            PlanMode::Destroy
        } else {
            PlanMode::RefreshOnly
        };
        match option.role {
            Role::Target => self.plan.targets.extend(addresses(&option.value, names)?),
            Role::Replace => self.plan.replace.push(address(&option.value, names)?),
            Role::Refresh => self.plan.refreshes = option.is_on,
            Role::Destroy | Role::RefreshOnly if !option.is_on => return Ok(()),
            Role::Destroy | Role::RefreshOnly => {
                if self.plan.mode != PlanMode::Normal && self.plan.mode != mode {
                    return Err(option
                        .word
                        .error("-destroy and -refresh-only exclude each other"));
                }
                self.plan.mode = mode;
            }
            Role::Lock
            | Role::LockTimeout
            | Role::AutoApprove
            | Role::Force
            | Role::Parallelism
            | Role::Out
            | Role::DetailedExit
            | Role::Input
            | Role::Json
            | Role::DryRun
            | Role::ObjectId
            | Role::NoEffect
            | Role::NotModeled => {}
        }
        if self.plan.mode == PlanMode::RefreshOnly && !self.plan.refreshes {
            return Err(option
                .word
                .error("-refresh-only and -refresh=false exclude each other"));
        }
        if self.plan.mode != PlanMode::Normal && !self.plan.replace.is_empty() {
            return Err(option
                .word
                .error("-replace goes with neither -destroy nor -refresh-only"));
        }
        self.planning.get_or_insert_with(|| option.word.clone());
        Ok(())
    }
}

fn parallelism(value: &Word) -> Result<NonZeroU16, CommandError> {
    value.value()?.parse().map_err(|_| {
        value.error(format!(
            "-parallelism is a whole number from 1 to 65535, not `{}`",
            value.text
        ))
    })
}

impl Typed<'_> {
    /// Exactly `N` arguments.
    fn exactly<const N: usize>(&self, what: &str) -> Result<&[Word; N], CommandError> {
        match <&[Word; N]>::try_from(self.arguments) {
            Ok(arguments) => Ok(arguments),
            Err(_) => Err(match self.arguments.get(N) {
                Some(excess) => excess.error(format!(
                    "terraform {} takes {what} and nothing more, not `{}`",
                    self.command, excess.text
                )),
                None => self
                    .at
                    .error(format!("terraform {} needs {what}", self.command)),
            }),
        }
    }

    fn without_arguments(&self, action: Action) -> Result<Action, CommandError> {
        match self.arguments.first() {
            None => Ok(action),
            Some(argument) => {
                let (command, text) = (self.command, &argument.text);
                let message =
                    format!("the model's terraform {command} takes no arguments, such as `{text}`");
                Err(argument.error(message).not_modeled())
            }
        }
    }

    fn one_address(&self) -> Result<ResourceId, CommandError> {
        address(&self.exactly::<1>("a resource address")?[0], self.names)
    }

    fn plan_options(&self, mode: PlanMode) -> PlanOptions {
        PlanOptions {
            mode,
            ..self.options.plan.clone()
        }
    }

    /// `-input=false` takes the prompt away, so that there is nobody to approve.
    fn check_approval(&self) -> Result<(), CommandError> {
        match (&self.options.no_input, self.options.approval) {
            (Some(option), Approval::Asked) => Err(option.error(format!(
                "-input=false without -auto-approve: nobody can approve, and terraform {} would \
                 change nothing",
                self.command
            ))),
            (Some(_), Approval::Given) | (None, _) => Ok(()),
        }
    }
}

fn plan(typed: &Typed<'_>) -> Result<Action, CommandError> {
    typed.without_arguments(Action::Plan {
        options: typed.options.plan.clone(),
        out: typed.options.out.clone(),
        is_detailed: typed.options.is_detailed,
    })
}

fn apply(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let Some(file) = typed.arguments.first() else {
        typed.check_approval()?;
        return Ok(Action::Apply {
            options: typed.options.plan.clone(),
            approval: typed.options.approval,
        });
    };
    typed.exactly::<1>("at most one saved plan")?;
    if let Some(option) = &typed.options.planning {
        return Err(option.error(format!(
            "`{}` has no place beside the saved plan {}, which is planned already",
            option.text, file.text
        )));
    }
    Ok(Action::ApplySaved {
        file: file.file()?,
        parallelism: typed.options.plan.parallelism,
    })
}

fn destroy(typed: &Typed<'_>) -> Result<Action, CommandError> {
    typed.check_approval()?;
    typed.without_arguments(Action::Apply {
        options: typed.plan_options(PlanMode::Destroy),
        approval: typed.options.approval,
    })
}

fn import(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let [resource, object] = typed.exactly::<2>("a resource address and an object's ID")?;
    Ok(Action::Import {
        resource: address(resource, typed.names)?,
        object: object.value()?.into(),
    })
}

fn force_unlock(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let [id] = typed.exactly::<1>("a lock ID")?;
    Ok(Action::ForceUnlock {
        id: id.lock_id()?,
        approval: if typed.options.force {
            Approval::Given
        } else {
            Approval::Asked
        },
    })
}

fn show(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let file = match typed.arguments.first() {
        None => None,
        Some(file) => {
            typed.exactly::<1>("at most one file")?;
            Some(file.file()?)
        }
    };
    Ok(Action::Show {
        file,
        is_json: typed.options.manner == Manner::Json,
    })
}
