//! The matrix: axes of parameters, and what holds in which row.

use super::Checker;
use crate::command::wording::shown;
use crate::scenario::document::{Node, quoted};
use crate::scenario::expectation::Expectation;
use crate::scenario::parameters::{Settings, axes, row_matches};

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
            if let Some(axes) = &axes {
                self.check_conditions(row, axes);
            }
            let is_matching = row_matches(row, values);
            let Some(node) = row.get("expect") else {
                if row.get("steps").is_none() {
                    let help = "write `expect: { lock: free }`".to_owned();
                    let message = "a row has `expect`, `steps` or both";
                    self.diagnostics.error_help(row, message, Some(help));
                }
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

    /// What a row's `if` names must stand on an axis.
    fn check_conditions(&mut self, row: &Node<'_>, axes: &[(String, Vec<String>)]) {
        for (key, value) in row.get("if").map_or(&[][..], Node::entries) {
            let name = key.text().unwrap_or("");
            let wanted = value.text().unwrap_or("");
            self.check_condition((key, name), (value, wanted), axes);
        }
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
