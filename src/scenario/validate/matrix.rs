//! The matrix: axes of parameters, and what holds in which row.

use std::collections::BTreeSet;

use super::Checker;
use crate::command::wording::shown;
use crate::scenario::document::{Node, quoted};
use crate::scenario::expectation::Expectation;
use crate::scenario::parameters::{CONDITIONS, Settings, axes, is_met, wanted_values};

impl Checker<'_, '_> {
    /// What holds at the end in the rows of the matrix that `values` match.
    pub(super) fn matrix(&mut self, root: &Node<'_>, values: &Settings) -> Vec<Expectation> {
        let Some(matrix) = root.get("matrix") else {
            for step in root.field("steps").items() {
                self.check_conditions(step, &[]);
            }
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
        for step in root.field("steps").items() {
            if let Some(axes) = &axes {
                self.check_conditions(step, axes);
            }
        }
        let mut matching = Vec::new();
        for row in matrix.get("rows").map_or(&[][..], Node::items) {
            if let Some(axes) = &axes {
                self.check_conditions(row, axes);
                for step in row.field("steps").items() {
                    self.check_conditions(step, axes);
                }
            }
            let is_matching = is_met(row, values);
            let Some(node) = row.get("expect") else {
                if row.get("steps").is_none() {
                    let help = "write `expect: { lock: free }`".to_owned();
                    let message = "a row has `expect`, `steps` or both";
                    self.diagnostics.error_help(row, message, Some(help));
                }
                continue;
            };
            // What can't be decoded is reported already. A row of other combinations can name runs that
            // there are only there.
            if is_matching && self.diagnostics.is_silent_at(node) {
                matching.extend(self.expectation(node));
            }
        }
        matching
    }

    /// What a condition of a row or a step names must stand on an axis.
    fn check_conditions(&mut self, node: &Node<'_>, axes: &[(String, Vec<String>)]) {
        let conditions = CONDITIONS.iter().filter_map(|key| node.get(key));
        for (key, wanted) in conditions.flat_map(Node::entries) {
            let name = key.text().unwrap_or("");
            let Some((_, on_axis)) = axes.iter().find(|(axis, _)| axis == name) else {
                let names = axes.iter().map(|(name, _)| name.as_str());
                let help = self.diagnostics.nearest(name, names);
                let message = format!("the matrix has no axis {}", quoted(name));
                self.diagnostics.error_help(key, message, help);
                continue;
            };
            self.check_wanted(name, wanted, on_axis);
        }
    }

    /// What a condition wants of an axis: one of its values, or a list of some, each once.
    fn check_wanted(&mut self, name: &str, wanted: &Node<'_>, on_axis: &[String]) {
        let values = wanted_values(wanted);
        if values.is_empty() {
            let help = format!("its values are {}", shown(&on_axis.join(", ")));
            let message = format!("a condition wants at least one value of {}", quoted(name));
            self.diagnostics.error_help(wanted, message, Some(help));
        }
        let mut named = BTreeSet::new();
        for value in values {
            // What is no single value is reported already.
            let Some(text) = value.text() else { continue };
            if !on_axis.iter().any(|value| value == text) {
                let help = format!("its values are {}", shown(&on_axis.join(", ")));
                let message = format!("{} is not on the axis {}", quoted(text), quoted(name));
                self.diagnostics.error_help(value, message, Some(help));
            } else if !named.insert(text) {
                let message = format!("{} stands here twice", quoted(text));
                self.diagnostics.error(value, message);
            }
        }
    }
}
