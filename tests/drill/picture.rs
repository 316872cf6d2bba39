//! The README's picture of a drill: what a terminal shows of a transcript, drawn.

use std::fmt::Write as _;
use std::fs;

/// So many lines are drawn.
const LINES: usize = 53;
const LINE_HEIGHT: usize = 17;
const COLUMN_WIDTH: usize = 8;
const COLUMNS: usize = 82;

/// What a text looks like.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    color: Option<&'static str>,
    is_bold: bool,
    is_dim: bool,
}

impl Look {
    /// As a color's code changes it.
    fn with(self, code: &str) -> Self {
        match code {
            "1" => Self {
                is_bold: true,
                ..self
            },
            "2" => Self {
                is_dim: true,
                ..self
            },
            "31" => Self {
                color: Some("#ff7b72"),
                ..self
            },
            "32" => Self {
                color: Some("#7ee787"),
                ..self
            },
            "33" => Self {
                color: Some("#e3b341"),
                ..self
            },
            "36" => Self {
                color: Some("#76e3ea"),
                ..self
            },
            _ => Self::default(),
        }
    }

    fn attributes(self) -> String {
        let color = self.color.unwrap_or("#e6edf3");
        let bold = if self.is_bold {
            " font-weight=\"bold\""
        } else {
            ""
        };
        let dim = if self.is_dim { " opacity=\"0.65\"" } else { "" };
        format!("fill=\"{color}\"{bold}{dim}")
    }
}

/// The text as XML has it; its blanks are kept.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace(' ', "\u{a0}")
}

/// A line, with the look in which it begins; returns the one in which it ends.
fn draw(line: &str, row: usize, mut look: Look, svg: &mut String) -> Look {
    let y = 26 + row * LINE_HEIGHT;
    let mut column = 0;
    for (index, part) in line.split("\u{1b}[").enumerate() {
        let text = if index == 0 {
            part
        } else {
            let (codes, text) = part.split_once('m').unwrap();
            look = codes.split(';').fold(look, Look::with);
            text
        };
        if !text.trim().is_empty() {
            let x = 14 + column * COLUMN_WIDTH;
            let (look, text) = (look.attributes(), escaped(text));
            writeln!(svg, "<text x=\"{x}\" y=\"{y}\" {look}>{text}</text>").unwrap();
        }
        column += text.chars().count();
    }
    look
}

/// What is printed in color, as a picture.
fn picture(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().take(LINES).collect();
    let (width, height) = (28 + COLUMNS * COLUMN_WIDTH, 40 + lines.len() * LINE_HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"A drill at a terminal\" \
         font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n"
    );
    let mut look = Look::default();
    for (row, line) in lines.into_iter().enumerate() {
        look = draw(line, row, look, &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

#[test]
fn the_picture_is_current() {
    let transcript = fs::read_to_string(super::root().join("tests/drill/picture.txt")).unwrap();
    let mut arguments = super::arguments(&transcript);
    arguments.extend(["--color", "always"]);
    let output = super::typed(&arguments, transcript.as_bytes());
    let printed = super::said(&output);
    let first = transcript.lines().next().unwrap();
    // What names the scenario is no part of the session.
    let kept: Vec<&str> = printed
        .lines()
        .filter(|line| !line.ends_with(first))
        .collect();
    let drawn = picture(&kept.join("\n"));
    let path = super::root().join("docs/pictures/drill.svg");
    if std::env::var_os("LEASELAB_UPDATE").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == drawn,
        "docs/pictures/drill.svg is old: LEASELAB_UPDATE=1 cargo test the_picture_is_current"
    );
}
