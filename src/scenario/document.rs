//! A YAML document as a tree that knows where everything stands.
//!
//! The text is read event by event, so that a limit ends the reading at once: 16 MiB, 64 levels,
//! 2,000,000 values. What makes YAML surprising is refused: anchors, aliases and tags, duplicate
//! keys, a second document. A scalar keeps its text, so that `yes`, `1.10` or `31s` mean what their
//! place says and not what a YAML version takes them for.

mod decode;
mod diagnostics;
mod position;
mod rewrite;
mod syntax;
mod text;

use std::borrow::Cow;
use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as EventSpan};

pub(super) use crate::command::wording::quoted;
pub(super) use decode::decode;
pub(super) use diagnostics::Diagnostics;
use position::Positions;
pub(super) use rewrite::write;
use syntax::{COMMAND_HELP, TEXT_KEYS, in_quotes};
pub(super) use text::is_forbidden;
use text::read_text;

/// The deepest nesting of lists and mappings.
const DEPTH_MAX: usize = 64;
/// The largest number of values, keys included.
const NODES_MAX: usize = 2_000_000;

/// A place in the source, in bytes: from `start` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// The first byte.
    pub(super) start: usize,
    /// The byte after the last one.
    pub(super) end: usize,
}

/// A value and the place where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    /// Where it stands.
    pub(super) span: Span,
    /// What it is.
    pub(super) content: Content<'a>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Content<'a> {
    /// A single value, by its text.
    Scalar {
        /// The text, without quotes.
        text: Cow<'a, str>,
        /// Whether it stands without quotes and not as a block.
        is_plain: bool,
    },
    /// `[…]`, or lines with `- `.
    List(Vec<Node<'a>>),
    /// `{…}`, or lines with `key: `.
    Map(Vec<(Node<'a>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// A text that stands at a place.
    pub(super) fn at(span: Span, text: &'a str) -> Self {
        let content = Content::Scalar {
            text: Cow::Borrowed(text),
            is_plain: true,
        };
        Self { span, content }
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The text of a scalar without quotes that stands on one line.
    fn plain_text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar {
                text,
                is_plain: true,
            } => (self.span.end - self.span.start == text.len()).then_some(text),
            Content::Scalar { .. } | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// Whether it is a plain scalar that stands for nothing.
    pub(super) fn is_null(&self) -> bool {
        matches!(
            &self.content,
            Content::Scalar { text, is_plain: true }
                if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
        )
    }

    /// The entries of a mapping; none for anything else.
    pub(super) fn entries(&self) -> &[(Node<'a>, Node<'a>)] {
        match &self.content {
            Content::Map(entries) => entries,
            Content::Scalar { .. } | Content::List(_) => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items) => items,
            Content::Scalar { .. } | Content::Map(_) => &[],
        }
    }

    /// The entry of a mapping under a key. Takes time in the number of entries.
    pub(super) fn entry(&self, key: &str) -> Option<&(Self, Self)> {
        self.entries()
            .iter()
            .find(|(node, _)| node.text() == Some(key))
    }

    /// The value of a mapping under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The value of a mapping under a key, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.content {
            Content::Map(entries) => entries
                .iter_mut()
                .find(|(node, _)| node.text() == Some(key))
                .map(|(_, value)| value),
            Content::Scalar { .. } | Content::List(_) => None,
        }
    }

    /// The value under a key, or else this node: where to point for a field.
    pub(super) fn field(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(self)
    }

    /// The place to point at: the node itself, or its first key or item where it spans lines.
    pub(super) fn focus(&self, source: &str) -> Span {
        let text = source.get(self.span.start..self.span.end).unwrap_or("");
        let first = match &self.content {
            Content::Map(entries) => entries.first().map(|(key, _)| key),
            Content::List(items) => items.first(),
            Content::Scalar { .. } => None,
        };
        let is_flow = text.starts_with(['[', '{']);
        match first {
            Some(first) if !is_flow => return first.focus(source),
            Some(_) | None => {}
        }
        let line = text.lines().next().unwrap_or("").trim_end();
        Span {
            start: self.span.start,
            end: self.span.start + line.len(),
        }
    }

    /// The place of a part of a scalar's text, or of all of it where the text is not in the source
    /// as it is.
    pub(super) fn part(&self, source: &str, offset: usize, length: usize) -> Span {
        let whole = self.focus(source);
        let Some(text) = self.text() else {
            return whole;
        };
        let part = text.get(offset..offset.saturating_add(length));
        let Some(part) = part.filter(|part| !part.contains('\n')) else {
            return whole;
        };
        for quote in [0, 1] {
            let start = self.span.start + quote + offset;
            let before = source.get(self.span.start + quote..start);
            let is_verbatim =
                before == text.get(..offset) && source.get(start..start + length) == Some(part);
            if is_verbatim {
                return Span {
                    start,
                    end: start + length,
                };
            }
        }
        whole
    }
}

/// Reads the bytes of a file as one YAML document. On failure the diagnostics say why.
pub(super) fn read<'a>(source: &'a [u8], diagnostics: &mut Diagnostics<'a>) -> Option<Node<'a>> {
    let text = read_text(source, diagnostics)?;
    let mut reader = Reader {
        positions: Positions::new(text),
        text,
        stack: Vec::new(),
        nodes: 0,
    };
    match reader.read(diagnostics) {
        // A key that stands twice leaves open what is meant: what follows from one of them is no
        // mistake of its own.
        Ok(node) => diagnostics.is_empty().then_some(node),
        Err(Refused {
            span,
            message,
            help,
        }) => {
            diagnostics.push(span, message, help);
            None
        }
    }
}

/// Why the reading ended.
#[derive(Debug)]
struct Refused {
    span: Span,
    message: String,
    help: Option<String>,
}

/// A list or mapping that is not closed yet.
#[derive(Debug)]
enum Open<'a> {
    List(Span, Vec<Node<'a>>),
    Map(Span, Vec<(Node<'a>, Node<'a>)>, Option<Node<'a>>),
}

#[derive(Debug)]
struct Reader<'a> {
    text: &'a str,
    positions: Positions<'a>,
    stack: Vec<Open<'a>>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self, diagnostics: &mut Diagnostics<'_>) -> Result<Node<'a>, Refused> {
        let mut root = None;
        let mut parser = Parser::new_from_str(self.text);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.scan_error(&error))?;
            if matches!(event, Event::DocumentStart(_)) && root.is_some() {
                return Err(refused(
                    self.span(span),
                    "a second document starts here; a scenario is one document",
                ));
            }
            if let Some(node) = self.take(event, span, diagnostics)? {
                root = Some(node);
            }
        }
        match root {
            Some(node) if !node.is_null() => Ok(node),
            Some(_) | None => Err(Refused {
                span: Span::default(),
                message: "the file is empty".to_owned(),
                help: Some("a scenario starts with `leaselab: 1` and `title: …`".to_owned()),
            }),
        }
    }

    /// Takes one event, and returns the document where the event completes it.
    fn take(
        &mut self,
        event: Event<'a>,
        span: EventSpan,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<Option<Node<'a>>, Refused> {
        let span = self.span(span);
        match event {
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(None),
            Event::Alias(_) => Err(unwanted("an alias", '*', span)),
            Event::Scalar(text, style, anchor, tag) => {
                check_plain(anchor, tag.is_some(), span)?;
                let node = self.scalar(text, style, span)?;
                self.close(node, diagnostics)
            }
            Event::SequenceStart(anchor, tag) => {
                check_plain(anchor, tag.is_some(), span)?;
                self.open(Open::List(span, Vec::new()), span)
            }
            Event::MappingStart(anchor, tag) => {
                check_plain(anchor, tag.is_some(), span)?;
                self.open(Open::Map(span, Vec::new(), None), span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.stack.pop().expect("the parser closes what it opened");
                let (start, content) = match open {
                    Open::List(start, items) => (start, Content::List(items)),
                    Open::Map(start, entries, _) => (start, Content::Map(entries)),
                };
                let span = Span {
                    start: start.start,
                    end: span.end.max(start.end),
                };
                self.close(Node { span, content }, diagnostics)
            }
        }
    }

    fn scalar(
        &self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        mut span: Span,
    ) -> Result<Node<'a>, Refused> {
        if text.chars().any(is_forbidden) {
            return Err(refused(
                span,
                "an escaped control character stands in this text",
            ));
        }
        let is_plain = style == ScalarStyle::Plain;
        let rest = self.text.get(span.start..).unwrap_or("");
        if is_plain && rest.starts_with(text.as_ref()) {
            span.end = span.start + text.len();
        }
        let content = Content::Scalar { text, is_plain };
        Ok(Node { span, content })
    }

    fn open(&mut self, open: Open<'a>, span: Span) -> Result<Option<Node<'a>>, Refused> {
        if self.stack.len() >= DEPTH_MAX {
            let message = format!("nested more than {DEPTH_MAX} levels deep");
            return Err(refused(span, message));
        }
        self.stack.push(open);
        Ok(None)
    }

    /// Puts a complete node into what surrounds it; returns it where nothing does.
    fn close(
        &mut self,
        node: Node<'a>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<Option<Node<'a>>, Refused> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let message = format!("the file has more than {NODES_MAX} values");
            return Err(refused(node.span, message));
        }
        if let Content::Map(entries) = &node.content {
            report_duplicates(entries, diagnostics);
            self.report_cut_texts(entries, diagnostics);
        }
        match self.stack.last_mut() {
            None => return Ok(Some(node)),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None if node.text().is_some() => *key = Some(node),
                None => {
                    return Err(refused(
                        Span {
                            start: node.span.start,
                            end: node.span.start,
                        },
                        "a key is a word; a list or mapping stands here",
                    ));
                }
            },
        }
        Ok(None)
    }

    /// Reports texts that a ` #` cuts short, as in `title: Issue #33`. A comment that stands apart
    /// from its sign is meant as one.
    fn report_cut_texts(
        &self,
        entries: &[(Node<'a>, Node<'a>)],
        diagnostics: &mut Diagnostics<'_>,
    ) {
        for (key, value) in entries {
            let Some((text, name)) = value.plain_text().zip(key.text()) else {
                continue;
            };
            let rest = self.text.get(value.span.end..).unwrap_or("");
            let rest = rest.lines().next().unwrap_or("").trim_end();
            let comment = rest.trim_start();
            let is_cut = comment.len() < rest.len()
                && comment
                    .strip_prefix('#')
                    .is_some_and(|behind| !behind.is_empty() && !behind.starts_with([' ', '#']));
            if !TEXT_KEYS.contains(&name) || !is_cut {
                continue;
            }
            let start = value.span.end + rest.len() - comment.len();
            let span = Span {
                start,
                end: start + comment.len(),
            };
            let message = "a comment starts here, and cuts the text short".to_owned();
            let whole = in_quotes(&format!("{text}{rest}"));
            let help = format!("write `{name}: {whole}`");
            diagnostics.push(span, message, Some(help));
        }
    }

    fn span(&self, span: EventSpan) -> Span {
        let start = self.positions.byte(span.start.index());
        let end = self.positions.byte(span.end.index());
        Span {
            start,
            end: end.max(start),
        }
    }

    fn scan_error(&self, error: &ScanError) -> Refused {
        let at = self.positions.byte(error.marker().index());
        let open = self.stack.last().map(|open| match open {
            Open::List(span, _) | Open::Map(span, _, _) => span.start,
        });
        syntax::explain(self.text, at, error, open)
    }
}

fn refused(span: Span, message: impl Into<String>) -> Refused {
    Refused {
        span,
        message: message.into(),
        help: None,
    }
}

fn unwanted(what: &str, sign: char, span: Span) -> Refused {
    Refused {
        span: Span {
            start: span.start,
            end: span.start,
        },
        message: format!("{what} stands here; scenarios have none"),
        help: Some(format!("a text that begins with `{sign}` needs quotes")),
    }
}

fn check_plain(anchor: usize, is_tagged: bool, span: Span) -> Result<(), Refused> {
    if anchor > 0 {
        Err(unwanted("an anchor", '&', span))
    } else if is_tagged {
        Err(unwanted("a tag", '!', span))
    } else {
        Ok(())
    }
}

fn report_duplicates(entries: &[(Node<'_>, Node<'_>)], diagnostics: &mut Diagnostics<'_>) {
    let mut seen = BTreeSet::new();
    for (key, _) in entries {
        let text = key.text().unwrap_or("");
        if !seen.insert(text) {
            diagnostics.error(key, format!("the key {} stands here twice", quoted(text)));
        }
    }
}
