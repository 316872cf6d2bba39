//! Parameters: a scenario that is varied without being copied.
//!
//! `parameters` gives each its default; `${name}` in any value stands for it. The text is put in
//! before anything is decoded, so that a parameter can stand for a duration, a number, a word or
//! a part of a command. A matrix replays all combinations of the values on its axes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::document::{Content, Diagnostics, Node, Span, is_forbidden, quoted};

/// The longest value of a parameter, in bytes.
const VALUE_BYTES_MAX: usize = 200;
/// So many bytes may come out of all places of parameters.
const SUBSTITUTED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// So many combinations a matrix may have.
const COMBINATIONS_MAX: usize = 10_000;
/// The largest product of a matrix's combinations and what each of them has in values and
/// resources: all of them are read before the first is replayed.
const VARIANTS_SIZE_MAX: usize = 4_000_000;

/// Values of parameters, by name.
pub type Settings = BTreeMap<String, String>;

/// What a matrix varies: each parameter with its values, in the order of the file.
type Axes = Vec<(String, Vec<String>)>;

/// The parameters that the document declares, with the values that the settings or the defaults
/// give them. A setting of no parameter is an error.
pub(super) fn declared(
    root: &Node<'_>,
    settings: &Settings,
    diagnostics: &mut Diagnostics<'_>,
) -> Settings {
    let mut declared = Settings::new();
    if let Some(node) = root.get("parameters")
        && !matches!(node.content, Content::Map(_))
    {
        diagnostics.error(node, "`parameters` is a mapping from names to defaults");
    }
    for (key, value) in root.get("parameters").map_or(&[][..], Node::entries) {
        let name = key.text().unwrap_or("");
        if !is_name(name) {
            let message = format!("{} is no name of a parameter", quoted(name));
            let help = "a name has letters, digits and `_`".to_owned();
            diagnostics.error_help(key, message, Some(help));
        }
        match value.text() {
            Some(text) if text.len() <= VALUE_BYTES_MAX => {
                let text = settings.get(name).map_or(text, String::as_str);
                declared.insert(name.to_owned(), text.to_owned());
            }
            Some(_) => {
                let message = format!("a parameter's value has at most {VALUE_BYTES_MAX} bytes");
                diagnostics.error(value, message);
            }
            None => diagnostics.error(value, "a parameter's default is a single value"),
        }
    }
    for (name, value) in settings {
        if !declared.contains_key(name) {
            let help = diagnostics.nearest(name, declared.keys().map(String::as_str));
            let message = format!("the scenario has no parameter {}", quoted(name));
            diagnostics.push(Span::default(), message, help);
        } else if value.len() > VALUE_BYTES_MAX {
            let message = format!("the value of {} is too long", quoted(name));
            diagnostics.push(Span::default(), message, None);
        } else if value.chars().any(is_forbidden) {
            let message = format!(
                "a control character stands in the value of {}",
                quoted(name)
            );
            diagnostics.push(Span::default(), message, None);
        }
    }
    declared
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Puts the values in place of `${name}`, everywhere but where parameters are declared and varied.
pub(super) fn substitute(
    root: &mut Node<'_>,
    values: &Settings,
    diagnostics: &mut Diagnostics<'_>,
) {
    let mut substitution = Substitution {
        values,
        used: BTreeSet::new(),
        bytes_left: SUBSTITUTED_BYTES_MAX,
        has_overflowed: false,
    };
    if let Content::Map(entries) = &mut root.content {
        for (key, value) in entries {
            match key.text() {
                Some("parameters") => {}
                Some("matrix") => substitution.in_rows(value, diagnostics),
                Some(_) | None => substitution.within(value, diagnostics),
            }
        }
    }
    let used = substitution.used;
    for (key, _) in root.get("parameters").map_or(&[][..], Node::entries) {
        let name = key.text().unwrap_or("");
        if is_name(name) && !used.contains(name) {
            let message = format!("the parameter {} stands nowhere", quoted(name));
            let help = format!("write `${{{name}}}` where its value belongs");
            diagnostics.error_help(key, message, Some(help));
        }
    }
}

struct Substitution<'v> {
    values: &'v Settings,
    used: BTreeSet<String>,
    bytes_left: usize,
    has_overflowed: bool,
}

