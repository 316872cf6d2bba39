//! Applies of many resources, in three shapes and with two client models.

use std::fmt::Write;

/// How the resources need each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Not at all.
    Independent,
    /// Each one needs the one before.
    Chain,
    /// All need the first.
    FanOut,
}

/// A case that is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// The name, which stands in the table and is what selects the case.
    pub(crate) name: &'static str,
    /// How the resources need each other.
    pub(crate) shape: Shape,
    /// The client model.
    pub(crate) client: &'static str,
}

/// All cases.
pub(crate) const CASES: [Case; 5] = [
    Case {
        name: "independent",
        shape: Shape::Independent,
        client: "terraform",
    },
    Case {
        name: "chain",
        shape: Shape::Chain,
        client: "terraform",
    },
    Case {
        name: "fan_out",
        shape: Shape::FanOut,
        client: "terraform",
    },
    Case {
        name: "independent_renewing",
        shape: Shape::Independent,
        client: "renewing",
    },
    Case {
        name: "chain_renewing",
        shape: Shape::Chain,
        client: "renewing",
    },
];

/// A scenario file in which so many resources are created.
pub(crate) fn yaml(case: Case, resources: u32) -> String {
    let mut text = format!(
        "leaselab: 1\ntitle: Many resources\nclient: {}\nresources:\n",
        case.client
    );
    for index in 0..resources {
        let needs = match (case.shape, index) {
            (Shape::Independent, _) | (_, 0) => String::new(),
            (Shape::Chain, _) => format!(", needs: [r{}]", index - 1),
            (Shape::FanOut, _) => ", needs: [r0]".to_owned(),
        };
        writeln!(
            text,
            "  r{index}: {{ type: azurerm_subnet, create: 1s{needs} }}"
        )
        .expect("a string takes everything");
    }
    text.push_str("steps:\n  - { run: terraform apply -auto-approve, as: alice }\n");
    text
}
