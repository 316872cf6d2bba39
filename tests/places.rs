//! Where state lives, for random wrecks: the same wreck on every backend, with that backend's own
//! requests, answers, hands and tools.
//!
//! A wreck is drawn for azurerm, and translated: what only azurerm has is drawn once more from what
//! the other place has, from a random stream of its own. So a number gives the same wreck of azurerm
//! whatever is added here.

use leaselab::kernel::{Seed, Stream};
use serde_json::{Map, Value, json};

/// A place, by the word that scenarios have for it.
pub(crate) use leaselab::scenario::BackendPreset as Place;

/// The lines of a tool.
type Lines = &'static [&'static str];

const AWS: Lines = &[
    "aws s3 ls s3://tfstate/",
    "aws s3 cp s3://tfstate/terraform.tfstate kept.tfstate",
    "aws s3 cp kept.tfstate s3://tfstate/terraform.tfstate",
    "aws s3 cp errored.tfstate s3://tfstate/terraform.tfstate",
    "aws s3 rm s3://tfstate/terraform.tfstate",
    "aws s3 rm s3://tfstate/terraform.tfstate.tflock",
];
const DYNAMODB: Lines = &[
    "aws dynamodb get-item --table-name tflock --key '{\"LockID\":{\"S\":\"tfstate/terraform.tfstate\"}}'",
    "aws dynamodb delete-item --table-name tflock --key '{\"LockID\":{\"S\":\"tfstate/terraform.tfstate\"}}'",
    "aws dynamodb delete-item --table-name tflock --key '{\"LockID\":{\"S\":\"tfstate/terraform.tfstate-md5\"}}'",
    "aws s3 cp s3://tfstate/terraform.tfstate kept.tfstate",
    "aws s3 rm s3://tfstate/terraform.tfstate",
    "aws s3 cp kept.tfstate s3://tfstate/terraform.tfstate",
];
const GCLOUD: Lines = &[
    "gcloud storage ls -a gs://tfstate/",
    "gcloud storage cp gs://tfstate/default.tfstate kept.tfstate",
    "gcloud storage cp kept.tfstate gs://tfstate/default.tfstate",
    "gcloud storage cp errored.tfstate gs://tfstate/default.tfstate",
    "gcloud storage rm gs://tfstate/default.tfstate",
    "gcloud storage rm gs://tfstate/default.tflock",
];
const PSQL: Lines = &[
    "psql -c \"SELECT pid, classid, objid FROM pg_locks WHERE locktype = 'advisory'\"",
    "psql -c \"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'\"",
    "psql -c \"SELECT pg_terminate_backend(4711)\"",
    "psql -c \"SELECT pg_terminate_backend(4712)\"",
];
const CURL: Lines = &[
    "curl https://state.example.com/terraform.tfstate",
    "curl -o kept.tfstate https://state.example.com/terraform.tfstate",
    "curl -X POST -d @kept.tfstate https://state.example.com/terraform.tfstate",
    "curl -X POST -d @errored.tfstate https://state.example.com/terraform.tfstate",
    "curl -X DELETE https://state.example.com/terraform.tfstate",
    "curl -X UNLOCK https://state.example.com/terraform.tfstate",
    "curl -X DELETE https://state.example.com/terraform.tfstate/lock",
];
const FILES: Lines = &[
    "ls",
    "cp terraform.tfstate kept.tfstate",
    "cp kept.tfstate terraform.tfstate",
    "cp terraform.tfstate.backup terraform.tfstate",
    "rm -f terraform.tfstate",
    "rm -f .terraform.tfstate.lock.info",
];

/// What is drawn for a place.
pub(crate) trait Drawn: Copy {
    fn others() -> Vec<Self>;
    fn has_object(self) -> bool;
    fn has_item(self) -> bool;
    fn is_s3(self) -> bool;
    fn is_http(self) -> bool;
    fn is_bucket(self) -> bool;
    fn requests(self) -> Vec<&'static str>;
    fn effects(self) -> Vec<Value>;
    fn hands(self, keeps_versions: bool) -> Vec<Value>;
    fn frees(self) -> Value;
    fn tool(self) -> Lines;
    fn own_options(self) -> Vec<Value>;
}

