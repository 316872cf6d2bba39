//! Command lines that mean nothing: the whole message, and the part of the line it points at.

use leaselab::command::{Program, parse};
use proptest::prelude::*;

use super::names;

/// A line, the part of it that is marked, and the whole message.
type Mistake = (&'static str, &'static str, &'static str);

fn check(mistakes: &[Mistake]) {
    for &(line, marked, message) in mistakes {
        assert_eq!(
            error(line),
            (marked.to_owned(), message.to_owned()),
            "{line}"
        );
    }
}

/// The marked part of the line, and the whole message.
fn error(line: &str) -> (String, String) {
    let error = parse(line, &names()).expect_err(line);
    let marked = &line[error.offset..error.offset + error.length];
    (marked.to_owned(), error.to_string())
}

const UNKNOWN: &[Mistake] = &[
    (
        "teraform plan",
        "teraform",
        "unknown program `teraform`; known are terraform, az, aws, psql, gcloud, cat, cp, grep, jq, mv, rm, …; did you mean `terraform`?",
    ),
    (
        "terraform aply",
        "aply",
        "terraform has no subcommand `aply`; known are init, plan, apply, destroy, refresh, \
         import, force-unlock, state list, state show, state pull, state push, state rm, \
         state mv, show, output, taint, untaint, workspace list; did you mean `apply`?",
    ),
    (
        "terraform state pus errored.tfstate",
        "pus",
        "terraform has no subcommand `state pus`; known are list, show, pull, push, rm, mv; \
         did you mean `push`?",
    ),
    (
        "terraform state push -forse e.tfstate",
        "-forse",
        "unknown option `-forse` of terraform state push; known are -force, -lock, \
         -lock-timeout, -ignore-remote-version, -no-color; did you mean `-force`?",
    ),
    (
        "terraform force-unlock -auto-approve <LOCK_ID>",
        "-auto-approve",
        "unknown option `-auto-approve` of terraform force-unlock; known are -force, -no-color",
    ),
    (
        "az storage blob lease brake",
        "brake",
        "'brake' is misspelled or not recognized by the system; az storage blob lease has break, \
         acquire, release, renew, change; did you mean `break`?",
    ),
];

#[test]
fn unknown_words_are_errors_that_name_what_is_known() {
    check(UNKNOWN);
    let (marked, message) = error("az storage blob lease break --break-period 0");
    assert_eq!(marked, "--break-period");
    assert!(message.ends_with("did you mean `--lease-break-period`?"));
}

const NOT_MODELED: &[Mistake] = &[
    (
        "terraform graph",
        "graph",
        "the model does not have terraform graph",
    ),
    (
        "terraform plan -state=x",
        "-state=x",
        "the model does not have `-state` of terraform plan",
    ),
    (
        "az storage blob sync",
        "sync",
        "the model does not have az storage blob sync",
    ),
    (
        "az storage blob show -c c -n n --if-none-match x",
        "--if-none-match",
        "the model does not have `--if-none-match` of az storage blob show",
    ),
    (
        "$ terraform plan",
        "$",
        "`$` is the shell's prompt, not the command's",
    ),
];

#[test]
fn what_the_model_does_not_have_is_said_plainly() {
    check(NOT_MODELED);
}

const SHELL: &[Mistake] = &[
    (
        "terraform apply &",
        "terraform apply",
        "background jobs (`&`) are not covered; did you mean `write the commands one after the \
         other`?",
    ),
    (
        "terraform force-unlock -force ${LOCK_ID}",
        "${LOCK_ID}",
        "the value of $LOCK_ID is not known: nothing before it sets it; did you mean \
         `<LOCK_ID>`?",
    ),
    (
        "terraform state push < e.tfstate",
        "push",
        "terraform state push needs a state file",
    ),
    (
        "terraform state push -",
        "-",
        "the model has no standard input: name a file",
    ),
    (
        "ls; terraform force-unlock <LOCK_ID>",
        "<LOCK_ID>",
        "`<LOCK_ID>` reads as two redirections here: write what it stands for, or put it into \
         quotes; did you mean `'<LOCK_ID>'`?",
    ),
    (
        "terraform plan && terraform aply",
        "aply",
        "terraform has no subcommand `aply`; known are init, plan, apply, destroy, refresh, \
         import, force-unlock, state list, state show, state pull, state push, state rm, \
         state mv, show, output, taint, untaint, workspace list; did you mean `apply`?",
    ),
    (
        "ls; if [ -f x ]; then grpe x y; fi",
        "grpe",
        "unknown program `grpe`; known are terraform, az, aws, psql, gcloud, cat, cp, grep, jq, mv, rm, …; did you mean `grep`?",
    ),
    ("cat a >", "", "the script ends where a command is missing"),
    ("cat 'a", "'", "the quote `'` is never closed"),
    ("", "", "the command is empty"),
    ("   # nothing", "   # nothing", "the command is empty"),
];

#[test]
fn what_the_shell_can_not_read_is_an_error_at_its_place() {
    check(SHELL);
}

/// What needs a shell, and has one.
const SCRIPTS: [&str; 14] = [
    "TF_LOG=debug terraform plan",
    "jq -r .lineage e.tfstate",
    "rm -rf backup",
    "terraform apply | tee log",
    "terraform plan && terraform apply",
    "ls # one\nls",
    "terraform force-unlock -force $(cat id)",
    "LOCK_ID=$(cat id); terraform force-unlock -force \"$LOCK_ID\"",
    "rm *.tfstate",
    "terraform state pull >> all",
    "terraform apply > log",
    "az login",
    "terraform validate",
    "terraform workspace select prod",
];

#[test]
fn a_line_that_needs_a_shell_is_a_script() {
    for line in SCRIPTS {
        let command = parse(line, &names()).expect(line);
        assert!(matches!(command.program, Program::Script(_)), "{line}");
        assert_eq!(&*command.line, line);
    }
}

const ARGUMENTS: &[Mistake] = &[
    (
        "terraform force-unlock -force",
        "force-unlock",
        "terraform force-unlock needs a lock ID",
    ),
    (
        "terraform force-unlock <LOCK_ID> -force",
        "-force",
        "`-force` stands after an argument, where Terraform takes it for another argument: \
         options come first",
    ),
    (
        "terraform apply a b",
        "b",
        "terraform apply takes at most one saved plan and nothing more, not `b`",
    ),
    (
        "terraform apply -destroy p.tfplan",
        "-destroy",
        "`-destroy` has no place beside the saved plan p.tfplan, which is planned already",
    ),
    (
        "terraform apply -destroy -refresh-only",
        "-refresh-only",
        "-destroy and -refresh-only exclude each other",
    ),
    (
        "terraform apply -input=false",
        "-input=false",
        "-input=false without -auto-approve: nobody can approve, and terraform apply would \
         change nothing",
    ),
    (
        "terraform plan -lock=maybe",
        "maybe",
        "-lock is true or false, not `maybe`",
    ),
    (
        "terraform plan -lock-timeout=60",
        "60",
        "-lock-timeout: `60` has no unit; write ms, s, m or h after the number, such as 20s",
    ),
    ("terraform plan -out", "-out", "-out needs a value"),
    (
        "terraform plan -parallelism=0",
        "0",
        "-parallelism is a whole number from 1 to 65535, not `0`",
    ),
    (
        "terraform taint subnet",
        "subnet",
        "unknown resource address `subnet`; the scenario has azurerm_virtual_network.vnet, \
         azurerm_subnet.subnet; did you mean `azurerm_subnet.subnet`?",
    ),
    (
        "terraform apply -target=azurerm_subnet.subnett",
        "azurerm_subnet.subnett",
        "unknown resource address `azurerm_subnet.subnett`; the scenario has \
         azurerm_virtual_network.vnet, azurerm_subnet.subnet; did you mean \
         `azurerm_subnet.subnet`?",
    ),
    (
        "terraform state rm 'azurerm_subnet.subnet[0]'",
        "'azurerm_subnet.subnet[0]'",
        "unknown resource address `azurerm_subnet.subnet[0]`; the scenario has \
         azurerm_virtual_network.vnet, azurerm_subnet.subnet; did you mean \
         `azurerm_subnet.subnet`?",
    ),
    (
        "terraform apply -target=data.azurerm_subnet.subnet",
        "data.azurerm_subnet.subnet",
        "`data.azurerm_subnet.subnet`: the model has no data sources",
    ),
    (
        "terraform import azurerm_subnet.subnet",
        "import",
        "terraform import needs a resource address and an object's ID",
    ),
    (
        "az storage blob lease break -c c -b n --lease-break-period 61",
        "61",
        "--lease-break-period is a number of seconds from 0 to 60, not `61`",
    ),
    (
        "az storage blob lease acquire -c c -b n --lease-duration 5",
        "5",
        "--lease-duration is a number of seconds from 15 to 60, or -1 for an infinite lease, \
         not `5`",
    ),
    (
        "az storage blob lease release -c c -b n",
        "release",
        "the following arguments are required: --lease-id",
    ),
    (
        "az storage blob upload -f e.tfstate",
        "upload",
        "Please specify --blob-url or combination of blob name, container name and storage account \
         arguments.",
    ),
];

#[test]
fn wrong_arguments_are_errors_at_their_place() {
    check(ARGUMENTS);
}

proptest! {
    #[test]
    fn any_text_is_a_command_or_an_error_within_it(
        words in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(vec![
                    "terraform", "az", "storage", "blob", "lease", "break", "state", "push", "plan",
                    "-lock-timeout=1m", "--lease-id", "<LOCK_ID>", "<", ">", "'", "\"", "\\", "$x",
                    "${", "#", "jq", "'.serial += 1'", "rm", "-", "--", "=", "\n", "2>",
                ]).prop_map(str::to_owned),
                any::<String>(),
            ],
            0..8,
        ),
        separator in proptest::sample::select(vec![" ", "", "\t", "\\\n"]),
    ) {
        let line = words.join(separator);
        if let Err(error) = parse(&line, &names()) {
            let end = error.offset + error.length;
            prop_assert!(line.get(error.offset..end).is_some(), "{error:?}");
        }
    }
}