impl Substitution<'_> {
    /// In the steps and the expectations of a matrix's rows.
    fn in_rows(&mut self, matrix: &mut Node<'_>, diagnostics: &mut Diagnostics<'_>) {
        let Content::Map(entries) = &mut matrix.content else {
            return;
        };
        for (_, rows) in entries
            .iter_mut()
            .filter(|(key, _)| key.text() == Some("rows"))
        {
            let Content::List(rows) = &mut rows.content else {
                continue;
            };
            for row in rows {
                if let Content::Map(entries) = &mut row.content {
                    for (_, value) in entries
                        .iter_mut()
                        .filter(|(key, _)| matches!(key.text(), Some("steps" | "expect")))
                    {
                        self.within(value, diagnostics);
                    }
                }
            }
        }
    }

    fn within(&mut self, node: &mut Node<'_>, diagnostics: &mut Diagnostics<'_>) {
        let put = match &mut node.content {
            Content::Scalar { text, .. } if text.contains("${") => self.put(text),
            Content::Scalar { .. } => return,
            Content::List(items) => {
                return items
                    .iter_mut()
                    .for_each(|item| self.within(item, diagnostics));
            }
            Content::Map(entries) => {
                for (key, value) in entries {
                    match (key.text(), &mut value.content) {
                        (Some("run"), Content::Scalar { text, .. }) if text.contains("${") => {
                            *text = Cow::Owned(self.put_in_command(text));
                        }
                        _ => self.within(value, diagnostics),
                    }
                }
                return;
            }
        };
        match put {
            Ok(put) => {
                if let Content::Scalar { text, .. } = &mut node.content {
                    *text = Cow::Owned(put);
                }
            }
            Err(Unknown::Name(name)) => {
                let help = diagnostics.nearest(&name, self.values.keys().map(String::as_str));
                let message = format!("unknown parameter {}", quoted(&name));
                diagnostics.error_help(node, message, help);
            }
            Err(Unknown::Unclosed) => diagnostics.error(node, "`${` without a `}`"),
            Err(Unknown::TooMuch) if !self.has_overflowed => {
                self.has_overflowed = true;
                diagnostics.error(node, "the parameters stand for more than 16 MiB of text");
            }
            Err(Unknown::TooMuch) => {}
        }
    }

    /// A command with values in place of the parameters that there are: what else has that form is
    /// the shell's.
    fn put_in_command(&mut self, text: &str) -> String {
        let mut put = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            put.push_str(before);
            let named = after.split_once('}');
            let value = named.and_then(|(name, after)| Some((name, self.values.get(name)?, after)));
            if let Some((name, value, after)) = value {
                self.used.insert(name.to_owned());
                put.push_str(value);
                rest = after;
            } else {
                put.push_str("${");
                rest = after;
            }
        }
        put.push_str(rest);
        self.bytes_left = self.bytes_left.saturating_sub(put.len());
        put
    }

    /// The text with values in place of names.
    fn put(&mut self, text: &str) -> Result<String, Unknown> {
        let mut put = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or(Unknown::Unclosed)?;
            let Some(value) = self.values.get(name) else {
                return Err(Unknown::Name(name.to_owned()));
            };
            self.used.insert(name.to_owned());
            put.push_str(before);
            put.push_str(value);
            rest = after;
        }
        put.push_str(rest);
        self.bytes_left = self
            .bytes_left
            .checked_sub(put.len())
            .ok_or(Unknown::TooMuch)?;
        Ok(put)
    }
}

enum Unknown {
    Name(String),
    Unclosed,
    TooMuch,
}

/// The axes of the document's matrix, as far as they can be read.
pub(super) fn axes(root: &Node<'_>) -> Axes {
    let axes = root.get("matrix").and_then(|matrix| matrix.get("axes"));
    let values = |node: &Node<'_>| {
        let items = node.items().iter();
        items
            .filter_map(|item| Some(item.text()?.to_owned()))
            .collect()
    };
    axes.map_or(&[][..], Node::entries)
        .iter()
        .filter_map(|(key, node)| Some((key.text()?.to_owned(), values(node))))
        .collect()
}

/// Takes the values off the axes: in a combination they are fixed, and each can be one of many.
/// What is left is checked already.
pub(super) fn take_axes(root: &mut Node<'_>) {
    let matrix = root.get_mut("matrix");
    if let Some(axes) = matrix.and_then(|matrix| matrix.get_mut("axes")) {
        axes.content = Content::Map(Vec::new());
    }
}

