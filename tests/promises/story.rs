//! Stories of two or three who work on one state, in which none, one or two things happen that may
//! break a promise.

use std::collections::BTreeSet;

use leaselab::kernel::{Seed, Stream};
use serde_json::{Value, json};

use crate::places::{Drawn as _, Place};

/// What may break a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// Somebody types `force-unlock`.
    ForceUnlock,
    /// Somebody frees the lock with the tool of the place.
    Tool,
    /// Somebody's hand frees the lock, or ends the sessions.
    Hand,
    /// The state is deleted.
    StateGone,
    /// A connection ends.
    Connection,
    /// An unlock arrives late, and its sender is dead by then.
    LateUnlock,
    /// Two configurations lock by different things.
    Mixed,
    /// Somebody applies with `-lock=false`, or has no address for a lock.
    WithoutLock,
}

use Cause::{Connection, ForceUnlock, Hand, LateUnlock, Mixed, StateGone, Tool, WithoutLock};

struct Teller {
    place: Place,
    stream: Stream,
    steps: Vec<Value>,
    runs: usize,
}

impl Teller {
    fn below(&mut self, n: u64) -> u64 {
        self.stream.below(n)
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let position = self.below(u64::try_from(list.len()).unwrap());
        list[usize::try_from(position).unwrap()].clone()
    }

    fn step(&mut self, mut step: Value) {
        let pauses = ["90ms", "700ms", "1s", "2s", "3s", "4s", "8s", "20s"];
        step["after"] = json!(self.pick(&pauses));
        self.steps.push(step);
    }

    fn run(&mut self, who: &str, line: &str) {
        let id = format!("run_{}", self.runs);
        self.runs += 1;
        self.step(json!({ "run": line, "as": who, "id": id }));
    }

    fn apply(&mut self, who: &str, is_locking: bool) {
        let lines = [
            "terraform apply -auto-approve",
            "terraform apply -auto-approve -lock-timeout=2m",
            "terraform apply -auto-approve -replace=lab_thing.r0",
            "terraform taint lab_thing.r0",
            "terraform destroy -auto-approve",
            "terraform apply -auto-approve",
        ];
        let line = self.pick(&lines);
        if is_locking {
            return self.run(who, line);
        }
        // Options stand before arguments.
        let line = line.replace(" -lock-timeout=2m", "");
        let line = line.replacen("taint", "taint -lock=false", 1);
        let is_taint = line.contains("taint");
        let option = if is_taint { "" } else { " -lock=false" };
        self.run(who, &format!("{line}{option}"));
    }

    /// Frees the lock by the tool of the place.
    fn tool(&mut self) {
        let item = "aws dynamodb delete-item --table-name tflock --key \
                    '{\"LockID\":{\"S\":\"tfstate/terraform.tfstate\"}}'";
        let object = "aws s3 rm s3://tfstate/terraform.tfstate.tflock";
        let lines: &[&str] = match self.place {
            Place::Azurerm => &[
                "az storage blob lease break -c tfstate -b terraform.tfstate \
                                 --lease-break-period 0",
            ],
            Place::S3 => &[object],
            Place::S3Table => &[item],
            Place::S3Both => &[object, item],
            Place::Gcs => &["gcloud storage rm gs://tfstate/default.tflock"],
            Place::Pg => &[
                "psql -c \"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype \
                            = 'advisory'\"",
            ],
            Place::Http | Place::HttpFenced => {
                &["curl -X UNLOCK https://state.example.com/terraform.tfstate"]
            }
            Place::Gitlab => &["curl -X DELETE https://state.example.com/terraform.tfstate/lock"],
            Place::Local => &["rm -f .terraform.tfstate.lock.info"],
        };
        for line in lines {
            self.run("ci", line);
        }
    }

    fn hand(&mut self) {
        match self.place {
            Place::Azurerm => self.step(json!({ "blob": { "break_lease": "0s" } })),
            Place::Local => self.step(json!({ "store": { "lock_info": "remove" } })),
            Place::S3Both => {
                self.step(json!({ "store": { "lock_info": "remove" } }));
                self.step(json!({ "store": { "lock_item": "remove" } }));
            }
            Place::S3
            | Place::S3Table
            | Place::Gcs
            | Place::Pg
            | Place::Http
            | Place::HttpFenced
            | Place::Gitlab => {
                let frees = self.place.frees();
                self.step(frees);
            }
        }
    }

    /// A connection ends, or what goes over it is lost for a moment.
    fn connection(&mut self) {
        let who = self.pick(&["alice", "bob"]);
        match self.place {
            Place::Local => self.step(json!({ "cut": format!("{who} <-> cloud"), "for": "700ms" })),
            Place::Pg => {
                let change = self.pick(&["closed", "reset"]);
                let change = json!({ "connections": { "change": change, "of": who } });
                self.step(json!({ "store": change }));
            }
            Place::Azurerm
            | Place::S3
            | Place::S3Table
            | Place::S3Both
            | Place::Gcs
            | Place::Http
            | Place::HttpFenced
            | Place::Gitlab => {
                self.step(json!({ "cut": format!("{who} <-> state"), "for": "700ms" }));
            }
        }
    }

    fn late_unlock(&mut self) {
        let request = match self.place {
            Place::S3 | Place::S3Both => "delete_lock",
            Place::S3Table => "ddb_delete_lock",
            Place::Azurerm
            | Place::Gcs
            | Place::Pg
            | Place::Http
            | Place::HttpFenced
            | Place::Gitlab => "unlock",
            Place::Local => return,
        };
        let rule = json!({
            "request": request, "of": "alice", "nth": "1", "delay": { "request": "12s" },
        });
        self.step(json!({ "faults": [rule] }));
    }

