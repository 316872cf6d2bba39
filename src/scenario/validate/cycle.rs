//! Cycles in a graph, found without recursion: a scenario can chain 100,000 resources.

/// So many cycles are reported.
const CYCLES_MAX: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// On the path that is being followed, at this place.
    OnPath(usize),
    Done,
}

/// The cycles that a walk in order meets, each from where it is entered. `edges` holds for each
/// node the nodes it leads to.
pub(super) fn find_cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut marks = vec![Mark::New; edges.len()];
    let mut cycles = Vec::new();
    for start in 0..edges.len() {
        if marks[start] != Mark::New {
            continue;
        }
        // The path, each node with how many of its edges are followed already.
        let mut path = vec![(start, 0)];
        marks[start] = Mark::OnPath(0);
        while let Some((node, followed)) = path.last_mut() {
            let Some(&next) = edges[*node].get(*followed) else {
                marks[*node] = Mark::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            match marks[next] {
                Mark::OnPath(place) if cycles.len() < CYCLES_MAX => {
                    cycles.push(path[place..].iter().map(|(node, _)| *node).collect());
                }
                Mark::Done | Mark::OnPath(_) => {}
                Mark::New => {
                    marks[next] = Mark::OnPath(path.len());
                    path.push((next, 0));
                }
            }
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_from_where_they_are_entered() {
        assert_eq!(
            find_cycles(&[vec![1], vec![2], vec![]]),
            Vec::<Vec<usize>>::new()
        );
        assert_eq!(find_cycles(&[vec![0]]), [[0]]);
        assert_eq!(find_cycles(&[vec![1], vec![2], vec![1]]), [[1, 2]]);
        assert_eq!(
            find_cycles(&[vec![1, 2], vec![2], vec![]]),
            Vec::<Vec<usize>>::new()
        );
    }
}
