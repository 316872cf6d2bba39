//! Lines, placeholders, names, and what is not typed.

use leaselab::runbook::{self, Effect, EntryKind, NameKind, Runbook, effect};
use leaselab::shell;

fn read(markdown: &str) -> Runbook {
    runbook::parse("test.md", markdown.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("test.md", markdown.as_bytes())))
}

fn bash(code: &str) -> Runbook {
    read(&format!("```bash\n{code}\n```\n"))
}

/// `<ADDRESS>` is what the condition speaks of under which it stands.
#[test]
fn an_address_is_what_its_condition_speaks_of() {
    let each = "the address of each ";
    for (sentence, code, fills) in [
        ("", "state rm <ADDRESS>", "object that is recorded and gone"),
        (
            "If an object is recorded twice:",
            "state rm <ADDRESS>",
            "record that is one too many",
        ),
        (
            "If an object is recorded under a wrong address:",
            "state rm <ADDRESS>",
            "record that is under a wrong address",
        ),
        (
            "If every object is recorded under its own address:",
            "state rm <ADDRESS>",
            "object that is recorded and gone",
        ),
        (
            "If an object is tainted but whole:",
            "untaint <ADDRESS>",
            "object that is tainted and whole",
        ),
        (
            "If an object lacks inputs:",
            "apply -target=<ADDRESS>",
            "object whose inputs the state lacks and the configuration has",
        ),
    ] {
        let runbook = read(&format!("{sentence}\n\n```bash\nterraform {code}\n```\n"));
        let found = filled(&runbook);
        assert_eq!(found[0].1, format!("{each}{fills}"), "{sentence} {code}");
    }
    let both = read(
        "## If an object is recorded twice, or a resource in the state is gone\n\n\
         Forget it.\n\n```bash\nterraform state rm <ADDRESS>\n```\n",
    );
    let words = "the address of each object that is recorded and gone, and the address of each \
                 record that is one too many";
    assert_eq!(filled(&both)[0].1, words);
    let moved = placeholders("terraform state mv <OLD_ADDRESS> <NEW_ADDRESS>");
    assert_eq!(
        moved[0].1,
        "the address of each record that is under a wrong address"
    );
    assert_eq!(moved[1].1, "the address under which that object belongs");
}

/// What stands where, and what fills it.
fn placeholders(code: &str) -> Vec<(String, String)> {
    filled(&bash(code))
}

fn filled(runbook: &Runbook) -> Vec<(String, String)> {
    let entries = runbook.outline().entries.into_iter();
    entries
        .flat_map(|entry| match entry.kind {
            EntryKind::Step {
                source,
                placeholders,
                each,
                ..
            } => placeholders
                .into_iter()
                .map(|found| {
                    assert_eq!(source[found.range.clone()], found.written);
                    (found.written, found.stands_for.words(&each))
                })
                .collect::<Vec<_>>(),
            EntryKind::Condition { .. } | EntryKind::Stop { .. } | EntryKind::Wait { .. } => {
                Vec::new()
            }
        })
        .collect()
}

#[test]
fn lines_are_those_of_the_shell() {
    let code = "\
# a comment
if [ -f errored.tfstate ]; then
  terraform state push errored.tfstate
fi   # done
unlock() {
  terraform force-unlock -force \"$1\"
}
for file in a b; do
  cat \"$file\"
done
cat > note.txt <<EOF
Hello <b>World</b>
# no comment
EOF
# a comment
terraform plan \\
  -no-color
unlock abc; ls";
    let runbook = bash(code);
    let commands: Vec<(u32, &str)> = runbook.commands().collect();
    let lines: Vec<u32> = commands.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 6, 9, 12, 17, 19]);
    assert!(commands[0].1.starts_with("if [") && commands[0].1.contains("\nfi"));
    assert!(
        commands[3].1.ends_with("# no comment\nEOF"),
        "{}",
        commands[3].1
    );
    assert_eq!(commands[4].1, "terraform plan \\\n  -no-color");
}

/// What has no name, and is only redirected, is a line like any other.
#[test]
fn a_line_that_is_only_redirected_has_its_place() {
    let code =
        "ls\n> kept.txt # empties it\n2>/dev/null x=1 <\tnote.txt\n# a comment\nls; > b && >c";
    let runbook = bash(code);
    let commands: Vec<(u32, &str)> = runbook.commands().collect();
    let lines = [
        (2, "ls"),
        (3, "> kept.txt"),
        (4, "2>/dev/null x=1 <\tnote.txt"),
        (6, "ls; > b && >c"),
    ];
    assert_eq!(commands, lines);
}

