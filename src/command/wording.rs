//! Words for messages about what somebody wrote: what stands there, what is known, and what was
//! probably meant. Scenarios and command lines share them, so that both speak alike.

/// Longer words get no suggestion: comparing them takes time in the product of the lengths.
const WORD_CHARACTERS_MAX: usize = 60;

/// A text of the user for a message: in backticks, without line breaks, and not too long.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// A text of the user for a message: without line breaks, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 60;
    let mut shown: String = text
        .chars()
        .take(CHARACTERS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// The words as a choice: "`a`, `b` or `c`".
pub(crate) fn alternatives<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    let Some(last) = words.pop() else {
        return String::new();
    };
    if words.is_empty() {
        return last;
    }
    format!("{} or {last}", words.join(", "))
}

/// The question after what was probably meant.
pub(crate) fn did_you_mean(candidate: &str) -> String {
    format!("did you mean `{candidate}`?")
}

/// How far a mistyped word is from a known one; none where it is too far to be meant. A word that
/// is a part of the known one counts as near.
pub(crate) fn distance(word: &str, candidate: &str) -> Option<usize> {
    const PART_CHARACTERS_MIN: usize = 4;
    let (length, other) = (word.chars().count(), candidate.chars().count());
    if length > WORD_CHARACTERS_MAX || other > WORD_CHARACTERS_MAX {
        return None;
    }
    let is_part = length >= PART_CHARACTERS_MIN && candidate.contains(word.trim_start_matches('-'));
    if is_part {
        return Some(length.abs_diff(other));
    }
    let reach = (length.max(other) * 2 / 5).max(1);
    if length.abs_diff(other) > reach {
        return None;
    }
    let distance = strsim::osa_distance(&word.to_lowercase(), &candidate.to_lowercase());
    (distance <= reach && distance < length).then_some(distance)
}

/// The known word that was probably meant.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(word, candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let known = ["create", "update", "delete"];
        assert_eq!(nearest("creat", known), Some("create"));
        assert_eq!(nearest("UPDATE", known), Some("update"));
        assert_eq!(nearest("destroy", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(
            nearest("--break", ["-b", "--lease-break"]),
            Some("--lease-break")
        );
        assert_eq!(nearest(&"c".repeat(1_000_000), known), None);
    }

    #[test]
    fn words_are_quoted_and_joined() {
        assert_eq!(quoted("a\nb"), "`a b`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(alternatives([]), "");
        assert_eq!(alternatives(["a"]), "`a`");
        assert_eq!(alternatives(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
