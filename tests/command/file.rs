//! What commands on files mean, and where the output of a command goes.

use leaselab::command::{FileCommand, Program, SerialChange};

use super::command;

fn file(line: &str) -> FileCommand {
    match command(line).program {
        Program::File(command) => command,
        other @ (Program::Terraform(_) | Program::Az(_) | Program::Script(_)) => {
            panic!("{line}: {other:?}")
        }
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
