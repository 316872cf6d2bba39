//! The walk: the operations of a plan, in the order of its graph, a limited number at a time.
//!
//! The walk keeps the working state. It knows nothing of saves: the process records one finish
//! at a time and tells the walk when that is done.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::plan::{Node, NodeIndex, NodeStep, Plan};
use super::request::OperationKind;
use super::state::StateSnapshot;
use crate::kernel::Stream;

/// A [walk](self).
#[derive(Debug, Clone)]
pub struct Walk {
    plan: Arc<Plan>,
    /// By node: how many nodes it still waits for.
    waits: Vec<u32>,
    /// By node: whether it failed, was halted, or is skipped because of one that was.
    is_lost: Vec<bool>,
    ready: VecDeque<(NodeIndex, OperationKind)>,
    running: BTreeSet<NodeIndex>,
    parallelism: usize,
    is_halted: bool,
    skipped: u32,
    /// The state as it is now.
    pub state: StateSnapshot,
}

fn position(index: NodeIndex) -> usize {
    usize::try_from(index).expect("an index that was made from a position")
}

impl Walk {
    /// Begins a walk of `plan`. With `order`, resources that are ready together start in an
    /// order that is drawn from it.
    pub fn begin(plan: Arc<Plan>, parallelism: u16, mut order: Option<&mut Stream>) -> Self {
        let mut walk = Self {
            waits: plan.nodes.iter().map(|node| node.waits).collect(),
            is_lost: vec![false; plan.nodes.len()],
            ready: VecDeque::new(),
            running: BTreeSet::new(),
            parallelism: usize::from(parallelism),
            is_halted: false,
            skipped: 0,
            state: plan.refreshed.clone(),
            plan,
        };
        let nodes = u32::try_from(walk.waits.len()).expect("fewer than 2³² nodes");
        let open: Vec<NodeIndex> = (0..nodes)
            .filter(|node| walk.waits[position(*node)] == 0)
            .collect();
        walk.reach(open, &mut order);
        walk
    }

    /// The plan.
    pub const fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// A node of the plan.
    pub fn node(&self, index: NodeIndex) -> &Node {
        self.plan.node(index)
    }

    /// The nodes whose operations run.
    pub const fn running(&self) -> &BTreeSet<NodeIndex> {
        &self.running
    }

    /// How many nodes were skipped because something that they need failed.
    pub const fn skipped(&self) -> u32 {
        self.skipped
    }

    /// Whether nothing runs and nothing can start any more.
    pub fn is_done(&self) -> bool {
        self.running.is_empty() && self.ready.is_empty()
    }

    /// Takes the next node to start, with its operation, if there is one and a slot is free.
    pub fn start_next(&mut self) -> Option<(NodeIndex, OperationKind)> {
        if self.running.len() >= self.parallelism {
            return None;
        }
        let next = self.ready.pop_front()?;
        self.running.insert(next.0);
        Some(next)
    }

    /// From now on nothing starts any more.
    pub fn halt(&mut self) {
        self.is_halted = true;
        while let Some((node, _)) = self.ready.pop_front() {
            self.lose(node);
        }
    }

    /// A node that ran has finished, and its finish is recorded.
    pub fn finish(&mut self, node: NodeIndex, is_success: bool, mut order: Option<&mut Stream>) {
        assert!(self.running.remove(&node), "only what runs can finish");
        if is_success {
            let open = self.release(node);
            self.reach(open, &mut order);
        } else {
            self.lose(node);
        }
    }

    /// Forgets the operations that run.
    pub fn abandon(&mut self) -> BTreeSet<NodeIndex> {
        self.halt();
        std::mem::take(&mut self.running)
    }

    /// The nodes that wait for nothing any more now that `node` is done.
    fn release(&mut self, node: NodeIndex) -> Vec<NodeIndex> {
        let plan = Arc::clone(&self.plan);
        let mut open = Vec::new();
        for dependent in &plan.node(node).dependents {
            let waits = &mut self.waits[position(*dependent)];
            *waits -= 1;
            if *waits == 0 && !self.is_lost[position(*dependent)] {
                open.push(*dependent);
            }
        }
        open
    }

    /// Nodes that wait for nothing: what is kept is done at once, the others become ready.
    fn reach(&mut self, mut open: Vec<NodeIndex>, order: &mut Option<&mut Stream>) {
        let mut reached = Vec::new();
        while let Some(node) = open.pop() {
            match self.plan.node(node).step {
                NodeStep::Keep => open.extend(self.release(node)),
                NodeStep::Operate(kind) => reached.push((node, kind)),
            }
        }
        reached.sort_unstable();
        if let Some(order) = order {
            order.shuffle(&mut reached);
        }
        for (node, kind) in reached {
            // After a stop a creation does not even become due: it leaves no husk.
            if self.is_halted {
                self.lose(node);
                continue;
            }
            if kind == OperationKind::Create {
                self.state.add_husk(self.plan.node(node).resource);
            }
            self.ready.push_back((node, kind));
        }
    }

    /// A node failed or was halted: whatever depends on it is skipped.
    fn lose(&mut self, node: NodeIndex) {
        self.is_lost[position(node)] = true;
        let plan = Arc::clone(&self.plan);
        let mut open = plan.node(node).dependents.clone();
        while let Some(dependent) = open.pop() {
            let lost = &mut self.is_lost[position(dependent)];
            if !*lost {
                *lost = true;
                self.skipped += 1;
                open.extend(&plan.node(dependent).dependents);
            }
        }
    }
}
