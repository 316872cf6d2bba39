//! A chapter of the course as a page: its Markdown, in the frame that reports have.
//!
//! Markup comes from Markdown alone. HTML that stands in it is text here, and a link leads to one of
//! the pages beside this one, or to the web; any other is its words.

use std::collections::BTreeMap;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::xml::{Attributes, Page};
use super::begin;

/// The page of a chapter. `links`: for each target as the chapter writes it, the page that it leads
/// to.
pub fn course_page(markdown: &str, links: &BTreeMap<String, String>) -> String {
    let mut writer = Writer {
        page: begin(&title(markdown)),
        links,
        open: Vec::new(),
        alignments: Vec::new(),
        cell: 0,
        row: Row::Body,
        passed_over: PassedOver::Nothing,
        is_titled: false,
        fold: Fold::Nowhere,
    };
    writer.page.open("div", &[("class", &"prose")]);
    for event in parser(markdown) {
        writer.event(event);
    }
    writer.unfold();
    writer.page.finish()
}

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
}

/// The words of the first heading.
fn title(markdown: &str) -> String {
    let mut words = String::new();
    let mut is_inside = false;
    for event in parser(markdown) {
        if matches!(event, Event::Start(Tag::Heading { .. })) {
            is_inside = true;
        } else if matches!(event, Event::End(TagEnd::Heading(_))) {
            break;
        } else if let Event::Text(text) | Event::Code(text) = event
            && is_inside
        {
            words.push_str(&text);
        }
    }
    words
}

/// Which cells a table's row has.
#[derive(Debug, Clone, Copy)]
enum Row {
    Head,
    Body,
}

/// What is read and not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PassedOver {
    Nothing,
    /// The first heading: it is the page's title already.
    Title,
}

/// Where the answer stands that somebody predicts: below such a paragraph, up to the next heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Nowhere,
    /// Below the paragraph that is being read.
    Below,
    /// Here.
    Here,
}

/// With this word a paragraph asks for a prediction.
const ASKS: &str = "Predict.";

/// Whether what was begun in Markdown was begun in the page.
#[derive(Debug, Clone, Copy)]
enum Opened {
    Element,
    Nothing,
}

struct Writer<'a> {
    page: Page,
    links: &'a BTreeMap<String, String>,
    open: Vec<Opened>,
    alignments: Vec<Alignment>,
    cell: usize,
    row: Row,
    passed_over: PassedOver,
    is_titled: bool,
    fold: Fold,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        if self.passed_over == PassedOver::Title {
            if matches!(event, Event::End(TagEnd::Heading(_))) {
                self.passed_over = PassedOver::Nothing;
            }
            return;
        }
        if matches!(&event, Event::Text(text) if &**text == ASKS) && self.fold == Fold::Nowhere {
            self.fold = Fold::Below;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.page.element("code", &[], &text),
            Event::SoftBreak => self.page.text("\n"),
            Event::HardBreak => self.page.empty("br", &[]),
            Event::Rule => self.page.empty("hr", &[]),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.page.text(&text),
            Event::TaskListMarker(is_done) => self.page.text(if is_done { "☑ " } else { "☐ " }),
        }
    }

    fn element(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.page.open(name, attributes);
        self.open.push(Opened::Element);
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading(level),
            Tag::Paragraph => self.element("p", &[]),
            Tag::BlockQuote(_) => self.element("blockquote", &[]),
            Tag::CodeBlock(kind) => {
                let class = match kind {
                    CodeBlockKind::Indented => String::new(),
                    CodeBlockKind::Fenced(words) => words.to_string(),
                };
                // What may be wider than a phone is scrolled with keys as well.
                self.element("pre", &[("class", &class), ("tabindex", &0)]);
            }
            Tag::List(None) => self.element("ul", &[]),
            Tag::List(Some(first)) => self.element("ol", &[("start", &first)]),
            Tag::Item => self.element("li", &[]),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.element("table", &[]);
            }
            Tag::TableHead => {
                (self.row, self.cell) = (Row::Head, 0);
                self.element("tr", &[]);
            }
            Tag::TableRow => {
                (self.row, self.cell) = (Row::Body, 0);
                self.element("tr", &[]);
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.element("em", &[]),
            Tag::Strong => self.element("strong", &[]),
            Tag::Strikethrough => self.element("del", &[]),
            Tag::Superscript => self.element("sup", &[]),
            Tag::Subscript => self.element("sub", &[]),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            // No picture comes from elsewhere: its words stand for it.
            Tag::Image { .. }
            | Tag::HtmlBlock
            | Tag::MetadataBlock(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => self.open.push(Opened::Nothing),
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        if !self.is_titled {
            self.is_titled = true;
            self.passed_over = PassedOver::Title;
            return;
        }
        self.unfold();
        let name = match level {
            HeadingLevel::H1 | HeadingLevel::H2 => "h2",
            HeadingLevel::H3 => "h3",
            HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => "h4",
        };
        self.element(name, &[]);
    }

    fn unfold(&mut self) {
        if self.fold == Fold::Here {
            self.page.close();
        }
        self.fold = Fold::Nowhere;
    }

    fn cell(&mut self) {
        let number: Attributes<'_> = &[("class", &"number")];
        let attributes = match self.alignments.get(self.cell) {
            Some(Alignment::Right) => number,
            Some(Alignment::Left | Alignment::Center | Alignment::None) | None => &[],
        };
        self.cell += 1;
        match self.row {
            Row::Head => self.element("th", &[("scope", &"col")]),
            Row::Body => self.element("td", attributes),
        }
    }

    fn link(&mut self, target: &str) {
        let is_web = target.starts_with("https://") || target.starts_with("http://");
        match self.links.get(target) {
            Some(page) => self.element("a", &[("href", page)]),
            None if is_web => self.element("a", &[("href", &target)]),
            None => self.open.push(Opened::Nothing),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match self.open.pop() {
            Some(Opened::Element) => self.page.close(),
            Some(Opened::Nothing) | None => {}
        }
        if matches!(tag, TagEnd::Paragraph) && self.fold == Fold::Below {
            self.fold = Fold::Here;
            self.page.open("details", &[]);
            self.page.element("summary", &[], "What happens");
        }
        if matches!(tag, TagEnd::TableHead) {
            self.row = Row::Body;
        }
    }
}
