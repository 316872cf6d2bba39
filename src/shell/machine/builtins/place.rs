//! `cd`.

use crate::shell::file::FileKind;
use crate::shell::request::{Request, Stream};

use super::super::{Flow, Machine, Step};

impl Machine {
    pub(super) fn cd(&mut self, operands: &[String]) -> Step {
        let operands: Vec<&String> = operands
            .iter()
            .filter(|operand| !matches!(operand.as_str(), "--" | "-P" | "-L"))
            .collect();
        if operands.len() > 1 {
            return self.fail(1, "cd: too many arguments");
        }
        let target = match operands.first().map(|operand| operand.as_str()) {
            Some("-") => match self.session.get("OLDPWD") {
                Some(old) => old.to_owned(),
                None => return self.fail(1, "cd: OLDPWD not set"),
            },
            // bash stays where it is.
            Some("") => return self.done(0),
            Some(path) => path.to_owned(),
            None => match self.session.get("HOME") {
                Some(home) => home.to_owned(),
                None => return self.fail(1, "cd: HOME not set"),
            },
        };
        let path = self.session.absolute(&target);
        match self.facts.statuses.get(&path) {
            None => Ok(Flow::Ask(Request::Stat(path))),
            Some(None) => self.fail(1, &format!("cd: {target}: No such file or directory")),
            Some(Some(status)) => match status.kind {
                FileKind::File => self.fail(1, &format!("cd: {target}: Not a directory")),
                FileKind::Directory => {
                    let back = operands.first().is_some_and(|operand| *operand == "-");
                    self.go(&path, back)
                }
            },
        }
    }

    fn go(&mut self, path: &str, say: bool) -> Step {
        let session = self.session_mut();
        let old = std::mem::replace(&mut session.cwd, path.to_owned());
        session.set("OLDPWD", old);
        session.set("PWD", path.to_owned());
        for name in ["PWD", "OLDPWD"] {
            if let Some(variable) = session.variables.get_mut(name) {
                variable.exported = true;
            }
        }
        if say {
            self.write(Stream::Stdout, &format!("{path}\n"));
        }
        self.done(0)
    }
}
