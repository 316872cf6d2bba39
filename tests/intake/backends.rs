//! Wrecks that are taken in for each backend: how the files tell which it is, what is left of the
//! lock, and that drill, advice and scenario are of that backend.

use std::sync::Arc;

use leaselab::drill::{Drill, Hint, HintStep, Said};
use leaselab::kernel::Seed;
use leaselab::runbook::Outcome;
use leaselab::scenario::intake::{Intake, IntakeError};
use leaselab::scenario::{BackendPreset, FindingName, Scenario};

use super::{ended, file, found, incident, taken_in};

const UUID: &str = "e51c19d6-098f-d27f-b6d0-347c19ac4487";
const GENERATION: &str = "1795000000123456";

/// The lines that Terraform prints of a lock.
fn printed(message: &str, id: &str, path: &str) -> String {
    format!(
        "╷\n│ Error: Error acquiring the state lock\n│ \n│ Error message: {message}\n│ Lock Info:\n\
         │   ID:        {id}\n│   Path:      {path}\n│   Operation: OperationTypeApply\n\
         │   Who:       runner@build-7\n│   Version:   1.11.4\n╵\n"
    )
}

fn locked(text: &str) -> Result<(String, Arc<Scenario>), IntakeError> {
    taken_in(&Intake {
        lock: Some(file("lock.txt", text)),
        ..incident(Vec::new())
    })
}

/// What an error says above the lock info, and the path in it, tell the backend.
#[test]
fn a_printed_lock_tells_the_backend() {
    let own = "11111111-2222-3333-4444-555555555555";
    let already = format!("HTTP remote state already locked: ID={UUID}");
    for (backend, message, id, path) in [
        (
            BackendPreset::Azurerm,
            "state blob is already locked",
            UUID,
            "tfstate/terraform.tfstate",
        ),
        (
            BackendPreset::S3,
            "operation error S3: PutObject, https response error StatusCode: 412",
            UUID,
            "tfstate/terraform.tfstate",
        ),
        (
            BackendPreset::S3Table,
            "operation error DynamoDB: PutItem, ConditionalCheckFailedException",
            UUID,
            "tfstate/terraform.tfstate",
        ),
        (
            BackendPreset::Gcs,
            "writing \"gs://tfstate/default.tflock\" failed: googleapi: Error 412",
            GENERATION,
            "gs://tfstate/default.tflock",
        ),
        (
            BackendPreset::Pg,
            "Workspace is already locked: default",
            own,
            "",
        ),
        (BackendPreset::Http, already.as_str(), own, ""),
        (
            BackendPreset::Local,
            "resource temporarily unavailable",
            UUID,
            "terraform.tfstate",
        ),
    ] {
        let text = printed(message, id, path);
        let (yaml, scenario) = locked(&text).unwrap();
        assert_eq!(BackendPreset::of(scenario.backend), backend, "{yaml}");
        let (names, end) = ended(&scenario);
        let is_locked = found(&names, &end)
            .iter()
            .any(|(name, _)| *name == FindingName::OrphanedLock);
        // A session and a kernel give the lock back when its holder dies.
        let lasts = !matches!(backend, BackendPreset::Pg | BackendPreset::Local);
        assert_eq!(is_locked, lasts, "{yaml}");
        assert_eq!(end.lock.is_locked(), lasts, "{yaml}");
        if lasts {
            let holder = if backend == BackendPreset::Http {
                UUID
            } else {
                id
            };
            assert_eq!(end.lock.id().unwrap().to_string(), holder, "{yaml}");
        }
    }
}

