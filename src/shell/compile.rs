//! From [`Script`] to [`Code`].

use std::sync::Arc;

use crate::shell::ast::{
    Assignment, Command, CommandKind, Condition, Connector, List, LoopKind, Part, Pipeline,
    Redirection, RedirectionKind, Script, Span, Statement, Word,
};
use crate::shell::code::{
    Code, ControlOperation, Ending, Kind, Label, Operation, Purpose, TestOperation, Transform,
    WordOperation,
};

mod conditions;
mod words;

/// Compiles a script.
pub(crate) fn compile(script: &Script) -> Arc<Code> {
    let mut compiler = Compiler {
        operations: Vec::new(),
        span: Span::default(),
    };
    for line in script.lines() {
        let begin = compiler.emit(Operation::Line { next: 0 });
        compiler.list(line);
        let next = compiler.here();
        compiler.set(begin, Operation::Line { next });
    }
    compiler.emit(Operation::End);
    Arc::new(Code {
        source: Arc::clone(&script.source),
        operations: compiler.operations,
    })
}

struct Compiler {
    operations: Vec<(Operation, Span)>,
    /// The place of what is compiled.
    span: Span,
}

impl Compiler {
    fn here(&self) -> Label {
        self.operations.len()
    }

    fn emit(&mut self, operation: impl Into<Operation>) -> Label {
        let label = self.here();
        self.operations.push((operation.into(), self.span));
        label
    }

    /// Gives an operation its target, now that it is known.
    fn set(&mut self, label: Label, operation: impl Into<Operation>) {
        self.operations[label].0 = operation.into();
    }