impl Drawn for Place {
    /// All places but azurerm, or the one that `LEASELAB_PLACE` names.
    fn others() -> Vec<Self> {
        let given = std::env::var("LEASELAB_PLACE").ok();
        let is_asked = |place: &Self| given.as_deref().is_none_or(|word| word == place.word());
        let others = Self::ALL.into_iter().skip(1);
        others.filter(is_asked).collect()
    }

    fn has_object(self) -> bool {
        matches!(self, Self::S3 | Self::S3Both)
    }

    fn has_item(self) -> bool {
        matches!(self, Self::S3Table | Self::S3Both)
    }

    fn is_s3(self) -> bool {
        self.has_object() || self.has_item()
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::HttpFenced | Self::Gitlab)
    }

    /// Whether its bucket can keep versions.
    fn is_bucket(self) -> bool {
        self.is_s3() || matches!(self, Self::Gcs)
    }

    /// The names of its requests, those that every backend has among them.
    fn requests(self) -> Vec<&'static str> {
        let mut all = match self {
            Self::Local => return vec!["any", "save", "read"],
            Self::Azurerm | Self::S3 | Self::S3Table | Self::S3Both => {
                vec!["list", "head_state", "get_state", "put_state", "put_state"]
            }
            Self::Gcs => vec![
                "list",
                "get_state",
                "attrs_state",
                "put_state",
                "put_lock",
                "get_lock",
                "delete_lock",
            ],
            Self::Pg => vec![
                "connect",
                "list",
                "try_lock",
                "try_lock_create",
                "select_state",
                "upsert_state",
                "upsert_state",
                "unlock",
                "unlock_create",
            ],
            Self::Http | Self::HttpFenced | Self::Gitlab => vec!["get", "put_state", "lock"],
        };
        if self.has_object() {
            all.extend(["put_lock", "get_lock", "delete_lock"]);
        }
        if self.has_item() {
            all.extend([
                "ddb_put_lock",
                "ddb_get_lock",
                "ddb_delete_lock",
                "ddb_get_digest",
                "ddb_put_digest",
            ]);
        }
        all.extend(["any", "read", "save", "lock", "unlock"]);
        all
    }

    /// What becomes of a request.
    fn effects(self) -> Vec<Value> {
        let answers: Lines = match self {
            Self::Azurerm | Self::Local => &[],
            Self::S3 | Self::S3Table | Self::S3Both => &[
                "403 AccessDenied",
                "503 SlowDown",
                "500 InternalError",
                "404 NoSuchKey",
                "409 ConditionalRequestConflict",
                "412 PreconditionFailed",
                "429 TooManyRequests",
                "400 ProvisionedThroughputExceededException",
                "400 AccessDeniedException",
            ],
            Self::Gcs => &[
                "403 forbidden",
                "503 backendError",
                "429 rateLimitExceeded",
                "404 notFound",
                "412 conditionNotMet",
                "408 uploadBrokenConnection",
            ],
            Self::Pg => &[
                "ERROR 42501",
                "ERROR 40001",
                "ERROR 53100",
                "ERROR 25006",
                "FATAL 57P01",
                "FATAL 53300",
            ],
            Self::Http | Self::HttpFenced | Self::Gitlab => &[
                "403 Forbidden",
                "503 ServiceUnavailable",
                "500 InternalServerError",
                "404 NotFound",
                "409 Conflict",
                "423 Locked",
                "204 NoContent",
            ],
        };
        let mut effects = vec![
            json!({ "lose": "request" }),
            json!({ "lose": "answer" }),
            json!({ "lose": "answer" }),
            json!({ "hang": true }),
            json!({ "delay": { "answer": "6s" } }),
            json!({ "delay": { "request": "3s" } }),
        ];
        effects.extend(answers.iter().map(|answer| json!({ "answer": answer })));
        if self == Self::Pg {
            for connection in ["closed", "reset", "half_open", "half_open_reset"] {
                effects.push(json!({ "lose": "answer", "connection": connection }));
            }
        }
        effects
    }

    /// Hands on the state and on what locks it.
    fn hands(self, keeps_versions: bool) -> Vec<Value> {
        let id = "11111111-2222-3333-4444-555555555555";
        let mut hands = vec![
            json!("delete"),
            json!("empty"),
            json!({ "content": "garbage" }),
        ];
        if self.is_bucket() && keeps_versions {
            hands.extend([json!({ "restore": 1 }), json!({ "restore": 2 })]);
        }
        if self.has_object() || self == Self::Gcs || self.is_http() {
            hands.extend([
                json!({ "lock_info": "remove" }),
                json!({ "lock_info": { "id": id } }),
                json!({ "lock_info": { "content": "" } }),
                json!({ "lock_info": { "content": "<html>" } }),
            ]);
        }
        if self.has_item() {
            hands.extend([
                json!({ "lock_item": "remove" }),
                json!({ "lock_item": { "id": id } }),
                json!({ "lock_item": { "content": "garbage" } }),
                json!({ "digest": "remove" }),
                json!({ "digest": "fitting" }),
                json!({ "digest": { "content": "00000000000000000000000000000000" } }),
            ]);
        }
        if self == Self::Pg {
            hands.extend([json!("end_session"), json!("restart")]);
            for word in [
                "closed",
                "reset",
                "half_open",
                "half_open_reset",
                "blackhole",
            ] {
                hands.push(json!({ "connections": { "change": word } }));
                hands.push(json!({ "connections": { "change": word, "of": "alice" } }));
            }
        }
        if self == Self::Local {
            hands.extend([
                json!({ "disk": "full" }),
                json!({ "access": "read_only" }),
                json!({ "lock_info": "remove" }),
                json!({ "lock_info": { "id": "left" } }),
            ]);
        }
        hands
    }

    /// What frees the lock by hand, whoever has it.
    fn frees(self) -> Value {
        match self {
            Self::Azurerm | Self::Local => json!({ "note": "no lock to free" }),
            Self::S3Table => json!({ "store": { "lock_item": "remove" } }),
            Self::S3 | Self::S3Both | Self::Gcs => json!({ "store": { "lock_info": "remove" } }),
            Self::Http | Self::HttpFenced | Self::Gitlab => {
                json!({ "store": { "lock_info": "remove" } })
            }
            Self::Pg => json!({ "store": "end_session" }),
        }
    }

    /// What its own tool is told.
    fn tool(self) -> Lines {
        match self {
            Self::Azurerm => &[],
            Self::S3 => AWS,
            Self::S3Table | Self::S3Both => DYNAMODB,
            Self::Gcs => GCLOUD,
            Self::Pg => PSQL,
            Self::Http | Self::HttpFenced | Self::Gitlab => CURL,
            Self::Local => FILES,
        }
    }

    /// How some operators' configurations differ from the others'.
    fn own_options(self) -> Vec<Value> {
        match self {
            Self::S3 | Self::S3Table | Self::S3Both => vec![
                json!({ "use_lockfile": true }),
                json!({ "use_lockfile": false, "dynamodb_table": "tflock" }),
                json!({ "use_lockfile": true, "dynamodb_table": "tflock" }),
            ],
            Self::Http | Self::HttpFenced | Self::Gitlab => vec![
                json!({ "lock_address": "none" }),
                json!({ "unlock_address": "none" }),
                json!({ "update_method": "PUT", "retry_max": 1 }),
            ],
            Self::Azurerm | Self::Gcs | Self::Pg | Self::Local => Vec::new(),
        }
    }
}

