//! A recording, as the `README.md` of each folder in `tests/recordings/` describes it.
//!
//! The script is read strictly: a key or a word that the translator does not know might change
//! what the session did. What came of it is read loosely: what is not known is not compared.

#[path = "format/hand.rs"]
mod hand;
#[path = "format/number.rs"]
mod number;
#[path = "format/pg.rs"]
mod pg;
#[path = "format/s3.rs"]
mod s3;

use std::fmt;

use leaselab::kernel::SimDuration;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub(crate) use self::hand::{DiskPlace, Hand, ObjectHand, User};
use self::number::{milliseconds, present, seconds};
pub(crate) use self::pg::{How, KeyRecord, Side};
pub(crate) use self::s3::{Mode, Modes};

/// One session.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Recording {
    #[serde(default)]
    pub(crate) about: String,
    #[serde(default)]
    pub(crate) backend: Backend,
    pub(crate) resources: Resources,
    pub(crate) script: Vec<Item>,
    pub(crate) steps: Vec<StepRecord>,
    pub(crate) requests: Vec<RequestRecord>,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// What can't be read, and where it stands.
    pub(crate) fn read(source: &[u8]) -> Result<Self, String> {
        let mut json = serde_json::Deserializer::from_slice(source);
        serde_path_to_error::deserialize(&mut json).map_err(|error| error.to_string())
    }
}

/// A command that the script starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) step: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) command: &'a str,
    pub(crate) resources: Option<&'a Resources>,
}

impl Recording {
    /// The commands, in order.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Start<'_>> {
        self.script.iter().filter_map(|item| {
            let Item::Start {
                step,
                actor,
                command,
                resources,
                user: _,
            } = item
            else {
                return None;
            };
            Some(Start {
                step,
                actor,
                command,
                resources: resources.as_ref(),
            })
        })
    }

    /// How many of the first `init`s have a record of what came of them.
    pub(crate) fn recorded_inits(&self) -> usize {
        self.steps.iter().filter(|step| step.step == "init").count()
    }

    /// All fault rules that are ever set.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        let rules = self.script.iter().filter_map(|item| {
            let Item::Faults { rules } = item else {
                return None;
            };
            Some(rules)
        });
        rules.flatten()
    }

    /// The actors that run `terraform init`, in order.
    pub(crate) fn inits(&self) -> impl Iterator<Item = &str> {
        self.script.iter().filter_map(|item| {
            let Item::Init { actor } = item else {
                return None;
            };
            Some(actor.as_str())
        })
    }
}

/// The backend's configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backend {
    #[serde(default, rename = "type")]
    pub(crate) kind: BackendKind,
    #[serde(default)]
    pub(crate) snapshot: bool,
    /// Local: whether the state is in a directory that all operators share.
    #[serde(default)]
    pub(crate) path: bool,
    /// S3: what locks the state.
    pub(crate) mode: Option<Modes>,
    /// HTTP: the server.
    pub(crate) server: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) lock_address: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) unlock_address: Option<Value>,
    pub(crate) update_method: Option<String>,
    pub(crate) lock_method: Option<String>,
    pub(crate) unlock_method: Option<String>,
    pub(crate) retry_max: Option<u64>,
    pub(crate) retry_wait_min: Option<u64>,
    pub(crate) retry_wait_max: Option<u64>,
    /// pg: the schema of all, which is as good as another one.
    #[serde(default, rename = "schema_name")]
    _schema_name: Option<String>,
    /// S3: nothing in a session shows it.
    #[serde(default, rename = "bucket_versioning")]
    _bucket_versioning: bool,
}

/// A backend that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackendKind {
    #[default]
    Azurerm,
    S3,
    Gcs,
    Pg,
    Http,
    Local,
}

impl BackendKind {
    /// Whether a request of this name is one of the backend's: a rule for another strikes nothing.
    pub(crate) const fn has_requests(self) -> bool {
        match self {
            Self::Azurerm | Self::S3 | Self::Gcs | Self::Pg | Self::Http => true,
            Self::Local => false,
        }
    }
}

