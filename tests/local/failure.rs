//! What is in the way of a local state: other processes, hands, permissions, the disk, signals.

use super::{EDIT, SETUP, play, play_in_directory};

const SLOW: &str = "- { id: slow, run: terraform apply -auto-approve, as: alice }
- { when: vnet created, after: 100ms, note: one is made }
";

const LOCKED: &str = "Error acquiring the state lock";

#[test]
fn whoever_finds_the_lock_held_is_shown_the_holder() {
    for command in [
        "plan",
        "apply -auto-approve",
        "destroy -auto-approve",
        "refresh",
        "state rm lab_thing.vnet",
        "taint lab_thing.vnet",
        "import lab_thing.subnet /things/subnet",
    ] {
        let played = play(&format!(
            "{SLOW}- {{ after: 100ms, id: next, run: terraform {command}, as: bob }}\n"
        ));
        assert_eq!(
            played.run("next"),
            format!("next 1; {LOCKED} by alice"),
            "{command}"
        );
        assert_eq!(played.last(), "3[vnet subnet]");
    }
}

#[test]
fn readers_do_not_look_at_the_lock() {
    for command in ["state list", "state pull", "show", "plan -lock=false"] {
        let played = play(&format!(
            "{SLOW}- {{ after: 100ms, id: next, run: terraform {command}, as: bob }}\n"
        ));
        assert_eq!(played.run("next"), "next 0", "{command}");
    }
}

#[test]
fn a_lock_timeout_waits_for_the_holder_to_end() {
    let played = play(&format!(
        "{SLOW}- {{ after: 100ms, id: next, run: terraform plan -lock-timeout=60s, as: bob }}\n"
    ));
    assert_eq!(played.run("next"), "next 0");
    let short = play(&format!(
        "{SLOW}- {{ after: 100ms, id: next, run: terraform plan -lock-timeout=1s, as: bob }}\n"
    ));
    assert_eq!(short.run("next"), format!("next 1; {LOCKED} by alice"));
}

#[test]
fn without_lock_info_a_lock_timeout_gives_up_at_once() {
    for hand in ["remove", "{ content: garbage }"] {
        let played = play(&format!(
            "{SLOW}- {{ after: 1ms, store: {{ lock_info: {hand} }} }}
- {{ after: 100ms, id: next, run: terraform plan -lock-timeout=60s, as: bob }}
- {{ after: 200ms, expect: {{}} }}
"
        ));
        assert_eq!(played.run("next"), format!("next 1; {LOCKED}"));
        assert_eq!(played.looks, ["1[vnet], alice holds", "3[vnet subnet]"]);
    }
}

#[test]
fn an_info_file_alone_locks_nobody() {
    let played = play(&format!(
        "{SETUP}- {{ store: {{ lock_info: {{ id: 11111111-1111-1111-1111-111111111111 }} }} }}
- {{ expect: {{}} }}
- {{ run: terraform plan, as: bob }}
"
    ));
    assert_eq!(
        played.looks,
        ["3[vnet subnet], info of alice", "3[vnet subnet]"]
    );
    assert_eq!(played.run("plan"), "plan 0");
}

#[test]
fn the_kernel_frees_the_lock_of_whoever_dies() {
    for (signal, exit) in [("SIGKILL", 137), ("SIGHUP", 129)] {
        let played = play(&format!(
            "{SLOW}- {{ after: 1ms, signal: {{ alice: {signal} }} }}
- {{ expect: {{}} }}
- {{ id: next, run: terraform plan, as: bob }}
"
        ));
        assert_eq!(
            played.looks,
            ["1[vnet], info of alice", "1[vnet]"],
            "{signal}"
        );
        assert_eq!(played.run("slow"), format!("slow {exit}"));
        assert_eq!(played.run("next"), "next 0");
    }
}

#[test]
fn an_interrupt_saves_nothing_extra() {
    let played = play(&format!(
        "{SLOW}- {{ after: 1ms, ctrl_c: alice }}
- {{ after: 100ms, expect: {{}} }}
"
    ));
    assert_eq!(
        played.looks,
        ["1[vnet], alice holds, info of alice", "3[vnet subnet]"]
    );
    assert_eq!(played.run("slow"), "slow 1; execution halted");
}