/// Translates a wreck.
struct Translator {
    place: Place,
    stream: Stream,
    keeps_versions: bool,
}

impl Translator {
    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let position = self.stream.below(u64::try_from(list.len()).unwrap());
        list[usize::try_from(position).unwrap()].clone()
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.stream.below(n) == 0
    }

    /// A rule with the same place in the story, and of this place's requests.
    fn rule(&mut self, rule: &mut Value) {
        if rule.get("request").is_none() {
            return;
        }
        let place = self.place;
        let fields = rule.as_object_mut().unwrap();
        fields.retain(|key, _| ["nth", "chance", "of"].contains(&key.as_str()));
        fields.insert("request".to_owned(), json!(self.pick(&place.requests())));
        let effect = self.pick(&place.effects());
        fields.extend(effect.as_object().unwrap().clone());
    }

    fn verb(&mut self, step: &mut Map<String, Value>) {
        let place = self.place;
        if let Some(hand) = step.remove("blob") {
            let frees = hand.get("break_lease").is_some_and(|period| period == "0s");
            let hand = if frees {
                place.frees()
            } else {
                json!({ "store": self.pick(&place.hands(self.keeps_versions)) })
            };
            step.extend(hand.as_object().unwrap().clone());
        } else if step.get("store").is_some() {
            step["store"] = self.pick(&place.hands(self.keeps_versions));
        }
        for verb in ["cut", "blackhole", "heal"] {
            if let Some(link) = step.get_mut(verb) {
                let peer = if place == Place::Local {
                    "cloud"
                } else {
                    "state"
                };
                *link = json!(link.as_str().unwrap().replace("blob", peer));
            }
        }
        if let Some(credentials) = step.get_mut("credentials") {
            for (_, peers) in credentials.as_object_mut().unwrap() {
                let peers = peers.as_object_mut().unwrap();
                match (peers.remove("blob"), place) {
                    (Some(word), Place::Local) => {
                        peers.entry("cloud").or_insert(word);
                    }
                    (Some(word), _) => {
                        peers.insert("state".to_owned(), word);
                    }
                    (None, _) => {}
                }
            }
        }
        for rule in step
            .get_mut("faults")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            self.rule(rule);
        }
        if let Some(line) = step.get("run").and_then(Value::as_str)
            && line.starts_with("az ")
        {
            step["run"] = json!(self.pick(place.tool()));
        }
    }

    fn step(&mut self, step: &mut Value) {
        let step = step.as_object_mut().unwrap();
        // Now and then a hand that only this place has, for one on the cloud.
        if step.contains_key("cloud") && self.one_in(2) {
            step.remove("cloud");
            step.insert("blob".to_owned(), json!("redrawn"));
        }
        self.verb(step);
    }
}

