//! Random wrecks: scenarios with every verb, several operators, kills, faults, hands on
//! everything, and processes that still live. The same number gives the same wreck.

use leaselab::kernel::{Seed, Stream};
use serde_json::{Map, Value, json};

/// Draws, one after the other.
struct Dice(Stream);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.below(u64::try_from(bound).unwrap())).unwrap()
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Once in `times`.
    fn happens(&mut self, times: u64) -> bool {
        self.0.below(times) == 0
    }

    fn text(&mut self, list: &[&'static str]) -> Value {
        json!(self.pick(list))
    }

    /// Some of these, perhaps none.
    fn some(&mut self, list: &[String]) -> Vec<String> {
        let mut chosen: Vec<String> = list.to_vec();
        chosen.retain(|_| self.happens(2));
        chosen
    }
}

/// What the steps of a wreck can name.
struct Cast {
    operators: Vec<&'static str>,
    /// `r0`, `r1_1`, `r1_2`, …
    labels: Vec<String>,
    /// `lab_thing.r0`, …
    addresses: Vec<String>,
    resources: Map<String, Value>,
    is_local: bool,
    runs: Vec<String>,
}

const TIMES: [&str; 7] = ["0s", "900ms", "3s", "9s", "25s", "40s", "2m"];
const PAUSES: [&str; 10] = [
    "0s", "4ms", "90ms", "130ms", "400ms", "900ms", "3s", "11s", "30s", "2m",
];
const STATE_REQUESTS: [&str; 11] = [
    "any",
    "get",
    "head",
    "put_state",
    "put_empty",
    "set_metadata",
    "lease_acquire",
    "lease_release",
    "lease_renew",
    "lease_break",
    "snapshot",
];

fn resource(dice: &mut Dice, index: usize) -> Value {
    let kinds = ["lab_thing", "lab_thing", "azurerm_subnet"];
    let mut entry = json!({
        "type": dice.pick(&kinds),
        "create": dice.pick(&TIMES),
        "update": dice.pick(&TIMES),
        "delete": dice.pick(&TIMES),
        "on_stop": dice.pick(&["finish", "cancel", "taint", "orphan"]),
        "accepts": dice.pick(&["at_start", "at_end", "create_at_start"]),
    });
    let mut set = |key: &str, value: Value| entry[key] = value;
    if dice.happens(2) {
        set("name", json!("generated"));
    }
    if dice.happens(4) {
        set("provision", dice.text(&TIMES));
    }
    if dice.happens(2) {
        set("attributes", json!({ "size": 1 + dice.below(3) }));
    }
    if dice.happens(3) {
        set("inputs", json!({ "secret": dice.pick(&["x", "w"]) }));
    }
    if dice.happens(5) {
        set("count", json!(1 + dice.below(3)));
    }
    let needs: Vec<String> = (0..index).map(|below| format!("r{below}")).collect();
    let needs = dice.some(&needs);
    if !needs.is_empty() {
        set("needs", json!(needs));
    }
    entry
}

fn cast(dice: &mut Dice) -> Cast {
    let mut resources = Map::new();
    let mut labels = Vec::new();
    let mut addresses = Vec::new();
    for index in 0..=dice.below(4) {
        let entry = resource(dice, index);
        let name = format!("r{index}");
        let own = match entry.get("count").and_then(Value::as_u64) {
            Some(count) => (1..=count)
                .map(|number| format!("{name}_{number}"))
                .collect(),
            None => vec![name.clone()],
        };
        let kind = entry["type"].as_str().unwrap();
        addresses.extend(own.iter().map(|label| format!("{kind}.{label}")));
        labels.extend(own);
        resources.insert(name, entry);
    }
    let operators = if dice.happens(4) {
        vec!["alice", "bob", "ci"]
    } else {
        vec!["alice", "bob"]
    };
    Cast {
        operators,
        labels,
        addresses,
        resources,
        is_local: dice.happens(6),
        runs: Vec::new(),
    }
}

fn client(dice: &mut Dice, is_local: bool) -> Value {
    if is_local || dice.happens(2) {
        return json!("terraform");
    }
    let base = dice.pick(&["terraform", "renewing"]);
    let mut client = json!({ "base": base });
    if dice.happens(2) {
        client["lease"] = dice.text(&["15s", "30s", "60s"]);
        client["renew_every"] = dice.text(&["5s", "7s", "20s", "50s"]);
        client["on_renewal_failure"] = dice.text(&["keep_id", "forget_id"]);
    }
    if dice.happens(3) {
        let saves = [
            json!("every_resource"),
            json!("at_end"),
            json!({ "interval": "20s" }),
        ];
        client["save"] = dice.pick(&saves);
    }
    if dice.happens(4) {
        client["force_unlock"] = dice.text(&["break", "release"]);
    }
    if dice.happens(4) {
        client["retry"] = dice.pick(&[json!("forever"), json!("never"), json!({ "attempts": 2 })]);
    }
    client
}