#[test]
fn two_interrupts_free_the_lock() {
    let played = play(&format!(
        "{SLOW}- {{ after: 1ms, ctrl_c: alice }}
- {{ after: 100ms, ctrl_c: alice }}
"
    ));
    assert!(played.run("slow").contains("operation canceled"));
    let lock = |look: &str| look.contains("holds") || look.contains("info");
    assert!(!lock(played.last()), "{}", played.last());
    assert!(played.last().contains("[vnet]"), "{}", played.last());
}

#[test]
fn force_unlock_can_do_nothing() {
    for id in ["<LOCK_ID>", "11111111-1111-1111-1111-111111111111"] {
        let played = play(&format!(
            "{SLOW}- {{ after: 1ms, id: force, run: terraform force-unlock -force {id}, as: bob }}
- {{ after: 1ms, id: ask, run: terraform force-unlock {id}, as: bob }}
"
        ));
        assert_eq!(
            played.run("force"),
            "force 1; Failed to unlock state: LocalState not locked"
        );
        assert_eq!(
            played.run("ask"),
            "ask 1; Local state cannot be unlocked by another process"
        );
        assert_eq!(played.last(), "3[vnet subnet]");
    }
}

#[test]
fn a_file_that_is_removed_meanwhile_takes_the_work_with_it() {
    let played = play(&format!(
        "{SLOW}- {{ after: 1ms, store: delete }}
- {{ after: 1ms, expect: {{}} }}
- {{ after: 100ms, id: other, run: terraform plan, as: bob }}
"
    ));
    assert_eq!(played.looks, ["-, info of alice", "-"]);
    assert_eq!(played.run("slow"), "slow 0");
    assert_eq!(played.run("other"), "other 0");
}

#[test]
fn others_write_a_new_file_where_the_old_one_was_removed() {
    let played = play(&format!(
        "- {{ edit: bob, resources: {{ dns: {{ create: 1s }} }} }}
{SLOW}- {{ after: 1ms, store: delete }}
- {{ after: 1ms, id: other, run: terraform apply -auto-approve, as: bob }}
"
    ));
    assert_eq!(played.last(), "1[dns]");
    assert_eq!(
        (played.run("slow"), played.run("other")),
        ("slow 0", "other 0")
    );
}

#[test]
fn what_can_not_be_opened_can_not_be_locked() {
    for access in ["file_read_only", "read_only", "directory_read_only"] {
        for command in ["plan", "apply -auto-approve", "state rm lab_thing.vnet"] {
            let played = play(&format!(
                "{SETUP}- {{ store: {{ access: {access} }} }}
- {{ id: next, run: terraform {command}, as: bob }}
"
            ));
            assert_eq!(
                played.run("next"),
                format!("next 1; {LOCKED}"),
                "{access} {command}"
            );
            assert_eq!(played.last(), "3[vnet subnet]");
        }
    }
}

#[test]
fn without_a_lock_what_can_not_be_opened_is_silently_not_saved() {
    for command in [
        "apply -auto-approve -lock=false",
        "destroy -auto-approve -lock=false",
        "state rm -lock=false lab_thing.vnet",
        "taint -lock=false lab_thing.vnet",
        "state push -lock=false f",
    ] {
        let played = play(&format!(
            "{SETUP}- {{ file: {{ in: alice, name: f, serial: 9, resources: [vnet] }} }}
- {{ store: {{ access: file_read_only }} }}
{EDIT}- {{ id: next, run: terraform {command}, as: alice }}
"
        ));
        assert_eq!(played.run("next"), "next 0", "{command}");
        assert_eq!(played.last(), "3[vnet subnet]", "{command}");
    }
    let first = play(
        "- { store: { access: directory_read_only } }
- { id: next, run: terraform apply -auto-approve -lock=false, as: alice }
",
    );
    assert_eq!((first.run("next"), first.last()), ("next 0", "-"));
}

