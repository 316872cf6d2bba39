//! What a scenario is for in a course.

use super::super::document::{Node, quoted};
use super::super::lesson::Lesson;
use super::super::raw::RawScenario;
use super::{Checker, placed_texts};

impl Checker<'_, '_> {
    /// A topic that stands twice is a slip: somebody meant another one.
    pub(super) fn lesson(&mut self, root: &Node<'_>, raw: &RawScenario) -> Lesson {
        let topics = raw.topics.clone().unwrap_or_default();
        let names: Vec<&str> = topics.iter().map(|topic| topic.name()).collect();
        let placed = placed_texts(names.iter().copied(), root.field("topics"));
        for (index, (name, node)) in placed.enumerate() {
            if names[..index].contains(&name) {
                self.diagnostics
                    .error(node, format!("{} stands here twice", quoted(name)));
            }
        }
        Lesson {
            level: raw.level.as_ref().map(|level| level.0),
            topics,
            course: raw.course.as_ref().map(|chapter| chapter.0),
        }
    }
}
