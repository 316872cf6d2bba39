//! Sentences, and what they decide.

use super::{decisions, outline};

/// What a sentence decides that stands between a look at the plan with a push, and a block.
fn read(sentence: &str) -> Result<String, String> {
    let above = "```bash\nterraform plan\nterraform state push errored.tfstate\n```\n\n";
    let text = format!("{above}{sentence}\n\n```bash\nls\n```\n");
    outline(&text).map(|outline| decisions(&outline).join("; "))
}

/// Every sentence in its line, and what it decides.
const UNDERSTOOD: &str = include_str!("sentences.tsv");

#[test]
fn sentences_decide_what_the_table_says() {
    let mut wrong = Vec::new();
    for row in UNDERSTOOD.lines().skip(1).filter(|row| !row.is_empty()) {
        let (sentence, decided) = row.split_once('\t').unwrap();
        let sentence = sentence.replace("\\n", "\n");
        match (read(&sentence), decided.strip_prefix("error: ")) {
            (Ok(read), None) if read == decided || (decided == "prose" && read.is_empty()) => {}
            (Err(error), Some(part)) if error.contains(part) => {}
            (read, _) => wrong.push(format!("{sentence}\n  wanted {decided}\n  read {read:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is suggested never means the opposite.
#[test]
fn suggestions_have_the_same_sense() {
    let cases = [
        "If the lock is not helt:",
        "Unless the lock is fre:",
        "If nobody is runing Terraform:",
        "If the holder of the lock is not alife:",
    ];
    for sentence in cases {
        let error = read(sentence).unwrap_err();
        for opposite in [
            "If the lock is held:",
            "If the lock is free:",
            "If somebody",
            "lock is alive:",
        ] {
            assert!(
                !error.contains(&format!("did you mean `{opposite}")),
                "{sentence}: {error}"
            );
        }
    }
}
