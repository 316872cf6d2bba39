//! Verbs: what each step does.

use std::sync::Arc;

use super::configuration::RawConfiguration;
use super::written::{RawContent, RawDetails};
use super::{Checker, placed};
use crate::command::wording::did_you_mean;
use crate::kernel::SimDuration;
use crate::scenario::document::{Content, Node, quoted};
use crate::scenario::raw::scalar::{LinkText, SignalText, Text};
use crate::scenario::raw::shape::{Pairs, WordOr};
use crate::scenario::raw::step::{
    CancelWord, RawBlobChange, RawCancel, RawCloudChange, RawFile, RawStep,
};
use crate::scenario::step::{
    BlobChange, CancelPlan, CloudChange, Link, LinkState, Verb, WrittenFile,
};

/// The longest break period that the service takes.
const BREAK_PERIOD_MAX: SimDuration = SimDuration::from_seconds(60);

/// What people write for `as`.
const WHO_WORDS: [&str; 4] = ["by", "user", "operator", "who"];

impl Checker<'_, '_> {
    /// What the step does; `name` is the verb's key.
    pub(super) fn verb(
        &mut self,
        node: &Node<'_>,
        name: &str,
        raw: RawStep,
        edit: Option<&RawConfiguration<'_, '_>>,
    ) -> Option<Verb> {
        let at = node.field(name);
        match name {
            "run" => self.run_verb(node, &raw),
            "ctrl_c" => {
                let operator = self.running_operator(at, &raw.ctrl_c?.0)?;
                Some(Verb::CtrlC(operator))
            }
            "signal" => self.signal(at, raw.signal?),
            "cancel" => self.cancel(at, raw.cancel?),
            "suspend" => Some(Verb::Suspend(self.operator(at, &raw.suspend?.0)?)),
            "resume" => Some(Verb::Resume(self.operator(at, &raw.resume?.0)?)),
            "cut" => self.link(at, raw.cut?, LinkState::Cut, raw.duration.map(|d| d.0)),
            "blackhole" => {
                let duration = raw.duration.map(|duration| duration.0);
                self.link(at, raw.blackhole?, LinkState::Blackhole, duration)
            }
            "heal" => self.link(at, raw.heal?, LinkState::Up, None),
            "faults" => Some(Verb::Faults(self.rules(at))),
            "fail_next" => {
                let raw = raw.fail_next?;
                let resource = self.resource(at.field("resource"), &raw.resource.0)?;
                Some(Verb::FailNext {
                    resource,
                    mode: raw.fail,
                })
            }
            "edit" => self.edit(at, &raw.edit?, edit),
            _ => self.world_verb(at, name, raw),
        }
    }

    fn world_verb(&mut self, at: &Node<'_>, name: &str, raw: RawStep) -> Option<Verb> {
        match name {
            "file" => self.file(at, &raw.file?),
            "disk" => {
                let (key, name, state) = self.single(at, raw.disk?)?;
                Some(Verb::Disk(self.operator(key, &name)?, state))
            }
            "blob" => self.blob(at, raw.blob?),
            "store" => self.store(at, raw.store?),
            "cloud" => Some(Verb::Cloud(self.cloud(at, raw.cloud?))),
            "credentials" => {
                let (key, name, credentials) = self.single(at, raw.credentials?)?;
                Some(Verb::Credentials {
                    operator: self.operator(key, &name)?,
                    state: credentials.state.or(credentials.blob),
                    cloud: credentials.cloud,
                })
            }
            "answer" => {
                let (key, name, answer) = self.single(at, raw.answer?)?;
                let operator = self.running_operator(key, &name)?;
                Some(Verb::Answer(operator, answer.0.into()))
            }
            "phase" => Some(Verb::Phase(self.earlier_run(at, &raw.phase?.0)?)),
            "note" => Some(Verb::Note(raw.note?.0.into())),
            "ask" => Some(Verb::Ask(raw.ask?.0.into())),
            "wreck" => Some(Verb::Wreck(self.operator(at, &raw.wreck?.0)?)),
            "expect" => Some(Verb::Expect(self.expectation(at)?)),
            _ => unreachable!("the verb is one of the list"),
        }
    }

    /// The only pair of a mapping, with the key's place.
    fn single<'n, 'a, T>(
        &mut self,
        node: &'n Node<'a>,
        pairs: Pairs<T>,
    ) -> Option<(&'n Node<'a>, String, T)> {
        let [(key, _)] = node.entries() else {
            let message = "exactly one belongs here; write a step for each";
            self.diagnostics.error(node, message);
            return None;
        };
        let (name, value) = pairs.0.into_iter().next()?;
        Some((key, name, value))
    }

    fn run_verb(&mut self, node: &Node<'_>, raw: &RawStep) -> Option<Verb> {
        let at = node.field("run");
        let line = &raw.run.as_ref()?.0;
        let parsed = crate::command::parse(line, &self.index.names);
        if let Err(error) = &parsed {
            let span = at.part(self.diagnostics.source(), error.offset, error.length);
            let help = error.suggestion.as_deref().map(did_you_mean);
            self.diagnostics.push(span, error.message.clone(), help);
        }
        // A key that is no key may be meant to say it; that is reported already.
        let says = |key: &str| key.starts_with("as:") || WHO_WORDS.contains(&key);
        let is_said = node
            .entries()
            .iter()
            .any(|(key, _)| key.text().is_some_and(says));
        if node.get("as").is_none() && !is_said {
            let help = "write `as: alice`".to_owned();
            self.diagnostics
                .error_help(at, "nobody runs this command", Some(help));
        }
        let operator = self.operator(node.field("as"), &raw.operator.as_ref()?.0)?;
        let position = self.index.run_steps.binary_search(&self.step).ok()?;
        let run = crate::terraform::RunId(u16::try_from(position).ok()?);
        Some(Verb::Run {
            run,
            operator,
            command: Arc::new(parsed.ok()?),
        })
    }