/// Puts the steps of the rows that `values` match behind those of the file, in the order of the rows,
/// and takes out those whose own condition they don't match. Such steps stay in a row, to be read
/// and not to happen.
pub(super) fn place_steps(root: &mut Node<'_>, values: &Settings) {
    if root.get("matrix").is_none() {
        return;
    }
    let mut placed = Vec::new();
    let rows = root.get_mut("matrix").and_then(|it| it.get_mut("rows"));
    if let Some(Content::List(rows)) = rows.map(|rows| &mut rows.content) {
        for row in rows.iter_mut().filter(|row| is_met(row, values)) {
            if let Some(Content::List(steps)) = row.get_mut("steps").map(|it| &mut it.content) {
                placed.append(steps);
            }
        }
    }
    let Some(Content::List(steps)) = root.get_mut("steps").map(|it| &mut it.content) else {
        return;
    };
    steps.append(&mut placed);
    let (happening, others) = std::mem::take(steps)
        .into_iter()
        .partition(|step| is_met(step, values));
    *steps = happening;
    if let Some(matrix) = root.get_mut("matrix") {
        keep_unmet(matrix, others);
    }
}

/// Puts steps that don't happen into a row of their own.
fn keep_unmet<'a>(matrix: &mut Node<'a>, steps: Vec<Node<'a>>) {
    let Some(at) = steps.first().map(|step| step.span) else {
        return;
    };
    let list = |items| Node {
        span: at,
        content: Content::List(items),
    };
    let row = Node {
        span: at,
        content: Content::Map(vec![(Node::at(at, "steps"), list(steps))]),
    };
    if let Some(Content::List(rows)) = matrix.get_mut("rows").map(|it| &mut it.content) {
        rows.push(row);
    } else if let Content::Map(entries) = &mut matrix.content {
        entries.push((Node::at(at, "rows"), list(vec![row])));
    }
}

/// The keys of a row or a step that say in which combinations it is.
pub(super) const CONDITIONS: [&str; 2] = ["if", "unless"];

/// Whether the values are among those of the `if` of a row or a step, and not those of its `unless`.
pub(super) fn is_met(node: &Node<'_>, values: &Settings) -> bool {
    let is_among = |condition: &Node<'_>| {
        condition.entries().iter().all(|(key, wanted)| {
            let value = key.text().and_then(|name| values.get(name));
            let mut wanted = wanted_values(wanted).iter();
            value.is_some_and(|value| wanted.any(|wanted| wanted.text() == Some(value.as_str())))
        })
    };
    node.get("if").is_none_or(is_among) && !node.get("unless").is_some_and(is_among)
}

/// The values of which a condition names one or more.
pub(super) fn wanted_values<'n, 's>(wanted: &'n Node<'s>) -> &'n [Node<'s>] {
    match &wanted.content {
        Content::List(items) => items,
        Content::Scalar { .. } | Content::Map(_) => std::slice::from_ref(wanted),
    }
}

/// All combinations of the values on the axes that `settings` leave open, in the order of the
/// file, the last axis fastest. `size` is how many values and resources each of them has.
///
/// # Errors
///
/// The message for what are too many.
pub(super) fn combinations(
    axes: &Axes,
    settings: &Settings,
    size: usize,
) -> Result<Vec<Settings>, String> {
    let open = axes.iter().filter(|(name, _)| !settings.contains_key(name));
    let count = open.clone().try_fold(1_usize, |count, (_, values)| {
        let count = count.checked_mul(values.len())?;
        (count <= COMBINATIONS_MAX).then_some(count)
    });
    let Some(count) = count else {
        return Err("the matrix has more than 10,000 combinations".to_owned());
    };
    if count.saturating_mul(size) > VARIANTS_SIZE_MAX {
        return Err(format!(
            "{count} combinations of {size} values and resources; a matrix has at most \
             {VARIANTS_SIZE_MAX} of one times the other"
        ));
    }
    let mut combinations = vec![settings.clone()];
    for (name, values) in open {
        combinations = combinations
            .iter()
            .flat_map(|combination| {
                values.iter().map(|value| {
                    let mut longer = combination.clone();
                    longer.insert(name.clone(), value.clone());
                    longer
                })
            })
            .collect();
    }
    Ok(combinations)
}