#[test]
fn placeholders_have_all_usual_shapes() {
    let lock = "the lock ID that was printed last";
    for written in [
        "<LOCK_ID>",
        "<lock id>",
        "<ID>",
        "<LOCK ID from step 1>",
        "{{ lock_id }}",
        "{{LOCK_ID}}",
        "[LOCK_ID]",
        "YOUR_LOCK_ID",
        "LOCK_ID",
        "$LOCK_ID",
        "${LOCK_ID}",
        "9db590f1-b6fe-c5f2-2678-8804f089deba",
        "1700000000000000",
        "LOCK-ID",
        "XXXX",
        "xxxxxxxx-xxxx",
        "the-id-you-saw",
        "LOCKID",
    ] {
        let found = placeholders(&format!("terraform force-unlock -force {written}"));
        assert_eq!(found, [(written.to_owned(), lock.to_owned())], "{written}");
    }
    assert_eq!(
        placeholders("LOCK_ID=$(cat id)\nterraform force-unlock $LOCK_ID"),
        []
    );
    assert_eq!(placeholders("terraform force-unlock '$LOCK_ID'"), []);
    assert_eq!(placeholders("terraform force-unlock $X"), []);
    assert_eq!(placeholders("terraform import azurerm_subnet.a 42"), []);
    let found = placeholders("export ARM_ACCESS_KEY=<KEY>\necho \"<LOCK_ID>\"");
    assert_eq!(found[0].1, "any value: it changes nothing here");
    assert_eq!(found[1].1, lock);
    let found = placeholders("terraform import azurerm_subnet.a <ID>");
    assert_eq!(found[0].1, "the ID of the object at that address");
    let found =
        placeholders("az storage blob show --account-name <ACCOUNT> -c $CONTAINER -n YOUR_BLOB");
    let fills: Vec<&str> = found.iter().map(|(_, fills)| fills.as_str()).collect();
    assert_eq!(
        fills,
        [
            "the storage account of the state",
            "the container of the state",
            "the blob of the state"
        ]
    );
}

#[test]
fn the_first_names_stand_for_the_scenarios() {
    let mut runbook = bash(
        "mkdir tmp && cd tmp\ncd ..\ncd infra/prod/\nACCOUNT=prodstate\n\
         az storage blob list --account-name oldstate -c tfstate\n\
         az storage blob show --account-name $ACCOUNT -c=state -n prod.tfstate\n\
         az storage blob show --account-name prodstate --container-name=state --name copy-of-it.tfstate\n\
         terraform workspace select prod\nterraform -chdir=infra/test workspace select test",
    );
    let name = |runbook: &Runbook, kind| runbook.names.name(kind).map(str::to_owned);
    assert_eq!(
        name(&runbook, NameKind::Directory).as_deref(),
        Some("infra/prod")
    );
    assert_eq!(
        name(&runbook, NameKind::Account).as_deref(),
        Some("prodstate")
    );
    assert_eq!(
        name(&runbook, NameKind::Blob).as_deref(),
        Some("prod.tfstate")
    );
    assert_eq!(name(&runbook, NameKind::Workspace).as_deref(), Some("prod"));
    let others: Vec<&str> = runbook.names.others().map(|(_, name, _)| name).collect();
    for other in ["oldstate", "copy-of-it.tfstate", "infra/test", "test"] {
        assert!(others.contains(&other), "{other}: {others:?}");
    }
    runbook.names.set(NameKind::Directory, "infra/test");
    assert_eq!(
        name(&runbook, NameKind::Directory).as_deref(),
        Some("infra/test")
    );
    for (name, spare) in [
        ("OLD-STATE", true),
        ("terraform.tfstate.backup", true),
        ("x.bak", true),
        ("state-copy2", true),
        ("gold.tfstate", false),
        ("tfstatebackup", true),
        ("threshold", false),
    ] {
        assert_eq!(runbook::is_spare(name), spare, "{name}");
    }
}

#[test]
fn looks_are_told_from_changes() {
    let looks = [
        "terraform plan",
        "terraform plan -no-color 2>&1 | tee plan.log || true",
        "TF_LOG=debug terraform -chdir=infra plan",
        "sudo terraform plan",
        "timeout 60 terraform state pull | jq .serial",
        "terraform state pull > backup.tfstate",
        "terraform validate && terraform fmt -check",
        "terraform workspace show; terraform version",
        "diff <(terraform state pull) errored.tfstate",
        "az storage blob show -n x --query properties.lease -o table",
        "az storage blob download -n x --file copy.tfstate",
        "[ -f errored.tfstate ] || ls",
        "ID=$(terraform plan | grep ID)",
        "sed 's/a/b/' x > /dev/null",
        "cd infra",
    ];
    let changes = [
        "terraform plan -out=tfplan",
        "terraform plan && terraform apply -auto-approve",
        "yes | terraform force-unlock x",
        "[ -f errored.tfstate ] && terraform state push errored.tfstate",
        "if true; then rm errored.tfstate; fi",
        "cat /dev/null > errored.tfstate",
        "terraform state pull > terraform.tfstate",
        "az storage blob lease break -b x",
        "az storage blob download -n x --file errored.tfstate",
        "cp errored.tfstate kept.tfstate",
        "sed -i s/a/b/ errored.tfstate",
        "echo $(rm errored.tfstate)",
        "unknown_function",
        "$COMMAND x",
        "xargs terraform state rm",
        "terraform init",
    ];
    for (lines, wanted) in [(&looks[..], Effect::Look), (&changes[..], Effect::Change)] {
        for line in lines {
            let script = shell::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(effect(&script.lines()[0]), wanted, "{line}");
        }
    }
}

