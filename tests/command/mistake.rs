//! Command lines that mean nothing: the whole message, and the part of the line it points at.

use leaselab::command::parse;
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
        "unknown program `teraform`; known are terraform, az, rm, cp, mv, cat, ls, diff, jq; \
         did you mean `terraform`?",
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
    (
        "rm -rf errored.tfstate",
        "-rf",
        "the model does not have the option `-rf` of rm; known are -f, --force, -v",
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
        "terraform validate",
        "validate",
        "the model does not have terraform validate",
    ),
    (
        "terraform workspace select prod",
        "select",
        "the model does not have terraform workspace select",
    ),
    (
        "terraform plan -state=x",
        "-state=x",
        "the model does not have `-state` of terraform plan",
    ),
    (
        "terraform -chdir=x plan",
        "-chdir=x",
        "the model does not have the global option `-chdir=x` of terraform",
    ),
    (
        "az storage blob sync",
        "sync",
        "the model does not have az storage blob sync",
    ),
    (
        "az login",
        "login",
        "the model has only `az storage blob`, not `login`",
    ),
    (
        "az storage blob show -c c -n n --if-none-match x",
        "--if-none-match",
        "the model does not have `--if-none-match` of az storage blob show",
    ),
    (
        "TF_LOG=debug terraform plan",
        "TF_LOG=debug",
        "the model has no environment variables, such as TF_LOG",
    ),
    (
        "$ terraform plan",
        "$",
        "`$` is the shell's prompt, not the command's",
    ),
    (
        "jq -r .lineage e.tfstate",
        "-r",
        "the model does not have the option `-r` of jq; known are -M, -S, --sort-keys",
    ),
    (
        "jq .lineage e.tfstate",
        ".lineage",
        "the model's jq only changes a serial, by '.serial = N' or '.serial += N', not \
         `.lineage`; did you mean `.serial += 1`?",
    ),
];

#[test]
fn what_the_model_does_not_have_is_said_plainly() {
    check(NOT_MODELED);
}

const SHELL: &[Mistake] = &[
    (
        "terraform apply | tee log",
        "|",
        "a pipe: the model runs one command a step",
    ),
    (
        "terraform plan && terraform apply",
        "&&",
        "`&&`: the model runs one command a step",
    ),
    ("ls; ls", ";", "`;`: the model runs one command a step"),
    (
        "terraform apply &",
        "&",
        "`&`: the model runs no command in the background",
    ),
    (
        "ls # one\nls",
        "\n",
        "a second line: the model runs one command a step",
    ),
    (
        "ls\nls",
        "\n",
        "a second line: the model runs one command a step",
    ),
    (
        "terraform force-unlock -force $(cat id)",
        "$(cat id)",
        "a command inside a command: the model runs one command a step",
    ),
    (
        "terraform force-unlock -force ${LOCK_ID}",
        "${LOCK_ID}",
        "the value of $LOCK_ID is not known: the model has no shell variables; did you mean \
         `<LOCK_ID>`?",
    ),
    (
        "rm *.tfstate",
        "*",
        "a file pattern: the model needs the name itself, or quotes around it",
    ),
    (
        "terraform state push < e.tfstate",
        "<",
        "`<`: the model has no standard input; a placeholder is `<LOCK_ID>`",
    ),
    (
        "terraform state push -",
        "-",
        "the model has no standard input: name a file",
    ),
    (
        "terraform state pull >> all",
        ">>",
        "the model does not have `>>`: a file is written anew with `>`",
    ),
    (
        "terraform state pull 2> x",
        "2>",
        "the model redirects only what a command prints: write `>`",
    ),
    ("cat a >", ">", "`>` without a file name"),
    (
        "terraform apply > log",
        "log",
        "the model does not keep what this command prints; `>` goes with terraform state \
         pull, state list, state show, show, output, jq and cat",
    ),
    ("cat 'a", "'", "this quote is never closed"),
    ("", "", "the command is empty"),
    ("   # nothing", "   # nothing", "the command is empty"),
];

#[test]
fn a_shell_has_more_than_the_model() {
    check(SHELL);
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
        "`azurerm_subnet.subnet[0]`: the model has no indexes; every resource is one object",
    ),
    (
        "terraform apply -target=module.net",
        "module.net",
        "`module.net`: the model has neither modules nor data sources",
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
    ("cp a", "cp", "cp needs two files"),
    (
        "cp a backup/",
        "backup/",
        "backup/ is a directory: name a file",
    ),
    (
        "cat <FILE>",
        "<FILE>",
        "<FILE> stands where a file name is needed",
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