fn apply(dice: &mut Dice, address: &str) -> String {
    let command = dice.pick(&["apply", "apply", "apply", "destroy", "plan", "refresh"]);
    let mut line = format!("terraform {command}");
    if matches!(command, "apply" | "destroy") && !dice.happens(8) {
        line.push_str(" -auto-approve");
    }
    let mut flag = |dice: &mut Dice, times: u64, flag: String| {
        if dice.happens(times) {
            line.push_str(&flag);
        }
    };
    flag(dice, 8, " -lock=false".to_owned());
    flag(dice, 5, " -lock-timeout=40s".to_owned());
    flag(dice, 6, format!(" -target={address}"));
    flag(dice, 8, " -parallelism=1".to_owned());
    match command {
        "apply" => {
            flag(dice, 6, format!(" -replace={address}"));
            flag(dice, 9, " -refresh=false".to_owned());
        }
        "plan" => flag(dice, 3, " -out=p.tfplan".to_owned()),
        _ => {}
    }
    line
}

fn edit_of_state(dice: &mut Dice, cast: &Cast, address: &str) -> String {
    let other = dice.pick(&cast.addresses);
    let label = dice.pick(&cast.labels);
    match dice.below(9) {
        0 => format!("terraform state rm {address}"),
        1 => format!("terraform state mv {address} {other}"),
        2 => format!("terraform import {address} /things/{label}"),
        3 => format!("terraform taint {address}"),
        4 => format!("terraform untaint {address}"),
        5 => "terraform state push errored.tfstate".to_owned(),
        6 => "terraform state push -force errored.tfstate".to_owned(),
        7 => "terraform apply p.tfplan".to_owned(),
        _ => "terraform apply -refresh-only -auto-approve".to_owned(),
    }
}

fn look(dice: &mut Dice, is_local: bool) -> String {
    let mut lines = vec![
        "terraform init",
        "terraform workspace list",
        "terraform state list",
        "terraform state pull > pulled.tfstate",
        "terraform show",
        "terraform output",
        "ls",
        "cat errored.tfstate",
        "cp errored.tfstate kept.tfstate",
        "cp kept.tfstate errored.tfstate",
        "mv errored.tfstate kept.tfstate",
        "rm -f errored.tfstate",
    ];
    let blob = [
        "az storage blob show -c tfstate -n terraform.tfstate",
        "az storage blob snapshot -c tfstate -n terraform.tfstate",
        "az storage blob lease break -c tfstate -b terraform.tfstate --lease-break-period 0",
        "az storage blob lease acquire -c tfstate -b terraform.tfstate --lease-duration 15",
        "az storage blob lease acquire -c tfstate -b terraform.tfstate",
        "az storage blob lease release -c tfstate -b terraform.tfstate --lease-id <LOCK_ID>",
        "az storage blob lease renew -c tfstate -b terraform.tfstate --lease-id <LOCK_ID>",
        "az storage blob lease change -c tfstate -b terraform.tfstate --lease-id <LOCK_ID> \
         --proposed-lease-id 00000000-0000-0000-0000-0000000000aa",
        "az storage blob download -c tfstate -n terraform.tfstate --file down.tfstate",
        "az storage blob upload -c tfstate -n terraform.tfstate --file kept.tfstate --overwrite",
        "az storage blob delete -c tfstate -n terraform.tfstate",
        "az storage blob delete -c tfstate -n terraform.tfstate --delete-snapshots include",
        "az storage blob undelete -c tfstate -n terraform.tfstate",
        "az storage blob metadata update -c tfstate -n terraform.tfstate",
    ];
    if !is_local {
        lines.extend(blob);
    }
    dice.pick(&lines).to_owned()
}

