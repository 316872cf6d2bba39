//! What az writes to standard error when it fails, and its exit status.

use super::date;
use super::document::{Origin, service_request_id};
use crate::command::CommandError;
use crate::service::azure::Refusal;

/// What a command tells of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What stands on standard error, line ends included.
    pub text: String,
    /// The exit status: 1; 3 where the service answered 404; 2 for wrong usage.
    pub exit: u8,
}

/// How a request's answer carries the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// With a body.
    Body,
    /// A Head has none: only the code in a header.
    HeaderAlone,
}

/// The service refused.
pub fn refused(refusal: Refusal, answered: Answered, origin: &Origin<'_>) -> Failure {
    let code = refusal.code();
    let text = match answered {
        Answered::Body => format!(
            "ERROR: {}\nRequestId:{}\nTime:{}\nErrorCode:{code}\n",
            refusal.text(),
            service_request_id(origin.number),
            date::exact(origin.now),
        ),
        Answered::HeaderAlone => format!(
            "ERROR: Operation returned an invalid status '{}'\nErrorCode:{code}\n",
            refusal.reason(),
        ),
    };
    let exit = if refusal.http_status() == 404 { 3 } else { 1 };
    Failure { text, exit }
}

/// An upload without `--overwrite` over a blob that exists.
pub fn not_overwritten(origin: &Origin<'_>) -> Failure {
    let mut failure = refused(Refusal::BlobAlreadyExists, Answered::Body, origin);
    failure.text.push_str(
        "If you want to overwrite the existing one, please add --overwrite in your command.\n",
    );
    failure
}

/// The connection was reset.
pub fn reset() -> Failure {
    one(
        "ERROR: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))\n"
            .to_owned(),
    )
}

/// A local file that is to be uploaded is not there.
pub fn no_such_file(file: &str) -> Failure {
    one(format!(
        "ERROR: [Errno 2] No such file or directory: '{file}'\nPlease check the file path.\n"
    ))
}

/// A download can't be written.
pub fn not_written(file: &str, error: &str) -> Failure {
    one(format!("ERROR: {error}: '{file}'\n"))
}

/// A download over a file, with `--overwrite false`.
pub fn file_exists(file: &str) -> Failure {
    one(format!(
        "ERROR: {file} already exists. Please rename existing file or use --overwrite\n"
    ))
}

fn one(text: String) -> Failure {
    Failure { text, exit: 1 }
}

/// What az says where no credentials were given, before it asks for the account's key.
pub const KEY_WARNING: &str = "WARNING: \nThere are no credentials provided in your command and \
     environment, we will query for account key for your storage account.\n";

/// The bar of progress at the end of a transfer between a file and a blob.
pub const PROGRESS: &str =
    "Finished[#############################################################]  100.0000%\n";

/// What az says of wrong usage, and its exit status; `None` where the command is right and the
/// model lacks what it asks for.
///
/// ```
/// use leaselab::command::az::failure::usage;
/// use leaselab::command::parse;
/// use leaselab::terraform::Names;
///
/// let names = Names::default();
/// let error = parse("az storage blob show -c tfstate", &names).expect_err("no --name");
/// let failure = usage(&error).expect("az refuses it");
/// assert!(failure.text.starts_with("ERROR: Please specify --blob-url"));
/// assert_eq!(failure.exit, 1);
/// let error = parse("az storage blob sync", &names).expect_err("it is not modelled");
/// assert_eq!(usage(&error), None);
/// ```
pub fn usage(error: &CommandError) -> Option<Failure> {
    let message = &error.message;
    (!message.starts_with("the model")).then(|| Failure {
        text: format!("ERROR: {message}\n"),
        exit: usage_exit(message),
    })
}

/// The exit status of wrong usage, by az's words for it: what its own checks refuse is 1, what its
/// parser refuses is 2.
pub fn usage_exit(message: &str) -> u8 {
    const CHECKED: [&str; 5] = [
        "Please specify",
        "Please provide",
        "Invalid usage:",
        "incorrect usage:",
        "Cannot pass",
    ];
    if CHECKED.iter().any(|start| message.starts_with(start)) {
        1
    } else {
        2
    }
}