/// The wreck with this number, translated.
pub(crate) fn translate(document: &mut Value, place: Place, number: u64) {
    if place == Place::Azurerm {
        return;
    }
    let mut stream = Stream::named(Seed(number), place.word());
    let keeps_versions = place.is_bucket() && stream.below(2) == 0;
    let mut translator = Translator {
        place,
        stream,
        keeps_versions,
    };
    let was_local = document["backend"]["type"] == "local";
    let shares_directory = document["operators"]
        .as_object()
        .is_some_and(|all| all.values().any(|own| own.get("directory").is_some()));
    if !(place == Place::Local && was_local) {
        document["backend"] = if place == Place::Local && shares_directory {
            json!({ "type": "local" })
        } else {
            json!(place.word())
        };
    }
    let title = document["title"].as_str().unwrap();
    document["title"] = json!(format!("{title} on {}", place.word()));
    if let Some(client) = document.get_mut("client") {
        *client = json!("terraform");
    }
    let before = document["before"].as_object_mut().unwrap();
    before.remove("account");
    if before.remove("blob").is_some() {
        before.insert("remote".to_owned(), json!("absent"));
    }
    if keeps_versions {
        before.insert("bucket".to_owned(), json!({ "versioning": true }));
    }
    let own = place.own_options();
    if !own.is_empty() && translator.one_in(5) {
        document["operators"]["bob"]["backend"] = translator.pick(&own);
    }
    for step in document["steps"].as_array_mut().unwrap() {
        translator.step(step);
    }
}
