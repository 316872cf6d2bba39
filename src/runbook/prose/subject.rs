//! Of what a clause can speak, and what it can say of it.

use super::super::condition::{Condition, Deed};

/// Of what a clause speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Subject {
    /// `errored.tfstate`
    Errored,
    /// The lock of the state, or the lease on its blob.
    Lock,
    /// The state, or its blob.
    State,
    /// Who holds the lock.
    Holder,
    /// Anybody who may be at work.
    Somebody,
    /// What Terraform says where the lock is taken.
    LockError,
    /// The ID in it.
    LockId,
    /// Some object of the configuration.
    Object,
    /// All of them.
    EveryObject,
    /// A plan, and what it shows.
    Plan,
    /// A command above.
    Deed(Deed),
    /// The last command above: `that`.
    That,
}

/// What is said of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A condition holds, or does not hold.
    Is(Condition, bool),
    /// The command above failed, or did not.
    Fails(bool),
    /// The plan creates something that exists already.
    AddsWhatExists,
}

/// The phrases for subjects.
#[rustfmt::skip]
const SUBJECTS: &[(Subject, &[&str])] = &[
    (Subject::Errored, &[
        "errored.tfstate", "errored.tfstate file", "file errored.tfstate", "file called errored.tfstate", "file named errored.tfstate",
        "errored state", "errored state file", "rescued state", "rescued state file", "emergency state", "errored file",
        "local errored.tfstate", "./errored.tfstate",
    ]),
    (Subject::Lock, &[
        "lock", "state lock", "lease", "blob lease", "state's lock", "lock on state", "lock on blob", "lock of state", "lock on remote state",
        "lock on state blob", "lock on state file", "lease on blob", "lease on state blob", "lease of blob", "lease on state", "terraform lock", "terraform state lock",
    ]),
    (Subject::State, &[
        "state", "terraform state", "remote state", "state file", "state blob", "blob", "remote state file", "terraform state file",
    ]),
    (Subject::Holder, &[
        "holder", "holder of lock", "lock holder", "holder of lease", "lease holder", "holder of state lock", "owner", "owner of lock", "lock owner", "owner of lease",
        "process that holds lock", "run that holds lock", "job that holds lock", "apply that holds lock", "pipeline that holds lock",
        "process holding lock", "run holding lock", "job holding lock", "pipeline holding lock", "apply holding lock",
        "whoever holds lock", "who holds lock", "person who holds lock", "person holding lock", "somebody who holds lock", "one who holds lock",
        "process in lock info", "its holder", "its owner", "person", "person named there", "person named in lock info", "person in lock info", "person it names",
        "person named in error", "whoever is named there", "whoever is named in lock info", "whoever holds it", "who is named there", "named person", "person named",
        "person who holds it", "colleague who holds it", "colleague named there", "one named there", "process named there", "run named there", "job named there",
    ]),
    (Subject::Somebody, &[
        "somebody", "someone", "anybody", "anyone", "somebody else", "someone else", "anybody else", "anyone else", "another person", "colleague", "other people",
        "another process", "another run", "another job", "another pipeline", "another apply", "another terraform", "another terraform process", "other process",
        "other terraform process", "other run", "other job", "other pipeline", "other apply", "process", "run", "job", "pipeline", "terraform process", "terraform run",
        "terraform", "terraform apply", "apply", "ci job", "they", "pipeline run", "people", "running job", "living process", "running process", "running apply", "running pipeline", "running run",
    ]),
    (Subject::LockError, &[
        "lock error", "locking error", "state lock error", "error acquiring state lock", "error acquiring lock", "error about lock", "error about state lock", "lock message",
        "lock refusal", "error that state is locked", "error that lock is held", "lock failure",
    ]),
    (Subject::LockId, &[
        "lock id", "lease id", "id of lock", "lock info", "lock info block", "lock's id", "id of lease", "info about lock", "lock information",
    ]),
    (Subject::EveryObject, &[
        "every object", "all objects", "everything", "every resource", "all resources", "each object", "each resource", "all of them",
    ]),
    (Subject::Object, &[
        "object", "objects", "resource", "resources", "something", "anything", "thing", "things", "one object", "some object", "some objects", "some resource", "some resources",
        "one of objects", "one of resources", "one or more objects", "one or more resources",
    ]),
    (Subject::Plan, &[
        "plan", "terraform plan", "plan output", "output of plan", "plan above", "last plan", "new plan", "plan's output", "output of terraform plan", "that plan", "this plan",
    ]),
    (Subject::Deed(Deed::Push), &[
        "push", "state push", "terraform state push", "push above", "pushing", "pushing state", "pushing it", "pushing errored.tfstate",
    ]),
    (Subject::Deed(Deed::Apply), &["apply", "apply above", "refresh", "destroy"]),
    (Subject::Deed(Deed::Pull), &["pull", "state pull", "terraform state pull"]),
    (Subject::Deed(Deed::Unlock), &[
        "unlock", "force-unlock", "force unlock", "terraform force-unlock", "unlocking", "unlocking it", "unlocking state",
    ]),
    (Subject::Deed(Deed::Import), &["import", "terraform import", "importing", "importing it"]),
    (Subject::Deed(Deed::Init), &["init", "terraform init", "initialization"]),
    (Subject::That, &[
        "that", "this", "command", "last command", "previous command", "that command", "this command", "command above", "step above", "previous step", "this step", "that step",
        "one of commands", "one of these", "any of these", "one of them", "step",
    ]),
];

