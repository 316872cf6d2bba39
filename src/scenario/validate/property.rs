//! Properties: expectations over time.

use super::Checker;
use crate::scenario::document::Node;
use crate::scenario::expectation::{Property, PropertyMode};

impl Checker<'_, '_> {
    /// The properties, in the order of the file.
    pub(super) fn properties(&mut self, root: &Node<'_>) -> Vec<Property> {
        let Some(node) = root.get("properties") else {
            return Vec::new();
        };
        let properties = node.entries().iter();
        properties
            .filter_map(|(key, node)| self.property(key, node))
            .collect()
    }

    fn property(&mut self, key: &Node<'_>, node: &Node<'_>) -> Option<Property> {
        let modes = PropertyMode::ALL.map(PropertyMode::name);
        let [(word, expectation)] = node.entries() else {
            let message = format!("a property has exactly one of {}", modes.join(", "));
            self.diagnostics.error(key, message);
            return None;
        };
        let text = word.text().unwrap_or("");
        let mode = PropertyMode::ALL
            .into_iter()
            .find(|mode| mode.name() == text)?;
        // What can't be decoded is reported already.
        if !self.diagnostics.is_silent_at(expectation) {
            return None;
        }
        let expectation = self.expectation(expectation)?;
        // One that names nothing holds nothing: the replication is not judged by it.
        if expectation.is_empty() {
            return None;
        }
        Some(Property {
            name: key.text().unwrap_or("").into(),
            mode,
            expectation,
        })
    }
}
