//! Tasks: what a command is to do, with all that it needs for it.

use std::sync::Arc;

use super::super::diagnostic::{DiagnosticKind, FileProblem};
use super::super::invocation::{Action, Approval, LockIdArgument, PlanOptions};
use super::super::names::ResourceId;
use super::super::plan::{Plan, SavedPlan};
use super::super::state::StateFile;
use super::FileContent;

/// A [task](self).
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// `init`, `workspace list`: nothing beyond the backend.
    Nothing,
    /// What takes a while once the state is read.
    Plan(Arc<Planning>),
    /// `apply FILE`
    ApplySaved {
        saved: Arc<SavedPlan>,
        parallelism: u16,
    },
    /// `force-unlock`, of the lock whose ID was typed like this.
    ForceUnlock { typed: Arc<str>, approval: Approval },
    /// `state list`
    List,
    /// `state pull`, `show`, `output`
    Print,
    /// `state show`
    PrintObject(ResourceId),
    /// `show FILE`: of a state or a plan. It needs no backend.
    PrintFile(FileContent),
    /// `state push`
    Push { file: Arc<StateFile>, force: bool },
    /// `state rm`
    Remove {
        resources: Arc<[ResourceId]>,
        is_dry_run: bool,
    },
    /// `state mv`
    Move {
        from: ResourceId,
        to: ResourceId,
        is_dry_run: bool,
    },
    /// `taint`, `untaint`
    SetTainted {
        resource: ResourceId,
        is_tainted: bool,
    },
    /// It can't be done: the file is not what the command needs.
    Refuse(DiagnosticKind),
}

/// What a command does once refresh and plan have had their time.
#[derive(Debug, Clone)]
pub(super) enum Planning {
    /// `plan`
    Plan {
        options: PlanOptions,
        out: Option<Arc<str>>,
    },
    /// `apply`, `destroy`
    Apply {
        options: PlanOptions,
        approval: Approval,
    },
    /// `refresh`
    Refresh { options: PlanOptions },
    /// `import`
    Import {
        resource: ResourceId,
        object: Arc<str>,
    },
}

/// What waits for an answer at the keyboard.
#[derive(Debug, Clone)]
pub(super) enum Prompt {
    /// An apply of this plan.
    Apply { plan: Arc<Plan>, parallelism: u16 },
    /// A `force-unlock` of this lock.
    ForceUnlock { typed: Arc<str> },
}

impl Task {
    /// The task of a command. `file` is the content of the file that it names.
    pub(super) fn new(action: &Action, file: Option<FileContent>) -> Self {
        match action {
            Action::Init | Action::WorkspaceList => Self::Nothing,
            Action::Plan { options, out, .. } => Self::Plan(Arc::new(Planning::Plan {
                options: options.clone(),
                out: out.clone(),
            })),
            Action::Apply { options, approval } => Self::Plan(Arc::new(Planning::Apply {
                options: options.clone(),
                approval: *approval,
            })),
            Action::Refresh { options } => Self::Plan(Arc::new(Planning::Refresh {
                options: options.clone(),
            })),
            Action::Import { resource, object } => Self::Plan(Arc::new(Planning::Import {
                resource: *resource,
                object: Arc::clone(object),
            })),
            Action::ApplySaved {
                file: name,
                parallelism,
            } => Self::apply_saved(name, parallelism.get(), file),
            Action::ForceUnlock { id, approval } => Self::ForceUnlock {
                typed: match id {
                    LockIdArgument::Literal(text) => Arc::clone(text),
                    LockIdArgument::Placeholder => "".into(),
                },
                approval: *approval,
            },
            Action::StateShow(resource) => Self::PrintObject(*resource),
            Action::Show {
                file: Some(name), ..
            } => match file {
                Some(content @ (FileContent::State(_) | FileContent::Plan(_))) => {
                    Self::PrintFile(content)
                }
                Some(FileContent::Empty | FileContent::LockInfo(_) | FileContent::Text(_))
                | None => Self::refuse(name, FileProblem::NotShown),
            },
            Action::StateList { .. } => Self::List,
            Action::StatePull | Action::Show { file: None, .. } | Action::Output { .. } => {
                Self::Print
            }
            Action::StatePush { file: name, force } => Self::push(name, *force, file),
            Action::StateRemove {
                resources,
                is_dry_run,
            } => Self::Remove {
                resources: resources.as_slice().into(),
                is_dry_run: *is_dry_run,
            },
            Action::StateMove {
                from,
                to,
                is_dry_run,
            } => Self::Move {
                from: *from,
                to: *to,
                is_dry_run: *is_dry_run,
            },
            Action::Taint(resource) => Self::SetTainted {
                resource: *resource,
                is_tainted: true,
            },
            Action::Untaint(resource) => Self::SetTainted {
                resource: *resource,
                is_tainted: false,
            },
        }
    }

    fn refuse(file: &Arc<str>, problem: FileProblem) -> Self {
        Self::Refuse(DiagnosticKind::BadFile {
            file: Arc::clone(file),
            problem,
        })
    }

    fn apply_saved(name: &Arc<str>, parallelism: u16, file: Option<FileContent>) -> Self {
        match file {
            Some(FileContent::Plan(saved)) => Self::ApplySaved { saved, parallelism },
            Some(
                FileContent::Empty
                | FileContent::State(_)
                | FileContent::LockInfo(_)
                | FileContent::Text(_),
            )
            | None => Self::refuse(name, FileProblem::NoPlan),
        }
    }

    fn push(name: &Arc<str>, force: bool, file: Option<FileContent>) -> Self {
        match file {
            Some(FileContent::State(file)) => Self::Push { file, force },
            Some(FileContent::Empty) => Self::refuse(name, FileProblem::SourceEmpty),
            Some(FileContent::Plan(_) | FileContent::LockInfo(_) | FileContent::Text(_)) => {
                Self::refuse(name, FileProblem::SourceUnsupported)
            }
            None => Self::refuse(name, FileProblem::SourceMissing),
        }
    }
}
