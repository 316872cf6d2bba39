//! XML and HTML pages, written by a library: whatever a scenario says is text, never markup.
//!
//! `quick-xml` escapes attributes and text by itself, and is there already under `quick-junit`.
//! What no escape can spell in XML, control characters above all, is made visible first.

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use sha2::{Digest, Sha256};

use super::layout::Color;
use super::visible::visible;

/// An element's attributes.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a dyn Display)];

/// A document that is being written.
pub(super) struct Page {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

/// The text as a document can hold it. Here, and nowhere else, texts become part of a page.
fn held(text: &str) -> String {
    let text = visible(text, Color::Plain);
    // No XML document can hold these two, however they are spelled.
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The digest by which a page's content security policy knows its own style or script.
pub(super) fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

impl Page {
    /// A document of XML.
    pub(super) fn xml() -> Self {
        let mut page = Self::fragment();
        page.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        page
    }

    /// A document of HTML. What is empty is closed by name there, but for void elements.
    pub(super) fn html() -> Self {
        let mut page = Self::fragment();
        page.event(Event::DocType(BytesText::from_escaped("html")));
        page
    }

    fn fragment() -> Self {
        Self {
            writer: Writer::new_with_indent(Vec::new(), b' ', 1),
            open: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        written.expect("a vector takes all that is written");
    }

    fn start(name: &'static str, attributes: Attributes<'_>) -> BytesStart<'static> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, held(&value.to_string()).as_str()));
        }
        start
    }

    /// Begins an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.event(Event::Start(Self::start(name, attributes)));
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) {
        let name = self.open.pop().expect("what ends was begun");
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.event(Event::Empty(Self::start(name, attributes)));
    }

    /// Text in the element that was begun last.
    pub(super) fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&held(text))));
    }

    /// An element with text.
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close();
    }

    /// The document, with a line feed at its end.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        let mut text =
            String::from_utf8(self.writer.into_inner()).expect("what is written is made of texts");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let mut page = Page::xml();
        page.open("a", &[("b", &"\"><script>'&\n")]);
        page.element(
            "text",
            &[],
            "</text><script>alert(1)</script> & \u{0}\u{1b}[2J\u{ffff}",
        );
        let page = page.finish();
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("\\u0000\\u001b[2J\u{fffd}"), "{page}");
    }
}
