//! What `gcloud storage` and `gsutil` write to standard error when they fail. Both exit 1, and for
//! wrong usage 2 and 1.

use super::{GcloudAction, GcloudCommand, Tool};
use crate::command::CommandError;
use crate::command::failure::Failure;
use crate::service::gcs::Refusal;

const fn one(text: String) -> Failure {
    Failure { text, exit: 1 }
}

/// Nothing is there.
pub fn nothing_there(command: &GcloudCommand) -> Failure {
    let begin = command.tool.complaint(&command.action);
    let url = command.action.url();
    one(match (command.tool, &command.action) {
        (_, GcloudAction::Ls { .. }) => format!("{begin} One or more URLs matched no objects."),
        (Tool::Gsutil, _) => format!("{begin} No URLs matched: {url}"),
        (Tool::Gcloud, _) => {
            format!("{begin} The following URLs matched no objects or files:\n-{url}")
        }
    })
}

/// The service refused.
pub fn refused(command: &GcloudCommand, refusal: Refusal) -> Failure {
    if refusal == Refusal::NotFound {
        return nothing_there(command);
    }
    let (status, text) = (refusal.http_status(), refusal.text());
    one(match command.tool {
        Tool::Gcloud => {
            let begin = command.tool.complaint(&command.action);
            format!("{begin} HTTPError {status}: {text}")
        }
        Tool::Gsutil if status == 403 => format!("AccessDeniedException: {status} {text}"),
        Tool::Gsutil if status == 412 => format!("PreconditionException: {status} {text}"),
        Tool::Gsutil => format!("ServiceException: {status} {text}"),
    })
}

/// The connection was reset.
pub fn reset(command: &GcloudCommand) -> Failure {
    one(match command.tool {
        Tool::Gcloud => format!(
            "{} Connection broken: Connection reset by peer",
            command.tool.complaint(&command.action)
        ),
        Tool::Gsutil => "ServiceException: Connection reset by peer".to_owned(),
    })
}

/// A local file that is to be uploaded is not there.
pub fn no_such_file(command: &GcloudCommand, file: &str) -> Failure {
    let begin = command.tool.complaint(&command.action);
    one(match command.tool {
        Tool::Gcloud => format!("{begin} The following URLs matched no objects or files:\n-{file}"),
        Tool::Gsutil => format!("{begin} No URLs matched: {file}"),
    })
}

/// A download can't be written.
pub fn not_written(command: &GcloudCommand, file: &str, error: &str) -> Failure {
    let begin = command.tool.complaint(&command.action);
    one(format!("{begin} {error}: '{file}'"))
}

/// What the tools say of wrong usage, and their exit status; `None` where the command is right and
/// the model lacks what it asks for.
pub fn usage(tool: Tool, error: &CommandError) -> Option<Failure> {
    let message = &error.message;
    let (text, exit) = match tool {
        Tool::Gcloud => (format!("ERROR: (gcloud.storage) {message}"), 2),
        Tool::Gsutil => (format!("CommandException: {message}"), 1),
    };
    (!message.starts_with("the model")).then_some(Failure { text, exit })
}