#[test]
fn what_is_open_already_can_still_be_written() {
    let played = play(&format!(
        "{SLOW}- {{ after: 1ms, store: {{ access: read_only }} }}\n"
    ));
    assert_eq!(played.run("slow"), "slow 0");
    assert_eq!(played.last(), "3[vnet subnet], info of alice");
}

#[test]
fn a_backup_that_can_not_be_made_stops_the_save() {
    let played = play(&format!(
        "{SETUP}- {{ store: {{ occupied: backup }} }}
{EDIT}- {{ id: next, run: terraform apply -auto-approve, as: alice }}
"
    ));
    let cause = "failed to create local state backup file: open terraform.tfstate.backup: \
                 is a directory";
    assert_eq!(
        played.run("next"),
        format!("next 1; {cause}; Failed to save state; Failed to persist state to backend")
    );
    assert_eq!(played.last(), "3[vnet subnet], errored 3[vnet subnet]");
    for (command, line) in [
        ("state push f", "Failed to write state"),
        ("taint lab_thing.vnet", "Error writing state file"),
    ] {
        let played = play(&format!(
            "{SETUP}- {{ store: {{ occupied: backup }} }}
- {{ file: {{ in: alice, name: f, serial: 9, resources: [vnet] }} }}
- {{ id: next, run: terraform {command}, as: alice }}
"
        ));
        assert_eq!(played.run("next"), format!("next 1; {line}: {cause}"));
        assert_eq!(played.last(), "3[vnet subnet]");
    }
}

#[test]
fn a_directory_in_the_way_is_no_state() {
    let after = |command: &str| {
        play(&format!(
            "{SETUP}- {{ store: {{ occupied: state }} }}
- {{ id: next, run: terraform {command}, as: alice }}
"
        ))
    };
    for command in ["plan", "apply -auto-approve"] {
        let played = after(command);
        assert_eq!(played.run("next"), format!("next 1; {LOCKED}"));
        let played = after(&format!("{command} -lock=false"));
        assert_eq!(played.run("next"), "next 1; Failed to read state file");
    }
}

#[test]
fn a_full_disk_destroys_the_state() {
    let steps = format!(
        "{SLOW}- {{ after: 1ms, store: {{ disk: full }} }}
- {{ when: slow ended, store: {{ disk: ok }} }}
- {{ id: next, run: terraform plan, as: alice }}
- {{ id: push, run: terraform state push -force errored.tfstate, as: alice }}
"
    );
    let played = play(&steps);
    assert_eq!(
        played.run("slow"),
        "slow 1; Failed to write state; Failed to save state; Failed to persist state to backend"
    );
    assert_eq!(played.run("next"), format!("next 1; {LOCKED}"));
    assert_eq!(played.run("push"), format!("push 1; {LOCKED}"));
    assert_eq!(played.last(), "unreadable, errored 3[vnet subnet]");
    let everywhere = play_in_directory(&steps);
    assert_eq!(
        everywhere.run("slow"),
        "slow 1; Failed to write state; Failed to save state; Failed to create local state file; \
         Failed to persist state to backend"
    );
    assert_eq!(everywhere.last(), "unreadable, errored empty");
}

#[test]
fn a_full_disk_has_no_room_for_a_backup_and_spares_the_state() {
    let played = play(&format!(
        "{SETUP}{EDIT}- {{ id: next, run: terraform apply -auto-approve, as: alice }}
- {{ when: vnet updating, store: {{ disk: full }} }}
"
    ));
    assert!(played.run("next").contains("backup file"));
    assert_eq!(
        played.last(),
        "3[vnet subnet], backup empty, errored 3[vnet subnet]"
    );
    // Where there is no room for the lock info, nothing begins.
    let before = play(&format!(
        "{SETUP}- {{ store: {{ disk: full }} }}
{EDIT}- {{ id: next, run: terraform apply -auto-approve, as: alice }}
"
    ));
    assert_eq!(before.run("next"), format!("next 1; {LOCKED}"));
    assert_eq!(before.last(), "3[vnet subnet]");
}

