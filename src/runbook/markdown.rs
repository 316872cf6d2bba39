//! Markdown as far as a runbook needs it: headings, paragraphs, blocks of code and comments, each
//! with its place in the source.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Text that was put together from parts of the source.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed {
    pub(super) text: String,
    /// Where a part begins in the text, and where in the source.
    parts: Vec<(usize, usize)>,
}

impl Placed {
    /// Adds text that stands at `offset` in the source.
    pub(super) fn push(&mut self, text: &str, offset: usize) {
        self.parts.push((self.text.len(), offset));
        self.text.push_str(text);
    }

    /// Where the text's byte at `position` stands in the source.
    pub(super) fn offset(&self, position: usize) -> usize {
        let after = self.parts.partition_point(|(start, _)| *start <= position);
        let part = after.checked_sub(1).and_then(|index| self.parts.get(index));
        part.map_or(0, |(start, offset)| offset + (position - start))
    }

    /// Where a range of the text stands in the source.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        let last = range.end.max(range.start + 1) - 1;
        start..(self.offset(last) + 1).max(start)
    }
}

/// Prose, and the code within it.
#[derive(Debug, Clone, Default)]
pub(super) struct Prose {
    pub(super) placed: Placed,
    /// What stands between backticks.
    pub(super) code: Vec<Range<usize>>,
}

impl Prose {
    /// The text, byte for byte, without signs in code that would part a sentence: what stands
    /// between backticks is one thing.
    pub(super) fn unparted(&self) -> String {
        let text = &self.placed.text;
        let is_code = |at: usize| self.code.iter().any(|range| range.contains(&at));
        let parts = |at: usize, c: char| {
            matches!(c, ':' | ',' | ';' | '.' | '!' | '?') && text[at + 1..].starts_with(' ')
        };
        let signs = text.char_indices();
        let plain = signs.map(|(at, c)| if parts(at, c) && is_code(at) { ' ' } else { c });
        plain.collect()
    }
}

/// A block of code.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// How it is set off.
    pub(super) kind: CodeKind,
    /// The words after the fence, in small letters.
    pub(super) words: Vec<String>,
    /// Its lines, without their ends.
    pub(super) lines: Vec<Placed>,
    /// Where it begins.
    pub(super) offset: usize,
}

/// How a block of code is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeKind {
    /// Between two fences.
    Fenced,
    /// After a fence that is never closed.
    Unclosed,
    /// By blanks.
    Indented,
}

/// What holds other blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// An item of a list.
    Item,
    /// A list.
    List,
    /// A quotation.
    Quote,
    /// `<details>`
    Details,
}

/// A part of the document, in the order of the file.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// A heading, and its level.
    Heading(u8, Prose),
    /// A paragraph, or the text of a list item.
    Paragraph(Prose),
    /// What `<details>` shows while it is closed.
    Summary(Placed),
    /// `---`
    Rule,
    /// A container begins.
    Enter(Container),
    /// A container ends.
    Leave(Container),
    /// A block of code.
    Code(Code),
    /// A table.
    Table(Prose),
    /// `<!-- leaselab: … -->`: what it says.
    Directive(Placed),
    /// A fence within HTML, which Markdown takes for text.
    LostFence(usize),
}

/// Reads the document.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        reader.read(event, range, source);
    }
    reader.flush();
    reader.blocks
}

