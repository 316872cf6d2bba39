//! Conditions on serials, lineages, and what a push was refused for.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Outcome};

use super::{UNSAVED, graded, read, typed};
use crate::scenarios::all;

/// Each condition has its own word behind it.
const COMPARED: &str = "\
If its serial is higher than the remote's:

```bash
echo higher
```

If the serial in errored.tfstate is equal to the remote serial:

```bash
echo equal
```

If the serial in errored.tfstate is lower than the remote serial:

```bash
echo lower
```

---

If the lineages differ, stop.

```bash
echo same lineage
terraform state push errored.tfstate
```

If the push fails because the serial is too old:

```bash
echo too old
```

If the push fails with `cannot overwrite existing state…`:

```bash
echo overwritten
```
";

/// What is said on a wreck of the library, and whether the runbook is blocked there.
fn said(stem: &str) -> (Vec<String>, bool) {
    let all = all();
    let found = all.iter().find(|scenario| scenario.name == stem);
    let found = Arc::clone(found.unwrap_or_else(|| panic!("no scenario {stem}")));
    let graded = runbook::grade(&read(COMPARED), &found, Seed(0)).unwrap();
    let words = typed(&graded).into_iter();
    let words = words.filter_map(|line| line.strip_prefix("echo ").map(str::to_owned));
    (words.collect(), graded.outcome == Outcome::Blocked)
}

#[test]
fn serials_and_lineages_are_compared() {
    let cases: [(&str, &[&str], bool); 4] = [
        (
            "push_serial_too_old",
            &["lower", "same lineage", "too old"],
            false,
        ),
        (
            "errored_kept_for_weeks",
            &["lower", "same lineage", "too old"],
            false,
        ),
        (
            "state_kept_between_applies",
            &["equal", "same lineage", "overwritten"],
            false,
        ),
        ("forked_lineage_second_apply", &["equal"], false),
    ];
    for (stem, words, is_blocked) in cases {
        let (said, blocked) = said(stem);
        assert_eq!(
            (said.as_slice(), blocked),
            (
                &words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()[..],
                is_blocked
            ),
            "{stem}"
        );
    }
    let unsaved = graded(COMPARED, UNSAVED);
    assert!(typed(&unsaved).contains(&"echo higher"), "{unsaved:?}");
}

/// A refusal that is foreseen for one reason is not foreseen for another one.
#[test]
fn only_the_refusal_that_is_named_is_foreseen() {
    let text = "```bash\nterraform state push errored.tfstate\n```\n\n\
        If the push fails because the lineage differs, stop.\n\n```bash\nls\n```\n";
    let all = all();
    let on = |stem: &str| {
        let found = all.iter().find(|scenario| scenario.name == stem).unwrap();
        runbook::grade(&read(text), found, Seed(0)).unwrap()
    };
    assert_eq!(on("push_serial_too_old").outcome, Outcome::Blocked);
    assert_ne!(on("forked_lineage_second_apply").outcome, Outcome::Blocked);
}

/// The file's title asks nothing; a case below it that is not known says what to write.
#[test]
fn a_title_names_the_trouble() {
    let title = |heading: &str| format!("{heading}\n\n```bash\nterraform plan\n```\n");
    for name in [
        "# When an apply leaves a lock",
        "# If the lock is held",
        "# Scenario 1: The disk is on fire",
    ] {
        let titled = graded(&title(name), UNSAVED);
        assert_eq!(typed(&titled), ["terraform plan"], "{name}");
    }
    let outline = read(&title("# If the lock is held")).outline();
    let text = leaselab::render::outline(&outline, leaselab::render::Layout::default());
    assert!(text.contains("the title: it names the trouble"), "{text}");
    let below = super::drawn(&title("# Locks\n\n## Scenario 1: The disk is on fire"));
    assert!(
        below.contains("this heading reads as a condition"),
        "{below}"
    );
    assert!(
        below.contains("If the lock is held, and the holder is gone"),
        "{below}"
    );
    assert!(below.contains("<!-- leaselab: prose -->"), "{below}");
    let named = title("# Locks\n\n<!-- leaselab: prose -->\n\n## Scenario 1: The disk is on fire");
    assert_eq!(typed(&graded(&named, UNSAVED)), ["terraform plan"]);
}
