//! Command lines: what they mean, and the exact errors for those that mean nothing.

use leaselab::command::{AzCommand, Command, FileCommand, Program, SerialChange, parse};
use leaselab::kernel::SimDuration;
use leaselab::terraform::invocation::{
    Action, Approval, Invocation, LockIdArgument, Locking, PlanMode, PlanOptions,
};
use leaselab::terraform::names::ResourceName;
use leaselab::terraform::{Names, ResourceId};

const VNET: ResourceId = ResourceId(0);
const SUBNET: ResourceId = ResourceId(1);

fn names() -> Names {
    let resource = |kind: &str, label: &str| ResourceName {
        kind: kind.to_owned(),
        label: label.to_owned(),
    };
    Names {
        operators: vec!["alice".to_owned()],
        runs: vec!["apply".to_owned()],
        resources: vec![
            resource("azurerm_virtual_network", "vnet"),
            resource("azurerm_subnet", "subnet"),
        ],
        objects: vec!["vnet".to_owned(), "subnet".to_owned()],
    }
}

fn command(line: &str) -> Command {
    parse(line, &names()).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn terraform(line: &str) -> Invocation {
    match command(line).program {
        Program::Terraform(invocation) => invocation,
        other => panic!("{line}: {other:?}"),
    }
}

fn action(line: &str) -> Action {
    terraform(line).action
}

fn az(line: &str) -> AzCommand {
    match command(line).program {
        Program::Az(command) => command,
        other => panic!("{line}: {other:?}"),
    }
}

fn file(line: &str) -> FileCommand {
    match command(line).program {
        Program::File(command) => command,
        other => panic!("{line}: {other:?}"),
    }
}

fn normal() -> PlanOptions {
    PlanOptions::new(PlanMode::Normal)
}

const WAIT_0S: Locking = Locking::Lock {
    timeout: SimDuration::ZERO,
};

#[test]
fn plan_apply_and_destroy_take_their_options() {
    let apply = |options, approval| Action::Apply { options, approval };
    for (line, expected) in [
        ("terraform apply", apply(normal(), Approval::Asked)),
        (
            "terraform apply -auto-approve -input=false -no-color -compact-warnings -json",
            apply(normal(), Approval::Given),
        ),
        (
            "terraform apply -auto-approve -var a=b -var='c=$D' -var-file prod.tfvars",
            apply(normal(), Approval::Given),
        ),
        (
            "terraform apply -auto-approve=false",
            apply(normal(), Approval::Asked),
        ),
        (
            "terraform apply -refresh-only -auto-approve",
            apply(PlanOptions::new(PlanMode::RefreshOnly), Approval::Given),
        ),
        (
            "terraform destroy -auto-approve",
            apply(PlanOptions::new(PlanMode::Destroy), Approval::Given),
        ),
        (
            "terraform apply --destroy",
            apply(PlanOptions::new(PlanMode::Destroy), Approval::Asked),
        ),
        (
            "terraform apply -target=azurerm_subnet.subnet -replace 'azurerm_subnet.subnet' \\\n \
             -refresh=false -parallelism=1",
            apply(
                PlanOptions {
                    refreshes: false,
                    targets: vec![SUBNET],
                    replace: vec![SUBNET],
                    parallelism: 1.try_into().unwrap(),
                    ..normal()
                },
                Approval::Asked,
            ),
        ),
        (
            "terraform plan -destroy -out=p.tfplan",
            Action::Plan {
                options: PlanOptions::new(PlanMode::Destroy),
                out: Some("p.tfplan".into()),
            },
        ),
        (
            "terraform apply -input=false -auto-approve -parallelism 3 ./p.tfplan",
            Action::ApplySaved {
                file: "p.tfplan".into(),
                parallelism: 3.try_into().unwrap(),
            },
        ),
        (
            "terraform refresh -target azurerm_virtual_network.vnet",
            Action::Refresh {
                options: PlanOptions {
                    targets: vec![VNET],
                    ..PlanOptions::new(PlanMode::RefreshOnly)
                },
            },
        ),
    ] {
        assert_eq!(action(line), expected, "{line}");
    }
}

#[test]
fn the_other_subcommands_take_their_arguments() {
    let force_unlock = |id, approval| Action::ForceUnlock { id, approval };
    let push = |force| Action::StatePush {
        file: "errored.tfstate".into(),
        force,
    };
    for (line, expected) in [
        (
            "terraform init -input=false -upgrade -reconfigure -backend-config=key=x",
            Action::Init,
        ),
        ("terraform workspace list", Action::WorkspaceList),
        (
            "terraform import azurerm_subnet.subnet /things/subnet",
            Action::Import {
                resource: SUBNET,
                object: "/things/subnet".into(),
            },
        ),
        (
            "terraform force-unlock <LOCK_ID>  # Release the lock",
            force_unlock(LockIdArgument::Placeholder, Approval::Asked),
        ),
        (
            "terraform force-unlock -force <lock-id>",
            force_unlock(LockIdArgument::Placeholder, Approval::Given),
        ),
        (
            "terraform force-unlock -force abc123-def456",
            force_unlock(
                LockIdArgument::Literal("abc123-def456".into()),
                Approval::Given,
            ),
        ),
        ("terraform state list", Action::StateList),
        (
            "terraform state show azurerm_subnet.subnet",
            Action::StateShow(SUBNET),
        ),
        ("terraform state pull", Action::StatePull),
        ("terraform state push errored.tfstate", push(false)),
        ("terraform state push -force errored.tfstate", push(true)),
        (
            "terraform state rm azurerm_subnet.subnet azurerm_virtual_network.vnet",
            Action::StateRemove(vec![SUBNET, VNET]),
        ),
        (
            "terraform state mv azurerm_subnet.subnet azurerm_virtual_network.vnet",
            Action::StateMove {
                from: SUBNET,
                to: VNET,
            },
        ),
        (
            "terraform show -json p.tfplan",
            Action::Show {
                file: Some("p.tfplan".into()),
            },
        ),
        ("terraform show", Action::Show { file: None }),
        ("terraform output -json", Action::Output),
        (
            "terraform taint azurerm_subnet.subnet",
            Action::Taint(SUBNET),
        ),
        (
            "terraform untaint azurerm_subnet.subnet",
            Action::Untaint(SUBNET),
        ),
    ] {
        assert_eq!(action(line), expected, "{line}");
    }
}

#[test]
fn locking_takes_durations_as_go_reads_them() {
    let waits = |ms| Locking::Lock {
        timeout: SimDuration::from_ms(ms),
    };
    for (options, expected) in [
        ("", WAIT_0S),
        ("-lock-timeout=0", WAIT_0S),
        ("-lock-timeout=60s", waits(60_000)),
        ("-lock-timeout 5m", waits(300_000)),
        ("--lock-timeout=1m30s", waits(90_000)),
        ("-lock-timeout=1.5h", waits(5_400_000)),
        ("-lock-timeout=1m0.5s", waits(60_500)),
        ("-lock=false", Locking::NoLock),
        ("-lock=false -lock-timeout=9s", Locking::NoLock),
        ("-lock=true -lock-timeout=9s", waits(9_000)),
    ] {
        let line = format!("terraform plan {options}");
        assert_eq!(terraform(&line).locking, expected, "{line}");
    }
}

#[test]
fn az_takes_the_names_of_account_container_and_blob_without_effect() {
    let names = "--account-name $ACCOUNT -c tfstate -b '<STATE FILE>' --auth-mode login";
    let upload = |lease_id| AzCommand::Upload {
        file: "e.tfstate".into(),
        lease_id,
    };
    let period = |ms| AzCommand::LeaseBreak {
        period: Some(SimDuration::from_ms(ms)),
    };
    let guid = "11111111-2222-3333-4444-555555555555";
    for (rest, expected) in [
        ("show --query \"properties.lease\" -o json", AzCommand::Show),
        ("list --prefix terraform --output table", AzCommand::List),
        ("upload -f e.tfstate --overwrite", upload(None)),
        (
            "upload --overwrite true --file=e.tfstate --lease-id <LOCK_ID>",
            upload(Some(LockIdArgument::Placeholder)),
        ),
        (
            "download --file e.tfstate --no-progress",
            AzCommand::Download {
                file: "e.tfstate".into(),
            },
        ),
        ("delete", AzCommand::Delete { lease_id: None }),
        ("snapshot", AzCommand::Snapshot),
        ("lease break", AzCommand::LeaseBreak { period: None }),
        ("lease break --lease-break-period 0", period(0)),
        ("lease break --lease-break-period=60", period(60_000)),
        (
            "lease acquire",
            AzCommand::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease acquire --lease-duration 15 --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzCommand::LeaseAcquire {
                duration: Some(SimDuration::from_seconds(15)),
                proposed: Some(guid.into()),
            },
        ),
        (
            "lease acquire --lease-duration -1",
            AzCommand::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease release --lease-id <LOCK_ID>",
            AzCommand::LeaseRelease {
                lease_id: LockIdArgument::Placeholder,
            },
        ),
        (
            "lease renew --lease-id abc",
            AzCommand::LeaseRenew {
                lease_id: LockIdArgument::Literal("abc".into()),
            },
        ),
        (
            "lease change --lease-id abc --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzCommand::LeaseChange {
                lease_id: LockIdArgument::Literal("abc".into()),
                proposed: guid.into(),
            },
        ),
    ] {
        let line = format!("az storage blob {rest} {names}");
        assert_eq!(az(&line), expected, "{line}");
    }
}

