//! One check for each rule about az.

use serde_json::{Value, json};

use super::{RETAINED, STATE, VERSIONED, last, named, typed, with_names};
use crate::azure::versions::rules;

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The message of a command line that is refused before it starts.
fn refused(line: &str) -> String {
    let names = leaselab::terraform::Names::default();
    let error = leaselab::command::parse(line, &names).expect_err("it is refused");
    error.message
}

fn usage_exit(line: &str) -> u8 {
    leaselab::command::az::failure::usage_exit(&refused(line))
}

const FIRST: &str = "2026-01-01T00:00:00.0000001Z";

const CHECKS: &[(&str, fn())] = &[
    ("O9", || {
        let list = "az storage blob list -c tfstate --query '[].name' -o tsv --auth-mode login";
        let change = with_names("upload --data x --overwrite");
        let count = |head: &str, include: &str| {
            let listed = last(head, &[&change, &format!("{list} {include}")]);
            listed.stdout.lines().count()
        };
        assert_eq!(
            (count(VERSIONED, ""), count(VERSIONED, "--include v")),
            (1, 2)
        );
        assert_eq!(
            (
                count(RETAINED, "--include d"),
                count(RETAINED, "--include s")
            ),
            (1, 1)
        );
        assert_eq!(count(RETAINED, "--include ds"), 2);
    }),
    ("A1", || {
        let line = "az storage blob show --con tfstate -n terraform.tfstate";
        let message = refused(line);
        assert_eq!(
            message,
            "ambiguous option: --con could match --connection-string, --container-name"
        );
        let line = "az storage blob show --container tfstate -n terraform.tfstate --out none";
        assert_eq!(last(STATE, &[line]).exit, Some(0));
    }),
    ("A2", || {
        let line =
            "az storage blob show --container-name=tfstate -nterraform.tfstate --auth-mode login";
        assert_eq!(last(STATE, &[line]).exit, Some(0));
        assert!(refused("az storage blob lease break -c c -n n").contains("unrecognized"));
    }),
    ("A3", || {
        assert_eq!(named(STATE, &["delete", "show"]).exit, Some(3));
        assert_eq!(named(STATE, &["lease acquire", "delete"]).exit, Some(1));
    }),
    ("A4", || {
        assert_eq!(
            refused("az storage blob lease break -c c"),
            "the following arguments are required: --blob-name/-b"
        );
        let message = refused("az storage blob show -c c -n n --x 1");
        assert!(message.starts_with("unrecognized arguments: --x"));
        assert!(refused("az storage blob lease show").contains("misspelled or not recognized"));
        assert_eq!(usage_exit("az storage blob lease break -c c"), 2);
        assert_eq!(
            refused("az storage blob delete -c c -n n --delete-snapshots foo"),
            "az storage blob delete: 'foo' is not a valid value for '--delete-snapshots'. Allowed \
             values: include, only."
        );
    }),
    ("A5", || {
        for command in [
            "show",
            "exists",
            "download",
            "delete",
            "undelete",
            "snapshot",
            "metadata show",
            "metadata update",
        ] {
            let line = format!("az storage blob {command} -c tfstate");
            assert!(
                refused(&line).starts_with("Please specify --blob-url"),
                "{line}"
            );
            assert_eq!(usage_exit(&line), 1);
        }
    }),
    ("A6", || {
        let refused = named(STATE, &["lease acquire", "upload --data x --overwrite"]);
        assert_eq!(refused.stdout, "");
        let lines: Vec<&str> = refused.stderr.lines().collect();
        assert_eq!(
            lines[0],
            "ERROR: There is currently a lease on the blob and no lease ID was specified in the \
             request."
        );
        assert!(lines[1].starts_with("RequestId:") && lines[2].starts_with("Time:2026-01-01T"));
        assert_eq!(lines[3..], ["ErrorCode:LeaseIdMissing"]);
    }),
    ("A7", || {
        let missing = named(STATE, &["delete", "show"]);
        assert_eq!(
            missing.stderr,
            "ERROR: Operation returned an invalid status 'Not Found'\nErrorCode:BlobNotFound\n"
        );
    }),
    ("A8", || {
        let exists = |lines: &[&str]| named(STATE, lines);
        assert_eq!(
            json_of(&exists(&["exists"]).stdout),
            json!({ "exists": true })
        );
        let missing = exists(&["delete", "exists"]);
        assert_eq!(json_of(&missing.stdout), json!({ "exists": false }));
        assert_eq!(missing.exit, Some(0));
        let none =
            exists(&["exists --snapshot 2026-01-01T00:00:09.0000000Z -o tsv --query exists"]);
        assert_eq!(none.stdout, "false\n");
    }),
    ("A9", || {
        let unmet = named(STATE, &["delete --if-match 0x8DE000000000001"]);
        assert_eq!(unmet.exit, Some(1));
        assert!(
            unmet.stderr.ends_with("ErrorCode:ConditionNotMet\n"),
            "{unmet:?}"
        );
        let shown = named(STATE, &["download -f s"]).stderr;
        assert!(shown.starts_with("Finished[###"), "{shown}");
        assert_eq!(named(STATE, &["download -f s --no-progress"]).stderr, "");
        assert_eq!(
            named(STATE, &["delete --if-match '*' --timeout 5 --debug"]).exit,
            Some(0)
        );
    }),
    ("Q1", || {
        let shown = json_of(&named(STATE, &["show"]).stdout);
        assert_eq!(shown["properties"]["lease"]["state"], "available");
        let line = "az storage blob show -c c -n n --version-id x";
        assert!(refused(line).contains("unrecognized"));
    }),
    ("Q2", || {
        let list = |rest: &str| {
            let line = format!("az storage blob list -c tfstate --auth-mode login {rest}");
            last(
                STATE,
                &["az storage blob upload -c tfstate -n b --data x", &line],
            )
        };
        assert_eq!(list("--prefix nothing").stdout, "[]\n");
        assert_eq!(
            list("--prefix terra --query '[].name' -o tsv").stdout,
            "terraform.tfstate\n"
        );
        let cut = list("--num-results 1 --query '[].name' -o tsv");
        assert_eq!(cut.stdout, "b\n");
        assert!(cut.stderr.starts_with("WARNING: Next Marker:"), "{cut:?}");
    }),
    ("Q3", || {
        let line = "az storage blob list -c tfstate --include dsmv";
        assert_eq!(last(STATE, &[line]).exit, Some(0));
        assert_eq!(
            usage_exit("az storage blob list -c c --include versions"),
            2
        );
    }),
    ("Q4", || {
        let written = json_of(&named(VERSIONED, &["upload --data x --overwrite"]).stdout);
        assert!(
            written["etag"].as_str().unwrap().starts_with("\"0x8DE"),
            "{written}"
        );
        assert!(
            written["version_id"]
                .as_str()
                .unwrap()
                .starts_with("2026-01-01T00:00:00.08")
        );
        assert!(written["lastModified"].is_string() && written["content_md5"].is_string());
    }),
    ("Q5", || {
        let refused = named(STATE, &["upload --data x"]);
        assert_eq!(refused.exit, Some(1));
        assert!(
            refused
                .stderr
                .starts_with("ERROR: The specified blob already exists.\n")
        );
        assert!(refused.stderr.ends_with(
            "ErrorCode:BlobAlreadyExists\nIf you want to overwrite the existing one, please add \
             --overwrite in your command.\n"
        ));
        assert_eq!(named(STATE, &["delete", "upload --data x"]).exit, Some(0));
    }),
    ("Q6", || {
        let missing = named(STATE, &["upload -f x"]);
        assert_eq!(
            (missing.exit, missing.stderr.as_str()),
            (
                Some(1),
                "ERROR: [Errno 2] No such file or directory: 'x'\nPlease check the file path.\n"
            )
        );
    }),
    ("Q7", || {
        let to_file = json_of(&named(STATE, &["download -f s --no-progress"]).stdout);
        assert_eq!(to_file["name"], "terraform.tfstate");
        let content = json_of(&named(STATE, &["download"]).stdout);
        assert_eq!(content["serial"], 4);
        let old = format!("download --version-id {FIRST}");
        let old = named(VERSIONED, &["upload --data x --overwrite", &old]);
        assert_eq!(json_of(&old.stdout)["serial"], 4);
    }),
    ("Q8", || {
        let (written, _) = typed(
            STATE,
            &[&with_names("delete"), &with_names("download -f s"), "ls s"],
        );
        assert_eq!(
            (written[1].exit, written[2].exit.map(|exit| exit > 0)),
            (Some(3), Some(true))
        );
        let kept = named(STATE, &["download -f s", "download -f s --overwrite false"]);
        assert_eq!(
            kept.stderr,
            "ERROR: s already exists. Please rename existing file or use --overwrite\n"
        );
        assert_eq!(kept.exit, Some(1));
        assert_eq!(
            named(STATE, &["download -f s", "download -f s"]).exit,
            Some(0)
        );
    }),
    ("Q9", || {
        let deleted = named(STATE, &["delete"]);
        assert_eq!((deleted.stdout.as_str(), deleted.stderr.as_str()), ("", ""));
        assert!(
            refused("az storage blob delete -c c -n n --version-id x").contains("unrecognized")
        );
        let both = "az storage blob delete -c c -n n --snapshot t --delete-snapshots only";
        assert_eq!(usage_exit(both), 1);
    }),
    ("Q10", || {
        let url = "'https://ACCOUNT.blob.core.windows.net/tfstate/terraform.tfstate?versionid=";
        let line = format!("az storage blob delete --blob-url {url}{FIRST}' --auth-mode login");
        let (written, observation) = typed(VERSIONED, &[&line]);
        assert_eq!(written[0].exit, Some(0));
        assert_eq!(observation.remote, leaselab::timeline::RemoteState::Absent);
        let snapshots = format!("{} --query snapshot -o tsv", with_names("snapshot"));
        let taken = last(STATE, &[&snapshots]).stdout;
        let url = url.replace("versionid", "snapshot");
        let line = format!("az storage blob delete --blob-url {url}{}'", taken.trim());
        let (_, observation) = typed(STATE, &[&snapshots, &line]);
        assert!(!observation.has_snapshots);
    }),
    ("Q11", || {
        let undeleted = named(RETAINED, &["delete", "undelete"]);
        assert_eq!(undeleted.stdout, "{\n  \"undeleted\": null\n}\n");
        assert_eq!(named(STATE, &["delete", "undelete"]).exit, Some(3));
    }),
    ("Q12", || {
        let taken = json_of(&named(VERSIONED, &["snapshot"]).stdout);
        assert!(taken["snapshot"].as_str().unwrap().ends_with('Z'));
        assert!(taken["version_id"].is_string() && taken["last_modified"].is_string());
    }),
    ("Q13", || {
        let line = "az storage blob copy start -c tfstate -b copy --source-container tfstate \
                    --source-blob terraform.tfstate --auth-mode login";
        let (written, observation) = typed(STATE, &[line]);
        let copied = json_of(&written[0].stdout);
        assert_eq!(copied["copy_status"], "success");
        assert!(copied["copy_id"].is_string() && observation.remote_state().is_some());
    }),
    ("Q14", || {
        let start = "az storage blob copy start -c c -b b --source-container c --source-blob b";
        for option in ["--source-version-id x", "--overwrite", "--lease-id x"] {
            let message = refused(&format!("{start} {option}"));
            assert!(message.contains("unrecognized"), "{option}: {message}");
        }
        assert!(!refused(&format!("{start} --source-uri https://a.b/c/d")).is_empty());
    }),
    ("Q15", || {
        let start = "az storage blob copy start -c tfstate -b terraform.tfstate --auth-mode login";
        let source = format!(
            "'https://ACCOUNT.blob.core.windows.net/tfstate/terraform.tfstate?versionId={FIRST}'"
        );
        let change = with_names("upload --data x --overwrite");
        let line = format!("{start} --source-uri {source}");
        let (_, observation) = typed(VERSIONED, &[&change, &line]);
        assert_eq!(observation.remote_state().unwrap().serial, 4);
        let blob = format!("'terraform.tfstate?versionid={FIRST}'");
        let line = format!("{start} --source-container tfstate --source-blob {blob}");
        assert_eq!(last(VERSIONED, &[&line]).exit, Some(3));
    }),
    ("Q16", || {
        let start = "az storage blob copy start -c c -b b";
        for rest in ["", "-u https://a.b/c/d --source-blob b"] {
            let line = format!("{start} {rest}");
            assert!(refused(&line).starts_with("Invalid usage:"));
            assert_eq!(usage_exit(&line), 1);
        }
    }),
    ("Q17", || {
        assert_eq!(named(STATE, &["metadata show"]).stdout, "{}\n");
        let cleared = named(STATE, &["metadata update"]);
        assert!(json_of(&cleared.stdout)["etag"].is_string());
    }),
    ("Q18", || {
        let id = "11111111-2222-3333-4444-555555555555";
        let taken = named(STATE, &[&format!("lease acquire --proposed-lease-id {id}")]);
        assert_eq!(taken.stdout, format!("\"{id}\"\n"));
        let shown = named(
            STATE,
            &["lease acquire", "show --query properties.lease.duration"],
        );
        assert_eq!(shown.stdout, "\"infinite\"\n");
    }),
    ("Q19", || {
        let broken = named(STATE, &["lease acquire", "lease break"]);
        assert_eq!(broken.stdout, "0\n");
    }),
    ("Q20", || {
        let id = "11111111-2222-3333-4444-555555555555";
        let acquire = format!("lease acquire --proposed-lease-id {id}");
        let after =
            |verb: &str| named(STATE, &[&acquire, &format!("lease {verb} --lease-id {id}")]);
        assert_eq!(after("renew").stdout, format!("\"{id}\"\n"));
        assert_eq!(after("release").stdout, "");
        let other = "change --proposed-lease-id 22222222-2222-3333-4444-555555555555";
        assert_eq!(after(other).stdout, "");
    }),
    ("Q21", || {
        assert_eq!(usage_exit("az storage blob lease show -c c -b b"), 2);
    }),
    ("F1", || {
        let query = |rest: &str| named(STATE, &[&format!("show {rest}")]).stdout;
        assert_eq!(query("--query name"), "\"terraform.tfstate\"\n");
        assert_eq!(query("--query name -o tsv"), "terraform.tfstate\n");
        assert_eq!(query("--query properties.serverEncrypted -o tsv"), "true\n");
        let text = query("");
        assert!(text.starts_with("{\n  \"container\": \"tfstate\",\n  \"content\": \"\",\n"));
    }),
    ("F2", || {
        for format in ["json", "tsv", "table"] {
            let line = format!("show --query nothing -o {format}");
            let shown = named(STATE, &[&line]);
            assert_eq!((shown.exit, shown.stdout.as_str()), (Some(0), ""));
        }
    }),
    ("F3", || {
        let lines = named(STATE, &["show --query '[name,container]' -o tsv"]).stdout;
        assert_eq!(lines, "terraform.tfstate\ntfstate\n");
        let list = "az storage blob list -c tfstate --auth-mode login -o tsv --query";
        let listed = last(STATE, &[&format!("{list} '[].[name,container]'")]);
        assert_eq!(listed.stdout, "terraform.tfstate\ttfstate\n");
    }),
    ("F4", || {
        let list = "az storage blob list -c tfstate --auth-mode login -o tsv --query";
        let cells =
            "'[].[snapshot,properties.serverEncrypted,metadata,objectReplicationSourceProperties]'";
        let listed = last(STATE, &[&format!("{list} {cells}")]);
        assert_eq!(listed.stdout, "None\tTrue\t\t0\n");
    }),
    ("F5", || {
        let ordered = named(STATE, &["show --query '{z:name,a:container}' -o tsv"]).stdout;
        assert_eq!(ordered, "terraform.tfstate\ttfstate\n");
        let sorted = named(
            STATE,
            &["lease acquire", "show --query properties.lease -o tsv"],
        );
        assert_eq!(sorted.stdout, "infinite\tleased\tlocked\n");
    }),
    ("F6", || {
        let table = named(STATE, &["show -o table"]).stdout;
        let header = table.lines().next().unwrap();
        let columns: Vec<&str> = header.split("  ").filter(|it| !it.is_empty()).collect();
        let columns: Vec<&str> = columns.into_iter().map(str::trim).collect();
        assert_eq!(
            columns,
            [
                "Name",
                "Blob Type",
                "Blob Tier",
                "Length",
                "Content Type",
                "Last Modified",
                "Snapshot"
            ]
        );
        let own = named(STATE, &["show --query '{name:name}' -o table"]).stdout;
        assert_eq!(own, "Name\n-----------------\nterraform.tfstate\n");
    }),
    ("F7", || {
        assert_eq!(named(STATE, &["show -o none"]).stdout, "");
        assert_eq!(
            named(STATE, &["show --query name -o yaml"]).stdout,
            "terraform.tfstate\n"
        );
        let missing = named(STATE, &["delete", "show -o none"]);
        assert_eq!(missing.exit, Some(3));
    }),
    ("F8", || {
        let line = "az storage blob show -c c -n n --query 'name['";
        assert_eq!(
            refused(line),
            "argument --query: invalid jmespath_type value: 'name['"
        );
        assert_eq!(usage_exit(line), 2);
    }),
    // Options alone: what stands in the environment is not modelled.
    ("R1", || {
        let line = "az storage blob show -c tfstate -n terraform.tfstate --account-key k -o none";
        assert_eq!(last(STATE, &[line]).stderr, "");
    }),
    ("R2", || {
        let line = "az storage blob show -c tfstate -n terraform.tfstate -o none";
        let warned = last(STATE, &[line]).stderr;
        assert!(warned.contains("we will query for account key"), "{warned}");
        assert_eq!(
            last(STATE, &[&format!("{line} --only-show-errors")]).stderr,
            ""
        );
    }),
    ("R3", || {
        assert_eq!(
            usage_exit("az storage blob show -c c -n n --auth-mode none"),
            2
        );
    }),
    // Credentials that the service does not take are its refusal: it has no body for a look.
    ("R4", || {
        let source = format!(
            "{}{STATE}\nsteps:\n  - {{ credentials: {{ alice: {{ blob: expired }} }} }}\n  \
             - {{ run: az storage blob show -c tfstate -n terraform.tfstate, as: alice }}\n",
            super::HEAD
        );
        let refused = super::replayed(&source).0.pop().unwrap();
        assert_eq!(refused.exit, Some(1));
        assert!(
            refused.stderr.ends_with("ErrorCode:AuthenticationFailed\n"),
            "{refused:?}"
        );
    }),
];

#[test]
fn every_rule_about_az_has_a_check_and_holds() {
    let about_az = |row: &&str| row.starts_with(['A', 'Q', 'F', 'R']) || *row == "O9";
    let rules: Vec<&str> = rules().into_iter().filter(about_az).collect();
    let names: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, rules);
    let failed: Vec<&str> = CHECKS
        .iter()
        .filter(|(_, check)| std::panic::catch_unwind(check).is_err())
        .map(|(name, _)| *name)
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
}
