//! Runbooks that ask questions, and go on by their answers.

use leaselab::runbook::{self, Grade};

use super::{KILLED, UNSAVED, graded, read, scenario, typed};
use leaselab::kernel::Seed;

const TREE: &str = "\
**Is somebody working?**

* Yes → stop, and wait for them.
* No → continue.

**Is the state locked?**

* Yes:
  1. Look
     ```console
     $ terraform plan
     ```
  2. Unlock
     ```console
     $ terraform force-unlock -force <LOCK_ID>
     ```
* No: go to the next step.

**Is there an errored.tfstate?**

* No: nothing to do.
* Yes: push it.
  ```console
  $ terraform state push errored.tfstate
  ```
";

#[test]
fn answers_decide_what_is_typed() {
    let unsaved = graded(TREE, UNSAVED);
    assert_eq!(typed(&unsaved), ["terraform state push errored.tfstate"]);
    let killed = graded(TREE, KILLED);
    let lines = typed(&killed);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].starts_with("terraform force-unlock"), "{lines:?}");
    let outline = read(TREE).outline();
    let text = leaselab::render::outline(&outline, leaselab::render::Layout::default());
    assert!(text.contains("stop if the holder is alive"), "{text}");
}

/// What to write fits what went wrong.
#[test]
fn a_complaint_says_what_to_write() {
    for (command, remedy) in [
        (
            "terraform state rm azurerm_subnet.nowhere",
            "write <ADDRESS>, which stands for what the wreck has",
        ),
        (
            "terraform force-unlock -force <LOCK_ID>",
            "say when it is typed, such as `If a lock ID was printed:`",
        ),
        (
            "terraform state push nothing.tfstate",
            "say what then, such as `If that fails, …`",
        ),
    ] {
        let cases = [("unsaved.yaml".to_owned(), scenario(UNSAVED))];
        let runbook = read(&super::bash(command));
        let grade: Grade = runbook::grade_all(&runbook, &cases, Seed(0)).unwrap();
        let complaints = runbook::complaints(&grade);
        assert_eq!(complaints[0].remedy, remedy, "{command}");
    }
}

/// `Otherwise, stop.` stops where the condition above it does not hold, not within it.
#[test]
fn otherwise_stops_where_the_condition_does_not_hold() {
    let text = "If the lock is held:\n\n```bash\nterraform plan\n```\n\nOtherwise, stop.\n\n\
        ## Then\n\n```bash\nls\n```\n";
    assert!(typed(&graded(text, UNSAVED)).is_empty());
    assert_eq!(typed(&graded(text, KILLED)), ["terraform plan", "ls"]);
    let within = "# Locks\n\n## If the lock is held\n\n```bash\nls\n```\n\nOtherwise, stop.\n";
    let drawn = super::drawn(within);
    assert!(
        drawn.contains("`Otherwise` within the condition to which it refers"),
        "{drawn}"
    );
}