/// A configuration: resources in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resources(pub(crate) Vec<(String, Resource)>);

/// What a configuration says of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    #[serde(deserialize_with = "seconds")]
    pub(crate) secs: SimDuration,
    #[serde(default)]
    pub(crate) after: Vec<String>,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) size: Option<Value>,
    #[serde(default)]
    pub(crate) on_stop: OnStop,
}

/// What a create does when it is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnStop {
    #[default]
    Finish,
    CancelClean,
    CancelTainted,
    CancelCreated,
}

/// An item of the script.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Item {
    Init {
        actor: String,
    },
    Start {
        step: String,
        actor: String,
        command: String,
        resources: Option<Resources>,
        user: Option<User>,
    },
    WaitExit {
        step: String,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    WaitCloud {
        event: CloudEvent,
        resource: String,
        step: Option<String>,
    },
    WaitRequest {
        #[serde(rename = "what")]
        _what: Option<String>,
        step: Option<String>,
        #[serde(rename = "actor")]
        _actor: Option<String>,
        op: Option<String>,
        nth: Option<u64>,
    },
    Sleep {
        #[serde(deserialize_with = "seconds")]
        seconds: SimDuration,
    },
    Signal {
        step: String,
        #[serde(rename = "actor")]
        _actor: Option<String>,
        signal: String,
    },
    Faults {
        rules: Vec<Rule>,
    },
    Phase {
        step: String,
    },
    ProviderFailsOnce {
        resource: String,
        mode: FailureMode,
    },
    DeleteOutsideTerraform {
        resource: String,
    },
    DeleteStateBlob {},
    OverwriteStateBlob {
        content: String,
    },
    WriteFile {
        actor: String,
        path: String,
        serial: u64,
        lineage: String,
        resources: Vec<String>,
    },
    AzLeaseBreak {
        #[serde(deserialize_with = "seconds")]
        period: SimDuration,
    },
    ErroredTfstateNotWritable {
        actor: Option<String>,
    },
    #[serde(untagged)]
    Object(ObjectHand),
    #[serde(untagged)]
    Hand(Hand),
}

/// What the provider logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CloudEvent {
    CreateStart,
    Created,
    UpdateStart,
    Updated,
    DeleteStart,
    Deleted,
}

/// How the provider fails once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailureMode {
    Before,
    After,
    AfterLost,
}

/// A fault rule of the proxy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// One request or several.
    pub(crate) op: Value,
    pub(crate) step: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) nth: Option<u64>,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    pub(crate) action: FaultAction,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<Value>,
    #[serde(default, deserialize_with = "milliseconds")]
    pub(crate) delay: Option<u64>,
    /// What only the rules for other backends' requests say.
    pub(crate) how: Option<Value>,
    pub(crate) server: Option<Value>,
    /// pg: the text of the error.
    pub(crate) message: Option<String>,
    pub(crate) severity: Option<Value>,
    /// HTTP: what an answered status carries.
    pub(crate) body: Option<Value>,
    pub(crate) headers: Option<Value>,
}

impl Rule {
    /// Whether it strikes requests of this name.
    pub(crate) fn names(&self, op: &str) -> bool {
        match &self.op {
            Value::String(one) => one == op || one == "*",
            Value::Array(several) => several.iter().any(|one| one == op),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        }
    }
}

/// What a fault rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultAction {
    DropRequest,
    DropResponse,
    Status,
    Hang,
    DelayRequest,
    DelayResponse,
}

