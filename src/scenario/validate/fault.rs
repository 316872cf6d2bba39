//! Fault rules.

use serde_json::Value;

use super::Checker;
use crate::scenario::document::{Content, Node, decode, quoted};
use crate::scenario::fault::{ConnectionEnd, FaultRule, RequestEffect, RequestName};
use crate::scenario::raw::fault::{ConnectionWord, LoseWord, OperationWord, RawDelay, RawRule};
use crate::service::http::Said;
use crate::service::{Refusal, http};
use crate::terraform::{Backend, OperationKind, OperatorId, RequestKind, ResourceId, RunId};

/// The keys that say more of an answer.
const DETAILS: [&str; 2] = ["retry_after", "body"];

/// The keys that say what becomes of a request.
const EFFECTS: [&str; 4] = ["answer", "lose", "hang", "delay"];

/// Whom and what a rule strikes.
#[derive(Debug)]
struct Names {
    of: Option<OperatorId>,
    during: Option<RunId>,
    resource: Option<ResourceId>,
}

impl Checker<'_, '_> {
    /// The rules of a list; those that are wrong are left out.
    pub(super) fn rules(&mut self, node: &Node<'_>) -> Vec<FaultRule> {
        if !matches!(node.content, Content::List(_)) {
            self.diagnostics.error(node, "`faults` is a list of rules");
        }
        node.items()
            .iter()
            .filter_map(|item| self.rule(item))
            .collect()
    }

    fn rule(&mut self, node: &Node<'_>) -> Option<FaultRule> {
        let raw: RawRule = decode(node, &[], self.diagnostics)?;
        let is_whole = self.diagnostics.is_silent_at(node);
        let of = raw.of.as_ref();
        let of = of.map(|name| self.operator(node.field("of"), &name.0));
        let during = raw.during.as_ref();
        let during = during.map(|id| self.run(node.field("during"), &id.0));
        let resource = raw.resource.as_ref();
        let resource = resource.map(|label| self.resource(node.field("resource"), &label.0));
        if !is_whole {
            return None;
        }
        let names = Names {
            of: of.map_or(Some(None), |of| of.map(Some))?,
            during: during.map_or(Some(None), |during| during.map(Some))?,
            resource: resource.map_or(Some(None), |resource| resource.map(Some))?,
        };
        match (&raw.request, raw.operation) {
            (Some(request), None) => {
                let at = node.field("request");
                let name = match request.0 {
                    None => RequestName::Any,
                    Some(kind) => RequestName::Kind(self.request_here(at, kind)?),
                };
                self.request_rule(node, &raw, &names, name)
            }
            (None, Some(operation)) => self.operation_rule(node, &raw, &names, operation),
            (None, None) => {
                let help = "write `request: put_state`, or `operation: create`".to_owned();
                let message = "the rule says neither `request` nor `operation`";
                self.diagnostics.error_help(node, message, Some(help));
                None
            }
            (Some(_), Some(_)) => {
                let message = "a rule strikes requests or operations, not both";
                self.diagnostics.error(&node.entry("operation")?.0, message);
                None
            }
        }
    }

    /// The request that a name means with the scenario's backend.
    pub(super) fn request_here(
        &mut self,
        at: &Node<'_>,
        named: RequestKind,
    ) -> Option<RequestKind> {
        let found = self.backend.request(named);
        if found.is_none() {
            let message = format!(
                "there is no request {} with the backend {}",
                quoted(named.name()),
                self.backend.name()
            );
            let help = "of a local state, `read` and `save` can be struck".to_owned();
            self.diagnostics.error_help(at, message, Some(help));
        }
        found
    }

    /// The refusal of the backend's service, of those that share a name.
    fn refusal_here(&mut self, node: &Node<'_>, named: &[Refusal]) -> Option<Refusal> {
        let is_here = |refusal: &Refusal| match (self.backend, refusal) {
            (Backend::Azurerm { .. }, Refusal::Azure(_))
            | (Backend::S3 { .. }, Refusal::Aws(_))
            | (Backend::Gcs, Refusal::Gcs(_))
            | (Backend::Pg { .. }, Refusal::Postgres(_))
            | (Backend::Http(_), Refusal::Http(_)) => true,
            (
                Backend::Azurerm { .. }
                | Backend::S3 { .. }
                | Backend::Pg { .. }
                | Backend::Gcs
                | Backend::Http(_)
                | Backend::Local { .. },
                _,
            ) => false,
        };
        let found = named.iter().copied().find(is_here);
        if found.is_none() {
            let message = format!("the backend {} has no such answer", self.backend.name());
            self.diagnostics.error(node.field("answer"), message);
        }
        found
    }

    /// The refusal with what else the client is told.
    fn with_details(
        &mut self,
        node: &Node<'_>,
        raw: &RawRule,
        refusal: Refusal,
    ) -> Option<Refusal> {
        let Refusal::Http(refusal) = refusal else {
            let reason = "belongs to the backend http";
            self.refuse_keys(node, &DETAILS, reason)?;
            return Some(refusal);
        };
        let wait = raw.retry_after.as_ref().map(|wait| wait.0.as_ms());
        let seconds = wait.map(|ms| u16::try_from(ms / 1_000).ok().filter(|_| ms % 1_000 == 0));
        if seconds == Some(None) {
            let message = "`Retry-After` is in whole seconds, at most 65535";
            self.diagnostics.error(node.field("retry_after"), message);
            return None;
        }
        let retry_after = seconds.flatten();
        let said = match &raw.body {
            None => Said::Nothing,
            Some(body) => self.said(node.field("body"), &body.0)?,
        };
        Some(Refusal::Http(http::Refusal {
            retry_after,
            said,
            ..refusal
        }))
    }

