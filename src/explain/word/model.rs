//! Words of timelines, scenarios and results.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{Source, Topic, WORD};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "wreck",
        also: &["wrecked", "the wreck"],
        means: "The step of a scenario at which all has gone wrong that was to go wrong: from here \
            the operator whom it names mends. The table, the findings and the advice of this \
            instant are printed.",
        when: "`- { wreck: alice }`. A runbook is graded on what there is at this step.",
        advice: &[Do(
            "read the findings that stand under \"the wreck\", and what they advise, in order",
        )],
        cautions: &["do not mend before it: what comes before belongs to the story"],
        sources: &[Source::Own],
        see: &["finding", "runbook", "in sync"],
        ..WORD
    },
    Topic {
        name: "put_state",
        also: &[
            "request",
            "requests",
            "--requests",
            "list",
            "get",
            "head",
            "put_empty",
            "set_metadata",
            "lease_acquire",
            "lease_renew",
            "lease_release",
            "lease_change",
            "snapshot",
            "delete",
            "copy",
            "read",
            "save",
        ],
        means: "The name of a request to what keeps the state: read, save, lock and unlock with any \
            backend, and others that only one knows. With azurerm these are list (the container), get \
            (read the state), head (properties and lock info), put_state (save), put_empty (create \
            the blob with 0 bytes), set_metadata (write or clear the lock info), lease_acquire, \
            lease_renew, lease_release, lease_break, lease_change, snapshot, delete, undelete, copy.",
        when: "`leaselab run --requests` shows each one; `request:` of a fault rule names one.",
        advice: &[Do(
            "see which one failed: a put_state that failed may have lost a record, a get never",
        )],
        cautions: &["do not take a lost answer for a lost request: the service may have done it"],
        sources: &[
            Source::Recording("azurerm/happy_chain"),
            Source::Azure("blob-service-rest-api"),
        ],
        see: &["fault", "lease", "lock info", "saving during an apply"],
        ..WORD
    },
    Topic {
        name: "request to a bucket",
        also: &[
            "head_state",
            "get_state",
            "delete_state",
            "put_lock",
            "get_lock",
            "head_lock",
            "delete_lock",
            "ddb_put_lock",
            "ddb_get_lock",
            "ddb_delete_lock",
            "ddb_get_digest",
            "ddb_put_digest",
            "ddb_delete_digest",
        ],
        means: "With s3: list, head, get, put and delete of the state and of the lock object; to the \
            table, with ddb_ before, of the lock item and of the digest.",
        when: "`request:` of a fault rule names one. delete_state, head_lock and ddb_delete_digest are \
            sent by `aws` alone.",
        advice: &[Do(
            "see which one failed: after a lost put_lock or ddb_put_lock a lock may be left that \
             belongs to nobody; after a lost ddb_put_digest the digest is old",
        )],
        cautions: &["do not take a lost answer for a lost request: the service may have done it"],
        sources: &[Source::Recording("s3/happy_chain_B")],
        see: &["put_state", "digest_mismatch", "PreconditionFailed"],
        ..WORD
    },
    Topic {
        name: "request to Cloud Storage",
        also: &["attrs_state", "attrs_lock"],
        means: "With gcs: list, get, attrs and put of the state; put, get, attrs and delete of the \
            lock object. A put of the lock asks that there be none, a delete names its generation; \
            a put of the state asks nothing.",
        when: "`request:` of a fault rule names one. A read is get_state and then attrs_state; after a \
            lock or an unlock that failed, get_lock and attrs_lock ask whose lock it is. \
            delete_state is sent by `gcloud storage` alone.",
        advice: &[Do(
            "see which one failed: after a lost answer to put_lock a lock is left that belongs to \
             nobody; after any put_state that failed there is an errored.tfstate",
        )],
        cautions: &["do not take a lost answer for a lost request: the service may have done it"],
        sources: &[Source::Recording("gcs/commands_tour")],
        see: &["put_state", "googleapi: Error 412", "orphaned_lock"],
        ..WORD
    },
    Topic {
        name: "fault",
        also: &["faults", "rule", "fault rule"],
        means: "What a scenario lets go wrong at requests and operations: answered with an error, \
            lost on the way there or back, hanging, delayed; or failing in the cloud.",
        when: "`- faults: [ { request: put_state, lose: answer } ]`. A rule that never strikes makes \
            the replication vacuous.",
        advice: &[Do(
            "see docs/scenario-format.md for its keys; `answer` takes any code of the blob service",
        )],
        cautions: &["do not expect a rule to strike what was sent before its step"],
        sources: &[Source::Own],
        see: &["put_state", "vacuous", "cut"],
        ..WORD
    },
    Topic {
        name: "seed",
        also: &["seeds", "--seed", "--seeds", "chance"],
        means: "The number from which everything is drawn that happens by chance: IDs, order, rules \
            with a `chance`. The same scenario, seed and version give the same replication, to the \
            byte.",
        when: "`leaselab run --seed 7` replays one; `leaselab test --seeds 1000` tries many, and \
            names the one that fails.",
        advice: &[Do(
            "give the seed along with the scenario when you show it to somebody",
        )],
        cautions: &["do not compare results of different versions by their seeds"],
        sources: &[Source::Own],
        see: &["replication", "property"],
        ..WORD
    },
    Topic {
        name: "replication",
        also: &["replay", "simulation"],
        means: "One run of a scenario under one seed: a timeline of what everybody did, from the \
            first step until nothing is left to happen. Nothing real is touched.",
        when: "`leaselab run` prints one; `leaselab test` judges many.",
        advice: &[Do("replay it: leaselab run FILE")],
        cautions: &["do not read its milliseconds as measurements: they are set in `timing`"],
        sources: &[Source::Own],
        see: &["seed", "scenario", "verdict"],
        ..WORD
    },
    Topic {
        name: "scenario",
        also: &["scenarios", "yaml", "step", "steps", "note", "ask", "phase"],
        means: "A YAML file that says what there is, who types what when, what goes wrong, and what \
            is expected: `resources`, `steps`, `expect`.",
        when: "Whenever a night is to be replayed; docs/scenario-format.md has every key.",
        advice: &[Do("check it: leaselab check FILE; then: leaselab run FILE")],
        cautions: &["do not leave `expect` out of one that is to be a test: it is not judged then"],
        sources: &[Source::Own],
        see: &["wreck", "verdict", "fault"],
        ..WORD
    },
    Topic {
        name: "operator",
        also: &["operators", "alice", "bob"],
        means: "Whoever types commands, a person or a CI job: with a machine, a directory, \
            credentials and links to what keeps the state and to the cloud, each of which can fail.",
        when: "`as: alice` in a step. Those that a scenario names exist.",
        advice: &[Do("see the second column of the timeline: who did it")],
        cautions: &["do not mend from a directory that has not the errored.tfstate"],
        sources: &[Source::Own],
        see: &["scenario", "errored.tfstate"],
        ..WORD
    },
    Topic {
        name: "accepts",
        also: &[
            "accepted",
            "withdrawn",
            "withdraws",
            "creating",
            "created",
            "still creating",
            "destroying",
            "due at",
        ],
        means: "\"The cloud accepts the creation\": from now on the object comes into being, \
            whatever becomes of the process that asked for it. It exists when its time is up; a \
            cancel that is granted withdraws it. \"created\" is what Terraform says once it has \
            heard of it.",
        when: "`accepts` of a resource says when the cloud does so: at once, in mid-air or at the \
            end. In the table such an object is `creating`.",
        advice: &[
            Do("wait until it exists; then see whether anything records it"),
            Run("terraform plan"),
        ],
        cautions: &["do not create it again meanwhile: it is on its way"],
        sources: &[Source::Own],
        see: &["orphaned_object", "exit status 137"],
        ..WORD
    },
    Topic {
        name: "picture",
        also: &["pictures", "table", "state table", "observation"],
        means: "What there is to see at one instant: each resource in the cloud, in the remote state \
            and in each errored.tfstate; the lock; the findings; whether it is in sync.",
        when: "At the wreck, at each `expect`, and at the end. `expect: {}` only takes one.",
        advice: &[Do("put `- { expect: {} }` where you want to look")],
        cautions: &["do not read it as what an operator knows: nobody sees all of it"],
        sources: &[Source::Own],
        see: &["finding", "wreck", "in sync"],
        ..WORD
    },
    Topic {
        name: "finding",
        also: &["findings"],
        means: "Something that is wrong at an instant, by name and subject, with evidence, with what \
            mends it, and with what makes it worse.",
        when: "Under each table; `leaselab explain` lists all names.",
        advice: &[Do("follow the lines with `do` in their order")],
        cautions: &["do not pick a later finding first: the order is that of the mending"],
        sources: &[Source::Own],
        see: &["picture", "in sync", "orphaned_lock"],
        ..WORD
    },
    Topic {
        name: "verdict",
        also: &[
            "outcome",
            "as expected",
            "not as expected",
            "not judged",
            "expect",
            "expectation",
            "--until",
        ],
        means: "What a replication amounts to: in sync or not; and as expected, not as expected, \
            vacuous, or not judged, where nothing was expected of it or it was stopped (`--until`) \
            before anything was.",
        when: "The last line of `leaselab run`. Each `expect` counts the parts that held.",
        advice: &[Do(
            "not as expected: look at the line and column that are named, and at what there was",
        )],
        cautions: &["do not take \"as expected\" for \"in sync\": a wreck may be what is expected"],
        sources: &[Source::Own],
        see: &["in sync", "vacuous", "exit status 2"],
        ..WORD
    },
    Topic {
        name: "exit status 2",
        also: &["exit 2", "exit code 2", "detailed-exitcode"],
        means: "Of leaselab: the input is wrong, and what is wrong with it is drawn. Of `terraform \
            plan -detailed-exitcode`: there are changes to make.",
        when: "0 as expected or not judged, 1 not as expected, 2 bad input, 3 vacuous, 4 not \
            deterministic.",
        advice: &[Do(
            "mend the line that is drawn; `leaselab check` shows all mistakes at once",
        )],
        cautions: &["do not count 2 as a failed test: nothing was replayed"],
        sources: &[Source::Own, Source::Terraform("cli/commands/plan")],
        see: &["exit status 1", "vacuous"],
        ..WORD
    },
    Topic {
        name: "property",
        also: &[
            "properties",
            "always",
            "never",
            "eventually",
            "sometimes",
            "matrix",
            "parameters",
            "--set",
        ],
        means: "An expectation over time, held under every seed and in every row of a scenario's \
            matrix: `always`, `never`, `eventually`, and `sometimes` for what at least one \
            replication has to show.",
        when: "`properties:` of a scenario; `parameters:` and `matrix:` make variants of it.",
        advice: &[Do("try many: leaselab test --seeds 1000 FILE")],
        cautions: &["do not write `eventually` for what has to hold at the end: that is `expect`"],
        sources: &[Source::Own],
        see: &["verdict", "seed"],
        ..WORD
    },
    Topic {
        name: "runbook",
        also: &[
            "runbooks",
            "grade",
            "leaselab grade",
            "recovered",
            "incomplete",
            "blocked",
            "made worse",
        ],
        means: "A recovery in Markdown, of which the commands are tried on the wrecks of scenarios: \
            recovered (in sync), incomplete (something is left), blocked (a command failed or \
            nobody can go on), or made worse (something is lost that was not).",
        when: "`leaselab grade RUNBOOK.md`. docs/runbooks.md has the words that it understands.",
        advice: &[Do(
            "see the line that did the harm, and the finding that it made",
        )],
        cautions: &["do not believe a runbook that was tried on one wreck alone"],
        sources: &[Source::Own],
        see: &["wreck", "finding", "in sync"],
        ..WORD
    },
];
