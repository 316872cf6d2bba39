//! `curl` to the HTTP state server: what a command asks for, and what it says.

use super::failure::Failure;
use std::sync::Arc;

/// `curl …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlCommand {
    /// `-X`
    pub method: Method,
    /// Which of the server's addresses.
    pub to: Place,
    /// `?ID=`
    pub id: Option<Arc<str>>,
    /// `-d`, `--data`, `--data-binary`
    pub data: Option<Data>,
    /// `-o`: the file that gets the body.
    pub file: Option<Arc<str>>,
    /// Whether the status is printed (`-i`).
    pub shows_status: bool,
    /// Whether a status from 400 on is an error (`-f`).
    pub fails: bool,
}

/// A method that the server may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// `LOCK`
    Lock,
    /// `UNLOCK`
    Unlock,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 6] = [
        Self::Get,
        Self::Post,
        Self::Put,
        Self::Delete,
        Self::Lock,
        Self::Unlock,
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Lock => "LOCK",
            Self::Unlock => "UNLOCK",
        }
    }
}

/// An address of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The state's.
    State,
    /// `/lock` below it.
    Lock,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// The text itself.
    Text(Arc<str>),
    /// `@FILE`
    File(Arc<str>),
}

/// With `-f`: the server answered with such a status.
pub fn refused(status: u16) -> Failure {
    Failure {
        text: format!("curl: (22) The requested URL returned error: {status}"),
        exit: 22,
    }
}

/// The connection was lost.
pub fn lost() -> Failure {
    Failure {
        text: "curl: (52) Empty reply from server".to_owned(),
        exit: 52,
    }
}

/// A file to send is not there.
pub fn no_such_file(file: &str) -> Failure {
    Failure {
        text: format!("curl: (26) Failed to open/read local data from file {file}"),
        exit: 26,
    }
}

/// A file can't be written.
pub fn not_written(file: &str) -> Failure {
    Failure {
        text: format!("curl: (23) Failure writing output to destination {file}"),
        exit: 23,
    }
}
