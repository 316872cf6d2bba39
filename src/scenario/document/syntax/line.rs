//! The lines of a document as a person sees them: how far they are indented, and what they begin.

/// A line that says something: no blank one, no comment, no part of a block of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    /// Where the line starts, in bytes.
    pub(super) start: usize,
    /// The columns before its first character.
    pub(super) indent: usize,
    /// The columns before what stands behind its dashes; the indent where it has none.
    pub(super) content_column: usize,
    /// What stands behind the dashes, without a comment.
    pub(super) content: &'t str,
}

impl<'t> Line<'t> {
    fn new(start: usize, line: &'t str) -> Self {
        let bare = line.trim_end();
        let bare = bare
            .find(" #")
            .and_then(|at| bare.get(..at))
            .unwrap_or(bare);
        let indent = bare.len() - bare.trim_start_matches(' ').len();
        let mut content = bare.get(indent..).unwrap_or("");
        let mut content_column = indent;
        while let Some(rest) = content.strip_prefix("- ") {
            let rest = rest.trim_start_matches(' ');
            content_column += content.len() - rest.len();
            content = rest;
        }
        Self {
            start,
            indent,
            content_column,
            content: content.trim_end(),
        }
    }

    /// Whether it begins an item of a list.
    pub(super) const fn is_item(&self) -> bool {
        self.content_column > self.indent
    }

    /// Where its first character stands, in bytes.
    pub(super) const fn first(&self) -> usize {
        self.start + self.indent
    }

    /// Where its content stands, in bytes.
    pub(super) const fn content_start(&self) -> usize {
        self.start + self.content_column
    }

    /// The key and what stands behind its colon.
    pub(super) fn entry(&self) -> Option<(&'t str, &'t str)> {
        if self.content.starts_with(['{', '[', '"', '\'']) {
            return None;
        }
        let (key, value) = match self.content.split_once(": ") {
            Some(entry) => entry,
            None => (self.content.strip_suffix(':')?, ""),
        };
        Some((key.trim_end(), value.trim()))
    }

    /// Whether a block of text begins behind its key.
    fn opens_block(&self) -> bool {
        let last = self.content.rsplit(' ').next().unwrap_or("");
        let marks = last.trim_start_matches(['|', '>']);
        last.len() == marks.len() + 1
            && marks.len() <= 2
            && marks
                .bytes()
                .all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9'))
            && self.content.len() > last.len()
    }
}

/// The lines up to the one on which the parser stumbled.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    above: Vec<Line<'t>>,
    /// The line on which the parser stumbled, where it says something.
    pub(super) here: Option<Line<'t>>,
}

impl<'t> Lines<'t> {
    /// The lines up to a place.
    pub(super) fn before(text: &'t str, at: usize) -> Self {
        let mut above: Vec<Line<'t>> = Vec::new();
        let mut here = None;
        // The columns of the key of a block of text, and of the text's first line.
        let mut block: Option<(usize, Option<usize>)> = None;
        let mut start = 0;
        for whole in text.split_inclusive('\n') {
            let end = start + whole.len();
            let line = Line::new(start, whole);
            let is_empty = line.content.is_empty() || line.content.starts_with('#');
            let is_text = match &mut block {
                Some((key, text)) if !is_empty || line.indent > *key => {
                    let column = *text.get_or_insert(line.indent);
                    line.indent > *key && line.indent >= column
                }
                Some(_) | None => false,
            };
            if start > at {
                break;
            }
            if !is_empty && !is_text {
                block = line.opens_block().then_some((line.indent, None));
                if at < end {
                    here = Some(line);
                    break;
                }
                above.push(line);
            }
            start = end;
        }
        Self { above, here }
    }

    /// The lines above, the nearest one first.
    pub(super) fn upwards(&self) -> impl Iterator<Item = &Line<'t>> {
        self.above.iter().rev()
    }

    /// The line above.
    pub(super) fn previous(&self) -> Option<&Line<'t>> {
        self.above.last()
    }

    /// The key under which a line stands: that of the nearest line that is indented less, or of
    /// the mapping whose list is not indented.
    pub(super) fn parent(&self, line: &Line<'_>) -> Option<&'t str> {
        let above = self.upwards().skip_while(|other| other.start >= line.start);
        let mut parents = above.filter(|other| {
            other.content_column < line.indent
                || (line.is_item() && !other.is_item() && other.indent == line.indent)
        });
        parents.next()?.entry().map(|(key, _)| key)
    }
}