#[test]
fn files_are_copied_removed_and_their_serial_raised() {
    let serial = |change| FileCommand::SetSerial {
        file: "e.tfstate".into(),
        change,
    };
    for (line, expected) in [
        (
            "rm -f a ./b",
            FileCommand::Remove {
                files: vec!["a".into(), "b".into()],
                force: true,
            },
        ),
        (
            "cp errored.tfstate backup/e.tfstate",
            FileCommand::Copy {
                from: "errored.tfstate".into(),
                to: "backup/e.tfstate".into(),
            },
        ),
        (
            "mv a b",
            FileCommand::Move {
                from: "a".into(),
                to: "b".into(),
            },
        ),
        (
            "cat errored.tfstate",
            FileCommand::Print("errored.tfstate".into()),
        ),
        ("ls", FileCommand::List(None)),
        (
            "ls -la e.tfstate",
            FileCommand::List(Some("e.tfstate".into())),
        ),
        (
            "diff -u a b",
            FileCommand::Compare {
                one: "a".into(),
                two: "b".into(),
            },
        ),
        ("jq '.serial=7' e.tfstate", serial(SerialChange::Set(7))),
        ("jq '.serial += 1' e.tfstate", serial(SerialChange::Add(1))),
        (
            "jq \".serial = .serial+2\" e.tfstate",
            serial(SerialChange::Add(2)),
        ),
        (
            "jq '.serial = (.serial + 1)' e.tfstate",
            serial(SerialChange::Add(1)),
        ),
        (
            "jq '.serial |= . + 1' e.tfstate",
            serial(SerialChange::Add(1)),
        ),
    ] {
        assert_eq!(file(line), expected, "{line}");
    }
}