/// What can be said of `errored.tfstate`, the lock, and so on; `true` where it is so.
#[rustfmt::skip]
const PREDICATES: &[(Subject, Said, &[&str])] = &[
    (Subject::Errored, Said::Is(Condition::ErroredExists, true), &[
        "exists", "is there", "is present", "is written", "is left", "is left behind", "is created", "is found", "exists already", "already exists", "is available", "appears",
        "is around", "is in directory", "is in this directory", "is in working directory", "is saved",
    ]),
    (Subject::Errored, Said::Is(Condition::ErroredExists, false), &["is missing", "is absent", "is gone"]),
    (Subject::Errored, Said::Is(Condition::RemoteHasMore, true), &[
        "lacks something that remote state has", "lacks what remote state has", "lacks anything that remote state has", "lacks objects that remote state has",
        "lacks resources that remote state has", "lacks something that state has", "lacks what state has", "lacks anything that state has",
        "lacks objects that state has", "lacks resources that state has",
    ]),
    (Subject::Errored, Said::Is(Condition::RemoteHasMore, false), &[
        "has everything that remote state has", "records everything that remote state records", "has everything remote state has",
        "records everything remote state records", "has all that remote state has", "records all that remote state records", "has all remote state has",
        "records all remote state records", "has every object that remote state has", "records every object that remote state records",
        "has every resource that remote state has", "records every resource that remote state records", "has every record that remote state has",
        "records every record that remote state records", "has everything that is in remote state", "has everything in remote state",
        "has everything that state has", "records everything that state records", "has everything state has", "records everything state records",
        "has all that state has", "records all that state records", "has all state has", "records all state records", "has every object that state has",
        "records every object that state records", "has every resource that state has", "records every resource that state records",
        "has every record that state has", "records every record that state records", "has everything that is in state", "has everything in state",
        "lacks nothing that remote state has", "lacks nothing that state has",
    ]),
    (Subject::Errored, Said::Is(Condition::ErroredHasMore, true), &[
        "has something that remote state lacks", "has something that remote state does not have", "records something that remote state does not record",
        "has anything that remote state lacks", "has anything that remote state does not have", "records anything that remote state does not record",
        "has what remote state lacks", "has what remote state does not have", "records what remote state does not record", "has resources that remote state lacks",
        "has resources that remote state does not have", "records resources that remote state does not record", "has objects that remote state lacks",
        "has objects that remote state does not have", "records objects that remote state does not record", "has things that remote state lacks",
        "has things that remote state does not have", "records things that remote state does not record", "has more than remote state",
        "knows more than remote state", "has something that is not in remote state", "has objects that is not in remote state",
        "has resources that is not in remote state", "has something that state lacks", "has something that state does not have",
        "records something that state does not record", "has anything that state lacks", "has anything that state does not have",
        "records anything that state does not record", "has what state lacks", "has what state does not have", "records what state does not record",
        "has resources that state lacks", "has resources that state does not have", "records resources that state does not record", "has objects that state lacks",
        "has objects that state does not have", "records objects that state does not record", "has things that state lacks", "has things that state does not have",
        "records things that state does not record", "has more than state", "knows more than state", "has something that is not in state",
        "has objects that is not in state", "has resources that is not in state",
    ]),
    (Subject::Errored, Said::Is(Condition::ErroredHasMore, false), &[
        "has nothing that remote state lacks", "has nothing that remote state does not have", "records nothing that remote state lacks",
        "has nothing that is not in remote state", "records nothing that remote state does not record", "has nothing that state lacks",
        "has nothing that state does not have", "records nothing that state lacks", "has nothing that is not in state",
        "records nothing that state does not record",
    ]),
    (Subject::State, Said::Is(Condition::ErroredHasMore, true), &[
        "lacks something that errored.tfstate has", "lacks what errored.tfstate has", "lacks anything that errored.tfstate has",
        "lacks objects that errored.tfstate has", "lacks resources that errored.tfstate has", "lacks something that file has", "lacks what file has",
        "lacks anything that file has", "lacks objects that file has", "lacks resources that file has", "lacks something that errored state has",
        "lacks what errored state has", "lacks anything that errored state has", "lacks objects that errored state has", "lacks resources that errored state has",
    ]),
    (Subject::State, Said::Is(Condition::ErroredHasMore, false), &[
        "has everything that errored.tfstate has", "records everything that errored.tfstate records", "has everything errored.tfstate has",
        "records everything errored.tfstate records", "has all that errored.tfstate has", "records all that errored.tfstate records", "has all errored.tfstate has",
        "records all errored.tfstate records", "has every object that errored.tfstate has", "records every object that errored.tfstate records",
        "has every resource that errored.tfstate has", "records every resource that errored.tfstate records", "has every record that errored.tfstate has",
        "records every record that errored.tfstate records", "has everything that is in errored.tfstate", "has everything in errored.tfstate",
        "has everything that file has", "records everything that file records", "has everything file has", "records everything file records",
        "has all that file has", "records all that file records", "has all file has", "records all file records", "has every object that file has",
        "records every object that file records", "has every resource that file has", "records every resource that file records", "has every record that file has",
        "records every record that file records", "has everything that is in file", "has everything in file", "has everything that errored state has",
        "records everything that errored state records", "has everything errored state has", "records everything errored state records",
        "has all that errored state has", "records all that errored state records", "has all errored state has", "records all errored state records",
        "has every object that errored state has", "records every object that errored state records", "has every resource that errored state has",
        "records every resource that errored state records", "has every record that errored state has", "records every record that errored state records",
        "has everything that is in errored state", "has everything in errored state", "lacks nothing that errored.tfstate has", "lacks nothing that file has",
        "lacks nothing that errored state has",
    ]),
    (Subject::State, Said::Is(Condition::RemoteHasMore, true), &[
        "has something that errored.tfstate lacks", "has something that errored.tfstate does not have", "records something that errored.tfstate does not record",
        "has anything that errored.tfstate lacks", "has anything that errored.tfstate does not have", "records anything that errored.tfstate does not record",
        "has what errored.tfstate lacks", "has what errored.tfstate does not have", "records what errored.tfstate does not record",
        "has resources that errored.tfstate lacks", "has resources that errored.tfstate does not have", "records resources that errored.tfstate does not record",
        "has objects that errored.tfstate lacks", "has objects that errored.tfstate does not have", "records objects that errored.tfstate does not record",
        "has things that errored.tfstate lacks", "has things that errored.tfstate does not have", "records things that errored.tfstate does not record",
        "has more than errored.tfstate", "knows more than errored.tfstate", "has something that is not in errored.tfstate",
        "has objects that is not in errored.tfstate", "has resources that is not in errored.tfstate", "has something that file lacks",
        "has something that file does not have", "records something that file does not record", "has anything that file lacks",
        "has anything that file does not have", "records anything that file does not record", "has what file lacks", "has what file does not have",
        "records what file does not record", "has resources that file lacks", "has resources that file does not have",
        "records resources that file does not record", "has objects that file lacks", "has objects that file does not have",
        "records objects that file does not record", "has things that file lacks", "has things that file does not have", "records things that file does not record",
        "has more than file", "knows more than file", "has something that is not in file", "has objects that is not in file", "has resources that is not in file",
        "has something that errored state lacks", "has something that errored state does not have", "records something that errored state does not record",
        "has anything that errored state lacks", "has anything that errored state does not have", "records anything that errored state does not record",
        "has what errored state lacks", "has what errored state does not have", "records what errored state does not record",
        "has resources that errored state lacks", "has resources that errored state does not have", "records resources that errored state does not record",
        "has objects that errored state lacks", "has objects that errored state does not have", "records objects that errored state does not record",
        "has things that errored state lacks", "has things that errored state does not have", "records things that errored state does not record",
        "has more than errored state", "knows more than errored state", "has something that is not in errored state", "has objects that is not in errored state",
        "has resources that is not in errored state",
    ]),
    (Subject::State, Said::Is(Condition::RemoteHasMore, false), &[
        "has nothing that errored.tfstate lacks", "has nothing that errored.tfstate does not have", "records nothing that errored.tfstate lacks",
        "has nothing that is not in errored.tfstate", "records nothing that errored.tfstate does not record", "has nothing that file lacks",
        "has nothing that file does not have", "records nothing that file lacks", "has nothing that is not in file", "records nothing that file does not record",
        "has nothing that errored state lacks", "has nothing that errored state does not have", "records nothing that errored state lacks",
        "has nothing that is not in errored state", "records nothing that errored state does not record",
    ]),
    (Subject::Lock, Said::Is(Condition::LockHeld, true), &[
        "is held", "is taken", "exists", "is there", "is present", "is locked", "is leased", "is active", "is in place", "is set", "is held by somebody", "is held by someone",
    ]),
    (Subject::Lock, Said::Is(Condition::LockHeld, false), &[
        "is free", "is released", "is available", "is gone", "is unlocked", "is removed", "is cleared", "is freed", "is held by nobody", "is not there",
    ]),
    (Subject::Lock, Said::Is(Condition::HolderGone, true), &[
        "is stale", "is orphaned", "is abandoned", "is left over", "is dead", "is leftover", "is held by dead process", "is held by dead run", "is held by killed process",
    ]),
    (Subject::Lock, Said::Is(Condition::HolderAlive, true), &[
        "is held by running job", "is held by living process", "is held by running process", "is held by running run", "is held by running apply", "is held by running pipeline",
        "is held by somebody who works", "is held by somebody who is working", "is held by live process", "is held by active run", "is in use",
    ]),
    (Subject::State, Said::Is(Condition::LockHeld, true), &["is locked", "is leased", "is held", "has lock", "has lease"]),
    (Subject::State, Said::Is(Condition::LockHeld, false), &["is unlocked", "is free"]),
    (Subject::State, Said::Is(Condition::StateMissing, true), &["is missing", "is gone", "is deleted", "is absent", "is lost"]),
    (Subject::State, Said::Is(Condition::StateMissing, false), &["exists", "is there", "is present"]),
    (Subject::State, Said::Is(Condition::StateUnreadable, false), &["can be read", "is readable", "is valid", "is intact"]),
    (Subject::State, Said::Is(Condition::StateUnreadable, true), &["is unreadable", "is corrupt", "is corrupted", "is damaged", "is invalid", "is broken"]),
    (Subject::Holder, Said::Is(Condition::HolderAlive, true), &[
        "is alive", "is running", "is active", "is working", "is at work", "lives", "is living", "is busy", "works", "runs", "responds", "answers", "is in progress", "exists",
        "is there", "is around", "is running terraform", "is running apply", "is running plan", "is running terraform apply", "is running something", "is applying",
        "runs terraform", "runs apply", "is working on state", "is working on it", "is using state", "is in middle of apply", "is under way",
    ]),
    (Subject::Holder, Said::Is(Condition::HolderGone, true), &[
        "is gone", "is dead", "is killed", "has died", "died", "is stopped", "has ended", "ended", "is done", "crashed", "has crashed", "is over", "has finished", "finished",
        "has gone", "is finished", "is terminated", "has stopped", "is canceled", "is cancelled",
    ]),
    (Subject::Somebody, Said::Is(Condition::HolderAlive, true), &[
        "is working", "is at work", "is running", "is running terraform", "is running apply", "is running plan", "is running terraform apply", "is running something", "is applying",
        "works", "runs terraform", "runs apply", "is in progress", "is alive", "is active", "is", "does", "is doing so", "is working on state", "is working on it", "is busy",
        "is using state", "is in middle of apply", "is up", "is working with terraform", "is working in state", "is under way",
    ]),
    (Subject::Somebody, Said::Is(Condition::HolderAlive, false), &[
        "has finished", "is done", "has ended", "is finished", "finishes", "ends", "is over", "finished", "ended", "is dead", "is gone", "has died", "has stopped", "is stopped",
    ]),
    (Subject::Somebody, Said::Is(Condition::LockHeld, true), &["holds lock", "has lock", "is holding lock", "holds lease", "holds state lock", "has taken lock"]),
    (Subject::LockError, Said::Is(Condition::LockErrorPrinted, true), &[
        "is printed", "is shown", "is displayed", "is reported", "is there", "appears", "occurs", "is returned", "is seen", "comes", "occurred", "happened", "happens",
    ]),
    (Subject::LockId, Said::Is(Condition::LockIdPrinted, true), &[
        "is printed", "is shown", "is displayed", "is there", "appears", "is known", "is seen", "exists", "is reported",
    ]),
    (Subject::Object, Said::Is(Condition::Unrecorded, true), &[
        "is in no state", "is not in state", "is missing from state", "is missing in state", "is not recorded", "is not in remote state", "is unrecorded", "is orphaned",
        "is unmanaged", "is unknown to state", "is not recorded in state", "is in no state file", "is in neither state", "is missing from remote state",
    ]),
    (Subject::Object, Said::Is(Condition::AlreadyExists, true), &["already exists", "exists already", "already exist", "exist already"]),
    (Subject::Object, Said::Is(Condition::Tainted, true), &["is tainted", "is marked as tainted", "is marked tainted"]),
    (Subject::EveryObject, Said::Is(Condition::Unrecorded, false), &["is in state", "is recorded", "is in remote state", "is recorded in state"]),
    (Subject::Plan, Said::Is(Condition::PlanClean, true), &[
        "is clean", "shows no changes", "has no changes", "is empty", "reports no changes", "says no changes", "finds no changes", "shows nothing to do", "prints no changes",
        "shows nothing", "has nothing to do", "showed no changes", "changes nothing",
    ]),
    (Subject::Plan, Said::Is(Condition::PlanChanges, true), &[
        "shows changes", "has changes", "lists changes", "wants changes", "proposes changes", "reports changes", "finds changes", "wants to change something",
        "would change something", "showed changes", "shows differences", "is dirty",
    ]),
    (Subject::Plan, Said::Is(Condition::PlanAdds, true), &[
        "shows resources to add", "shows objects to add", "shows things to add", "shows something to add", "would add something", "would add resources", "would add objects",
        "would add things", "wants to add something", "wants to add resources", "wants to add objects", "wants to add things", "would create something", "would create resources",
        "would create objects", "would create things", "wants to create something", "wants to create resources", "wants to create objects", "wants to create things",
        "shows resources to create", "shows objects to create", "shows things to create", "shows additions", "adds resources", "creates resources", "would add", "would create",
        "wants to create", "wants to add", "adds something", "creates something",
    ]),
    (Subject::Plan, Said::Is(Condition::PlanDestroys, true), &[
        "would destroy something", "would destroy resources", "would destroy anything", "would destroy objects", "wants to destroy something", "wants to destroy resources",
        "wants to destroy anything", "wants to delete something", "wants to delete anything", "would delete something", "would delete anything", "shows resources to destroy",
        "shows objects to destroy", "shows something to destroy", "destroys something", "destroys anything", "shows deletions",
    ]),
    (Subject::Plan, Said::AddsWhatExists, &[
        "wants to create things that already exist", "wants to create objects that already exist", "wants to create resources that already exist",
        "wants to create something that already exists", "would create things that already exist", "would create objects that already exist",
        "would create resources that already exist", "would create something that already exists", "wants to create what already exists", "wants to create what exists already",
        "would create what already exists", "would create what exists already", "wants to create things that exist", "wants to create what exists", "would create what exists",
        "wants to add resources that already exist", "shows resources to add that already exist", "wants to create things that exist already", "wants to create objects that exist",
    ]),
];

