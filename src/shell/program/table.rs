//! Which programs there are.

use super::desk::{Desk, Ended};
use super::{
    awk, columns, compare, date, encode, files, grep, jq, lines, list, remove, sed, small, start,
    system, text,
};

/// A program: it prints, changes files, and ends with a status.
pub(super) type Program = fn(&mut Desk<'_>) -> Ended;

/// All programs, sorted by name.
const PROGRAMS: &[(&str, Program)] = &[
    ("awk", awk::awk),
    ("base64", encode::base64),
    ("basename", small::basename),
    ("cat", text::cat),
    ("cmp", compare::cmp),
    ("column", columns::column),
    ("cp", files::cp),
    ("cut", columns::cut),
    ("date", date::date),
    ("diff", compare::diff),
    ("dirname", small::dirname),
    ("echo", small::echo),
    ("egrep", grep::grep),
    ("env", start::env),
    ("expr", system::refused),
    ("false", small::failure),
    ("fgrep", grep::grep),
    ("file", list::file),
    ("gawk", awk::awk),
    ("grep", grep::grep),
    ("head", text::head),
    ("hostname", system::hostname),
    ("id", system::id),
    ("ionice", start::through),
    ("jq", jq::jq),
    ("ls", list::ls),
    ("mawk", awk::awk),
    ("md5sum", encode::md5sum),
    ("mkdir", remove::mkdir),
    ("mv", files::mv),
    ("nice", start::through),
    ("nl", text::nl),
    ("nohup", start::nohup),
    ("printenv", system::printenv),
    ("printf", small::printf),
    ("python", system::python),
    ("python3", system::python),
    ("readlink", small::realpath),
    ("realpath", small::realpath),
    ("rev", text::rev),
    ("rm", remove::rm),
    ("rmdir", remove::rmdir),
    ("sed", sed::sed),
    ("seq", small::seq),
    ("sha256sum", encode::sha256sum),
    ("sort", lines::sort),
    ("stat", list::stat),
    ("stdbuf", start::through),
    ("sudo", start::sudo),
    ("tac", text::tac),
    ("tail", text::tail),
    ("tee", text::tee),
    ("time", start::through),
    ("timeout", start::timeout),
    ("touch", remove::touch),
    ("tr", columns::tr),
    ("true", small::success),
    ("uname", system::uname),
    ("uniq", lines::uniq),
    ("uuidgen", system::refused),
    ("watch", system::refused),
    ("wc", text::wc),
    ("which", system::which),
    ("whoami", system::whoami),
    ("xargs", start::xargs),
    ("yes", small::yes),
];

/// The program of a name.
pub(super) fn find(name: &str) -> Option<Program> {
    let at = PROGRAMS
        .binary_search_by(|(known, _)| known.cmp(&name))
        .ok()?;
    PROGRAMS.get(at).map(|(_, program)| *program)
}

/// All names.
pub(super) fn names() -> Vec<&'static str> {
    PROGRAMS.iter().map(|(name, _)| *name).collect()
}
