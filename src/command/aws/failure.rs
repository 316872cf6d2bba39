//! What the AWS CLI writes to standard error when it fails, and its exit status: 1 of `aws s3`, 254
//! where a service refused, 255 where nothing came of it, 252 for wrong usage.

use super::{AwsAction, uri};
use crate::command::CommandError;
use crate::command::failure::Failure;
use crate::service::aws::Refusal;
use crate::terraform::backend::s3::{BUCKET, TABLE};

/// The service refused.
pub fn refused(action: &AwsAction, refusal: Refusal) -> Failure {
    let operation = action.operation();
    // A head's answer has no body: its status is all that is known.
    let is_head = operation == "HeadObject";
    let (code, text) = match (is_head, refusal.http_status()) {
        (true, 404) => ("404".to_owned(), "Not Found"),
        (true, 403) => ("403".to_owned(), "Forbidden"),
        (true, 400) => ("400".to_owned(), "Bad Request"),
        _ => (refusal.code().to_owned(), refusal.text()),
    };
    let mut text = text.to_owned();
    if let (AwsAction::Download { key, .. }, 404) = (action, refusal.http_status()) {
        text = format!("Key \"{}\" does not exist", key.name());
    }
    let line = format!("An error occurred ({code}) when calling the {operation} operation: {text}");
    match action {
        AwsAction::Download { .. } => one(format!("fatal error: {line}"), 1),
        AwsAction::Upload { file, key } => one(
            format!("upload failed: ./{file} to {} {line}", uri(*key)),
            1,
        ),
        AwsAction::Rm(key) => one(format!("delete failed: {} {line}", uri(*key)), 1),
        AwsAction::Ls { .. }
        | AwsAction::HeadObject { .. }
        | AwsAction::GetObject { .. }
        | AwsAction::DeleteObject { .. }
        | AwsAction::ListObjectVersions { .. }
        | AwsAction::GetItem(_)
        | AwsAction::DeleteItem(_)
        | AwsAction::PutItem { .. } => one(line, 254),
    }
}

/// The connection was reset.
pub fn reset(action: &AwsAction) -> Failure {
    let url = match action {
        AwsAction::GetItem(_) | AwsAction::DeleteItem(_) | AwsAction::PutItem { .. } => {
            format!("https://dynamodb.eu-central-1.amazonaws.com/{TABLE}")
        }
        AwsAction::Download { .. }
        | AwsAction::Upload { .. }
        | AwsAction::Ls { .. }
        | AwsAction::Rm(_)
        | AwsAction::HeadObject { .. }
        | AwsAction::GetObject { .. }
        | AwsAction::DeleteObject { .. }
        | AwsAction::ListObjectVersions { .. } => {
            format!("https://{BUCKET}.s3.eu-central-1.amazonaws.com/")
        }
    };
    let line = format!(
        "Connection was closed before we received a valid response from endpoint URL: \"{url}\"."
    );
    if action.is_high_level() {
        one(format!("fatal error: {line}"), 1)
    } else {
        one(line, 255)
    }
}

/// A local file that is to be uploaded is not there.
pub fn no_such_file(file: &str) -> Failure {
    one(
        format!("The user-provided path {file} does not exist."),
        255,
    )
}

/// A download can't be written.
pub fn not_written(action: &AwsAction, file: &str, error: &str) -> Failure {
    if let AwsAction::Download { key, .. } = action {
        let line = format!("download failed: {} to ./{file} {error}", uri(*key));
        return one(line, 1);
    }
    one(format!("{error}: '{file}'"), 255)
}

/// A query that can't be applied.
pub fn not_queried(query: &str, error: &str) -> Failure {
    one(format!("Bad value for --query {query}: {error}"), 252)
}

/// What the CLI says of wrong usage, and its exit status; `None` where the command is right and the
/// model lacks what it asks for.
pub fn usage(error: &CommandError) -> Option<Failure> {
    let message = &error.message;
    (!message.starts_with("the model")).then(|| one(format!("aws: error: {message}"), 252))
}

const fn one(text: String, exit: u8) -> Failure {
    Failure { text, exit }
}