/// What is said of a command that fails, and of one that does not.
#[rustfmt::skip]
const FAILS: &[&str] = &[
    "fails", "failed", "is refused", "is rejected", "has failed", "exits with error", "returns error", "goes wrong", "is denied", "errors", "errors out", "gives error",
    "ends with error", "exits with failure", "went wrong", "prints error", "shows error",
];
#[rustfmt::skip]
const SUCCEEDS: &[&str] = &[
    "succeeds", "succeeded", "works", "worked", "is accepted", "passes", "passed", "goes through", "went through", "is successful", "has succeeded", "has worked", "helps", "helped",
    "is taken",
];

/// The longest phrase for a subject with which the words begin, and how many words it has. The
/// first ones of the table win.
pub(super) fn leading(words: &[String]) -> Vec<(Subject, usize)> {
    let mut found: Vec<(Subject, usize)> = Vec::new();
    for (subject, phrases) in SUBJECTS {
        for phrase in *phrases {
            let parts = phrase.split(' ');
            let count = parts.clone().count();
            let begins = count <= words.len() && parts.zip(words).all(|(part, word)| part == word);
            if begins {
                found.push((*subject, count));
            }
        }
    }
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found
}

/// Whether the words are a phrase for a subject, and nothing else.
pub(super) fn whole(words: &[String]) -> Option<Subject> {
    let found = leading(words);
    let exact = found.iter().find(|(_, count)| *count == words.len());
    exact.map(|(subject, _)| *subject)
}

/// What the words say of a subject.
pub(super) fn said(subject: Subject, words: &str) -> Option<Said> {
    let known = PREDICATES
        .iter()
        .find(|(of, _, phrases)| *of == subject && phrases.contains(&words));
    if let Some((_, said, _)) = known {
        return Some(*said);
    }
    let is_command = match subject {
        Subject::Plan | Subject::Deed(_) | Subject::That => true,
        Subject::Errored
        | Subject::Lock
        | Subject::State
        | Subject::Holder
        | Subject::Somebody
        | Subject::LockError
        | Subject::LockId
        | Subject::Object
        | Subject::EveryObject => false,
    };
    if is_command && FAILS.contains(&words) {
        return Some(Said::Fails(true));
    }
    (is_command && SUCCEEDS.contains(&words)).then_some(Said::Fails(false))
}