fn run(dice: &mut Dice, cast: &mut Cast) -> Value {
    let who = dice.pick(&cast.operators);
    let address = dice.pick(&cast.addresses);
    let line = match dice.below(10) {
        0..=4 => apply(dice, &address),
        5 | 6 => edit_of_state(dice, cast, &address),
        7 => "terraform force-unlock -force <LOCK_ID>".to_owned(),
        _ => look(dice, cast.is_local),
    };
    let id = format!("c{}", cast.runs.len());
    cast.runs.push(id.clone());
    json!({ "run": line, "as": who, "id": id })
}

fn request_rule(dice: &mut Dice, cast: &Cast) -> Value {
    let requests: &[&str] = if cast.is_local {
        &["any", "save", "read"]
    } else {
        &STATE_REQUESTS
    };
    let mut rule = json!({ "request": dice.pick(requests) });
    let effects = [
        json!({ "lose": "request" }),
        json!({ "lose": "answer" }),
        json!({ "hang": true }),
        json!({ "delay": { "answer": "6s" } }),
        json!({ "delay": { "request": "3s" } }),
        json!({ "answer": "503 ServerBusy" }),
        json!({ "answer": "500 InternalError" }),
        json!({ "answer": "403 AuthenticationFailed" }),
        json!({ "answer": "404 BlobNotFound" }),
        json!({ "answer": "412 ConditionNotMet" }),
    ];
    let effect = dice.pick(&effects);
    rule.as_object_mut()
        .unwrap()
        .extend(effect.as_object().unwrap().clone());
    if dice.happens(2) {
        rule["nth"] = dice.text(&["1", "2", "1..2", "3..", "4"]);
    }
    if dice.happens(3) {
        rule["chance"] = dice.text(&["1/2", "1/3"]);
    }
    if dice.happens(3) {
        rule["of"] = json!(dice.pick(&cast.operators));
    }
    rule
}

fn operation_rule(dice: &mut Dice, cast: &Cast) -> Value {
    let mut rule = json!({
        "operation": dice.pick(&["create", "create", "update", "delete", "any"]),
        "fail": dice.pick(&["before", "after_with_id", "after_without_id", "crash"]),
    });
    if dice.happens(2) {
        rule["resource"] = json!(dice.pick(&cast.labels));
    }
    if dice.happens(2) {
        rule["chance"] = json!("1/2");
    } else {
        rule["nth"] = json!("1");
    }
    rule
}

fn faults(dice: &mut Dice, cast: &Cast) -> Value {
    let rules: Vec<Value> = (0..dice.below(3))
        .map(|_| match dice.below(2) {
            0 if !cast.is_local => request_rule(dice, cast),
            _ => operation_rule(dice, cast),
        })
        .collect();
    json!({ "faults": rules })
}

fn file(dice: &mut Dice, cast: &Cast) -> Value {
    let who = dice.pick(&cast.operators);
    let name = dice.pick(&["errored.tfstate", "errored.tfstate", "kept.tfstate"]);
    if dice.happens(9) {
        return json!({ "file": { "in": who, "name": name, "empty": true } });
    }
    let lineages = ["remote", "remote", "00000000-0000-0000-0000-000000000007"];
    json!({ "file": {
        "in": who,
        "name": name,
        "serial": dice.pick(&[0, 1, 2, 3, 5, 9, 80]),
        "lineage": dice.pick(&lineages),
        "resources": dice.some(&cast.labels),
    } })
}

fn edit(dice: &mut Dice, cast: &Cast) -> Value {
    let mut resources = cast.resources.clone();
    let dropped = format!("r{}", dice.below(cast.resources.len()));
    match dice.below(3) {
        // Nothing that is left may need it.
        0 => {
            resources.remove(&dropped);
            for (_, entry) in &mut resources {
                if let Some(needs) = entry.get_mut("needs").and_then(Value::as_array_mut) {
                    needs.retain(|need| need.as_str() != Some(&dropped));
                }
            }
        }
        1 => resources[&dropped]["attributes"] = json!({ "size": 7 }),
        _ => resources[&dropped]["inputs"] = json!({ "secret": "z" }),
    }
    json!({ "edit": dice.pick(&cast.operators), "resources": resources })
}

