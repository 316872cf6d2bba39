//! How far conditions reach: as the document nests.

use super::super::markdown::Container;

/// The conditions that hold at a place, and where each of them ends.
#[derive(Debug)]
pub(super) struct Scope {
    headings: Vec<(u8, Option<usize>)>,
    frames: Vec<Frame>,
    /// The condition to which `Otherwise` refers.
    last: Option<usize>,
}

/// The document, or one of the containers in which the place is.
#[derive(Debug, Default)]
struct Frame {
    /// The conditions that govern what follows here.
    current: Vec<usize>,
    /// Whether nothing came after the last of them so far.
    is_fresh: bool,
    /// Whether a command here depended on them.
    has_commands: bool,
    /// Conditions of containers that have just ended, and in which nothing stood beside them: they
    /// govern a block that follows at once.
    carried: Vec<Vec<usize>>,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            headings: Vec::new(),
            frames: vec![Frame::default()],
            last: None,
        }
    }
}

impl Scope {
    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        self.frames
            .last_mut()
            .expect("one was pushed if there was none")
    }

    pub(super) fn enter(&mut self, _container: Container) {
        self.frames.push(Frame::default());
    }

    pub(super) fn leave(&mut self, container: Container) {
        if self.frames.len() < 2 {
            return;
        }
        let frame = self.frames.pop().expect("there are two at least");
        let outer = self.top();
        match container {
            Container::Item | Container::Quote => {
                if !frame.has_commands && !frame.current.is_empty() {
                    outer.carried.push(frame.current);
                }
            }
            Container::List => outer.carried.extend(frame.carried),
            Container::Details => {}
        }
        outer.has_commands |= frame.has_commands;
    }

    /// A rule, or the end of conditions that somebody asks for.
    pub(super) fn end_conditions(&mut self) {
        let frame = self.top();
        frame.current.clear();
        frame.carried.clear();
        frame.is_fresh = false;
    }

    pub(super) fn begin_section(&mut self, level: u8) {
        self.end_conditions();
        self.headings.retain(|(above, _)| *above < level);
        self.last = self.headings.iter().rev().find_map(|(_, guard)| *guard);
    }

    pub(super) fn set_heading(&mut self, level: u8, guard: usize) {
        self.headings.push((level, Some(guard)));
        self.last = Some(guard);
    }

    /// Text comes: what is carried from a list reaches no further, unless it comes at once.
    pub(super) fn text(&mut self) {
        self.top().carried.clear();
    }

    /// A condition in a paragraph. After another one that has a colon at its end, and nothing
    /// behind it, both are asked.
    pub(super) fn set(&mut self, guard: usize, is_bare: bool) {
        let frame = self.top();
        if !frame.is_fresh {
            frame.current.clear();
        }
        frame.current.push(guard);
        frame.is_fresh = is_bare;
        self.last = Some(guard);
    }

    pub(super) fn set_last(&mut self, guard: usize) {
        self.last = Some(guard);
    }

    /// `Otherwise`: here ends the condition to which it refers, and what stands within it.
    pub(super) fn end_last(&mut self) {
        let Some(last) = self.last else {
            return;
        };
        let frame = self.top();
        if let Some(at) = frame.current.iter().position(|guard| *guard == last) {
            frame.current.truncate(at);
            frame.is_fresh = at > 0;
        }
    }

    pub(super) const fn last(&self) -> Option<usize> {
        self.last
    }

    /// Prose without a condition: what comes after it does not belong to the condition before it
    /// alone.
    pub(super) fn not_fresh(&mut self) {
        self.top().is_fresh = false;
    }

    /// A block of commands comes. Returns how many conditions of a list could govern it.
    pub(super) fn commands(&mut self) -> usize {
        let frame = self.top();
        frame.has_commands = true;
        frame.is_fresh = false;
        let carried = std::mem::take(&mut frame.carried);
        let count = carried.len();
        if let [only] = carried.as_slice() {
            frame.current.clone_from(only);
        }
        count
    }

    /// The conditions that all hold here, outermost first.
    pub(super) fn governing(&self) -> Vec<usize> {
        let headings = self.headings.iter().filter_map(|(_, guard)| *guard);
        let frames = self
            .frames
            .iter()
            .flat_map(|frame| frame.current.iter().copied());
        let mut guards: Vec<usize> = headings.chain(frames).collect();
        guards.dedup();
        guards
    }

    /// The conditions in whose reach a new one here stands.
    pub(super) fn around(&self) -> Vec<usize> {
        let headings = self.headings.iter().filter_map(|(_, guard)| *guard);
        let (top, outer) = match self.frames.split_last() {
            Some((top, outer)) => (Some(top), outer),
            None => (None, &[][..]),
        };
        let outer = outer.iter().flat_map(|frame| frame.current.iter().copied());
        let fresh = top.filter(|top| top.is_fresh);
        let fresh = fresh
            .into_iter()
            .flat_map(|top| top.current.iter().copied());
        headings.chain(outer).chain(fresh).collect()
    }
}
