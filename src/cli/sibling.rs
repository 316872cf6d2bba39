//! The scenario that stands beside another one: the same night with another client, or a pair.

use std::path::Path;

use super::input::read_source;

/// What a scenario with Terraform as it is is called after the one with another client.
const AS_IT_IS: &str = "_terraform";

/// The scenario beside a file, in words. A scenario with another client has a sibling called after
/// it; else it is the first file of its folder that its comments name.
pub(super) fn sibling(file: &Path) -> Option<String> {
    // The standard input stands in no folder, and can't be read a second time.
    let stem = file.file_stem()?.to_str().filter(|stem| *stem != "-")?;
    let is_there = |name: &str| file.with_file_name(name).is_file();
    let real = format!("{stem}{AS_IT_IS}.yaml");
    if is_there(&real) {
        return Some(format!("{real}, with Terraform as it is"));
    }
    if let Some(first) = stem.strip_suffix(AS_IT_IS) {
        let other = format!("{first}.yaml");
        if is_there(&other) {
            return Some(format!("{other}, with another client"));
        }
    }
    let source = String::from_utf8(read_source(file).ok()?.bytes).ok()?;
    let comments = source.lines().filter_map(|line| line.split_once("# "));
    let mut words = comments.flat_map(|(_, comment)| comment.split_whitespace());
    words.find_map(|word| {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let name = match word.strip_suffix(".yaml") {
            Some(name) => name,
            // A word that is no name of a file may be called like one.
            None if word.contains('_') => word,
            None => return None,
        };
        let path = format!("{name}.yaml");
        (name != stem && !name.contains('/') && is_there(&path)).then_some(path)
    })
}
