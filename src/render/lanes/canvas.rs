//! A line of characters, of which each stands in its column.

use anstyle::Style;

use crate::render::layout::{Layout, columns};

/// A character in its style; empty behind a character that takes two columns.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    text: String,
    style: Style,
}

/// A line that is drawn upon.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    cells: Vec<Cell>,
}

impl Canvas {
    /// So many blanks.
    pub(super) fn new(width: usize) -> Self {
        let blank = Cell {
            text: " ".to_owned(),
            style: Style::new(),
        };
        Self {
            cells: vec![blank; width],
        }
    }

    /// Draws a text from a column on, as far as there is room.
    pub(super) fn put(&mut self, column: usize, text: &str, style: Style) {
        let mut at = column;
        for character in text.chars() {
            let text = character.to_string();
            let width = columns(&text);
            if at + width > self.cells.len() {
                return;
            }
            if width == 0 {
                if let Some(before) = at.checked_sub(1) {
                    self.cells[before].text.push(character);
                }
                continue;
            }
            self.cells[at] = Cell { text, style };
            for behind in &mut self.cells[at + 1..at + width] {
                behind.text.clear();
                behind.style = style;
            }
            at += width;
        }
    }

    /// Writes a text from a column on, with as much room as it takes.
    pub(super) fn put_text(&mut self, column: usize, text: &str, style: Style) {
        let width = self.cells.len().max(column + columns(text));
        let blank = Cell {
            text: " ".to_owned(),
            style: Style::new(),
        };
        self.cells.resize(width, blank);
        self.put(column, text, style);
    }

    /// Draws a character where nothing stands.
    pub(super) fn put_beneath(&mut self, column: usize, text: &str, style: Style) {
        if self.cells.get(column).is_some_and(|cell| cell.text == " ") {
            self.put(column, text, style);
        }
    }

    /// The line, in color where the layout has it, without blanks at its end.
    pub(super) fn line(&self, layout: Layout) -> String {
        let is_blank = |cell: &Cell| cell.text == " ";
        let end = self.cells.iter().rposition(|cell| !is_blank(cell));
        let cells = &self.cells[..end.map_or(0, |end| end + 1)];
        let mut line = String::new();
        for same in cells.chunk_by(|one, other| one.style == other.style) {
            let text: String = same.iter().map(|cell| cell.text.as_str()).collect();
            if same[0].style == Style::new() {
                line.push_str(&text);
            } else {
                line.push_str(&layout.paint(same[0].style, &text));
            }
        }
        line
    }
}

/// The text in no more columns than these, with a mark where something was cut.
pub(super) fn cut(text: &str, width: usize, mark: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(columns(mark));
    let mut cut = String::new();
    for character in text.chars() {
        let mut longer = cut.clone();
        longer.push(character);
        if columns(&longer) > room {
            break;
        }
        cut = longer;
    }
    cut + mark
}