#[test]
fn what_a_command_prints_goes_into_a_file() {
    for (line, file) in [
        ("terraform state pull > current.json", Some("current.json")),
        (
            "terraform state pull >current.json # look",
            Some("current.json"),
        ),
        ("terraform show -json > s.json", Some("s.json")),
        ("jq '.serial += 1' e.tfstate > f.tfstate", Some("f.tfstate")),
        ("cat a > b", Some("b")),
        ("terraform state pull", None),
    ] {
        assert_eq!(command(line).redirect.as_deref(), file, "{line}");
    }
    assert_eq!(&*command("  ls  \n").line, "ls");
    assert_eq!(&*command("ls\n").line, "ls");
}

/// The marked part of the line, and the whole message.
fn error(line: &str) -> (String, String) {
    let error = parse(line, &names()).expect_err(line);
    let marked = &line[error.offset..error.offset + error.length];
    (marked.to_owned(), error.to_string())
}

#[test]
fn unknown_words_are_errors_that_name_what_is_known() {
    for (line, marked, message) in [
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
             -lock-timeout, -ignore-remote-version; did you mean `-force`?",
        ),
        (
            "terraform force-unlock -auto-approve <LOCK_ID>",
            "-auto-approve",
            "unknown option `-auto-approve` of terraform force-unlock; known are -force",
        ),
        (
            "az storage blob lease brake",
            "brake",
            "az storage blob has no subcommand `lease brake`; known are break, acquire, release, \
             renew, change; did you mean `break`?",
        ),
        (
            "rm -rf errored.tfstate",
            "-rf",
            "the model does not have the option `-rf` of rm; known are -f, --force, -v",
        ),
    ] {
        assert_eq!(
            error(line),
            (marked.to_owned(), message.to_owned()),
            "{line}"
        );
    }
    let (marked, message) = error("az storage blob lease break --break-period 0");
    assert_eq!(marked, "--break-period");
    assert!(message.ends_with("did you mean `--lease-break-period`?"));
}

#[test]
fn what_the_model_does_not_have_is_said_plainly() {
    for (line, marked, message) in [
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
            "az storage blob copy start",
            "copy",
            "the model does not have az storage blob copy",
        ),
        (
            "az login",
            "login",
            "the model has only `az storage blob`, not `login`",
        ),
        (
            "az storage blob show --if-match x",
            "--if-match",
            "the model does not have `--if-match` of az storage blob show",
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
    ] {
        assert_eq!(
            error(line),
            (marked.to_owned(), message.to_owned()),
            "{line}"
        );
    }
}

#[test]
fn a_shell_has_more_than_the_model() {
    for (line, marked, message) in [
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
    ] {
        assert_eq!(
            error(line),
            (marked.to_owned(), message.to_owned()),
            "{line}"
        );
    }
}

#[test]
fn wrong_arguments_are_errors_at_their_place() {
    for (line, marked, message) in [
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
            "az storage blob lease break --lease-break-period 61",
            "61",
            "--lease-break-period is a number of seconds from 0 to 60, not `61`",
        ),
        (
            "az storage blob lease acquire --lease-duration 5",
            "5",
            "--lease-duration is a number of seconds from 15 to 60, or -1 for an infinite lease, \
             not `5`",
        ),
        (
            "az storage blob lease release",
            "release",
            "az storage blob lease release needs --lease-id",
        ),
        (
            "az storage blob upload -f e.tfstate",
            "upload",
            "without --overwrite, az refuses to upload over a blob that exists: add --overwrite",
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
    ] {
        assert_eq!(
            error(line),
            (marked.to_owned(), message.to_owned()),
            "{line}"
        );
    }
}
