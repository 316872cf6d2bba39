//! What `terraform …` means.

use leaselab::command::Program;
use leaselab::kernel::SimDuration;
use leaselab::terraform::invocation::{
    Action, Approval, Invocation, LockIdArgument, Locking, PlanMode, PlanOptions,
};

use super::{SUBNET, VNET, command};

fn terraform(line: &str) -> Invocation {
    match command(line).program {
        Program::Terraform(invocation) => invocation,
        other @ (Program::Az(_)
        | Program::Aws(_)
        | Program::Psql(_)
        | Program::Gcloud(_)
        | Program::Curl(_)
        | Program::Script(_)) => {
            panic!("{line}: {other:?}")
        }
    }
}

fn action(line: &str) -> Action {
    terraform(line).action
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
                is_detailed: false,
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
        (
            "terraform show -json p.tfplan",
            Action::Show {
                file: Some("p.tfplan".into()),
                is_json: true,
            },
        ),
        (
            "terraform show",
            Action::Show {
                file: None,
                is_json: false,
            },
        ),
        ("terraform output -json", Action::Output { is_json: true }),
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
fn the_subcommands_of_state_take_their_arguments() {
    let push = |force| Action::StatePush {
        file: "errored.tfstate".into(),
        force,
    };
    for (line, expected) in [
        ("terraform state list", Action::StateList { id: None }),
        (
            "terraform state list -id=/things/subnet",
            Action::StateList {
                id: Some("/things/subnet".into()),
            },
        ),
        (
            "terraform state show azurerm_subnet.subnet",
            Action::StateShow(SUBNET),
        ),
        ("terraform state pull", Action::StatePull),
        ("terraform state push errored.tfstate", push(false)),
        ("terraform state push -force errored.tfstate", push(true)),
        (
            "terraform state rm azurerm_subnet.subnet azurerm_virtual_network.vnet",
            Action::StateRemove {
                resources: vec![SUBNET, VNET],
                is_dry_run: false,
            },
        ),
        (
            "terraform state mv azurerm_subnet.subnet azurerm_virtual_network.vnet",
            Action::StateMove {
                from: SUBNET,
                to: VNET,
                is_dry_run: false,
            },
        ),
    ] {
        assert_eq!(action(line), expected, "{line}");
    }
}
