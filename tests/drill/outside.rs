//! Nothing that is typed touches the machine: under a tracer only the record is written, and only
//! the scenario read.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What any program reads of the machine before it begins, or while it runs: the loader's and the C
/// library's files, and what tells how many processors there are.
const SYSTEM: [&str; 8] = [
    "/etc/ld.so",
    "/lib",
    "/usr/lib",
    "/proc/self/",
    "/proc/stat",
    "/sys/",
    "/dev/null",
    "/dev/urandom",
];

#[test]
fn a_hostile_transcript_opens_the_record_and_the_scenario() {
    let tried = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    if !tried.is_ok_and(|status| status.success()) {
        println!("skipped: there is no strace here, under which the drill would run");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let record = folder.path().join("record.md");
    let transcript = fs::read(super::root().join("tests/drill/hostile.txt")).unwrap();
    let mut child = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=file,execve,network", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_leaselab"))
        .args(["drill", "tests/drill/before.yaml", "--record"])
        .arg(&record)
        .current_dir(super::root())
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&transcript).unwrap();
    let status = child.wait().unwrap();
    let trace = fs::read_to_string(trace).unwrap();
    if !trace.contains("before.yaml") {
        println!("skipped: strace can't trace here: {status}");
        return;
    }
    let (executed, written) = touched(&trace);
    assert_eq!(executed, 1, "only leaselab itself");
    assert_eq!(
        written,
        [record.to_str().unwrap()],
        "only the record is written"
    );
}

/// How many programs were started, and which files were opened to be written. Nothing else of the
/// machine is touched.
fn touched(trace: &str) -> (usize, Vec<String>) {
    let mut written = Vec::new();
    let mut executed = 0;
    for line in trace.lines() {
        let Some(call) = line.split_whitespace().nth(1) else {
            continue;
        };
        let path = line.split('"').nth(1).unwrap_or("");
        if call.starts_with("execve") {
            executed += 1;
            continue;
        }
        let network = ["socket", "connect", "bind", "sendto", "listen"];
        let is_network = network
            .iter()
            .any(|name| call.starts_with(&format!("{name}(")));
        assert!(!is_network, "{line}");
        let changes = [
            "unlink", "rename", "rmdir", "chmod", "chown", "truncate", "link", "symlink",
        ];
        let is_change = changes.iter().any(|name| call.starts_with(name));
        assert!(!is_change, "{line}");
        if line.contains("O_WRONLY") || line.contains("O_RDWR") || line.contains("O_CREAT") {
            written.push(path.to_owned());
            continue;
        }
        if call.starts_with("open") {
            let is_known = path == "tests/drill/before.yaml"
                || SYSTEM.iter().any(|known| path.starts_with(known));
            assert!(is_known, "read: {line}");
        }
        let is_made = call.starts_with("mkdir");
        assert!(!is_made || line.contains("EEXIST"), "{line}");
    }
    written.retain(|path| path != "/dev/null" && path != "/dev/tty");
    (executed, written)
}
