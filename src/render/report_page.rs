//! Reports as pages: a suite's pictures with their verdicts, a runbook beside each wreck; and the
//! chapters of the course in the same frame.
//!
//! A page is one HTML file with its pictures beside it. It needs no script and no network, and
//! says so to the browser: its policy allows its own style and pictures from its own folder, and
//! nothing else. Light and dark are the style's.

mod course;
mod grade;
mod suite;

pub use course::course_page;
pub use grade::grade_page;
pub use suite::suite_page;

use super::xml::{Attributes, Page, digest};

/// Nothing in it needs an escape, so that it stands in the page as it stands here.
const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #57606a; --line: #d0d7de; --good: #00694d; --bad: #a84300; --soft: #f4f6f8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #14181d; --faint: #9aa4af; --line: #3a424c; --good: #4fc3a1; --bad: #f08a4b; --soft: #1d232a } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem } h1, h2 { margin: 0 0 .25rem; overflow-wrap: anywhere } table + h2 { margin-top: 2rem }
a { color: inherit }
table { border-collapse: collapse; width: 100%; margin: .75rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { white-space: nowrap; overflow-wrap: normal }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td.word { white-space: nowrap }
.suite th:nth-child(3) { text-align: right }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em }
pre { overflow-x: auto; background: var(--soft); padding: .75rem; border-radius: .4rem }
code { white-space: pre-wrap }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.25rem }
img { display: block; width: 100%; height: auto; margin-top: .75rem; background: #ffffff; border: 1px solid var(--line); border-radius: .4rem }
.faint { color: var(--faint) } .good { color: var(--good); font-weight: 600 } .bad { color: var(--bad); font-weight: 600 }
.scroll { overflow-x: auto }
.prose :is(p, ul, ol, blockquote) { max-width: 46rem } .prose h2 { margin-top: 1.75rem } .prose li { margin: .25rem 0 }
@media (max-width: 40rem) { body { padding: 1rem; font-size: 15px } th { white-space: normal } th, td { padding: .3rem .3rem } .suite :is(th, td):nth-child(3) { display: none } }
@media print { :root { color-scheme: light; --ink: #000000; --paper: #ffffff; --faint: #444b52; --line: #c4cad0; --good: #00694d; --bad: #a84300; --soft: #f4f6f8 } body { font-size: 11px; padding: 0 } tr, img { break-inside: avoid } thead { display: table-header-group } section { break-before: page; border: 0; margin: 0; padding: 0 } .prose { font-size: 12px } .prose pre { white-space: pre-wrap; break-inside: avoid } .prose h2 { break-after: avoid } }
";

/// Begins a page up to its body.
fn begin(title: &str) -> Page {
    let digest = digest(STYLE);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' file:; base-uri 'none'; \
         form-action 'none'"
    );
    let mut page = Page::html();
    page.open("html", &[("lang", &"en")]);
    page.open("head", &[]);
    page.empty("meta", &[("charset", &"utf-8")]);
    let meta: Attributes<'_> = &[
        ("http-equiv", &"Content-Security-Policy"),
        ("content", &policy),
    ];
    page.empty("meta", meta);
    let viewport = "width=device-width, initial-scale=1";
    page.empty("meta", &[("name", &"viewport"), ("content", &viewport)]);
    page.element("title", &[], title);
    page.element("style", &[], STYLE);
    page.close();
    page.open("body", &[]);
    page.open("main", &[]);
    page.element("h1", &[], title);
    page
}

/// The name of a picture's file: nothing of a scenario's own name but letters and digits.
pub fn picture_name(index: usize, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().take(60).map(plain).collect();
    format!("{:03}-{name}.svg", index + 1)
}

fn image(page: &mut Page, file: &str, title: &str) {
    let alternative = format!("The timeline of {title}, drawn as lanes");
    page.open("a", &[("href", &file)]);
    let attributes: Attributes<'_> = &[("src", &file), ("alt", &alternative), ("loading", &"lazy")];
    page.empty("img", attributes);
    page.close();
}

fn head(page: &mut Page, titles: &[&str]) {
    page.open("thead", &[]);
    page.open("tr", &[]);
    for title in titles {
        page.element("th", &[("scope", &"col")], title);
    }
    page.close();
    page.close();
}