fn hand(dice: &mut Dice, cast: &Cast) -> Value {
    let label = dice.pick(&cast.labels);
    let cloud = [
        json!({ "cloud": { "delete": [label] } }),
        json!({ "cloud": { "create": [label] } }),
        json!({ "cloud": { "change": { label.clone(): { "size": 9 } } } }),
    ];
    let place = if cast.is_local { "store" } else { "blob" };
    let empty = if cast.is_local { "empty" } else { "truncate" };
    let state = [
        json!({ place: "delete" }),
        json!({ place: empty }),
        json!({ place: { "content": "garbage" } }),
        json!({ place: { "restore": 1 } }),
        json!({ place: { "restore": 2 } }),
    ];
    if cast.is_local && dice.happens(2) {
        return dice.pick(&[
            json!({ "store": { "disk": "full" } }),
            json!({ "store": { "access": "read_only" } }),
            json!({ "store": { "lock_info": "remove" } }),
            json!({ "store": { "lock_info": { "id": "left" } } }),
        ]);
    }
    if !cast.is_local && dice.happens(4) {
        return json!({ "blob": { "break_lease": dice.pick(&["0s", "5s", "60s"]) } });
    }
    if dice.happens(2) {
        dice.pick(&state)
    } else {
        dice.pick(&cloud)
    }
}

/// What somebody or something does to a command that runs.
fn blow(dice: &mut Dice, cast: &Cast) -> Value {
    let who = dice.pick(&cast.operators);
    let signals = [
        "SIGINT", "SIGTERM", "SIGKILL", "SIGKILL", "SIGHUP", "SIGPIPE",
    ];
    let link = |dice: &mut Dice| {
        let peer = if cast.is_local {
            "cloud"
        } else {
            dice.pick(&["blob", "blob", "cloud"])
        };
        let arrow = dice.pick(&["<->", "<->", "->", "<-"]);
        format!("{who} {arrow} {peer}")
    };
    match dice.below(14) {
        0 | 1 => json!({ "ctrl_c": who }),
        2 | 3 => json!({ "signal": { who: dice.pick(&signals) } }),
        4 if !cast.runs.is_empty() => {
            let run = dice.pick(&cast.runs);
            json!({ "signal": { run: dice.pick(&signals) } })
        }
        4 | 5 => json!({ "cancel": { who: "github_actions" } }),
        6 | 7 => {
            let verb = dice.pick(&["cut", "blackhole"]);
            let mut step = json!({ verb: link(dice) });
            if dice.happens(2) {
                step["for"] = dice.text(&["500ms", "9s", "50s"]);
            }
            step
        }
        8 => json!({ "heal": link(dice) }),
        9 => json!({ "suspend": who }),
        10 => json!({ "resume": who }),
        11 => json!({ "disk": { who: dice.pick(&["full", "read_only", "occupied", "ok"]) } }),
        12 => {
            let field = dice.pick(&["blob", "cloud"]);
            let field = if cast.is_local { "cloud" } else { field };
            json!({ "credentials": { who: { field: dice.pick(&["expired", "valid"]) } } })
        }
        _ => json!({ "answer": { who: dice.pick(&["yes", "no"]) } }),
    }
}

fn step(dice: &mut Dice, cast: &mut Cast) -> Value {
    let mut step = match dice.below(20) {
        0..=6 => run(dice, cast),
        7..=11 => blow(dice, cast),
        12 | 13 => faults(dice, cast),
        14 => json!({ "fail_next": {
            "resource": dice.pick(&cast.labels),
            "fail": dice.pick(&["before", "after_with_id", "after_without_id", "crash"]),
        } }),
        15 => file(dice, cast),
        16 => edit(dice, cast),
        17 | 18 => hand(dice, cast),
        _ => match dice.below(4) {
            0 => json!({ "expect": {} }),
            1 => json!({ "note": "a remark" }),
            2 if !cast.runs.is_empty() => json!({ "phase": dice.pick(&cast.runs) }),
            _ => json!({ "ask": "What comes now?" }),
        },
    };
    if dice.happens(12) {
        let label = dice.pick(&cast.labels);
        step["when"] = json!(format!("{label} {}", dice.pick(&["creating", "created"])));
    }
    // Without a trigger it would wait until all have ended, which some never do.
    step["after"] = dice.text(&PAUSES);
    step
}

fn before(dice: &mut Dice, cast: &Cast) -> Value {
    let recorded = if dice.happens(2) {
        dice.some(&cast.labels)
    } else {
        Vec::new()
    };
    let mut cloud = cast.labels.clone();
    cloud.retain(|label| !recorded.contains(label) && dice.happens(4));
    if !cast.is_local && dice.happens(8) {
        return json!({ "blob": "absent", "cloud": cloud });
    }
    let serial = dice.pick(&[1, 2, 7, 60]);
    json!({ "remote": { "serial": serial, "resources": recorded }, "cloud": cloud })
}