    fn list(&mut self, list: &List) {
        for statement in list.iter() {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let Statement { first, rest, .. } = statement;
        if rest.is_empty() {
            self.pipeline(first, true);
            return;
        }
        self.emit(ControlOperation::ConditionBegin);
        self.pipeline(first, false);
        self.emit(ControlOperation::ConditionEnd);
        for (index, (connector, pipeline)) in rest.iter().enumerate() {
            let success = match connector {
                Connector::And => false,
                Connector::Or => true,
            };
            let jump = self.emit(Operation::JumpIf { success, target: 0 });
            let last = index + 1 == rest.len();
            if last {
                self.pipeline(pipeline, true);
            } else {
                self.emit(ControlOperation::ConditionBegin);
                self.pipeline(pipeline, false);
                self.emit(ControlOperation::ConditionEnd);
            }
            let target = self.here();
            self.set(jump, Operation::JumpIf { success, target });
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, check: bool) {
        if pipeline.negated {
            self.emit(ControlOperation::ConditionBegin);
        }
        match pipeline.stages.as_slice() {
            [command] => self.command(command, check && !pipeline.negated),
            stages => {
                self.span = pipeline.span;
                self.emit(ControlOperation::PipelineBegin);
                let last = stages.len().saturating_sub(1);
                for (index, command) in stages.iter().enumerate() {
                    let purpose = Purpose::Stage {
                        reads: index > 0,
                        writes: index < last,
                    };
                    self.subshell(purpose, |compiler| compiler.command(command, true));
                }
                self.span = pipeline.span;
                self.emit(ControlOperation::PipelineEnd);
                if check && !pipeline.negated {
                    self.emit(ControlOperation::Check);
                }
            }
        }
        if pipeline.negated {
            self.emit(ControlOperation::ConditionEnd);
            self.emit(Operation::Invert);
        }
    }

    fn subshell(&mut self, purpose: Purpose, body: impl FnOnce(&mut Self)) {
        let span = self.span;
        let begin = self.emit(ControlOperation::SubshellBegin { purpose, end: 0 });
        body(self);
        self.span = span;
        let end = self.emit(ControlOperation::SubshellEnd(purpose));
        self.set(begin, ControlOperation::SubshellBegin { purpose, end });
    }

    fn command(&mut self, command: &Command, check: bool) {
        self.span = command.span;
        match &command.kind {
            CommandKind::Simple { assignments, words } => {
                self.simple(command, assignments, words);
            }
            CommandKind::Function { name, body } => self.function(name, body),
            CommandKind::Group(_)
            | CommandKind::Subshell(_)
            | CommandKind::If { .. }
            | CommandKind::Loop { .. }
            | CommandKind::For { .. }
            | CommandKind::Case { .. }
            | CommandKind::Test(_)
            | CommandKind::Arithmetic(_)
                if command.redirections.is_empty() =>
            {
                self.compound(command);
            }
            CommandKind::Group(_)
            | CommandKind::Subshell(_)
            | CommandKind::If { .. }
            | CommandKind::Loop { .. }
            | CommandKind::For { .. }
            | CommandKind::Case { .. }
            | CommandKind::Test(_)
            | CommandKind::Arithmetic(_) => {
                self.emit(Operation::CommandBegin);
                let failures = self.redirections(&command.redirections);
                self.compound(command);
                self.span = command.span;
                self.finish(&failures);
            }
        }
        self.span = command.span;
        let checked = match command.kind {
            CommandKind::Simple { .. }
            | CommandKind::Subshell(_)
            | CommandKind::Test(_)
            | CommandKind::Arithmetic(_) => check,
            CommandKind::Group(_)
            | CommandKind::If { .. }
            | CommandKind::Loop { .. }
            | CommandKind::For { .. }
            | CommandKind::Case { .. }
            | CommandKind::Function { .. } => false,
        };
        if checked {
            self.emit(ControlOperation::Check);
        }
    }

    fn simple(&mut self, command: &Command, assignments: &[Assignment], words: &[Word]) {
        self.emit(Operation::CommandBegin);
        let declares = words.first().and_then(Word::literal);
        let declares = matches!(declares.as_deref(), Some("export" | "local" | "readonly"));
        for word in words {
            self.word(word);
            let whole = declares && word.is_assignment();
            self.emit(if whole {
                WordOperation::End(Ending::Argument)
            } else {
                WordOperation::Fields
            });
        }
        let failures = self.redirections(&command.redirections);
        for assignment in assignments {
            self.span = command.span;
            self.word(&assignment.value);
            self.emit(WordOperation::End(Ending::Value));
            let name = Arc::clone(&assignment.name);
            let append = assignment.append;
            self.emit(Operation::Assign { name, append });
        }
        self.span = command.span;
        let execute = self.emit(Operation::Execute { end: 0 });
        let end = self.finish(&failures);
        self.set(execute, Operation::Execute { end });
    }

    /// The end of a command, to which its failed redirections lead.
    fn finish(&mut self, failures: &[(Label, RedirectionKind)]) -> Label {
        let failed = self.emit(Operation::CommandEnd);
        for (label, kind) in failures {
            self.set(
                *label,
                Operation::Redirect {
                    kind: *kind,
                    failed,
                },
            );
        }
        failed
    }

    fn redirections(&mut self, redirections: &[Redirection]) -> Vec<(Label, RedirectionKind)> {
        let mut failures = Vec::new();
        let command = self.span;
        for redirection in redirections {
            let kind = redirection.kind;
            self.word(&redirection.target);
            self.span = redirection.span;
            failures.push((self.emit(Operation::Redirect { kind, failed: 0 }), kind));
            self.span = command;
        }
        failures
    }

    fn function(&mut self, name: &Arc<str>, body: &Command) {
        let name = Arc::clone(name);
        let define = self.emit(ControlOperation::Define {
            name: Arc::clone(&name),
            entry: 0,
        });
        let jump = self.emit(Operation::Jump(0));
        let entry = self.here();
        self.command(body, true);
        self.emit(ControlOperation::Return);
        let after = self.here();
        self.set(define, ControlOperation::Define { name, entry });
        self.set(jump, Operation::Jump(after));
    }

    fn compound(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Group(list) => self.list(list),
            CommandKind::Subshell(list) => {
                self.subshell(Purpose::Group, |compiler| compiler.list(list));
            }
            CommandKind::If {
                branches,
                otherwise,
            } => self.branches(branches, otherwise.as_ref()),
            CommandKind::Loop {
                kind,
                condition,
                body,
            } => self.while_loop(*kind, condition, body),
            CommandKind::For {
                variable,
                words,
                body,
            } => self.for_loop(variable, words.as_deref(), body),
            CommandKind::Case { subject, arms } => {
                self.word(subject);
                self.emit(WordOperation::End(Ending::Value));
                self.emit(TestOperation::CaseBegin);
                let mut bodies = Vec::new();
                for arm in arms {
                    let mut matches = Vec::new();
                    for pattern in &arm.patterns {
                        self.word(pattern);
                        self.emit(WordOperation::End(Ending::Pattern));
                        matches.push(self.emit(TestOperation::CaseMatch { target: 0 }));
                    }
                    bodies.push((matches, &arm.body));
                }
                self.emit(TestOperation::Drop);
                self.emit(Operation::Status(0));
                let mut exits = vec![self.emit(Operation::Jump(0))];
                for (matches, body) in bodies {
                    let target = self.emit(TestOperation::Drop);
                    for label in matches {
                        self.set(label, TestOperation::CaseMatch { target });
                    }
                    if body.is_empty() {
                        self.emit(Operation::Status(0));
                    }
                    self.list(body);
                    exits.push(self.emit(Operation::Jump(0)));
                }
                let end = self.here();
                for exit in exits {
                    self.set(exit, Operation::Jump(end));
                }
            }
            CommandKind::Test(condition) => self.condition(condition),
            CommandKind::Arithmetic(word) => {
                self.word(word);
                self.emit(WordOperation::End(Ending::Value));
                self.emit(TestOperation::Arithmetic);
            }
            CommandKind::Simple { .. } | CommandKind::Function { .. } => {}
        }
    }

    fn asked(&mut self, list: &List) {
        self.emit(ControlOperation::ConditionBegin);
        self.list(list);
        self.emit(ControlOperation::ConditionEnd);
    }

    fn branches(&mut self, branches: &[(List, List)], otherwise: Option<&List>) {
        let mut exits = Vec::new();
        for (condition, body) in branches {
            self.asked(condition);
            let skip = self.emit(Operation::JumpIf {
                success: false,
                target: 0,
            });
            self.list(body);
            exits.push(self.emit(Operation::Jump(0)));
            let target = self.here();
            self.set(
                skip,
                Operation::JumpIf {
                    success: false,
                    target,
                },
            );
        }
        match otherwise {
            Some(body) => self.list(body),
            None => {
                self.emit(Operation::Status(0));
            }
        }
        let end = self.here();
        for exit in exits {
            self.set(exit, Operation::Jump(end));
        }
    }

    fn while_loop(&mut self, kind: LoopKind, condition: &List, body: &List) {
        let begin = self.emit(ControlOperation::LoopBegin { again: 0, end: 0 });
        let again = self.here();
        self.asked(condition);
        let success = match kind {
            LoopKind::While => false,
            LoopKind::Until => true,
        };
        let leave = self.emit(Operation::JumpIf { success, target: 0 });
        self.list(body);
        self.emit(ControlOperation::LoopBody);
        self.emit(Operation::Jump(again));
        let end = self.emit(ControlOperation::LoopEnd { words: false });
        self.set(begin, ControlOperation::LoopBegin { again, end });
        self.set(
            leave,
            Operation::JumpIf {
                success,
                target: end,
            },
        );
    }

    fn for_loop(&mut self, variable: &Arc<str>, words: Option<&[Word]>, body: &List) {
        let span = self.span;
        self.emit(Operation::CommandBegin);
        for word in words.unwrap_or(&[]) {
            self.word(word);
            self.emit(WordOperation::Fields);
        }
        self.span = span;
        self.emit(ControlOperation::ForBegin {
            positional: words.is_none(),
        });
        self.emit(Operation::CommandEnd);
        let begin = self.emit(ControlOperation::LoopBegin { again: 0, end: 0 });
        let variable = Arc::clone(variable);
        let again = self.emit(ControlOperation::ForNext {
            variable: Arc::clone(&variable),
            end: 0,
        });
        self.list(body);
        self.emit(ControlOperation::LoopBody);
        self.emit(Operation::Jump(again));
        let end = self.emit(ControlOperation::LoopEnd { words: true });
        self.set(again, ControlOperation::ForNext { variable, end });
        self.set(begin, ControlOperation::LoopBegin { again, end });
    }
}
