//! Client models.

use super::Checker;
use crate::kernel::SimDuration;
use crate::scenario::document::Node;
use crate::scenario::raw::shape::WordOr;
use crate::scenario::raw::{ClientWord, RawClient, RawRetry, RawSave};
use crate::scenario::{ClientModel, LeaseModel, RetryModel, SaveModel};

impl Checker<'_, '_> {
    /// The client model; `None` where its parts do not go together.
    pub(super) fn client(
        &mut self,
        root: &Node<'_>,
        raw: Option<&WordOr<ClientWord, RawClient>>,
    ) -> Option<ClientModel> {
        let raw = match raw {
            None => return Some(ClientModel::TERRAFORM),
            Some(WordOr::Word(word)) => {
                let model = model(*word);
                self.check_client(root.field("client"), model.base);
                return Some(model);
            }
            Some(WordOr::Fields(raw)) => raw,
        };
        let base = model(raw.base);
        self.check_client(root.field("client").field("base"), base.base);
        let mut client = ClientModel {
            lease: self.lease(root.field("client"), raw, base.lease)?,
            on_renewal_failure: raw.on_renewal_failure.unwrap_or(base.on_renewal_failure),
            save: match &raw.save {
                None => base.save,
                Some(RawSave::EveryResource) => SaveModel::EveryResource,
                Some(RawSave::AtEnd) => SaveModel::AtEnd,
                Some(RawSave::Interval(interval)) => SaveModel::Interval(interval.0),
            },
            force_unlock: raw.force_unlock.unwrap_or(base.force_unlock),
            retry: match &raw.retry {
                None => base.retry,
                Some(RawRetry::Forever) => RetryModel::Forever,
                Some(RawRetry::Never) => RetryModel::Never,
                Some(RawRetry::Attempts(attempts)) => RetryModel::Attempts(attempts.0),
            },
            ..base
        };
        client.is_overridden = client != base;
        Some(client)
    }

    fn lease(&mut self, node: &Node<'_>, raw: &RawClient, base: LeaseModel) -> Option<LeaseModel> {
        let every = raw.renew_every.as_ref().map(|every| every.0);
        let lease = match &raw.lease {
            None => base,
            Some(lease) => match lease.0 {
                None => LeaseModel::Infinite,
                Some(duration) => LeaseModel::Finite {
                    duration,
                    renew_every: duration.half(),
                },
            },
        };
        match (lease, every) {
            (lease, None) => Some(lease),
            (LeaseModel::Infinite, Some(_)) => {
                let help = "give the lease a duration: `lease: 60s`".to_owned();
                self.diagnostics.error_help(
                    node.field("renew_every"),
                    "an infinite lease is never renewed",
                    Some(help),
                );
                None
            }
            (LeaseModel::Finite { .. }, Some(SimDuration::ZERO)) => {
                let message = "a client that renews every 0s does nothing else";
                self.diagnostics.error(node.field("renew_every"), message);
                None
            }
            (LeaseModel::Finite { duration, .. }, Some(renew_every)) => Some(LeaseModel::Finite {
                duration,
                renew_every,
            }),
        }
    }
}

const fn model(word: ClientWord) -> ClientModel {
    match word {
        ClientWord::Terraform => ClientModel::TERRAFORM,
        ClientWord::Renewing => ClientModel::RENEWING,
    }
}