/// How real wrecks often begin: a save that fails and somebody who goes on, a replacement that is
/// killed, an apply that is killed and tried again.
fn plot(dice: &mut Dice, cast: &mut Cast) -> Vec<Value> {
    let label = dice.pick(&cast.labels);
    let address = dice.pick(&cast.addresses);
    let (one, other) = (cast.operators[0], cast.operators[1]);
    let mut run = |line: &str, who: &str, after: &str| {
        let id = format!("c{}", cast.runs.len());
        cast.runs.push(id.clone());
        json!({ "run": line, "as": who, "id": id, "after": after })
    };
    let apply = "terraform apply -auto-approve";
    let unlock = "terraform force-unlock -force <LOCK_ID>";
    let creating = format!("{label} creating");
    let created = format!("{label} created");
    let fail = dice.pick(&["after_with_id", "after_without_id", "before"]);
    let kill = json!({ "signal": { one: "SIGKILL" } });
    let mut cut = json!({ "cut": format!("{one} <-> cloud"), "for": "50s", "after": "2s" });
    if !cast.is_local {
        cut["cut"] = json!(format!("{one} <-> blob"));
    }
    match dice.below(4) {
        0 | 1 => {
            cut["when"] = json!(creating);
            vec![
                json!({ "faults": [{ "operation": "create", "fail": fail, "chance": "1/2" }] }),
                run(apply, one, "0s"),
                cut,
                json!({ "faults": [], "after": "5m" }),
                run(unlock, other, "1s"),
                run(&format!("{apply} -target={address}"), other, "1s"),
            ]
        }
        2 => {
            let mut kill = kill;
            kill["when"] = json!(created);
            vec![run(&format!("{apply} -replace={address}"), one, "0s"), kill]
        }
        _ => {
            let mut kill = kill;
            kill["when"] = json!(creating);
            kill["after"] = dice.text(&PAUSES);
            vec![
                run(apply, one, "0s"),
                kill,
                run(unlock, other, "3m"),
                run(apply, other, "1s"),
            ]
        }
    }
}

/// The wreck with this number, as a document.
pub(super) fn wreck(number: u64) -> Value {
    let mut dice = Dice(Stream::named(Seed(number), "wreck"));
    let mut cast = cast(&mut dice);
    let mut operators = Map::new();
    for who in &cast.operators {
        let wrappers = [
            "none",
            "none",
            "none",
            "doubles_ctrl_c",
            "swallows_ctrl_c",
            "kills_on_ctrl_c",
        ];
        operators.insert(
            (*who).to_owned(),
            json!({ "wrapper": dice.pick(&wrappers) }),
        );
    }
    let shares_directory = cast.is_local && dice.happens(2);
    if shares_directory {
        for who in &cast.operators[1..] {
            operators[*who]["directory"] = json!(cast.operators[0]);
        }
    }
    let mut document = json!({
        "leaselab": 1,
        "title": format!("wreck {number}"),
        "client": client(&mut dice, cast.is_local),
        "timing": { "latency": dice.pick(&["2ms", "1ms..50ms", "1ms..400ms", "1ms..3s"]) },
        "before": before(&mut dice, &cast),
        "operators": operators,
        "resources": cast.resources,
        "limits": { "events": 500_000, "time": "4h" },
    });
    if cast.is_local {
        document["backend"] = json!({ "type": "local", "shared": !shares_directory });
    } else if dice.happens(4) {
        document["backend"] = json!({ "snapshot": true });
    }
    if !cast.is_local && dice.happens(2) {
        let account = json!({ "versioning": dice.happens(2), "soft_delete": "7d" });
        document["before"]["account"] = account;
    }
    if dice.happens(3) {
        document["start_order"] = json!("shuffled");
    }
    let mut steps = Vec::new();
    for who in cast.operators.clone() {
        // Whoever is to be struck has run something before.
        let mut first = run(&mut dice, &mut cast);
        first["as"] = json!(who);
        first["after"] = dice.text(&PAUSES);
        steps.push(first);
    }
    let mut count = 3 + dice.below(12);
    if dice.happens(3) {
        steps.extend(plot(&mut dice, &mut cast));
        count /= 3;
    }
    for _ in 0..count {
        let step = step(&mut dice, &mut cast);
        steps.push(step);
    }
    if dice.happens(3) {
        let place = dice.below(steps.len());
        let wreck = json!({ "wreck": dice.pick(&cast.operators), "after": "0s" });
        steps.insert(place, wreck);
    }
    document["steps"] = json!(steps);
    document
}
