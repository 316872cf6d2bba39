//! The shell against the real one, and against hostile input.

mod computer;
mod fork;
mod hostile;
mod oracle;
mod refused;
mod session;