    fn signal(&mut self, at: &Node<'_>, pairs: Pairs<SignalText>) -> Option<Verb> {
        let (key, name, signal) = self.single(at, pairs)?;
        if self.index.runs.contains_key(&name) {
            let run = self.earlier_run(key, &name)?;
            return Some(Verb::SignalRun(run, signal.0));
        }
        let operator = self.running_operator(key, &name)?;
        Some(Verb::Signal(operator, signal.0))
    }

    fn cancel(
        &mut self,
        at: &Node<'_>,
        pairs: Pairs<WordOr<CancelWord, RawCancel>>,
    ) -> Option<Verb> {
        let (key, name, plan) = self.single(at, pairs)?;
        let operator = self.running_operator(key, &name)?;
        let plan = match plan {
            WordOr::Word(CancelWord::GithubActions | CancelWord::AzureDevops) => CancelPlan::CI,
            WordOr::Fields(raw) => CancelPlan {
                interrupt: raw.interrupt.map(|at| at.0),
                terminate: raw.terminate.map(|at| at.0),
                kill: raw.kill.map(|at| at.0),
            },
        };
        let is_empty = |(_, plan): &(Node<'_>, Node<'_>)| matches!(&plan.content, Content::Map(entries) if entries.is_empty());
        if at.entries().iter().any(is_empty) {
            let message = "the cancel sends no signal: `interrupt`, `terminate` or `kill`";
            self.diagnostics.error(at, message);
            return None;
        }
        Some(Verb::Cancel(operator, plan))
    }

    fn link(
        &mut self,
        at: &Node<'_>,
        link: LinkText,
        state: LinkState,
        duration: Option<SimDuration>,
    ) -> Option<Verb> {
        let (name, direction, peer) = link.0;
        let span = at.part(self.diagnostics.source(), 0, name.len());
        let operator = self.operator(&Node::at(span, &name), &name)?;
        Some(Verb::Link {
            link: Link {
                operator,
                peer,
                direction,
            },
            state,
            duration,
        })
    }

    fn edit(
        &mut self,
        at: &Node<'_>,
        name: &Text,
        edit: Option<&RawConfiguration<'_, '_>>,
    ) -> Option<Verb> {
        let operator = self.operator(at, &name.0);
        let Some(edit) = edit else {
            let help = "write all that the configuration has from now on: `resources: { … }`";
            let message = "the edit says nothing: the key `resources` is missing";
            self.diagnostics
                .error_help(at, message, Some(help.to_owned()));
            return None;
        };
        let configuration = self.configuration(edit);
        Some(Verb::Edit(operator?, configuration))
    }

    fn file(&mut self, at: &Node<'_>, raw: &RawFile) -> Option<Verb> {
        let operator = self.operator(at.field("in"), &raw.operator.0);
        if raw.name.0.is_empty() || raw.name.0.contains('/') {
            let message = format!("{} is not a file's name", quoted(&raw.name.0));
            self.diagnostics.error(at.field("name"), message);
            return None;
        }
        let content = self.written_content(
            at,
            &RawContent {
                serial: raw.serial.as_ref(),
                lineage: raw.lineage.as_ref(),
                resources: raw.resources.as_deref(),
                details: RawDetails {
                    object: raw.object.as_ref(),
                    tainted: raw.tainted.as_deref(),
                },
                is_empty: raw.empty.is_some(),
            },
            "file",
        );
        let name = raw.name.0.as_str().into();
        let content = content.ok()?;
        Some(Verb::File(operator?, WrittenFile { name, content }))
    }

    fn blob(&mut self, at: &Node<'_>, raw: RawBlobChange) -> Option<Verb> {
        let change = match raw {
            RawBlobChange::Delete => BlobChange::Delete,
            RawBlobChange::Truncate => BlobChange::Truncate,
            RawBlobChange::Content(text) => BlobChange::Content(text.0.into()),
            RawBlobChange::Restore(saves) => BlobChange::Restore(saves.0),
            RawBlobChange::BreakLease(period) => {
                let is_whole = period.0.as_ms().is_multiple_of(1_000);
                if period.0 > BREAK_PERIOD_MAX || !is_whole {
                    let message = format!(
                        "`{}` is no break period: 0s to 60s in whole seconds",
                        period.0
                    );
                    self.diagnostics.error(at.field("break_lease"), message);
                    return None;
                }
                BlobChange::BreakLease(period.0)
            }
        };
        Some(Verb::Blob(change))
    }

    fn cloud(&mut self, at: &Node<'_>, raw: RawCloudChange) -> CloudChange {
        match raw {
            RawCloudChange::Delete(labels) => {
                CloudChange::Delete(self.texts(at.field("delete"), &labels))
            }
            RawCloudChange::Create(labels) => {
                CloudChange::Create(self.texts(at.field("create"), &labels))
            }
            RawCloudChange::Change(pairs) => {
                let mut changes = Vec::new();
                for (label, _, key, value) in placed(pairs.0, at.field("change")) {
                    let attributes = self.attributes(value);
                    if let Some(resource) = self.resource(key, &label) {
                        changes.push((resource, attributes));
                    }
                }
                CloudChange::Change(changes)
            }
        }
    }
}