    fn cause(&mut self, cause: Cause) {
        match cause {
            ForceUnlock => {
                let who = self.pick(&["bob", "ci"]);
                self.run(who, "terraform force-unlock -force <LOCK_ID>");
            }
            Tool => self.tool(),
            Hand => self.hand(),
            StateGone => self.step(json!({ "store": "delete" })),
            Connection => self.connection(),
            // These hold from the beginning on.
            LateUnlock | Mixed | WithoutLock => {}
        }
    }
}

/// The other configuration of bob, where there is one.
fn mixed(place: Place) -> Option<Value> {
    match place {
        Place::S3 => Some(json!({ "use_lockfile": false, "dynamodb_table": "tflock" })),
        Place::S3Table | Place::S3Both => Some(json!({ "use_lockfile": true })),
        Place::Http | Place::HttpFenced | Place::Gitlab => Some(json!({ "lock_address": "none" })),
        Place::Azurerm | Place::Gcs | Place::Pg | Place::Local => None,
    }
}

/// What happens in a story: nothing, one thing, or two.
fn drawn(teller: &mut Teller) -> BTreeSet<Cause> {
    let mut all = vec![
        ForceUnlock,
        Tool,
        Hand,
        StateGone,
        Connection,
        LateUnlock,
        Mixed,
        WithoutLock,
    ];
    if teller.place == Place::Pg {
        all.push(Connection);
    }
    let mut causes = BTreeSet::new();
    for _ in 0..teller.pick(&[0, 1, 1, 1, 1, 2]) {
        causes.insert(teller.pick(&all));
    }
    // A late unlock alone keeps everybody out.
    if causes.contains(&LateUnlock) {
        causes.insert(ForceUnlock);
    }
    match mixed(teller.place) {
        None => {
            causes.remove(&Mixed);
        }
        // Bob works without a lock then.
        Some(_) if teller.place.is_http() => {
            if causes.contains(&Mixed) {
                causes.insert(WithoutLock);
            }
        }
        Some(_) => {}
    }
    causes
}

/// Alice begins, and the others go on, with what happens in between.
fn work(teller: &mut Teller, causes: &BTreeSet<Cause>) {
    let may_go_without = causes.contains(&WithoutLock);
    let goes_without = |teller: &mut Teller| may_go_without && teller.below(2) == 0;
    let is_without = goes_without(teller);
    teller.apply("alice", !is_without);
    let mut happen: Vec<Cause> = causes.iter().copied().collect();
    for _ in 0..3 + teller.below(4) {
        if let Some(cause) = happen.pop() {
            teller.cause(cause);
        }
        if teller.below(8) == 0 {
            let blow = teller.pick(&[
                json!({ "ctrl_c": "alice" }),
                json!({ "signal": { "alice": "SIGKILL" } }),
                json!({ "signal": { "bob": "SIGKILL" } }),
                json!({ "cloud": { "delete": ["r0"] } }),
            ]);
            teller.step(blow);
        }
        let who = teller.pick(&["alice", "bob", "bob", "bob", "ci"]);
        let is_without = goes_without(teller);
        teller.apply(who, !is_without);
    }
}

/// A story, and what happens in it that may break a promise: alice makes something that takes long,
/// and the others have short work to do meanwhile.
pub(super) fn story(place: Place, number: u64) -> (Value, BTreeSet<Cause>) {
    let mut teller = Teller {
        place,
        stream: Stream::named(Seed(number), "promise"),
        steps: Vec::new(),
        runs: 0,
    };
    let mut causes = drawn(&mut teller);
    let is_late = causes.contains(&LateUnlock);
    let slow = if is_late {
        "200ms"
    } else {
        teller.pick(&["9s", "25s", "45s", "2m"])
    };
    // Names that the cloud makes up: nobody stands in another's way but by the state.
    let quick = if is_late {
        "15s"
    } else {
        teller.pick(&["200ms", "600ms", "2s", "9s"])
    };
    let mut resources = json!({ "r0": { "create": quick, "name": "generated" } });
    let mut all = resources.clone();
    all["slow"] = json!({ "create": slow, "name": "generated" });
    if teller.below(3) == 0 {
        resources["other"] = json!({ "create": "300ms", "name": "generated" });
        all["other"] = resources["other"].clone();
    }
    for who in ["bob", "ci"] {
        // Whoever is struck must have run something.
        teller.run(who, "terraform version");
        teller
            .steps
            .push(json!({ "edit": who, "resources": resources, "after": "0s" }));
    }
    if is_late {
        teller.late_unlock();
    }
    work(&mut teller, &causes);
    let before = if teller.below(4) == 0 {
        json!({ "remote": "absent" })
    } else {
        json!({ "remote": { "serial": 4, "resources": [] } })
    };
    let mut operators = json!({ "alice": {}, "bob": {}, "ci": {} });
    if let (true, Some(own)) = (causes.contains(&Mixed), mixed(place)) {
        operators["bob"]["backend"] = own;
    }
    if place.is_http() {
        causes.remove(&Mixed);
    }
    let document = json!({
        "leaselab": 1,
        "title": format!("story {number} on {}", place.word()),
        "backend": place.word(),
        "limits": { "events": 100_000, "time": "6h" },
        "operators": operators,
        "before": before,
        "resources": all,
        "steps": teller.steps,
    });
    (document, causes)
}