#[test]
fn garbage_is_mended_by_no_command() {
    let after = |command: &str| {
        play(&format!(
            "{SETUP}- {{ file: {{ in: alice, name: f, serial: 9, resources: [vnet] }} }}
- {{ store: {{ content: garbage }} }}
- {{ id: next, run: terraform {command}, as: alice }}
"
        ))
    };
    for (command, line) in [
        ("plan", LOCKED),
        ("apply -auto-approve", LOCKED),
        ("state push f", LOCKED),
        ("state push -force f", LOCKED),
        ("state rm lab_thing.vnet", LOCKED),
        ("state list", "Failed to load state: 2 problems:"),
        ("state pull", "Failed to refresh state: 2 problems:"),
    ] {
        let played = after(command);
        assert_eq!(played.run("next"), format!("next 1; {line}"), "{command}");
        assert_eq!(played.last(), "unreadable", "{command}");
    }
    let mended = play(&format!(
        "{SETUP}{EDIT}- {{ id: update, run: terraform apply -auto-approve, as: alice }}
- {{ store: {{ content: garbage }} }}
- {{ store: delete }}
- {{ id: next, run: terraform plan, as: alice }}
"
    ));
    assert_eq!(mended.run("next"), "next 0");
}

#[test]
fn without_a_lock_the_last_writer_wins() {
    // Bob reads the state before Alice's first write, and writes after her last.
    let played = play(&format!(
        "{SETUP}- {{ edit: alice, resources: {{ vnet: {{ create: 2s }}, subnet: {{ create: 2s, needs: [vnet] }}, dns: {{ create: 5s }} }} }}
- {{ edit: bob, resources: {{ vnet: {{ create: 2s }}, subnet: {{ create: 2s, needs: [vnet] }}, zone: {{ create: 10s }} }} }}
- {{ id: slow, run: terraform apply -auto-approve, as: alice }}
- {{ when: dns creating, id: beside, run: terraform apply -auto-approve -lock=false, as: bob }}
- {{ when: dns created, after: 100ms, expect: {{}} }}
"
    ));
    assert_eq!(played.looks[0], "5[vnet subnet dns], backup 3[vnet subnet]");
    assert_eq!(
        (played.run("slow"), played.run("beside")),
        ("slow 0", "beside 0")
    );
    // The file was opened at Bob's first write: that is what his backup has.
    assert_eq!(
        played.last(),
        "5[vnet subnet zone], backup 5[vnet subnet dns]"
    );
}

#[test]
fn without_a_state_the_second_writer_takes_over_the_lineage_of_the_first() {
    let played = play(
        "- { edit: alice, resources: { dns: { create: 5s } } }
- { edit: bob, resources: { zone: { create: 10s } } }
- { id: slow, run: terraform apply -auto-approve, as: alice }
- { when: dns creating, id: beside, run: terraform apply -auto-approve -lock=false, as: bob }
- { when: dns created, after: 100ms, expect: {} }
",
    );
    assert_eq!(played.looks, ["1[dns]", "3[zone], backup 1[dns]"]);
}

#[test]
fn a_saved_plan_is_stale_after_another_write() {
    let played = play(&format!(
        "- {{ run: terraform plan -out=tfplan, as: alice }}
{SETUP}- {{ id: next, run: terraform apply tfplan, as: alice }}
"
    ));
    assert_eq!(played.run("next"), "next 1; Saved plan is stale");
}

#[test]
fn a_process_that_ends_before_its_call_to_the_kernel_takes_no_lock() {
    // What waits for the machine to wake comes in its order: the start, then the hang-up.
    let played = play(&format!(
        "{SETUP}- {{ suspend: alice }}
- {{ after: 10s, id: asleep, run: terraform apply -auto-approve, as: alice }}
- {{ after: 10s, signal: {{ alice: SIGHUP }} }}
- {{ after: 1s, resume: alice }}
- {{ after: 1s, id: next, run: terraform apply -auto-approve, as: bob }}
"
    ));
    assert_eq!(played.last(), "3[vnet subnet]");
    assert_eq!(played.run("asleep"), "asleep 129");
    assert_eq!(played.run("next"), "next 0");
}