#[derive(Debug, Default)]
struct Reader {
    blocks: Vec<Block>,
    text: Prose,
    heading: Option<u8>,
    /// The block of code that is being read, and its text.
    code: Option<(Code, Placed)>,
    /// The HTML that is being read.
    html: Option<Placed>,
    in_table: bool,
    in_metadata: bool,
    /// How many `<details>` are open.
    details: usize,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, range: Range<usize>, source: &str) {
        match event {
            Event::Start(tag) => self.start(&tag, range, source),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push(&text, range.start),
                None if self.in_metadata => {}
                None => self.text.placed.push(&text, range.start),
            },
            Event::Code(code) => {
                let ticks = source[range.clone()].bytes().take_while(|b| *b == b'`');
                let start = self.text.placed.text.len();
                self.text.placed.push(&code, range.start + ticks.count());
                self.text.code.push(start..self.text.placed.text.len());
            }
            Event::SoftBreak | Event::HardBreak => self.text.placed.push(" ", range.start),
            Event::Rule => {
                self.flush();
                self.blocks.push(Block::Rule);
            }
            Event::Html(html) => {
                let text = self.html.get_or_insert_default();
                text.push(&html, range.start);
            }
            Event::InlineHtml(html) => {
                if let Some(directive) = directive(&html, 0, range.start) {
                    self.blocks.push(Block::Directive(directive));
                }
            }
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// What has been read of a paragraph becomes a block.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.placed.text.trim().is_empty() {
            return;
        }
        self.blocks.push(match self.heading {
            Some(level) => Block::Heading(level, text),
            None => Block::Paragraph(text),
        });
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>, source: &str) {
        if is_inline(tag) {
            return;
        }
        if self.in_table {
            // Cells are told apart by a blank.
            self.text.placed.push(" ", range.start);
            return;
        }
        self.flush();
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(depth(*level)),
            Tag::Item => self.blocks.push(Block::Enter(Container::Item)),
            Tag::List(_) => self.blocks.push(Block::Enter(Container::List)),
            Tag::BlockQuote(_) => self.blocks.push(Block::Enter(Container::Quote)),
            Tag::CodeBlock(kind) => {
                self.code = Some((code(kind, range, source), Placed::default()));
            }
            Tag::Table(_) => self.in_table = true,
            Tag::MetadataBlock(_) => self.in_metadata = true,
            Tag::HtmlBlock => self.html = Some(Placed::default()),
            Tag::Paragraph
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. } => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.heading = None;
            }
            TagEnd::Item => self.leave(Container::Item),
            TagEnd::List(_) => self.leave(Container::List),
            TagEnd::BlockQuote(_) => self.leave(Container::Quote),
            TagEnd::CodeBlock => {
                if let Some((code, text)) = self.code.take() {
                    let lines = lines(&text);
                    self.blocks.push(Block::Code(Code { lines, ..code }));
                }
            }
            TagEnd::Table => {
                self.in_table = false;
                let text = std::mem::take(&mut self.text);
                self.blocks.push(Block::Table(text));
            }
            TagEnd::MetadataBlock(_) => self.in_metadata = false,
            TagEnd::Paragraph => self.flush(),
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    self.html_block(&html);
                }
            }
            TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image => {}
        }
    }

    fn leave(&mut self, container: Container) {
        self.flush();
        self.blocks.push(Block::Leave(container));
    }

    /// Comments, `<details>` and fences in a block of HTML.
    fn html_block(&mut self, html: &Placed) {
        let text = html.text.as_str();
        let mut at = 0;
        while let Some(next) = text[at..].find(['<', '`', '~']).map(|found| at + found) {
            let rest = &text[next..];
            let lower = rest.get(..10).unwrap_or(rest).to_lowercase();
            if rest.starts_with("<!--") {
                if let Some(directive) = directive(rest, 0, html.offset(next)) {
                    self.blocks.push(Block::Directive(directive));
                }
                at = rest.find("-->").map_or(text.len(), |end| next + end + 3);
                continue;
            }
            at = next + 1;
            if lower.starts_with("<details") {
                self.details += 1;
                self.blocks.push(Block::Enter(Container::Details));
            } else if lower.starts_with("</details") && self.details > 0 {
                self.details -= 1;
                self.blocks.push(Block::Leave(Container::Details));
            } else if lower.starts_with("<summary>") {
                let inside = &rest["<summary>".len()..];
                let end = inside.find('<').unwrap_or(inside.len());
                let mut summary = Placed::default();
                summary.push(&inside[..end], html.offset(next + "<summary>".len()));
                self.blocks.push(Block::Summary(summary));
            } else if rest.starts_with("```") || rest.starts_with("~~~") {
                let line = text[..next].rfind('\n').map_or(0, |end| end + 1);
                if text[line..next].trim().is_empty() {
                    self.blocks.push(Block::LostFence(html.offset(next)));
                    return;
                }
            }
        }
    }
}

/// What a comment says to leaselab, if it is said to it.
fn directive(html: &str, start: usize, offset: usize) -> Option<Placed> {
    let inside = html.get(start..)?.strip_prefix("<!--")?;
    let inside = &inside[..inside.find("-->")?];
    let said = inside.trim_start().strip_prefix("leaselab:")?;
    let skipped = html.len() - start - html[start..].find(said)?;
    let mut placed = Placed::default();
    let lead = said.len() - said.trim_start().len();
    placed.push(said.trim(), offset + (html.len() - start - skipped) + lead);
    Some(placed)
}

/// The block of code that begins here.
fn code(kind: &CodeBlockKind<'_>, range: Range<usize>, source: &str) -> Code {
    let (kind, words) = match kind {
        CodeBlockKind::Indented => (CodeKind::Indented, Vec::new()),
        CodeBlockKind::Fenced(info) => {
            let words = info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}'));
            let words = words.map(|word| word.trim_start_matches('.').to_lowercase());
            let words = words.filter(|word| !word.is_empty()).collect();
            let kind = if is_closed(&source[range.clone()]) {
                CodeKind::Fenced
            } else {
                CodeKind::Unclosed
            };
            (kind, words)
        }
    };
    Code {
        kind,
        words,
        lines: Vec::new(),
        offset: range.start,
    }
}

/// Whether the last line of a block is a fence like its first.
fn is_closed(block: &str) -> bool {
    let mut lines = block.trim_end().lines();
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else {
        return false;
    };
    let fence = first.trim_start();
    let sign = fence.chars().next().unwrap_or('`');
    let length = fence.chars().take_while(|c| *c == sign).count();
    let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
    last.chars().count() >= length && last.chars().all(|c| c == sign)
}

const fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

const fn depth(level: pulldown_cmark::HeadingLevel) -> u8 {
    match level {
        pulldown_cmark::HeadingLevel::H1 => 1,
        pulldown_cmark::HeadingLevel::H2 => 2,
        pulldown_cmark::HeadingLevel::H3 => 3,
        pulldown_cmark::HeadingLevel::H4 => 4,
        pulldown_cmark::HeadingLevel::H5 => 5,
        pulldown_cmark::HeadingLevel::H6 => 6,
    }
}

/// The lines of a block, without their ends.
fn lines(code: &Placed) -> Vec<Placed> {
    let mut start = 0;
    code.text
        .split_inclusive('\n')
        .map(|line| {
            let mut placed = Placed::default();
            placed.push(line.trim_end_matches(['\n', '\r']), code.offset(start));
            start += line.len();
            placed
        })
        .collect()
}