#[test]
fn what_is_not_typed_is_listed_with_its_reason() {
    let runbook = read(
        "\
Run `terraform state list` yourself. Never use -force.

```text
terraform plan
```

```hcl
x = 1
```

<!-- leaselab: skip -->
```bash
./page.sh
```

    some text

```bash
$ terraform plan
terraform state list
```

If you are new:

## Go on

| what | how |
|---|---|
| look | `terraform show x` |
",
    );
    let passed: Vec<(u32, &str)> = runbook
        .passed_over()
        .iter()
        .map(|passed| (passed.line, passed.why.as_str()))
        .collect();
    assert_eq!(
        passed,
        [
            (1, "a command in a sentence is not typed"),
            (1, "a remark for whoever reads"),
            (3, "its language is `text`"),
            (7, "its language is `hcl`"),
            (12, "a comment above it says `skip`"),
            (
                16,
                "it has no language, and does not begin with a known command"
            ),
            (
                20,
                "it has no prompt beside commands with one, and is taken for output"
            ),
            (23, "a condition on which no command depends"),
            (29, "a command in a table is not typed"),
        ]
    );
}

#[test]
fn mistakes_in_blocks_say_what_to_write() {
    let cases = [
        ("```bash\nterraform plan &\n```\n", "2:"),
        (
            "```bash\nterraform aply\n```\n",
            "2:11: terraform has no subcommand `aply` (did you mean `apply`?)",
        ),
        (
            "```bash\n$ ls | ./unlock.sh\n```\n",
            "2:8: unknown program `./unlock.sh`",
        ),
        (
            "<div>\n```bash\nls\n```\n</div>\n",
            "2:1: this fence stands within HTML",
        ),
        (
            "```\nuser@host:~$ kubectl get pods\n```\n",
            "2:14: unknown program `kubectl`",
        ),
        ("> ```bash\n> terraform plan \"\n> ```\n", "2:"),
    ];
    for (markdown, wanted) in cases {
        let errors = runbook::parse("test.md", markdown.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(errors.contains(wanted), "{markdown}: {errors}");
    }
}

/// A command that no scenario can fill is a mistake before anything is tried.
#[test]
fn placeholders_are_as_many_as_a_command_needs() {
    let wrong = [
        (
            "terraform import <THING>",
            "terraform import needs a resource address and an object's ID",
        ),
        ("terraform state mv <ADDRESS>", "terraform state mv needs"),
        (
            "terraform force-unlock <LOCK_ID> <LOCK_ID>",
            "terraform force-unlock takes a lock ID and nothing more",
        ),
    ];
    for (line, message) in wrong {
        let errors = super::outline(&format!("```bash\nls\n{line}\n```\n")).unwrap_err();
        assert!(errors.contains(message), "{line}: {errors}");
        assert!(errors.starts_with("3:1: "), "{line}: {errors}");
    }
    for line in [
        "terraform import <ADDRESS> <ID>",
        "terraform import -lock=false azurerm_subnet.a <ID>",
        "terraform state mv <ADDRESS> <RIGHT_ADDRESS>",
        "terraform state rm <ADDRESS>",
        "terraform apply -target=<ADDRESS>",
        "terraform workspace select <WORKSPACE>",
    ] {
        assert!(
            super::outline(&format!("```bash\n{line}\n```\n")).is_ok(),
            "{line}"
        );
    }
}

/// What a sentence with a condition tells the reader besides is listed.
#[test]
fn orders_to_the_reader_within_a_condition_are_listed() {
    let runbook = read(
        "Whenever the plan complains about a lock, ask its owner, then release it:\n\n\
         ```bash\nterraform force-unlock -force <LOCK_ID>\n```\n",
    );
    let passed: Vec<(u32, &str)> = { runbook.passed_over().iter() }
        .map(|passed| (passed.line, passed.what.as_str()))
        .collect();
    assert_eq!(passed, [(1, "ask its owner")]);
}
