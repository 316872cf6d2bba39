//! A person at a terminal: the line editor, and time that passes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leaselab::drill::{Drill, Said};
use leaselab::kernel::SimDuration;
use leaselab::render::{Color, Layout};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::Printer;
use crate::cli::exit::Failure;
use crate::cli::output::Output;

/// What completes lines.
struct Desk {
    drill: Rc<RefCell<Drill>>,
    color: Color,
}

impl Helper for Desk {}
impl Validator for Desk {}

impl Completer for Desk {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let found = self.drill.borrow().complete(line, at);
        let mut words = found.words;
        if let [only] = words.as_mut_slice()
            && !only.ends_with(['=', '/'])
        {
            only.push(' ');
        }
        Ok((found.start, words))
    }
}

impl Hinter for Desk {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<String> {
        let found = self.drill.borrow().complete(line, at);
        let typed = line.get(found.start..at)?;
        match found.words.as_slice() {
            [only] if !typed.is_empty() && at == line.len() => {
                let rest = only.strip_prefix(typed)?;
                (!rest.is_empty()).then(|| rest.to_owned())
            }
            _ => None,
        }
    }
}

impl Highlighter for Desk {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        match self.color {
            Color::Ansi => Cow::Owned(format!("\u{1b}[1;36m{prompt}\u{1b}[0m")),
            Color::Plain => Cow::Borrowed(prompt),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        match self.color {
            Color::Ansi => Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m")),
            // What nobody can tell from what was typed is not shown.
            Color::Plain => Cow::Borrowed(""),
        }
    }
}

/// Lets a person type until the drill is over.
pub(super) fn run(
    drill: Drill,
    speed: Option<u32>,
    layout: Layout,
    output: &mut Output,
) -> Result<Drill, Failure> {
    let drill = Rc::new(RefCell::new(drill));
    let pressed = watch_ctrl_c()?;
    let mut editor = editor(&drill, layout.color)?;
    let mut printer = Printer::default();
    let mut idle_interrupts = 0_u32;
    output.flush()?;
    while !drill.borrow().is_over() {
        let prompt = printer.prompt(&drill.borrow());
        let said = match editor.readline(&prompt) {
            Ok(line) => {
                idle_interrupts = 0;
                if !line.trim().is_empty() {
                    // A history that is full forgets its first line.
                    editor.add_history_entry(line.as_str()).ok();
                }
                drill.borrow_mut().line(&line)
            }
            Err(ReadlineError::Interrupted) => {
                let said = drill.borrow_mut().interrupt();
                if said.is_empty() {
                    output.print("^C\n")?;
                }
                idle_interrupts = if said.is_empty() {
                    idle_interrupts + 1
                } else {
                    0
                };
                if idle_interrupts == 2 {
                    output.print("-- `quit` ends the drill and grades it.\n")?;
                    output.flush()?;
                }
                said
            }
            Err(ReadlineError::Eof) => drill.borrow_mut().end_of_input(),
            Err(error) => return Err(Failure::input(format!("cannot read a line: {error}"))),
        };
        printer.question.clear();
        printer.print(&said, &drill.borrow(), layout, output)?;
        if let Some(speed) = speed {
            watch(&drill, speed, &pressed, &mut printer, layout, output)?;
        } else {
            let said = drill.borrow_mut().settle();
            printer.print(&said, &drill.borrow(), layout, output)?;
        }
    }
    drop(editor);
    let drill = Rc::try_unwrap(drill).map_err(|_| Failure::input("the editor is still open"))?;
    Ok(drill.into_inner())
}

fn editor(drill: &Rc<RefCell<Drill>>, color: Color) -> Result<Editor<Desk, MemHistory>, Failure> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .bracketed_paste(true)
        .build();
    let history = MemHistory::with_config(&config);
    let editor = Editor::with_history(config, history);
    let mut editor =
        editor.map_err(|error| Failure::input(format!("cannot edit lines here: {error}")))?;
    editor.set_helper(Some(Desk {
        drill: Rc::clone(drill),
        color,
    }));
    Ok(editor)
}

/// Notes a Ctrl+C that comes while a command runs.
fn watch_ctrl_c() -> Result<Arc<AtomicBool>, Failure> {
    let pressed = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&pressed);
    ctrlc::set_handler(move || noted.store(true, Ordering::SeqCst))
        .map_err(|error| Failure::input(format!("cannot watch for Ctrl+C: {error}")))?;
    Ok(pressed)
}

/// Lets time pass while a command runs, so many simulated seconds a second.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a person watches: this is the one clock on the wall"
)]
fn watch(
    drill: &Rc<RefCell<Drill>>,
    speed: u32,
    pressed: &AtomicBool,
    printer: &mut Printer,
    layout: Layout,
    output: &mut Output,
) -> Result<(), Failure> {
    const FRAME_MS: u32 = 50;
    pressed.store(false, Ordering::SeqCst);
    while drill.borrow().is_at_work() {
        std::thread::sleep(std::time::Duration::from_millis(u64::from(FRAME_MS)));
        let said = if pressed.swap(false, Ordering::SeqCst) {
            // The terminal has shown the key where it was pressed.
            output.print("\n")?;
            let mut said = drill.borrow_mut().interrupt();
            said.retain(|one| !matches!(one, Said::Pressed));
            said
        } else {
            let passed = SimDuration::from_ms(u64::from(FRAME_MS) * u64::from(speed));
            drill.borrow_mut().pass(passed)
        };
        if !said.is_empty() {
            printer.print(&said, &drill.borrow(), layout, output)?;
        }
    }
    Ok(())
}
