//! No input makes the shell panic, and every script ends.

use proptest::prelude::*;

use leaselab::shell::{Environment, Limits, Request, parse};

use super::computer::{Computer, environment};
use super::oracle::rows;
use leaselab::shell::{Answer, Machine};

fn ends(source: &str) {
    let Ok(script) = parse(source) else {
        return;
    };
    let limits = Limits {
        steps_max: 20_000,
        output_bytes_max: 1_000_000,
        depth_max: 200,
    };
    let mut machine = Machine::new(
        &script,
        Environment {
            limits,
            ..environment()
        },
    );
    let mut computer = Computer::new();
    let last = computer.finish(&mut machine, Answer::Start);
    let over = matches!(
        last,
        Request::Exited(_) | Request::Exceeded { .. } | Request::Refused { .. }
    );
    assert!(over);
}

fn spans_are_right(source: &str) {
    if let Err(error) = parse(source) {
        let end = error.offset + error.length;
        assert!(
            source.get(error.offset..end).is_some(),
            "{source:?} {error:?}"
        );
        assert!(!error.message.starts_with(char::is_uppercase), "{error:?}");
    }
}

#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "if", "then", "fi", "else", "elif", "while", "until", "for", "in", "do", "done", "case",
    "esac", "{", "}", "(", ")", "((", "))", "[[", "]]", "[", "]", "!", ";", ";;", "&&", "||",
    "|", "|&", "&", "$", "${", "$(", "$((", "`", "'", "\"", "\\", "<", ">", ">>", "<<",
    "<<<", "<<-", "<(", ">&", "2>&1", "&>", "x=", "$x", "${x:-", "${#", "${x%", "${x/", "x",
    "~", "*", "?", "EOF", "\n", " ", "#", "set", "-e", "-u", "-x", "function", "f()",
    "return", "break", "echo", "cat", "read", "9999999999999999999", "{1..3}", "{a,b}", "..",
    "time", "coproc", "é", "\u{1F600}", "\t", "=~", "==", "~9999999999999999999999",
];

/// Pieces of shell, whole snippets among them.
fn piece() -> impl Strategy<Value = String> {
    let snippets: Vec<String> = rows().into_iter().map(|row| row.script).collect();
    prop_oneof![
        3 => proptest::sample::select(TOKENS).prop_map(str::to_owned),
        1 => proptest::sample::select(snippets),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mixtures_end(pieces in proptest::collection::vec(piece(), 1..12), glue in " |\n|") {
        let source = pieces.join(&glue);
        spans_are_right(&source);
        ends(&source);
    }

    #[test]
    fn damaged_snippets_end(index in any::<proptest::sample::Index>(), at in any::<proptest::sample::Index>(), bytes in any::<Vec<u8>>(), cut in 0_usize..4) {
        let rows = rows();
        let mut source = index.get(&rows).script.clone().into_bytes();
        let at = at.index(source.len());
        let end = (at + cut).min(source.len());
        source.splice(at..end, bytes.into_iter().take(4));
        let source = String::from_utf8_lossy(&source);
        spans_are_right(&source);
        ends(&source);
    }
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("echo {}x{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn known_traps_of_the_parser_are_stepped_around() {
    for source in [
        "echo 99999999999999999999>x".to_owned(),
        "echo ~99999999999999999999".to_owned(),
        "echo {1..99999999999999999999}".to_owned(),
        nested("$(echo ", ")", 8),
        nested("\"a$(echo ", ")\"", 8),
        nested("\"a$(echo ", ")\"", 200),
        nested("${x:-", "}", 8),
        nested("${x:-", "}", 2_000),
        nested("$((", "))", 8),
        nested("(", "", 40),
        nested("`", "`", 1),
        nested("{a,", "}", 8),
        nested("{a,", "}", 100),
        "(".repeat(100_000),
        "$(".repeat(48),
        "echo $(".to_owned() + &"(".repeat(40),
        "\"".repeat(10_001),
        "`".repeat(10_001),
        "! ".repeat(20_000) + "true",
        "a=".repeat(20_000),
        format!("echo $(({}1))", "-".repeat(250)),
        format!("echo $(({}1))", "- ".repeat(120)),
        format!("echo $(({}1))", "!".repeat(250)),
        format!("echo $(({}1))", "1**".repeat(80)),
        format!("echo $(({}1))", "a=".repeat(120)),
        format!("echo $(({}1))", "1?1:".repeat(60)),
        format!("[[ {}x ]]", "! ".repeat(20_000)),
        format!("[[ {}x ]]", "x && ".repeat(20_000)),
        format!("[ {}x ]", "! ".repeat(20_000)),
        format!("[ {}x ]", "x -a ".repeat(20_000)),
        format!("{}true", "true && ".repeat(20_000)),
        format!("{}true", "true | ".repeat(5_000)),
        format!(
            "if true; then :; {} fi",
            "elif true; then :; ".repeat(2_000)
        ),
        format!("x={}; echo ${{x//a*b/c}}", "a".repeat(50_000)),
        format!("case {} in *a*a*a*a*a*a*b) ;; esac", "a".repeat(20_000)),
        format!("cat {}", "<<A ".repeat(200)),
        format!("echo {}", "@(".repeat(40)),
    ] {
        spans_are_right(&source);
        ends(&source);
    }
}

#[test]
fn nothing_nests_deeper_than_the_stack() {
    for source in [
        nested(
            &format!("$({}echo ", "if true; then ".repeat(24)),
            &format!("{})", "; fi".repeat(24)),
            8,
        ),
        nested(
            &format!("$({}echo ", "if true; then ".repeat(3)),
            &format!("{})", "; fi".repeat(3)),
            8,
        ),
        format!(
            "{}echo {}",
            "if true; then ".repeat(24),
            nested(
                &format!("$({}echo ", "if true; then ".repeat(3)),
                &format!("{})", "; fi".repeat(3)),
                7
            )
        ) + &"; fi".repeat(24),
        format!(
            "{}[[ {} x ]]{}",
            "{ ".repeat(24),
            "( ".repeat(20),
            "; }".repeat(24)
        ),
        format!(
            "{}[[ {}x{} ]]{}",
            "{ ".repeat(24),
            "( ".repeat(24),
            " )".repeat(24),
            "; }".repeat(24)
        ),
    ] {
        spans_are_right(&source);
        ends(&source);
    }
}
