//! What a `terraform` command line asks for.

use std::num::NonZeroU16;
use std::sync::Arc;

use super::names::ResourceId;
use crate::kernel::SimDuration;

/// A `terraform` command, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What to do.
    pub action: Action,
    /// Whether, and how patiently, to lock the state.
    pub locking: Locking,
    /// Whether what it writes has colors: everywhere, unless `-no-color` is given.
    pub is_colored: bool,
}

/// `-lock` and `-lock-timeout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// Lock, and retry for `timeout` where somebody else holds the lock (default 0 s).
    Lock {
        /// How long to retry, counted from the first attempt.
        timeout: SimDuration,
    },
    /// `-lock=false`
    NoLock,
}

/// Whether a command asks before it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// `-auto-approve` or `-force`
    Given,
    /// The command waits at its prompt until it is answered.
    Asked,
}

/// What a plan is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanMode {
    /// Make the objects match the configuration.
    Normal,
    /// `-destroy`, or `terraform destroy`
    Destroy,
    /// `-refresh-only`, or `terraform refresh`
    RefreshOnly,
}

/// The options that `plan`, `apply`, `destroy` and `refresh` share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOptions {
    /// What the plan is made for.
    pub mode: PlanMode,
    /// `false` with `-refresh=false`
    pub refreshes: bool,
    /// `-target=…`: only these, and what they depend on. Empty: everything.
    pub targets: Vec<ResourceId>,
    /// `-replace=…`
    pub replace: Vec<ResourceId>,
    /// `-parallelism=…`, 10 by default.
    pub parallelism: NonZeroU16,
}

impl PlanOptions {
    /// The options of a bare command.
    pub fn new(mode: PlanMode) -> Self {
        Self {
            mode,
            refreshes: true,
            targets: Vec::new(),
            replace: Vec::new(),
            parallelism: NonZeroU16::new(10).expect("ten is not zero"),
        }
    }
}

/// How a command line names a lock ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockIdArgument {
    /// `<LOCK_ID>`: the ID in the blob's lock info when the command starts.
    Placeholder,
    /// An ID as it was typed.
    Literal(Arc<str>),
}

impl Action {
    /// The options of what plans, refreshes included.
    pub const fn plan_options(&self) -> Option<&PlanOptions> {
        match self {
            Self::Plan { options, .. }
            | Self::Apply { options, .. }
            | Self::Refresh { options } => Some(options),
            Self::Init
            | Self::WorkspaceList
            | Self::ApplySaved { .. }
            | Self::Import { .. }
            | Self::ForceUnlock { .. }
            | Self::StateList { .. }
            | Self::StateShow(_)
            | Self::StatePull
            | Self::StatePush { .. }
            | Self::StateRemove { .. }
            | Self::StateMove { .. }
            | Self::Show { .. }
            | Self::Output { .. }
            | Self::Taint(_)
            | Self::Untaint(_) => None,
        }
    }
}

impl Action {
    /// The names of the files that it reads or writes, to be changed.
    pub fn file_mut(&mut self) -> Option<&mut Arc<str>> {
        match self {
            Self::StatePush { file, .. } | Self::ApplySaved { file, .. } => Some(file),
            Self::Show { file, .. } | Self::Plan { out: file, .. } => file.as_mut(),
            Self::Init
            | Self::WorkspaceList
            | Self::Apply { .. }
            | Self::Refresh { .. }
            | Self::Import { .. }
            | Self::ForceUnlock { .. }
            | Self::StateList { .. }
            | Self::StateShow(_)
            | Self::StatePull
            | Self::StateRemove { .. }
            | Self::StateMove { .. }
            | Self::Output { .. }
            | Self::Taint(_)
            | Self::Untaint(_) => None,
        }
    }
}

/// The subcommands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `init`
    Init,
    /// `workspace list`
    WorkspaceList,
    /// `plan`
    Plan {
        /// What to plan.
        options: PlanOptions,
        /// `-out=FILE`
        out: Option<Arc<str>>,
        /// `-detailed-exitcode`: 2 where there are changes.
        is_detailed: bool,
    },
    /// `apply`, `apply -refresh-only`, `destroy`
    Apply {
        /// What to plan before applying it.
        options: PlanOptions,
        /// `-auto-approve`
        approval: Approval,
    },
    /// `apply FILE`: a saved plan.
    ApplySaved {
        /// The plan file in the working directory.
        file: Arc<str>,
        /// `-parallelism=…`
        parallelism: NonZeroU16,
    },
    /// `refresh`: refreshes and saves, without an apply.
    Refresh {
        /// Always in [`PlanMode::RefreshOnly`].
        options: PlanOptions,
    },
    /// `import ADDR ID`
    Import {
        /// The address to record the object under.
        resource: ResourceId,
        /// The object's ID as it was typed.
        object: Arc<str>,
    },
    /// `force-unlock ID`
    ForceUnlock {
        /// The lock to remove.
        id: LockIdArgument,
        /// `-force`
        approval: Approval,
    },
    /// `state list`
    StateList {
        /// `-id=ID`: only what has this ID.
        id: Option<Arc<str>>,
    },
    /// `state show ADDR`
    StateShow(ResourceId),
    /// `state pull`
    StatePull,
    /// `state push FILE`
    StatePush {
        /// The state file in the working directory.
        file: Arc<str>,
        /// `-force`: without the checks of lineage and serial.
        force: bool,
    },
    /// `state rm ADDR…`
    StateRemove {
        /// What is removed.
        resources: Vec<ResourceId>,
        /// `-dry-run`: it only says what it would remove.
        is_dry_run: bool,
    },
    /// `state mv SOURCE DESTINATION`
    StateMove {
        /// The address that the object has.
        from: ResourceId,
        /// The address that it gets.
        to: ResourceId,
        /// `-dry-run`: it only says what it would move.
        is_dry_run: bool,
    },
    /// `show`, or `show FILE` for a local state or plan file, which sends no request.
    Show {
        /// The file, if one is named.
        file: Option<Arc<str>>,
        /// `-json`
        is_json: bool,
    },
    /// `output`
    Output {
        /// `-json`
        is_json: bool,
    },
    /// `taint ADDR`
    Taint(ResourceId),
    /// `untaint ADDR`
    Untaint(ResourceId),
}
