//! The record: what was typed, as a runbook that is typed literally.

use super::Drill;
use super::desk::Struck;
use crate::runbook::stroke::{CTRL_C, written};
use crate::runbook::{Stroke, typed_lines};
use crate::terraform::OperatorId;

/// A block of the record that is being written.
struct Block {
    language: &'static str,
    /// What was typed, each with a remark below it, where there is one.
    typed: Vec<(String, Option<String>)>,
}

struct Writer {
    text: String,
    open: Option<Block>,
}

impl Drill {
    /// What was typed, as a runbook that `grade` reads; `None` where nothing was. `place` is where
    /// the scenario stands.
    pub fn record(&self, place: &str) -> Option<String> {
        if self.desk.strokes.is_empty() {
            return None;
        }
        let (_, mender) = self.scenario.wreck()?;
        let place: String = { place.chars() }
            .map(|c| {
                if c.is_control() || "`<>".contains(c) {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        let mut writer = Writer {
            text: format!(
                "# What was typed in a drill\n\n<!-- leaselab: literally -->\n\nThe wreck is that of \
                 `{place}`,\nwith seed {}. `leaselab grade` gives what stands here the grade that \
                 the drill had.\n\nThe comment above says that all is typed as it stands. Without \
                 it this is a\nrunbook for any wreck: an ID and a name then stand for what is real \
                 there.\n",
                self.seed.0
            ),
            open: None,
        };
        let mut typist = mender;
        let mut before: Option<&Struck> = None;
        for struck in &self.desk.strokes {
            self.write(struck, before, &mut typist, &mut writer);
            before = Some(struck);
        }
        writer.close();
        Some(writer.text)
    }

    fn write(
        &self,
        struck: &Struck,
        before: Option<&Struck>,
        typist: &mut OperatorId,
        writer: &mut Writer,
    ) {
        let pace = before.and_then(|before| before.pace);
        let is_other = *typist != struck.operator;
        let is_told_by_key = struck.stroke == Stroke::Interrupt && !is_other;
        if is_other || (pace.is_some() && !is_told_by_key) {
            *typist = struck.operator;
            let name = self.names().operator(struck.operator);
            let after = pace.map(|pace| format!(" after {}", written(pace)));
            writer.comment(&format!("as {name}{}", after.unwrap_or_default()));
        }
        match struck.stroke {
            Stroke::Line => {
                let exit = struck.exit.filter(|exit| *exit != 0);
                let remark = exit.map(|exit| format!("# exit {exit}"));
                writer.line("bash", &struck.text, remark);
            }
            Stroke::Answer if is_plain(&struck.text) && writer.is_in("bash") => {
                writer.line("bash", &struck.text, None);
            }
            Stroke::Answer => writer.line("keys", &struck.text, None),
            Stroke::Interrupt => {
                let after = pace.filter(|_| is_told_by_key);
                let after = after.map(|pace| format!(" after {}", written(pace)));
                let key = format!("{CTRL_C}{}", after.unwrap_or_default());
                writer.line("keys", &key, None);
            }
            Stroke::Wait => writer.comment("wait"),
        }
    }
}

/// Whether an answer reads well below its command. Another could be a word of the shell's language.
fn is_plain(text: &str) -> bool {
    matches!(text, "yes" | "no")
}

impl Writer {
    fn is_in(&self, language: &str) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.language == language)
    }

    fn line(&mut self, language: &'static str, text: &str, remark: Option<String>) {
        if !self.is_in(language) {
            self.close();
        }
        let open = self.open.get_or_insert_with(|| Block {
            language,
            typed: Vec::new(),
        });
        open.typed.push((text.to_owned(), remark));
    }

    fn comment(&mut self, text: &str) {
        self.close();
        self.text.extend(["\n<!-- leaselab: ", text, " -->\n"]);
    }

    fn close(&mut self) {
        let Some(Block { language, typed }) = self.open.take() else {
            return;
        };
        let lines = typed.iter().flat_map(|(text, remark)| {
            let remark = remark.iter().map(String::as_str);
            std::iter::once(text.as_str()).chain(remark)
        });
        let body = lines.collect::<Vec<&str>>().join("\n");
        let read = typed_lines(&format!("{body}\n"));
        let is_read_again =
            read.is_ok_and(|read| read.iter().eq(typed.iter().map(|(text, _)| text)));
        if is_read_again || language != "bash" {
            return self.block(language, &body);
        }
        // What reads otherwise beside its neighbors stands alone.
        for (text, _) in &typed {
            self.block(language, text);
        }
    }

    fn block(&mut self, language: &str, body: &str) {
        let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.text
            .extend(["\n", &fence, language, "\n", body, "\n", &fence, "\n"]);
    }
}