    /// What a body is to whoever reads it.
    fn said(&mut self, at: &Node<'_>, body: &str) -> Option<Said> {
        if body.is_empty() {
            return Some(Said::Nothing);
        }
        let info = match serde_json::from_str(body) {
            Ok(Value::Object(info)) => info,
            Ok(Value::Null) => return Some(Said::Json),
            Ok(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
                return Some(Said::Text);
            }
        };
        if info.contains_key("ID") {
            let message = "only the server itself says whose lock it is";
            let help = "take it by hand: `store: { lock_info: { id: … } }`".to_owned();
            self.diagnostics.error_help(at, message, Some(help));
            return None;
        }
        Some(Said::Json)
    }

    fn request_rule(
        &mut self,
        node: &Node<'_>,
        raw: &RawRule,
        names: &Names,
        name: RequestName,
    ) -> Option<FaultRule> {
        self.refuse_keys(
            node,
            &["resource", "fail"],
            "belongs to rules with `operation`",
        )?;
        let effects = EFFECTS.iter().filter_map(|key| node.entry(key));
        let effects: Vec<&Node<'_>> = effects.map(|(key, _)| key).collect();
        if let [_, second, ..] = effects[..] {
            let message = "a rule has one effect: `answer`, `lose`, `hang` or `delay`";
            self.diagnostics.error(second, message);
            return None;
        }
        if let (Some(_), Backend::Local { .. }) = (&raw.answer, self.backend) {
            let message = "a file system answers nothing: write `lose`, `hang` or `delay`";
            self.diagnostics.error(&node.entry("answer")?.0, message);
            return None;
        }
        let end = self.connection_end(node, raw)?;
        if raw.answer.is_none() {
            self.refuse_keys(node, &DETAILS, "belongs to rules with `answer`")?;
        }
        let effect = match (&raw.answer, raw.lose, &raw.hang, &raw.delay) {
            (Some(answer), ..) => {
                let refusal = self.refusal_here(node, &answer.0)?;
                RequestEffect::Answer(self.with_details(node, raw, refusal)?)
            }
            (_, Some(LoseWord::Request), ..) => RequestEffect::LoseRequest(end),
            (_, Some(LoseWord::Answer), ..) => RequestEffect::LoseAnswer(end),
            (_, _, Some(_), _) => RequestEffect::Hang,
            (.., Some(RawDelay::Request(delay))) => RequestEffect::DelayRequest(delay.0),
            (.., Some(RawDelay::Answer(delay))) => RequestEffect::DelayAnswer(delay.0),
            (None, None, None, None) => {
                let message = "the rule has no effect: `answer`, `lose`, `hang` or `delay`";
                self.diagnostics.error(node, message);
                return None;
            }
        };
        Some(FaultRule::Request {
            name,
            of: names.of,
            during: names.during,
            nth: raw.nth.as_ref().map(|nth| nth.0),
            chance: raw.chance.as_ref().map(|chance| chance.0),
            effect,
        })
    }

    /// How a connection ends over which a message is lost.
    fn connection_end(&mut self, node: &Node<'_>, raw: &RawRule) -> Option<ConnectionEnd> {
        let Backend::Pg { .. } = self.backend else {
            let reason = "belongs to the backend pg, whose sessions end with their connections";
            self.refuse_keys(node, &["connection"], reason)?;
            return Some(ConnectionEnd::RESET);
        };
        if raw.lose.is_none() {
            self.refuse_keys(node, &["connection"], "belongs to rules with `lose`")?;
        }
        Some(raw.connection.unwrap_or(ConnectionWord::Closed).end())
    }

    fn operation_rule(
        &mut self,
        node: &Node<'_>,
        raw: &RawRule,
        names: &Names,
        operation: OperationWord,
    ) -> Option<FaultRule> {
        let foreign = ["answer", "lose", "hang", "delay", "during", "connection"];
        self.refuse_keys(node, &foreign, "belongs to rules with `request`")?;
        self.refuse_keys(node, &DETAILS, "belongs to rules with `request`")?;
        let Some(fail) = raw.fail else {
            self.diagnostics.error(node, "the key `fail` is missing");
            return None;
        };
        Some(FaultRule::Operation {
            kind: match operation {
                OperationWord::Create => Some(OperationKind::Create),
                OperationWord::Update => Some(OperationKind::Update),
                OperationWord::Delete => Some(OperationKind::Delete),
                OperationWord::Any => None,
            },
            resource: names.resource,
            of: names.of,
            nth: raw.nth.as_ref().map(|nth| nth.0),
            chance: raw.chance.as_ref().map(|chance| chance.0),
            fail,
        })
    }

    /// Reports the first of these keys that is there.
    pub(super) fn refuse_keys(
        &mut self,
        node: &Node<'_>,
        keys: &[&str],
        reason: &str,
    ) -> Option<()> {
        let Some((key, name)) = keys
            .iter()
            .find_map(|name| node.entry(name).map(|(key, _)| (key, name)))
        else {
            return Some(());
        };
        self.diagnostics.error(key, format!("`{name}` {reason}"));
        None
    }
}
