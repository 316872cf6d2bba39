//! Lists, pipelines, commands and redirections.

use std::sync::Arc;

use brush_parser::SourceSpan;
use brush_parser::ast::{self, SourceLocation};

use crate::shell::ast::{
    Arm, Assignment, Command, CommandKind, Connector, List, LoopKind, Part, Pipeline, Redirection,
    RedirectionKind, Span, Statement, Substitution, Word,
};
use crate::shell::error::SyntaxError;

use super::words::Place;
use super::{Reader, fault, refused, suggest};

type Read<T> = Result<T, SyntaxError>;

impl Reader<'_> {
    pub(super) fn list(&self, list: &ast::CompoundList) -> Read<List> {
        list.0.iter().map(|item| self.statement(item)).collect()
    }

    fn statement(&self, item: &ast::CompoundListItem) -> Read<Statement> {
        let first = self.pipeline(&item.0.first)?;
        let mut rest = Vec::new();
        for other in &item.0.additional {
            rest.push(match other {
                ast::AndOr::And(pipeline) => (Connector::And, self.pipeline(pipeline)?),
                ast::AndOr::Or(pipeline) => (Connector::Or, self.pipeline(pipeline)?),
            });
        }
        let last = rest
            .last()
            .map_or(first.span, |(_, pipeline)| pipeline.span);
        let span = first.span.to(last);
        match item.1 {
            ast::SeparatorOperator::Sequence => Ok(Statement { first, rest, span }),
            ast::SeparatorOperator::Async => Err(suggest(
                span,
                "background jobs (`&`) are not covered",
                "write the commands one after the other",
            )),
        }
    }

    fn pipeline(&self, pipeline: &ast::Pipeline) -> Read<Pipeline> {
        if let Some(timed) = &pipeline.timed {
            let span = self.place(timed.location().as_ref());
            return Err(suggest(span, "`time` is not covered", "leave it out"));
        }
        let stages: Vec<Command> = pipeline
            .seq
            .iter()
            .map(|command| self.command(command))
            .collect::<Read<_>>()?;
        let span = match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (None, _) | (_, None) => {
                return Err(fault(self.place(None), "a `!` without a command"));
            }
        };
        Ok(Pipeline {
            negated: pipeline.bang,
            stages,
            span,
        })
    }

    fn command(&self, command: &ast::Command) -> Read<Command> {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, redirections) => {
                self.compound(compound, redirections.as_ref())
            }
            ast::Command::Function(function) => {
                let name: Arc<str> = Arc::from(function.fname.value.as_str());
                let span = self.place(function.fname.loc.as_ref());
                let identifier = |text: &str| {
                    text.chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
                };
                if !identifier(&name) {
                    return Err(fault(span, format!("`{name}` is no name for a function")));
                }
                let body = self.compound(&function.body.0, function.body.1.as_ref())?;
                Ok(Command {
                    span: span.to(body.span),
                    kind: CommandKind::Function {
                        name,
                        body: Arc::new(body),
                    },
                    redirections: Vec::new(),
                })
            }
            ast::Command::ExtendedTest(test, redirections) => {
                let span = self.place(Some(&test.loc));
                Ok(Command {
                    kind: CommandKind::Test(self.condition(&test.expr, span)?),
                    redirections: self.redirections(redirections.as_ref(), span)?,
                    span,
                })
            }
        }
    }

    fn compound(
        &self,
        command: &ast::CompoundCommand,
        redirections: Option<&ast::RedirectList>,
    ) -> Read<Command> {
        let span = self.place(command.location().as_ref());
        let kind = match command {
            ast::CompoundCommand::Arithmetic(arithmetic) => {
                CommandKind::Arithmetic(self.arithmetic(&arithmetic.expr.value, span)?)
            }
            ast::CompoundCommand::ArithmeticForClause(_) => {
                return Err(suggest(
                    span,
                    "`for ((…))` is not covered",
                    "write `for i in $(seq 1 5)`",
                ));
            }
            ast::CompoundCommand::Coprocess(_) => {
                return Err(fault(span, "`coproc` is not covered"));
            }
            ast::CompoundCommand::BraceGroup(group) => CommandKind::Group(self.list(&group.list)?),
            ast::CompoundCommand::Subshell(group) => CommandKind::Subshell(self.list(&group.list)?),
            ast::CompoundCommand::ForClause(clause) => self.for_clause(clause, span)?,
            ast::CompoundCommand::CaseClause(clause) => self.case_clause(clause, span)?,
            ast::CompoundCommand::IfClause(clause) => self.if_clause(clause)?,
            ast::CompoundCommand::WhileClause(clause) => {
                self.while_clause(clause, LoopKind::While)?
            }
            ast::CompoundCommand::UntilClause(clause) => {
                self.while_clause(clause, LoopKind::Until)?
            }
        };
        Ok(Command {
            kind,
            redirections: self.redirections(redirections, span)?,
            span,
        })
    }

    fn while_clause(
        &self,
        clause: &ast::WhileOrUntilClauseCommand,
        kind: LoopKind,
    ) -> Read<CommandKind> {
        Ok(CommandKind::Loop {
            kind,
            condition: self.list(&clause.0)?,
            body: self.list(&clause.1.list)?,
        })
    }

    fn for_clause(&self, clause: &ast::ForClauseCommand, span: Span) -> Read<CommandKind> {
        if !is_name(&clause.variable_name) {
            let message = format!("`{}` is no name for a variable", clause.variable_name);
            return Err(fault(span, message));
        }
        let words = match &clause.values {
            Some(values) => Some(self.fields(values)?),
            // `for x in; do` has no words; `for x; do` takes the positional parameters.
            None if self.has_empty_in(&clause.loc) => Some(Vec::new()),
            None => None,
        };
        Ok(CommandKind::For {
            variable: Arc::from(clause.variable_name.as_str()),
            words,
            body: self.list(&clause.body.list)?,
        })
    }

    fn has_empty_in(&self, location: &SourceSpan) -> bool {
        let (start, end) = self.local(location);
        let words = self.text.get(start..end).unwrap_or("");
        words.split(|c: char| c.is_whitespace() || c == ';').nth(2) == Some("in")
    }

    fn if_clause(&self, clause: &ast::IfClauseCommand) -> Read<CommandKind> {
        let mut branches = vec![(self.list(&clause.condition)?, self.list(&clause.then)?)];
        let mut otherwise = None;
        for other in clause.elses.iter().flatten() {
            let body = self.list(&other.body)?;
            match &other.condition {
                Some(condition) => branches.push((self.list(condition)?, body)),
                None => otherwise = Some(body),
            }
        }
        Ok(CommandKind::If {
            branches,
            otherwise,
        })
    }

    fn case_clause(&self, clause: &ast::CaseClauseCommand, span: Span) -> Read<CommandKind> {
        let mut arms = Vec::new();
        for item in &clause.cases {
            match item.post_action {
                ast::CaseItemPostAction::ExitCase => {}
                ast::CaseItemPostAction::UnconditionallyExecuteNextCaseItem
                | ast::CaseItemPostAction::ContinueEvaluatingCases => {
                    return Err(suggest(
                        span,
                        "`;&` and `;;&` are not covered",
                        "write `;;`",
                    ));
                }
            }
            let patterns = item
                .patterns
                .iter()
                .map(|pattern| self.word(pattern, Place::Text))
                .collect::<Read<_>>()?;
            let body = match &item.cmd {
                Some(list) => self.list(list)?,
                None => List::from([]),
            };
            arms.push(Arm { patterns, body });
        }
        Ok(CommandKind::Case {
            subject: self.word(&clause.value, Place::Text)?,
            arms,
        })
    }

    fn simple(&self, simple: &ast::SimpleCommand) -> Read<Command> {
        let mut span = self.place(simple.location().as_ref());
        let mut assignments = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut redirections = Vec::new();
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                    assignments.push(self.assignment(assignment, word)?);
                }
                ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                    self.redirection(redirect, span, &mut redirections)?;
                }
                ast::CommandPrefixOrSuffixItem::Word(_)
                | ast::CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
                    return Err(fault(span, "a substitution before the command's name"));
                }
            }
        }
        let mut declares = false;
        if let Some(name) = &simple.word_or_name {
            words = self.word_fields(name)?;
            if let Some(literal) = words.first().and_then(Word::literal) {
                declares = matches!(literal.as_str(), "export" | "local" | "readonly");
                let place = self.place(name.loc.as_ref());
                if let Some((message, suggestion)) = refused::command(&literal) {
                    return Err(match suggestion {
                        Some(suggestion) => suggest(place, message, suggestion),
                        None => fault(place, message),
                    });
                }
            }
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                    self.redirection(redirect, span, &mut redirections)?;
                }
                ast::CommandPrefixOrSuffixItem::Word(word) => words.extend(self.word_fields(word)?),
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                    if let ast::AssignmentValue::Array(_) = assignment.value {
                        return Err(fault(
                            self.place(Some(&assignment.loc)),
                            "arrays are not covered",
                        ));
                    }
                    if declares {
                        words.push(self.word(word, Place::Declaration)?);
                    } else {
                        words.extend(self.words_of(word, Place::Declaration)?);
                    }
                }
                ast::CommandPrefixOrSuffixItem::ProcessSubstitution(kind, list) => {
                    self.process_substitution(kind, list, &mut words)?;
                }
            }
        }
        if simple.location().is_none() {
            // The parser gives no place to what has neither a name nor words.
            span = self
                .place_of_parts(&assignments, &redirections)
                .unwrap_or(span);
        }
        if let Some(last) = redirections.iter().map(|r: &Redirection| r.span).max() {
            span.end = span.end.max(last.end);
        }
        Ok(Command {
            kind: CommandKind::Simple { assignments, words },
            redirections,
            span,
        })
    }

    /// From the first to the last of these, the sign before a redirection's target included.
    fn place_of_parts(
        &self,
        assignments: &[Assignment],
        redirections: &[Redirection],
    ) -> Option<Span> {
        let base = self.place(None).start;
        let signed = redirections.iter().map(|redirection| {
            let target = redirection.span.start.saturating_sub(base);
            let before = self.text.get(..target).unwrap_or("").trim_end();
            let sign = |c: char| matches!(c, '<' | '>' | '&' | '|') || c.is_ascii_digit();
            let start = before.trim_end_matches(sign).len();
            Span {
                start: base + start.min(target),
                end: redirection.span.end,
            }
        });
        let all = assignments
            .iter()
            .map(|assignment| assignment.span)
            .chain(signed);
        all.reduce(|one, other| Span {
            start: one.start.min(other.start),
            end: one.end.max(other.end),
        })
    }

    /// `<(…)` as a word, or as the end of the word that it touches (`--file=<(…)`).
    fn process_substitution(
        &self,
        kind: &ast::ProcessSubstitutionKind,
        command: &ast::SubshellCommand,
        words: &mut Vec<Word>,
    ) -> Read<()> {
        let part = self.file_substitution(kind, command)?;
        let span = self.place(Some(&command.loc));
        let (start, end) = self.local(&command.loc);
        let touches =
            |c: char| !c.is_whitespace() && !matches!(c, ';' | '&' | '|' | ')' | '<' | '>');
        let before = self
            .text
            .get(..start.saturating_sub(1))
            .and_then(|text| text.chars().last());
        let after = self.text.get(end..).and_then(|text| text.chars().next());
        if after.is_some_and(touches) {
            return Err(fault(span, "`<(…)` inside a word is not covered"));
        }
        match words.last_mut() {
            Some(word) if before.is_some_and(touches) => {
                word.parts = word.parts.iter().cloned().chain([part]).collect();
                word.span = word.span.to(span);
            }
            Some(_) | None => words.push(Word {
                parts: Arc::from([part]),
                span,
            }),
        }
        Ok(())
    }

    fn file_substitution(
        &self,
        kind: &ast::ProcessSubstitutionKind,
        command: &ast::SubshellCommand,
    ) -> Read<Part> {
        match kind {
            ast::ProcessSubstitutionKind::Read => Ok(Part::Substitution(Substitution::File(
                self.list(&command.list)?,
            ))),
            ast::ProcessSubstitutionKind::Write => Err(suggest(
                self.place(Some(&command.loc)),
                "`>(…)` is not covered",
                "write a pipe",
            )),
        }
    }

    fn assignment(&self, assignment: &ast::Assignment, word: &ast::Word) -> Read<Assignment> {
        let span = self.place(Some(&assignment.loc));
        let name = match &assignment.name {
            ast::AssignmentName::VariableName(name) => name,
            ast::AssignmentName::ArrayElementName(..) => {
                return Err(fault(span, "arrays are not covered"));
            }
        };
        let value = match &assignment.value {
            ast::AssignmentValue::Scalar(value) => value,
            ast::AssignmentValue::Array(_) => return Err(fault(span, "arrays are not covered")),
        };
        // The parser gives the value no place: it is the end of the word.
        let whole = self.as_written(&word.value, span)?;
        let text = match whole.split_once('=') {
            Some((_, text)) => text,
            None => value.value.as_str(),
        };
        let origin = self.exact(&whole, span);
        let value_span = origin.span(whole.len() - text.len(), whole.len());
        Ok(Assignment {
            name: Arc::from(name.as_str()),
            append: assignment.append,
            value: self.word_text(text, value_span, Place::Assignment)?,
            span,
        })
    }

    fn redirections(&self, list: Option<&ast::RedirectList>, span: Span) -> Read<Vec<Redirection>> {
        let mut redirections = Vec::new();
        for redirect in list.iter().flat_map(|list| &list.0) {
            self.redirection(redirect, span, &mut redirections)?;
        }
        Ok(redirections)
    }

    fn redirection(
        &self,
        redirect: &ast::IoRedirect,
        command: Span,
        redirections: &mut Vec<Redirection>,
    ) -> Read<()> {
        let (kind, target) = match redirect {
            ast::IoRedirect::File(fd, kind, target) => {
                self.file_redirection(*fd, kind, target, command)?
            }
            ast::IoRedirect::HereDocument(fd, document) => {
                check_input(*fd, command)?;
                let span = self.place(document.here_end.loc.as_ref());
                let kind = RedirectionKind::Text { line_break: false };
                (kind, self.here_document(document, span)?)
            }
            ast::IoRedirect::HereString(fd, word) => {
                check_input(*fd, command)?;
                let kind = RedirectionKind::Text { line_break: true };
                (kind, self.word(word, Place::Text)?)
            }
            ast::IoRedirect::OutputAndError(word, append) => {
                let kind = if *append {
                    RedirectionKind::AppendBoth
                } else {
                    RedirectionKind::WriteBoth
                };
                (kind, self.word(word, Place::Text)?)
            }
        };
        let span = target.span;
        redirections.push(Redirection { kind, target, span });
        Ok(())
    }

    fn file_redirection(
        &self,
        fd: Option<ast::IoFd>,
        kind: &ast::IoFileRedirectKind,
        target: &ast::IoFileRedirectTarget,
        command: Span,
    ) -> Read<(RedirectionKind, Word)> {
        let word = match target {
            ast::IoFileRedirectTarget::Filename(word)
            | ast::IoFileRedirectTarget::Duplicate(word) => self.word(word, Place::Text)?,
            ast::IoFileRedirectTarget::Fd(number) => Word {
                parts: Arc::from([Part::Literal(Arc::from(number.to_string()))]),
                span: command,
            },
            ast::IoFileRedirectTarget::ProcessSubstitution(kind, list) => Word {
                parts: Arc::from([self.file_substitution(kind, list)?]),
                span: self.place(Some(&list.loc)),
            },
        };
        let kind = match kind {
            ast::IoFileRedirectKind::Read => {
                check_input(fd, command)?;
                RedirectionKind::Read
            }
            ast::IoFileRedirectKind::Write => RedirectionKind::Write {
                fd: output(fd, word.span)?,
            },
            ast::IoFileRedirectKind::Clobber => RedirectionKind::Clobber {
                fd: output(fd, word.span)?,
            },
            ast::IoFileRedirectKind::Append => RedirectionKind::Append {
                fd: output(fd, word.span)?,
            },
            ast::IoFileRedirectKind::DuplicateOutput => match word.literal().as_deref() {
                Some("1" | "2") => RedirectionKind::Duplicate {
                    fd: output(fd, word.span)?,
                },
                Some("-") => {
                    return Err(fault(word.span, "closing a file descriptor is not covered"));
                }
                Some(text) if text.chars().all(|c| c.is_ascii_digit()) => {
                    return Err(fault(
                        word.span,
                        "file descriptors other than 0, 1 and 2 are not covered",
                    ));
                }
                Some(_) | None if fd.is_none() => RedirectionKind::WriteBoth,
                Some(_) | None => {
                    return Err(fault(word.span, "a file after `>&` is not covered here"));
                }
            },
            ast::IoFileRedirectKind::DuplicateInput => {
                return Err(fault(word.span, "`<&` is not covered"));
            }
            ast::IoFileRedirectKind::ReadAndWrite => {
                return Err(fault(word.span, "`<>` is not covered"));
            }
        };
        Ok((kind, word))
    }
}

/// Refuses input from other descriptors than 0.
fn check_input(fd: Option<ast::IoFd>, span: Span) -> Read<()> {
    match fd {
        None | Some(0) => Ok(()),
        Some(_) => Err(fault(
            span,
            "file descriptors other than 0, 1 and 2 are not covered",
        )),
    }
}

fn output(fd: Option<ast::IoFd>, span: Span) -> Read<u8> {
    match fd {
        None | Some(1) => Ok(1),
        Some(2) => Ok(2),
        Some(_) => Err(fault(
            span,
            "file descriptors other than 0, 1 and 2 are not covered",
        )),
    }
}

/// Whether the text is a variable's name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    characters.next().is_some_and(first)
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
