//! A page: one self-contained HTML file in which a film is looked at instant by instant.
//!
//! What stands in it comes from the chart and the film's pictures, as JSON; the
//! script in `html/` draws it. Text of the scenario reaches the page as JSON and as text
//! nodes alone, and a content security policy lets nothing run but that script.

mod data;
mod panel;
mod question;
mod topic;

use quick_xml::escape::escape;

use super::xml::digest;
use crate::verdict::Film;

const STYLE: &str = include_str!("html/page.css");
/// One film on the page, and the scrubber that drives it.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("html/film.js"),
    include_str!("html/page.js"),
    "})();\n"
);

/// The page of a film.
pub fn html(film: &Film) -> String {
    page(&[data::page(film)])
}

/// A page of two films beside each other, which one scrubber drives.
pub fn html_comparison(one: &Film, other: &Film) -> String {
    page(&data::pair(one, other))
}

fn page(films: &[data::Page]) -> String {
    let titles: Vec<&str> = films.iter().map(|film| film.title.as_str()).collect();
    let title = titles.join(" | ");
    let title = escape(&title);
    let blocks: Vec<String> = { films.iter() }
        .map(|film| {
            let json = serde_json::to_string(film).expect("a page is plain JSON");
            let json = inert(&json);
            format!("<script type=\"application/json\" class=\"data\">{json}</script>\n")
        })
        .collect();
    let blocks = blocks.concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; base-uri 'none'; \
         form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – leaselab</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <noscript>This page draws its picture with a script, which it brings along. Without one, \
         read the same with `leaselab run`.</noscript>\n\
         {blocks}<script>{SCRIPT}</script>\n</body>\n</html>\n",
        style_hash = digest(STYLE),
        script_hash = digest(SCRIPT),
    )
}

/// JSON that holds nothing which could end the element that it stands in.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
