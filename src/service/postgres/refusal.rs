//! The errors of `PostgreSQL`: severity, SQLSTATE and text.
//!
//! Codes are those of `PostgreSQL`'s appendix of error codes, with the server's texts. An error of severity
//! FATAL ends the session.

use std::fmt;

/// What becomes of the session that is told an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The statement has failed; the session goes on.
    Error,
    /// The session ends.
    Fatal,
}

impl Severity {
    /// As the server writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// Writes the errors from one table: name, severity, code, text.
macro_rules! errors {
    ($( $(#[$doc:meta])* $name:ident = $severity:ident $code:literal $text:literal; )+) => {
        /// Why `PostgreSQL` does not do what it is asked. A refusal is a value of the model, not an
        /// error of the program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Refusal {
            $( $(#[$doc])* $name, )+
        }

        impl Refusal {
            /// Every refusal, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            const fn row(self) -> (Severity, &'static str, &'static str) {
                match self {
                    $( Self::$name => (Severity::$severity, $code, $text), )+
                }
            }
        }
    };
}

errors! {
    /// A right is missing.
    InsufficientPrivilege = Error "42501" "permission denied for table states";
    /// There is no such table.
    UndefinedTable = Error "42P01" "relation \"terraform_remote_state.states\" does not exist";
    /// The transaction met another one.
    SerializationFailure = Error "40001"
        "could not serialize access due to concurrent update";
    /// Two transactions wait for each other.
    DeadlockDetected = Error "40P01" "deadlock detected";
    /// The server's disk is full.
    DiskFull = Error "53100"
        "could not extend file \"base/16384/16397\": No space left on device";
    /// The server has no memory left.
    OutOfMemory = Error "53200" "out of memory";
    /// The server is a standby, or the database can only be read.
    ReadOnlySqlTransaction = Error "25006"
        "cannot execute INSERT in a read-only transaction";
    /// Somebody canceled the statement, or it took too long.
    QueryCanceled = Error "57014" "canceling statement due to statement timeout";
    /// A lock was not free in time.
    LockNotAvailable = Error "55P03" "canceling statement due to lock timeout";
    /// Something went wrong inside the server.
    InternalError = Error "XX000" "internal error";
    /// An administrator ended the session, or the server shuts down.
    AdminShutdown = Fatal "57P01" "terminating connection due to administrator command";
    /// Another session crashed, and all are ended.
    CrashShutdown = Fatal "57P02"
        "terminating connection because of crash of another server process";
    /// The server does not take sessions now.
    CannotConnectNow = Fatal "57P03" "the database system is starting up";
    /// The session was idle for too long.
    IdleSessionTimeout = Fatal "57P05"
        "terminating connection due to idle-session timeout";
    /// There are as many sessions as the server takes.
    TooManyConnections = Fatal "53300" "sorry, too many clients already";
    /// The password is another one.
    InvalidPassword = Fatal "28P01"
        "password authentication failed for user \"terraform\"";
    /// There is no database of the name.
    InvalidCatalogName = Fatal "3D000" "database \"terraform_backend\" does not exist";
}

impl Refusal {
    /// What becomes of the session.
    pub const fn severity(self) -> Severity {
        self.row().0
    }

    /// The SQLSTATE.
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// The text of the error.
    pub const fn text(self) -> &'static str {
        self.row().2
    }

    /// The refusal with this SQLSTATE, or `None` where the table has no such one.
    pub fn from_code(code: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|refusal| refusal.code() == code)
    }
}

/// Severity and SQLSTATE, as in `FATAL 57P01`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.severity().name(), self.code()))
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<String> =
            Refusal::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), Refusal::ALL.len());
    }

    #[test]
    fn a_code_is_one_refusals() {
        assert_eq!(Refusal::from_code("57P01"), Some(Refusal::AdminShutdown));
        assert_eq!(
            Refusal::from_code("42501"),
            Some(Refusal::InsufficientPrivilege)
        );
        assert_eq!(Refusal::from_code("00000"), None);
    }
}
