//! Markdown as far as a runbook needs it: headings, paragraphs and fenced blocks, each with its
//! place in the source.

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

/// A part of the document, in the order of the file.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// A heading, and its level.
    Heading(u8, Placed),
    /// A paragraph, or the text of a list item.
    Paragraph(Placed),
    /// `---`
    Rule,
    /// A list item or a quotation begins.
    Enter,
    /// A list item or a quotation ends.
    Leave,
    /// A fenced block: the words after the fence, and its lines.
    Fence(Vec<String>, Vec<Placed>),
}

/// Reads the document.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
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
    text: Placed,
    heading: Option<u8>,
    /// The fenced block that is being read: its words, and its text.
    fence: Option<(Vec<String>, Placed)>,
    /// Depth of parts whose text is no prose: tables, indented code, metadata.
    skipped: u32,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, range: Range<usize>, source: &str) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.fence {
                Some((_, code)) => code.push(&text, range.start),
                None if self.skipped == 0 => self.text.push(&text, range.start),
                None => {}
            },
            Event::Code(code) if self.skipped == 0 => {
                let ticks = source[range.clone()].bytes().take_while(|b| *b == b'`');
                self.text.push(&code, range.start + ticks.count());
            }
            Event::SoftBreak | Event::HardBreak => self.text.push(" ", range.start),
            Event::Rule => {
                self.flush();
                self.blocks.push(Block::Rule);
            }
            Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// What has been read of a paragraph becomes a block.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.text.trim().is_empty() {
            return;
        }
        self.blocks.push(match self.heading {
            Some(level) => Block::Heading(level, text),
            None => Block::Paragraph(text),
        });
    }

    fn start(&mut self, tag: Tag<'_>) {
        if is_inline(&tag) {
            return;
        }
        self.flush();
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(depth(level)),
            Tag::Item | Tag::BlockQuote(_) => self.blocks.push(Block::Enter),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let words = info.split(|c: char| c.is_whitespace() || c == ',');
                let words = words.filter(|word| !word.is_empty());
                let words = words.map(str::to_lowercase).collect();
                self.fence = Some((words, Placed::default()));
            }
            Tag::CodeBlock(CodeBlockKind::Indented) | Tag::Table(_) | Tag::MetadataBlock(_) => {
                self.skipped += 1;
            }
            Tag::Paragraph
            | Tag::HtmlBlock
            | Tag::List(_)
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
            TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.flush();
                self.blocks.push(Block::Leave);
            }
            TagEnd::CodeBlock => match self.fence.take() {
                Some((words, code)) => self.blocks.push(Block::Fence(words, lines(&code))),
                None => self.skipped -= 1,
            },
            TagEnd::Table | TagEnd::MetadataBlock(_) => self.skipped -= 1,
            TagEnd::Paragraph => self.flush(),
            TagEnd::HtmlBlock
            | TagEnd::List(_)
            | TagEnd::FootnoteDefinition
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
}

fn is_inline(tag: &Tag<'_>) -> bool {
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
