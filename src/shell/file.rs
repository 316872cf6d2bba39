//! Paths, and what the file system says to a shell and to the programs that it starts.

use std::fmt;

/// A path from the root as seen from a directory, without `.`, `..` and doubled slashes.
pub fn absolute(cwd: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { cwd };
    let mut whole = String::with_capacity(from.len() + path.len() + 1);
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => whole.truncate(whole.rfind('/').unwrap_or(0)),
            _ => {
                whole.push('/');
                whole.push_str(part);
            }
        }
    }
    if whole.is_empty() {
        whole.push('/');
    }
    whole
}

/// The last part of a path.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// Why a file could not be read or changed, in the words of `strerror`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileError {
    /// `ENOENT`
    NotFound,
    /// `EISDIR`
    IsDirectory,
    /// `ENOTDIR`
    NotDirectory,
    /// `EACCES`
    PermissionDenied,
    /// `EEXIST`
    Exists,
    /// `ENOTEMPTY`
    NotEmpty,
    /// `ENOSPC`
    NoSpace,
    /// `EROFS`
    ReadOnly,
    /// `EIO`
    InputOutput,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "No such file or directory",
            Self::IsDirectory => "Is a directory",
            Self::NotDirectory => "Not a directory",
            Self::PermissionDenied => "Permission denied",
            Self::Exists => "File exists",
            Self::NotEmpty => "Directory not empty",
            Self::NoSpace => "No space left on device",
            Self::ReadOnly => "Read-only file system",
            Self::InputOutput => "Input/output error",
        })
    }
}

impl std::error::Error for FileError {}
