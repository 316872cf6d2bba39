//! Builtins.

mod flow;
mod names;
mod place;
mod test;
mod text;
mod variables;

use crate::shell::request::Stream;

use super::{Flow, Machine, Step, Trouble};

/// Why a name that came out of an expansion is refused, if it is that of an uncovered builtin.
pub(super) fn refused(name: &str) -> Option<&'static str> {
    crate::shell::reader::refused_command(name)
}

/// Whether the shell does this itself: `cd`, `export`, `sleep` and the like.
pub fn is_builtin(name: &str) -> bool {
    Builtin::named(name).is_some()
}

/// The builtins that are covered, `sleep` among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    Colon,
    True,
    False,
    Echo,
    Printf,
    Read,
    Cd,
    Pwd,
    Sleep,
    Test,
    Bracket,
    Export,
    Local,
    Readonly,
    Unset,
    Set,
    Shift,
    Exit,
    Return,
    Break,
    Continue,
    Command,
    Type,
}

impl Builtin {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            ":" => Self::Colon,
            "true" => Self::True,
            "false" => Self::False,
            "echo" => Self::Echo,
            "printf" => Self::Printf,
            "read" => Self::Read,
            "cd" => Self::Cd,
            "pwd" => Self::Pwd,
            "sleep" => Self::Sleep,
            "test" => Self::Test,
            "[" => Self::Bracket,
            "export" => Self::Export,
            "local" => Self::Local,
            "readonly" => Self::Readonly,
            "unset" => Self::Unset,
            "set" => Self::Set,
            "shift" => Self::Shift,
            "exit" => Self::Exit,
            "return" => Self::Return,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "command" => Self::Command,
            "type" => Self::Type,
            _ => return None,
        })
    }
}

impl Machine {
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[String]) -> Step {
        let operands = arguments.get(1..).unwrap_or(&[]);
        match builtin {
            Builtin::Colon | Builtin::True => self.done(0),
            Builtin::False => self.done(1),
            Builtin::Echo => self.echo(operands),
            Builtin::Printf => self.printf(operands),
            Builtin::Read => self.read(operands),
            Builtin::Cd => self.cd(operands),
            Builtin::Pwd => {
                let cwd = self.session.cwd.clone();
                self.say(&format!("{cwd}\n"))
            }
            Builtin::Sleep => self.sleep(operands),
            Builtin::Test => self.test_command("test", operands),
            Builtin::Bracket => match operands.split_last() {
                Some((last, operands)) if last == "]" => self.test_command("[", operands),
                Some(_) | None => self.fail(2, "[: missing `]'"),
            },
            Builtin::Export => self.export(operands),
            Builtin::Local => self.local(operands),
            Builtin::Readonly => self.readonly(operands),
            Builtin::Unset => self.unset(operands),
            Builtin::Set => self.set_options(operands),
            Builtin::Shift => self.shift(operands),
            Builtin::Exit => self.exit_command(operands),
            Builtin::Return => self.return_command(operands),
            Builtin::Break => self.loop_command("break", operands),
            Builtin::Continue => self.loop_command("continue", operands),
            Builtin::Command => self.command_command(operands),
            Builtin::Type => self.type_command(operands),
        }
    }

    /// Says what is wrong, and fails.
    fn fail(&mut self, status: u8, message: &str) -> Step {
        self.complain(message);
        self.done(status)
    }

    fn sleep(&mut self, operands: &[String]) -> Step {
        if self.facts.slept {
            return self.done(0);
        }
        let mut total = 0_u64;
        for operand in operands {
            if let Some(option) = operand.strip_prefix('-') {
                let option = option.chars().next().unwrap_or('-');
                let text = format!(
                    "sleep: invalid option -- '{option}'\nTry 'sleep --help' for more information.\n"
                );
                self.write(Stream::Stderr, &text);
                return self.done(1);
            }
            let Some(time) = milliseconds(operand) else {
                let text = format!(
                    "sleep: invalid time interval \u{2018}{operand}\u{2019}\nTry 'sleep --help' for more information.\n"
                );
                self.write(Stream::Stderr, &text);
                return self.done(1);
            };
            total = total.saturating_add(time);
        }
        if operands.is_empty() {
            self.write(
                Stream::Stderr,
                "sleep: missing operand\nTry 'sleep --help' for more information.\n",
            );
            return self.done(1);
        }
        Ok(Flow::Ask(super::Request::Sleep(total)))
    }
}

/// Refuses an option that bash knows and the machine does not.
fn uncovered(command: &str, option: &str) -> Trouble {
    Trouble::Refused(format!("`{command} {option}` is not covered"))
}

/// `5`, `0.5`, `5s`, `1m`, `2h`, `1d` (ms).
fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.chars().last()?),
        None => (text, 's'),
    };
    let scale = match unit {
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => 1_000_u64,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().unwrap_or(u64::MAX)
    };
    let mut part = 0_u64;
    let mut weight = scale;
    for digit in fraction.chars().take(6) {
        weight /= 10;
        part += u64::from(digit.to_digit(10)?) * weight;
    }
    Some(whole.saturating_mul(scale).saturating_add(part))
}