/// What came of a command, or of `az storage blob lease break`, which has no exit code.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StepRecord {
    pub(crate) actor: Option<String>,
    pub(crate) step: String,
    pub(crate) command: Option<String>,
    pub(crate) exit_code: Option<i64>,
    pub(crate) plan: Option<CountsRecord>,
    pub(crate) applied: Option<CountsRecord>,
    #[serde(default)]
    pub(crate) errors: Vec<String>,
    #[serde(default)]
    pub(crate) codes_shown: Vec<String>,
    /// The ID that stands under "Lock Info:".
    pub(crate) lock_info_shown: Option<String>,
    /// HTTP: the holder's ID in the message.
    pub(crate) holder_shown: Option<String>,
    pub(crate) after: AfterRecord,
}

/// Counts as Terraform prints them.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct CountsRecord {
    pub(crate) add: u32,
    pub(crate) change: u32,
    pub(crate) destroy: u32,
}

/// What there was to see when a command had exited.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AfterRecord {
    pub(crate) cloud: Vec<String>,
    pub(crate) remote: Option<StateRecord>,
    pub(crate) errored_tfstate: Option<StateRecord>,
    pub(crate) lease: Option<LeaseRecord>,
    pub(crate) lock_metadata: Option<bool>,
    /// Local: the lock; null where there is none.
    pub(crate) lock: Option<LockRecord>,
    /// Local: the backup; null where there is none that can be read.
    pub(crate) backup: Option<Value>,
    /// S3: what stands where the state should be.
    pub(crate) state_object: Option<String>,
    /// `unreadable`: the state is there and is no state.
    pub(crate) err: Option<String>,
}

/// The lock of a local state.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LockRecord {
    /// Whether a process holds the lock of the kernel.
    #[serde(default)]
    pub(crate) held: bool,
    /// Whether there is lock info.
    #[serde(default)]
    pub(crate) info: bool,
    pub(crate) id: Option<String>,
    pub(crate) operation: Option<String>,
    /// pg: the keys that are locked, and whose session has them.
    pub(crate) keys: Option<Vec<KeyRecord>>,
    /// S3: the lock object.
    pub(crate) lockfile: Option<Value>,
    /// S3: the lock item.
    pub(crate) dynamodb: Option<Value>,
    /// S3: how the digest stands to the state object.
    pub(crate) digest: Option<String>,
}

/// A state, in the cloud or in a working directory.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StateRecord {
    pub(crate) serial: u64,
    #[serde(default)]
    pub(crate) lineage: Option<String>,
    #[serde(default)]
    pub(crate) resources: Vec<String>,
}

/// The lease as its headers say.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LeaseRecord {
    pub(crate) state: Option<String>,
}

/// A request that reached the proxy.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RequestRecord {
    pub(crate) ms: Option<u64>,
    /// The label that was current when the request was sent.
    pub(crate) step: String,
    pub(crate) actor: String,
    pub(crate) op: String,
    pub(crate) lease: Option<String>,
    /// HTTP: the lock's ID behind the address (`?ID=`).
    pub(crate) id: Option<String>,
    pub(crate) serial: Option<u64>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    /// Gcs: the generation that the request is meant for; 0 where there must be none.
    pub(crate) if_generation_match: Option<Value>,
    /// S3: that there must be no object.
    pub(crate) if_none_match: Option<Value>,
    /// S3: the same of an item.
    pub(crate) condition: Option<Value>,
    /// Gcs: the one that it made.
    pub(crate) generation: Option<String>,
    /// S3: the attempt of the SDK, from 1.
    pub(crate) attempt: Option<u32>,
    /// pg: what the proxy did to it. What it did not let through has no serial.
    pub(crate) fault: Option<String>,
    #[serde(default)]
    pub(crate) go_repeat: bool,
    /// HTTP: whether an unlock says nothing of the lock.
    #[serde(default)]
    pub(crate) empty_body: bool,
}

/// JSON objects have no order for `serde_json`; resources keep that of the file.
impl<'de> Deserialize<'de> for Resources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Resources;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("resources by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Resources, A::Error> {
        let mut resources = Vec::new();
        while let Some(entry) = map.next_entry()? {
            resources.push(entry);
        }
        Ok(Resources(resources))
    }
}
