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
    /// The cloud, or where one looks at it.
    Cloud,
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
        "its holder", "its owner", "person", "person it names", "whoever is named there", "whoever is named in lock info", "whoever holds it", "who is named there",
        "named person", "person named", "person who holds it", "colleague who holds it",
    ]),
    (Subject::Somebody, &[
        "somebody", "someone", "anybody", "anyone", "somebody else", "someone else", "anybody else", "anyone else", "another person", "colleague", "other people",
        "agent", "build agent", "ci agent", "runner", "ci runner", "ci run", "workflow run", "pipeline job",
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
    (Subject::Cloud, &["cloud", "portal", "azure portal", "azure", "aws", "aws console", "console", "provider", "cloud's portal", "resource manager"]),
    (Subject::Object, &[
        "object", "objects", "resource", "resources", "record", "records", "something", "anything", "thing", "things", "one object", "some object", "some objects", "some resource", "some resources",
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
    (Subject::Deed(Deed::Edit), &[
        "move", "state mv", "terraform state mv", "move above", "moving", "moving it", "state rm", "terraform state rm", "untaint", "terraform untaint", "taint", "terraform taint",
    ]),
    (Subject::Deed(Deed::Init), &["init", "terraform init", "initialization"]),
    (Subject::That, &[
        "that", "this", "command", "last command", "previous command", "that command", "this command", "command above", "step above", "previous step", "this step", "that step",
        "one of commands", "one of these", "any of these", "one of them", "step",
    ]),
];

/// What a command says where an object exists already.
#[rustfmt::skip]
const COMPLAINS: &[&str] = &[
    "complains that things already exist", "complains that things exist already", "complains that something already exists", "complains that resources already exist",
    "complains that resource already exists", "complains that objects already exist", "complains that object already exists", "says that resource already exists",
    "says that things already exist", "says that something already exists", "says that object already exists", "says that objects already exist", "says already exists",
    "fails because object already exists", "fails because resource already exists", "fails because something already exists", "fails with already exists",
];

/// Who works, and how the lock info is said to name them: `job in lock info`.
#[rustfmt::skip]
const WORKERS: &[&str] = &["person", "colleague", "one", "process", "run", "job", "pipeline", "apply", "command", "operator", "user", "somebody", "someone"];
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "named there", "named in lock info", "named in error", "named in lock error", "named in message", "named by lock info", "named by error", "shown in lock info", "shown in error",
    "shown there", "in lock info", "in error", "in lock error", "from lock info", "from error", "of lock info", "listed in lock info", "lock info names", "that lock info names",
    "whom lock info names", "who is named there", "who is named in lock info", "who is named in error", "which is named in lock info", "which is named there",
];

/// What can be said of `errored.tfstate`, the lock, and so on; `true` where it is so.
#[rustfmt::skip]
const PREDICATES: &[(Subject, Said, &[&str])] = &[
    (Subject::Errored, Said::Is(Condition::ErroredExists, true), &[
        "exists", "is there", "is present", "is written", "is left", "is left behind", "is created", "is found", "exists already", "already exists", "is available", "appears",
        "is in folder", "is in this folder", "is in working folder", "is in current folder", "is in current directory", "is here", "lies here", "lies there", "lies in directory",
        "lies in folder", "is lying around", "is on disk", "turns up", "is to be found", "was written", "was left", "was left behind", "is in that directory", "is in apply's directory",
        "is around", "is in directory", "is in this directory", "is in working directory", "is saved",
    ]),
    (Subject::Errored, Said::Is(Condition::ErroredExists, false), &["is missing", "is absent", "is gone"]),
    (Subject::Lock, Said::Is(Condition::LockHeld, true), &[
        "is held", "is taken", "exists", "is there", "is present", "is locked", "is leased", "is active", "is in place", "is set", "is held by somebody", "is held by someone",
    ]),
    (Subject::Lock, Said::Is(Condition::LockHeld, false), &[
        "is free", "is released", "is available", "is gone", "is unlocked", "is removed", "is cleared", "is freed", "is held by nobody", "is not there",
    ]),
    (Subject::Lock, Said::Is(Condition::HolderGone, true), &[
        "is left behind", "is left", "is stuck", "is not released after crash", "is stale", "is orphaned", "is abandoned", "is left over", "is dead", "is leftover", "is held by dead process", "is held by dead run", "is held by killed process",
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
        "is killed", "died", "dies", "crashed", "crashes", "has crashed", "is terminated", "is canceled", "is cancelled", "is aborted", "is interrupted", "is lost", "is shut down",
        "disappeared", "has disappeared", "disappears",
    ]),
    (Subject::Somebody, Said::Is(Condition::HolderGone, true), &[
        "leaves lock", "leaves lock behind", "left lock", "left lock behind", "has left lock", "has left lock behind", "leaves stale lock", "left stale lock", "leaves orphaned lock",
        "left orphaned lock", "leaves dead lock", "leaves state locked", "left state locked",
    ]),
    (Subject::Somebody, Said::Is(Condition::ErroredExists, true), &[
        "leaves errored.tfstate", "leaves errored.tfstate behind", "left errored.tfstate", "left errored.tfstate behind", "wrote errored.tfstate", "has written errored.tfstate",
        "has left errored.tfstate", "writes errored.tfstate", "leaves errored.tfstate file", "leaves errored.tfstate file behind",
    ]),
    (Subject::Somebody, Said::Is(Condition::LockHeld, true), &["holds lock", "has lock", "is holding lock", "holds lease", "holds state lock", "has taken lock"]),
    (Subject::LockError, Said::Is(Condition::LockErrorPrinted, true), &[
        "is printed", "is shown", "is displayed", "is reported", "is there", "is found", "appears", "occurs", "is returned", "is seen", "comes", "occurred", "happened", "happens",
    ]),
    (Subject::LockId, Said::Is(Condition::LockIdPrinted, true), &[
        "is printed", "is shown", "is displayed", "is there", "appears", "is known", "is seen", "exists", "is reported", "is found", "is returned",
    ]),
    (Subject::Object, Said::Is(Condition::Unrecorded, true), &[
        "is in no state", "is not in state", "is missing from state", "is missing in state", "is not recorded", "is not in remote state", "is unrecorded", "is orphaned",
        "is unmanaged", "is unknown to state", "is not recorded in state", "is in no state file", "is in neither state", "is missing from remote state",
    ]),
    (Subject::Object, Said::Is(Condition::AlreadyExists, true), &["already exists", "exists already", "already exist", "exist already"]),
    (Subject::Plan, Said::Is(Condition::AlreadyExists, true), COMPLAINS),
    (Subject::Deed(Deed::Apply), Said::Is(Condition::AlreadyExists, true), COMPLAINS),
    (Subject::That, Said::Is(Condition::AlreadyExists, true), COMPLAINS),
    (Subject::Object, Said::Is(Condition::Tainted, true), &["is tainted", "is marked as tainted", "is marked tainted"]),
    (Subject::Object, Said::Is(Condition::TaintedWhole, true), &[
        "is tainted and whole", "is tainted but whole", "is tainted and is whole", "is tainted but is whole", "is tainted and complete", "is tainted but complete",
        "is tainted although it is whole", "is tainted though it is whole", "is tainted and works", "is tainted but works", "is tainted and fine", "is tainted but fine",
        "is tainted and healthy", "is tainted but healthy", "is tainted and it is whole", "is tainted but it is whole", "is tainted and intact", "is tainted but intact",
        "is marked as tainted and whole", "is marked as tainted but whole", "is marked as tainted and is whole", "is marked as tainted but is whole",
        "is marked as tainted although it is whole", "is marked tainted but whole", "is marked tainted but is whole",
    ]),
    (Subject::Object, Said::Is(Condition::WrongAddress, true), &[
        "is recorded under wrong address", "is under wrong address", "is recorded at wrong address", "has wrong address", "is recorded under address that is not its own",
        "is recorded under another address", "is recorded under another object's address", "is recorded under name of another", "is recorded in wrong place", "is in wrong place",
        "stands under wrong address", "is at wrong address", "is in state under wrong address", "is recorded under wrong name", "is under another address than its own",
    ]),
    (Subject::Object, Said::Is(Condition::RecordedTwice, true), &[
        "is recorded twice", "is recorded under two addresses", "is in state twice", "has two addresses", "is recorded under second address", "is recorded under several addresses",
        "is recorded under two addresses at once", "appears twice in state", "is listed twice", "is in state under two addresses", "appears twice",
    ]),
    (Subject::Object, Said::Is(Condition::InputsLost, true), &[
        "lacks inputs", "lacks inputs in state", "lacks its inputs", "lacks its inputs in state", "has lost its inputs", "lacks input", "lacks password", "has lost its password",
        "lacks its password in state", "lacks its password", "has lost input", "has lost inputs", "is recorded without its inputs", "is recorded without its password",
        "lacks password in state", "is recorded without inputs", "has no password in state", "lost its password", "lost its inputs",
    ]),
    (Subject::Object, Said::Is(Condition::Creating, true), &[
        "is being created", "is creating", "is in creation", "is being made", "is in state creating", "is in status creating", "is not finished", "is under creation",
        "is being created in cloud", "is half created",
    ]),
    (Subject::Object, Said::Is(Condition::Creating, false), &["is created", "is finished", "has been created", "is ready", "is complete"]),
    (Subject::EveryObject, Said::Is(Condition::Creating, false), &["is created", "is finished", "has been created", "is ready", "is complete"]),
    (Subject::Cloud, Said::Is(Condition::Creating, true), &[
        "is working", "is busy", "is creating", "is creating something", "is creating object", "is creating objects", "is creating resources", "creates something",
        "shows something in creating", "shows objects in creating", "shows resources in creating", "shows something that is being created", "is at work", "works",
    ]),
    (Subject::Cloud, Said::Is(Condition::Creating, false), &[
        "has finished", "is done", "finishes", "is finished", "has finished creating", "has finished object", "has finished objects", "has finished its work", "is ready",
        "shows nothing in creating", "shows nothing as creating", "shows nothing that is being created", "creates nothing", "is creating nothing", "has created object", "has created objects",
        "has finished creating object", "has finished creating objects", "has finished work", "is idle",
    ]),
    (Subject::Object, Said::Is(Condition::Gone, true), &[
        "is in state but no longer exists", "is in state but does not exist", "is in state but is gone", "is in state and is gone", "is in state and no longer exists",
        "is recorded but is gone", "is recorded but does not exist", "is recorded but no longer exists", "is recorded and gone", "is recorded but gone", "is in state but gone",
        "in state no longer exists", "in state does not exist", "in state is gone", "in state is deleted", "is in state but is deleted", "recorded in state is gone",
        "in state does not exist any more", "in state does not exist anymore", "in state is missing", "is gone but is in state", "is deleted outside terraform",
    ]),
    (Subject::State, Said::Is(Condition::Gone, true), &[
        "records something that no longer exists", "has something that no longer exists", "records what no longer exists", "has what no longer exists", "records objects that no longer exist",
        "has objects that no longer exist", "records resources that no longer exist", "has resources that no longer exist", "records something that is gone", "has something that is gone",
        "records what is gone", "has what is gone", "records objects that is gone", "has objects that is gone", "lists resources that no longer exist", "lists something that no longer exists",
        "records something that does not exist", "has something that does not exist", "lists something that is gone", "records anything that no longer exists", "has anything that no longer exists",
        "records anything that is gone", "has anything that is gone", "records resources that is gone", "has resources that is gone", "knows objects that no longer exist",
    ]),
    (Subject::State, Said::Is(Condition::Gone, false), &[
        "records nothing that no longer exists", "has nothing that no longer exists", "records nothing that is gone", "has nothing that is gone", "records nothing that does not exist",
        "lists nothing that no longer exists",
    ]),
    (Subject::EveryObject, Said::Is(Condition::WrongAddress, false), &[
        "is recorded under its own address", "is under its own address", "is recorded under right address", "has its own address", "is under right address", "has right address",
    ]),
    (Subject::EveryObject, Said::Is(Condition::Unrecorded, false), &["is in state", "is recorded", "is in remote state", "is recorded in state"]),
    (Subject::Plan, Said::Is(Condition::LockErrorPrinted, true), &[
        "complains about lock", "complains about state lock", "complains that state is locked", "says that state is locked", "is blocked by lock", "hits lock", "hangs on lock",
        "is refused because of lock", "fails because of lock", "fails because state is locked", "fails on lock", "fails to acquire lock", "fails to acquire state lock",
        "can not acquire lock", "can not acquire state lock", "can not get lock", "fails to get lock",
    ]),
    (Subject::State, Said::Is(Condition::RemoteHasMore, true), &[
        "has moved on", "has moved on in meantime", "has moved on since", "has moved on since then", "has changed in meantime", "has changed since", "has changed since then", "moved on",
    ]),
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

/// The words behind a failure: `because the serial is too old`.
pub(super) fn behind_failure(words: &[String]) -> Option<&[String]> {
    FAILS.iter().find_map(|phrase| {
        let count = phrase.split(' ').count();
        let begins = count < words.len() && phrase.split(' ').eq(&words[..count]);
        begins.then(|| &words[count..])
    })
}

/// The longest phrase for a subject with which the words begin, and how many words it has. The
/// first ones of the table win.
pub(super) fn leading(words: &[String]) -> Vec<(Subject, usize)> {
    let mut found: Vec<(Subject, usize)> = Vec::new();
    for (subject, phrases) in SUBJECTS {
        let begun = phrases.iter().filter_map(|phrase| begins(words, phrase));
        found.extend(begun.map(|count| (*subject, count)));
    }
    if let Some((worker, named)) = words.split_first()
        && WORKERS.contains(&worker.as_str())
    {
        let begun = NAMED.iter().filter_map(|phrase| begins(named, phrase));
        found.extend(begun.map(|count| (Subject::Holder, count + 1)));
    }
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found
}

/// How many words a phrase has with which the words begin.
fn begins(words: &[String], phrase: &str) -> Option<usize> {
    let parts = phrase.split(' ');
    let count = parts.clone().count();
    let begins = count <= words.len() && parts.zip(words).all(|(part, word)| part == word);
    begins.then_some(count)
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
        | Subject::EveryObject
        | Subject::Cloud => false,
    };
    if is_command && FAILS.contains(&words) {
        return Some(Said::Fails(true));
    }
    (is_command && SUCCEEDS.contains(&words)).then_some(Said::Fails(false))
}
