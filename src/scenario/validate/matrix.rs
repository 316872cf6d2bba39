//! The matrix: axes of parameters, and what holds in which row.

use super::Checker;
use crate::command::wording::shown;
use crate::scenario::document::{Node, quoted};
use crate::scenario::expectation::Expectation;
use crate::scenario::parameters::{Settings, axes};

impl Checker<'_, '_> {
    /// What holds at the end in the rows of the matrix that `values` match.
    pub(super) fn matrix(&mut self, root: &Node<'_>, values: &Settings) -> Vec<Expectation> {
        let Some(matrix) = root.get("matrix") else {
            return Vec::new();
        };
        for (key, node) in matrix.get("axes").map_or(&[][..], Node::entries) {
            let name = key.text().unwrap_or("");
            if !values.contains_key(name) {
                let help = self
                    .diagnostics
                    .nearest(name, values.keys().map(String::as_str))
                    .or_else(|| Some(format!("give it a default under `parameters`: `{name}: …`")));
                let message = format!("unknown parameter {}", quoted(name));
                self.diagnostics.error_help(key, message, help);
            }
            if node.items().is_empty() {
                self.diagnostics.error(node, "an axis is a list of values");
            }
        }
        let axes = axes(root);
        // In a combination the axes are taken off, and the rows are checked already.
        let axes = (!axes.is_empty()).then_some(axes);
        let mut matching = Vec::new();
        for row in matrix.get("rows").map_or(&[][..], Node::items) {
            let is_matching = self.row_matches(row, axes.as_deref(), values);
            let Some(node) = row.get("expect") else {
                continue;
            };
            // What can't be decoded is reported already.
            if self.diagnostics.is_silent_at(node) {
                let expectation = self.expectation(node);
                matching.extend(expectation.filter(|_| is_matching));
            }
        }
        matching
    }

    /// Whether the values are those of the row's `if`; what it names must stand on an axis.
    fn row_matches(
        &mut self,
        row: &Node<'_>,
        axes: Option<&[(String, Vec<String>)]>,
        values: &Settings,
    ) -> bool {
        let Some(condition) = row.get("if") else {
            return true;
        };
        let mut matches = true;
        for (key, value) in condition.entries() {
            let name = key.text().unwrap_or("");
            let wanted = value.text().unwrap_or("");
            if let Some(axes) = axes {
                self.check_condition((key, name), (value, wanted), axes);
            }
            matches &= values.get(name).is_some_and(|value| value == wanted);
        }
        matches
    }

    /// A row's condition names an axis and one of its values.
    fn check_condition(
        &mut self,
        (key, name): (&Node<'_>, &str),
        (value, wanted): (&Node<'_>, &str),
        axes: &[(String, Vec<String>)],
    ) {
        match axes.iter().find(|(axis, _)| axis == name) {
            None => {
                let names = axes.iter().map(|(name, _)| name.as_str());
                let help = self.diagnostics.nearest(name, names);
                let message = format!("the matrix has no axis {}", quoted(name));
                self.diagnostics.error_help(key, message, help);
            }
            Some((_, on_axis)) if !on_axis.iter().any(|value| value == wanted) => {
                let help = format!("its values are {}", shown(&on_axis.join(", ")));
                let message = format!("{} is not on the axis {}", quoted(wanted), quoted(name));
                self.diagnostics.error_help(value, message, Some(help));
            }
            Some(_) => {}
        }
    }
}
