//! The shell that operators type into: syntax, and an interpreter that is a pure machine.
//!
//! [`parse`] reads bash's syntax into a [`Script`]; what is not covered is a [`SyntaxError`] that
//! names the construct at its place. [`Machine`] runs a script without doing anything itself: it
//! asks for a program to be run, a file to be read or written, time to pass ([`Request`]), and is
//! told what came of it ([`Answer`]). It is a value: cloned at any request, it is a fork of the
//! session.
//!
//! ```
//! use leaselab::shell::{self, Answer, Environment, Machine, Request, Stream};
//!
//! let script = shell::parse("echo \"$((1 + 2)) keys\"").expect("plain bash");
//! let mut machine = Machine::new(&script, Environment::default());
//! let request = machine.resume(Answer::Start);
//! assert_eq!(request, Request::Print { stream: Stream::Stdout, text: "3 keys\n".into() });
//! assert_eq!(machine.resume(Answer::Done), Request::Exited(0));
//! ```

mod arithmetic;
mod ast;
mod bounds;
mod code;
mod compile;
mod error;
mod file;
mod format;
mod machine;
mod pattern;
pub mod program;
mod reader;
mod request;

pub use ast::{
    Arm, Assignment, Command, CommandKind, Comparison, Condition, Connector, FileTest, List,
    LoopKind, Operation, Parameter, Part, Pipeline, Redirection, RedirectionKind, Script, Span,
    Statement, Substitution, Trim, Word,
};
pub use bounds::{NESTING_MAX, SOURCE_BYTES_MAX, WORD_NESTING_MAX};
pub use error::SyntaxError;
pub use file::{FileError, FileKind, absolute, base_name};
pub use machine::{Machine, is_builtin};
pub use pattern::Place;
pub use reader::parse;
pub use request::{
    Answer, Call, Ended, Environment, FileStatus, Limit, Limits, Messages, Request, Sink, Stream,
};
