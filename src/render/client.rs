//! The client model: its name, what is overridden, and in what it is not Terraform as it is.

use super::fact::in_seconds;
use crate::terraform::client_model::{
    ClientBase, ClientModel, ForceUnlockMeans, LeaseModel, OnFailedSave, OnFirstInterrupt,
    OnRenewalFailure, OnSecondInterrupt, RetryModel, SaveModel,
};

/// The client model's name, marked where something is overridden.
pub(super) fn client(client: &ClientModel) -> String {
    let mark = if client.is_overridden { "*" } else { "" };
    format!("{}{mark}", client.base.name())
}

/// What the mark stands for, and in what the client is not Terraform, in one paragraph.
pub(super) fn client_note(client: &ClientModel) -> Option<String> {
    let overrides = overrides(client);
    let marked = (!overrides.is_empty()).then(|| format!("* {}.", overrides.join(", ")));
    let parts: Vec<String> = marked.into_iter().chain(otherwise(client)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn lease_overrides(lease: LeaseModel, base: LeaseModel) -> Vec<String> {
    let parts = |lease| match lease {
        LeaseModel::Infinite => ("lease: infinite".to_owned(), None),
        LeaseModel::Finite {
            duration,
            renew_every,
        } => (
            format!("lease: {}", in_seconds(duration)),
            Some(format!("renew_every: {renew_every}")),
        ),
    };
    let (one, other) = (parts(lease), parts(base));
    let lease = (one.0 != other.0).then_some(one.0);
    let renewal = if one.1 == other.1 { None } else { one.1 };
    lease.into_iter().chain(renewal).collect()
}

/// In what a client model differs from its base.
pub(super) fn overrides(client: &ClientModel) -> Vec<String> {
    let base = match client.base {
        ClientBase::Terraform => ClientModel::TERRAFORM,
        ClientBase::Renewing => ClientModel::RENEWING,
    };
    let mut overrides = Vec::new();
    overrides.extend(lease_overrides(client.lease, base.lease));
    if client.on_renewal_failure != base.on_renewal_failure {
        overrides.push(match client.on_renewal_failure {
            OnRenewalFailure::KeepId => "on_renewal_failure: keep_id".to_owned(),
            OnRenewalFailure::ForgetId => "on_renewal_failure: forget_id".to_owned(),
        });
    }
    if client.save != base.save {
        overrides.push(match client.save {
            SaveModel::EveryResource => "save: every_resource".to_owned(),
            SaveModel::Interval(interval) => format!("save: {{ interval: {interval} }}"),
            SaveModel::AtEnd => "save: at_end".to_owned(),
        });
    }
    if client.force_unlock != base.force_unlock {
        overrides.push(match client.force_unlock {
            ForceUnlockMeans::Release => "force_unlock: release".to_owned(),
            ForceUnlockMeans::Break => "force_unlock: break".to_owned(),
        });
    }
    if client.retry != base.retry {
        overrides.push(match client.retry {
            RetryModel::Forever => "retry: forever".to_owned(),
            RetryModel::Never => "retry: never".to_owned(),
            RetryModel::Attempts(attempts) => format!("retry: {{ attempts: {attempts} }}"),
        });
    }
    overrides
}

/// What the client does otherwise than Terraform; `None` where it is Terraform as it is.
pub(super) fn otherwise(client: &ClientModel) -> Option<String> {
    let real = ClientModel::TERRAFORM;
    let mut ways: Vec<String> = Vec::new();
    if client.lease != real.lease {
        ways.push(lease(client.lease));
    }
    if client.on_renewal_failure != real.on_renewal_failure {
        ways.push(renewal(client.on_renewal_failure).to_owned());
    }
    if client.save != real.save {
        ways.push(match client.save {
            SaveModel::EveryResource => "saves after every resource".to_owned(),
            SaveModel::Interval(interval) => format!("saves every {interval} at most"),
            SaveModel::AtEnd => "saves only at the end".to_owned(),
        });
    }
    if client.force_unlock != real.force_unlock {
        ways.push(match client.force_unlock {
            ForceUnlockMeans::Release => "releases the lease to force-unlock".to_owned(),
            ForceUnlockMeans::Break => "breaks the lease to force-unlock".to_owned(),
        });
    }
    if client.retry != real.retry {
        ways.push(match client.retry {
            RetryModel::Forever => "repeats refused requests for ever".to_owned(),
            RetryModel::Never => "never repeats a refused request".to_owned(),
            RetryModel::Attempts(count) => {
                format!("repeats a refused request {count} times at most")
            }
        });
    }
    if client.on_failed_save != real.on_failed_save {
        ways.push(match client.on_failed_save {
            OnFailedSave::Unlock => "gives the lock back after a failed save".to_owned(),
            OnFailedSave::Exit => "keeps the lock after a failed save".to_owned(),
        });
    }
    if client.on_first_interrupt != real.on_first_interrupt {
        ways.push(match client.on_first_interrupt {
            OnFirstInterrupt::SaveAndStop => "saves at a first Ctrl+C".to_owned(),
            OnFirstInterrupt::Stop => "does not save at a first Ctrl+C".to_owned(),
        });
    }
    if client.on_second_interrupt != real.on_second_interrupt {
        ways.push(match client.on_second_interrupt {
            OnSecondInterrupt::Unlock { .. } => "unlocks at a second one".to_owned(),
            OnSecondInterrupt::Exit => "leaves the lock at a second one".to_owned(),
        });
    }
    (!ways.is_empty())
        .then(|| format!("This client is not Terraform as it is: it {}.", list(&ways)))
}

fn lease(lease: LeaseModel) -> String {
    match lease {
        LeaseModel::Infinite => "takes an infinite lease".to_owned(),
        LeaseModel::Finite {
            duration,
            renew_every,
        } => format!(
            "takes a lease of {} and renews it every {renew_every}",
            in_seconds(duration)
        ),
    }
}

const fn renewal(way: OnRenewalFailure) -> &'static str {
    match way {
        OnRenewalFailure::KeepId => "keeps its lease ID when a renewal fails",
        OnRenewalFailure::ForgetId => "forgets its lease ID when a renewal fails",
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