/// `.terraform/terraform.tfstate` names the backend, and how it locks.
#[test]
fn what_init_wrote_tells_the_backend() {
    let written = |kind: &str, config: &str| {
        format!(
            r#"{{ "version": 3, "terraform_version": "1.11.4",
                 "backend": {{ "type": "{kind}", "config": {config}, "hash": 1 }} }}"#
        )
    };
    let told = |text: &str| {
        taken_in(&Intake {
            init: Some(file("terraform.tfstate", text)),
            ..incident(Vec::new())
        })
    };
    let gitlab =
        r#"{ "address": "https://gitlab.example.com/api/v4/projects/7/terraform/state/x" }"#;
    for (backend, kind, config) in [
        (BackendPreset::Azurerm, "azurerm", "{}"),
        (
            BackendPreset::S3,
            "s3",
            r#"{ "use_lockfile": true, "dynamodb_table": null }"#,
        ),
        (
            BackendPreset::S3Table,
            "s3",
            r#"{ "use_lockfile": null, "dynamodb_table": "locks" }"#,
        ),
        (
            BackendPreset::S3Both,
            "s3",
            r#"{ "use_lockfile": true, "dynamodb_table": "locks" }"#,
        ),
        (BackendPreset::Gcs, "gcs", "{}"),
        (BackendPreset::Pg, "pg", "{}"),
        (
            BackendPreset::Http,
            "http",
            r#"{ "address": "https://state.example.com/x" }"#,
        ),
        (BackendPreset::Gitlab, "http", gitlab),
        (
            BackendPreset::Local,
            "local",
            r#"{ "path": "/shared/terraform.tfstate" }"#,
        ),
    ] {
        let (yaml, scenario) = told(&written(kind, config)).unwrap();
        assert_eq!(BackendPreset::of(scenario.backend), backend, "{yaml}");
        ended(&scenario);
    }
    for (text, expected) in [
        (
            written("consul", "{}"),
            "terraform.tfstate: the backend `consul` is not modeled: name one that is like it, such \
             as `--backend s3`",
        ),
        (
            r#"{ "version": 4, "serial": 1 }"#.to_owned(),
            "terraform.tfstate: there is no `backend` in it: this is not \
             `.terraform/terraform.tfstate`, as `terraform init` writes it",
        ),
    ] {
        assert_eq!(told(&text).unwrap_err().to_string(), expected);
    }
}

/// With gcs a lock's ID is the generation of its object, which the object does not hold.
#[test]
fn a_lock_of_gcs_has_a_generation() {
    let text = format!(r#"{{ "ID": "{UUID}", "Path": "gs://tfstate/default.tflock" }}"#);
    assert_eq!(
        locked(&text).unwrap_err().to_string(),
        "lock.txt: the lock's ID is no number: with gcs it is the generation of the lock object, \
         which Terraform prints and `gcloud storage ls -a` shows"
    );
}

/// Whoever does what the hints say recovers what was taken in, whatever the backend.
#[test]
fn what_was_taken_in_is_recovered_by_hints() {
    for backend in BackendPreset::ALL {
        let id = if backend == BackendPreset::Gcs {
            GENERATION
        } else {
            UUID
        };
        let text = printed("locked", id, "");
        let (yaml, scenario) = taken_in(&Intake {
            backend: Some(backend),
            lock: Some(file("lock.txt", &text)),
            ..incident(Vec::new())
        })
        .unwrap();
        assert_eq!(BackendPreset::of(scenario.backend), backend, "{yaml}");
        let (_, mender) = scenario.wreck().unwrap();
        let mut drill = Drill::begin(&scenario, Seed(0), &[mender]).unwrap();
        follow(&mut drill);
        // Whether it is whole is for a person to say.
        drill.line("terraform untaint 'module.network[\"west\"].azurerm_subnet.main[1]'");
        follow(&mut drill);
        let finish = drill.finish();
        assert_eq!(finish.graded.outcome, Outcome::Recovered, "{yaml}");
    }
}

/// Does what the hints say, until there is none that names a command.
fn follow(drill: &mut Drill) {
    for _ in 0..60 {
        let said = drill.line(":hint");
        let Some(Said::Hint(hint)) = said.last() else {
            panic!("a hint is asked for")
        };
        match &**hint {
            Hint::Done { .. } => return,
            Hint::Step { step, commands, .. } if *step == HintStep::Command => {
                for (_, line) in commands {
                    drill.line(line);
                    drill.settle();
                }
            }
            Hint::Step { .. } => {}
        }
    }
}
