//! `exit`, `return`, `break`, `continue`, `shift`.

use super::super::{Flow, Machine, Step, Trouble};

impl Machine {
    pub(super) fn exit_command(&mut self, operands: &[String]) -> Step {
        match operands.first() {
            None => Err(Trouble::Exit(self.status)),
            Some(text) => Err(Trouble::Exit(self.status_of("exit", text))),
        }
    }

    pub(super) fn return_command(&mut self, operands: &[String]) -> Step {
        if !self.in_function() {
            return self.fail(
                2,
                "return: can only `return' from a function or sourced script",
            );
        }
        match operands.first() {
            None => self.return_from(self.status),
            Some(text) => {
                let status = self.status_of("return", text);
                self.return_from(status)
            }
        }
    }

    pub(super) fn loop_command(&mut self, name: &str, operands: &[String]) -> Step {
        let count = match operands.first() {
            None => 1,
            Some(text) => match text.parse::<usize>() {
                Ok(count) if count > 0 => count,
                Ok(_) | Err(_) => {
                    return self.fail(1, &format!("{name}: {text}: loop count out of range"));
                }
            },
        };
        match self.leave_loops(count, name == "continue") {
            Some(label) => Ok(Flow::Jump(label)),
            None => self.fail(
                0,
                &format!("{name}: only meaningful in a `for', `while', or `until' loop"),
            ),
        }
    }

    pub(super) fn shift(&mut self, operands: &[String]) -> Step {
        let count = match operands.first() {
            None => 1,
            Some(text) => match text.parse::<usize>() {
                Ok(count) => count,
                Err(_) => {
                    return self.fail(1, &format!("shift: {text}: numeric argument required"));
                }
            },
        };
        if count > self.session.positional.len() {
            return self.done(1);
        }
        self.session_mut().positional.drain(..count);
        self.done(0)
    }

    /// A status as bash takes it: modulo 256.
    fn status_of(&mut self, command: &str, text: &str) -> u8 {
        let number = text.trim().parse::<i64>().ok();
        let status = number.and_then(|number| u8::try_from(number.rem_euclid(256)).ok());
        status.unwrap_or_else(|| {
            self.complain(&format!("{command}: {text}: numeric argument required"));
            2
        })
    }
}
