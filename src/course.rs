//! The course of `docs/course/`, compiled in: its chapters, and the scenarios that they lead to.
//!
//! Texts only. So it is there without the repository, for whoever has nothing but the program.

/// A page of the course.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// Its file in `docs/course/`.
    pub file: &'static str,
    /// Its text, in Markdown.
    pub markdown: &'static str,
}

/// A scenario that a chapter leads to.
#[derive(Debug, Clone, Copy)]
pub struct Material {
    /// Its file in the repository.
    pub path: &'static str,
    /// What stands in it.
    pub source: &'static str,
}

impl Chapter {
    /// The name of its page: `README.md` is where one begins.
    pub fn page(&self) -> String {
        match self.file.strip_suffix(".md") {
            Some("README") | None => "index.html".to_owned(),
            Some(stem) => format!("{stem}.html"),
        }
    }
}

impl Material {
    /// As a chapter's links have it.
    pub fn target(&self) -> String {
        match self.path.strip_prefix("docs/course/") {
            Some(beside) => beside.to_owned(),
            None => format!("../../{}", self.path),
        }
    }

    /// The name of its page.
    pub fn page(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        let stem = name.strip_suffix(".yaml").unwrap_or(name);
        format!("{stem}.html")
    }
}

macro_rules! chapters {
    ($($file:literal),* $(,)?) => {
        /// The pages, in the order in which they are read: the plan, then the chapters.
        pub const CHAPTERS: &[Chapter] = &[$(Chapter {
            file: $file,
            markdown: include_str!(concat!("../docs/course/", $file)),
        }),*];
    };
}

macro_rules! materials {
    ($($path:literal),* $(,)?) => {
        /// Every scenario that a chapter leads to, in the order of the chapters.
        pub const MATERIALS: &[Material] = &[$(Material {
            path: $path,
            source: include_str!(concat!("../", $path)),
        }),*];
    };
}

chapters! {
    "README.md",
    "1-what-a-lock-is.md",
    "2-who-may-write.md",
    "3-what-a-kill-leaves.md",
    "4-when-the-network-goes.md",
    "5-one-ctrl-c-and-two.md",
    "6-same-screen-different-truth.md",
    "7-recovering.md",
    "8-testing-the-runbook.md",
    "9-writing-your-own.md",
}

materials! {
    "docs/course/scenarios/one_apply.yaml",
    "scenarios/failures/two_honest_runs.yaml",
    "scenarios/prevention/lock_wait_with_timeout.yaml",
    "scenarios/prevention/lock_wait_without_timeout.yaml",
    "scenarios/failures/force_unlock_of_live_apply.yaml",
    "scenarios/failures/lost_update_without_lock.yaml",
    "scenarios/pairs/human_at_the_prompt.yaml",
    "scenarios/failures/orphan_lock_after_kill.yaml",
    "scenarios/findings/generated_name_created_twice.yaml",
    "scenarios/article/stopped_with_interval_saving.yaml",
    "scenarios/article/process_termination_finite_lease.yaml",
    "scenarios/failures/network_gone_at_save.yaml",
    "scenarios/lease_id_missing.yaml",
    "scenarios/lease_id_missing_terraform.yaml",
    "scenarios/failures/throttled_save_waits.yaml",
    "scenarios/failures/network_gone_made_worse.yaml",
    "scenarios/prevention/interrupt_with_second.yaml",
    "scenarios/prevention/interrupt_without_second.yaml",
    "scenarios/failures/github_actions_cancel.yaml",
    "scenarios/failures/wrapper_doubles_ctrl_c.yaml",
    "scenarios/failures/second_ctrl_c_slow_unlock.yaml",
    "scenarios/failures/first_interrupt_create_saved.yaml",
    "scenarios/failures/first_interrupt_create_lost.yaml",
    "scenarios/failures/first_interrupt_create_tainted.yaml",
    "scenarios/findings/request_of_save_lost.yaml",
    "scenarios/findings/answer_of_save_lost.yaml",
    "scenarios/failures/orphan_process_still_applying.yaml",
    "scenarios/failures/force_unlock_then_apply.yaml",
    "scenarios/failures/force_unlock_made_worse.yaml",
    "scenarios/failures/push_serial_too_old.yaml",
    "scenarios/failures/lease_without_metadata.yaml",
    "docs/course/scenarios/own.yaml",
}
