//! What keeps a filter from running for ever.
//!
//! jaq's interpreter has no limit of its own, so the parsed program and the library's definitions
//! are rewritten (`rewrite.rs`): a `tick` before each step that can be repeated, a `weigh` behind each that makes
//! a value. Both take from [`Shared::fuel`], and where it is used up the filter halts, which no
//! `try` catches.

use std::cell::{Cell, RefCell};

use jaq_core::data::HasLut;
use jaq_core::native::{Fun, run, v};
use jaq_core::{DataT, Exn, Lut, Native, RunPtr};
use jaq_json::{Num, Val};

use super::{DEPTH_MAX, Inputs, parse_one, text_value};

/// How many steps a filter has for all inputs together.
const FUEL: u64 = 2_000_000;
/// How deep updates may be nested.
const UPDATES_MAX: usize = 60;
/// The longest text that is made.
const TEXT_MAX: usize = 1 << 20;
/// The status that stands for a filter without fuel.
pub(super) const EXHAUSTED: i32 = i32::MIN;

/// What a run of a filter works with.
pub(super) struct Shared<'a> {
    lut: &'a Lut<Data>,
    fuel: Cell<u64>,
    updates: Cell<usize>,
    pub(super) inputs: &'a RefCell<Inputs>,
    /// What `debug` and `stderr` printed.
    pub(super) notes: RefCell<String>,
    environment: Val,
    now: i64,
}

impl<'a> Shared<'a> {
    pub(super) fn new(
        lut: &'a Lut<Data>,
        inputs: &'a RefCell<Inputs>,
        environment: Val,
        now: i64,
    ) -> Self {
        Self {
            lut,
            fuel: Cell::new(FUEL),
            updates: Cell::new(0),
            inputs,
            notes: RefCell::new(String::new()),
            environment,
            now,
        }
    }

    fn take(&self, steps: u64) -> Result<(), Exn<'a, Val>> {
        if let Some(left) = self.fuel.get().checked_sub(steps) {
            self.fuel.set(left);
            Ok(())
        } else {
            self.fuel.set(0);
            Err(Exn::halt(EXHAUSTED))
        }
    }

    /// Takes as much as a value is large; one that is too deep is as one that is too large.
    fn weigh(&self, value: &Val, depth: usize) -> Result<(), Exn<'a, Val>> {
        if depth > DEPTH_MAX * 2 {
            return Err(Exn::halt(EXHAUSTED));
        }
        self.take(1)?;
        match value {
            Val::Num(Num::BigInt(whole)) if whole.bits() > 4096 => Err(Exn::halt(EXHAUSTED)),
            Val::Null | Val::Bool(_) | Val::Num(_) => Ok(()),
            Val::TStr(text) | Val::BStr(text) => {
                if text.len() > TEXT_MAX {
                    return Err(Exn::halt(EXHAUSTED));
                }
                self.take(u64::try_from(text.len() / 64).unwrap_or(FUEL))
            }
            Val::Arr(values) => values
                .iter()
                .try_for_each(|value| self.weigh(value, depth + 1)),
            Val::Obj(map) => map
                .values()
                .try_for_each(|value| self.weigh(value, depth + 1)),
        }
    }
}

/// The kind of data that filters run on.
pub(super) struct Data;

impl DataT for Data {
    type V<'a> = Val;
    type Data<'a> = &'a Shared<'a>;
}

impl<'a> HasLut<'a, Data> for &'a Shared<'a> {
    fn lut(&self) -> &'a Lut<Data> {
        self.lut
    }
}

/// The library's functions that ask the machine outside, or that are unbounded.
const REPLACED: [&str; 10] = [
    "tojson",
    "now",
    "env",
    "localtime",
    "strflocaltime",
    "debug_empty",
    "stderr_empty",
    "range",
    "fromjson",
    "tick",
];

/// All functions that filters can call.
pub(super) fn functions() -> impl Iterator<Item = Fun<Data>> {
    jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs())
        .filter(|(name, _, _)| !REPLACED.contains(name))
        .chain(own())
}

fn once<'a, T: 'a>(result: T) -> Box<dyn Iterator<Item = T> + 'a> {
    Box::new(std::iter::once(result))
}

fn own() -> Vec<Fun<Data>> {
    let pointers = pointers().into_iter().map(|pointer| run::<Data>(pointer));
    pointers
        .chain([("tick", v(0), tick()), ("step", v(1), step())])
        .collect()
}

/// What takes one step, and goes through paths and updates.
fn tick() -> Native<Data> {
    Native::<Data>::new(|cv| {
        let taken = cv.0.data().take(1);
        once(taken.map(|()| cv.1))
    })
    .with_paths(|cv| {
        let taken = cv.0.data().take(1);
        once(taken.map(|()| cv.1))
    })
    .with_update(|cv, update| {
        let shared = *cv.0.data();
        let depth = shared.updates.get();
        if let Err(error) = shared.take(1) {
            return once(Err(error));
        }
        if depth >= UPDATES_MAX {
            return once(Err(Exn::halt(EXHAUSTED)));
        }
        shared.updates.set(depth + 1);
        let updated: Vec<_> = update(cv.1).collect();
        shared.updates.set(depth);
        Box::new(updated.into_iter())
    })
}

/// The functions that are of no use in paths.
fn pointers() -> Vec<jaq_core::native::Filter<RunPtr<Data>>> {
    vec![
        ("weigh", v(0), weigh),
        ("times", v(2), times),
        ("range", v(3), range),
        ("fromjson", v(0), from_json),
        ("tojson", v(0), |cv| {
            let mut text = String::new();
            let layout = super::Layout {
                indent: None,
                ..super::Layout::default()
            };
            once(match super::write(&mut text, &cv.1, &layout) {
                Ok(()) => Ok(text_value(&text)),
                Err(_) => Err(Exn::halt(EXHAUSTED)),
            })
        }),
        ("@csv", v(0), |cv| once(row(&cv.1, "csv"))),
        ("@tsv", v(0), |cv| once(row(&cv.1, "tsv"))),
        ("now", v(0), |cv| {
            let now = isize::try_from(cv.0.data().now).unwrap_or(0);
            once(Ok(Val::from(now)))
        }),
        ("env", v(0), |cv| once(Ok(cv.0.data().environment.clone()))),
        ("input_filename", v(0), |_| once(Ok(Val::Null))),
        ("input_line_number", v(0), |cv| {
            once(Ok(Val::from(
                cv.0.data()
                    .inputs
                    .borrow()
                    .place()
                    .map_or(0, |(_, line)| *line),
            )))
        }),
        ("input", v(0), |cv| {
            let next = cv.0.data().inputs.borrow_mut().next();
            once(match next {
                Some(Ok(value)) => Ok(value),
                Some(Err(error)) => Err(jaq_core::Error::str(error).into()),
                None => Err(jaq_core::Error::str("No more inputs").into()),
            })
        }),
        ("inputs", v(0), |cv| {
            let shared = *cv.0.data();
            let next = move || shared.inputs.borrow_mut().next();
            Box::new(
                std::iter::from_fn(next)
                    .map(|next| next.map_err(|e| jaq_core::Error::str(e).into())),
            )
        }),
        ("debug_empty", v(0), |cv| note(&cv, true)),
        ("stderr_empty", v(0), |cv| note(&cv, false)),
    ]
}

/// What stands before `.a` and `.[0]`: the checks and the making of what is not there yet, which jq
/// has and jaq has not.
fn step() -> Native<Data> {
    Native::<Data>::new(|mut cv| {
        let index = cv.0.pop_var();
        once(checked(&cv.1, &index).map(|()| cv.1))
    })
    .with_paths(|mut cv| {
        let index = cv.0.pop_var();
        once(checked(&cv.1.0, &index).map(|()| cv.1))
    })
    .with_update(|mut cv, update| {
        let index = cv.0.pop_var();
        match checked(&cv.1, &index) {
            Ok(()) => update(made(cv.1, &index)),
            Err(error) => once(Err(error)),
        }
    })
}

fn checked<'a>(value: &Val, index: &Val) -> Result<(), Exn<'a, Val>> {
    match (value, index) {
        (Val::Obj(_), Val::Num(_)) => {
            Err(jaq_core::Error::index(value.clone(), index.clone()).into())
        }
        _ => Ok(()),
    }
}

/// The longest array that is filled with nulls.
const FILLED_MAX: usize = 10_000;

fn made(value: Val, index: &Val) -> Val {
    let Val::Num(number) = index else {
        return if matches!(value, Val::Null) {
            Val::obj(jaq_json::Map::default())
        } else {
            value
        };
    };
    let wanted = number.as_isize().and_then(|at| usize::try_from(at).ok());
    let wanted = wanted.filter(|at| *at < FILLED_MAX).map_or(0, |at| at + 1);
    match &value {
        Val::Null => std::iter::repeat_n(Val::Null, wanted).collect(),
        Val::Arr(values) if values.len() < wanted => {
            let missing = std::iter::repeat_n(Val::Null, wanted - values.len());
            values.iter().cloned().chain(missing).collect()
        }
        Val::Bool(_) | Val::Num(_) | Val::TStr(_) | Val::BStr(_) | Val::Arr(_) | Val::Obj(_) => {
            value
        }
    }
}

fn weigh(cv: jaq_core::Cv<'_, Data>) -> jaq_core::ValXs<'_, Val> {
    let weighed = cv.0.data().weigh(&cv.1, 0);
    once(weighed.map(|()| cv.1))
}

/// A product, refused before it is made where it would be too large.
fn times(mut cv: jaq_core::Cv<'_, Data>) -> jaq_core::ValXs<'_, Val> {
    let other = cv.0.pop_var();
    let one = cv.0.pop_var();
    let length = |value: &Val| match value {
        Val::TStr(text) | Val::BStr(text) => Some(text.len()),
        Val::Null | Val::Bool(_) | Val::Num(_) | Val::Arr(_) | Val::Obj(_) => None,
    };
    let count = |value: &Val| match value {
        Val::Num(number) => Some(number.as_isize().map_or_else(
            || {
                number
                    .to_string()
                    .parse::<f64>()
                    .map_or(usize::MAX, |n| if n < 4096.0 { 4096 } else { usize::MAX })
            },
            |whole| usize::try_from(whole).unwrap_or(0),
        )),
        Val::Null | Val::Bool(_) | Val::TStr(_) | Val::BStr(_) | Val::Arr(_) | Val::Obj(_) => None,
    };
    let size = match (length(&one), count(&other), length(&other), count(&one)) {
        (Some(length), Some(count), _, _) | (_, _, Some(length), Some(count)) => {
            length.saturating_mul(count)
        }
        _ => 0,
    };
    if size > TEXT_MAX {
        return once(Err(Exn::halt(EXHAUSTED)));
    }
    once((one * other).map_err(Exn::from))
}

fn range(mut cv: jaq_core::Cv<'_, Data>) -> jaq_core::ValXs<'_, Val> {
    let by = cv.0.pop_var();
    let to = cv.0.pop_var();
    let mut next = cv.0.pop_var();
    let shared = *cv.0.data();
    let zero = Val::from(0_usize);
    let up = by > zero;
    let still = by == zero;
    let mut over = false;
    Box::new(std::iter::from_fn(move || {
        let goes_on = if up || still { next < to } else { next > to };
        if over || !goes_on {
            return None;
        }
        if let Err(error) = shared.take(1) {
            over = true;
            return Some(Err(error));
        }
        let given = next.clone();
        match next.clone() + by.clone() {
            Ok(after) => next = after,
            Err(_) => over = true,
        }
        Some(Ok(given))
    }))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a function of jaq takes it so"
)]
fn from_json(cv: jaq_core::Cv<'_, Data>) -> jaq_core::ValXs<'_, Val> {
    let Val::TStr(text) = &cv.1 else {
        return once(Err(jaq_core::Error::typ(cv.1.clone(), "string").into()));
    };
    let text = String::from_utf8_lossy(text);
    let parsed = parse_one(&text)
        .map_err(|error| jaq_core::Error::str(format!("{error} (while parsing '{text}')")).into());
    once(parsed)
}

/// A row of `@csv` or `@tsv`.
fn row<'a>(value: &Val, format: &str) -> Result<Val, Exn<'a, Val>> {
    let Val::Arr(cells) = value else {
        return Err(jaq_core::Error::typ(value.clone(), "array").into());
    };
    let csv = format == "csv";
    let mut texts = Vec::new();
    for cell in cells.iter() {
        texts.push(match cell {
            Val::Null => String::new(),
            Val::Bool(value) => value.to_string(),
            Val::Num(number) => super::value::number_text(number, false),
            Val::TStr(text) | Val::BStr(text) => {
                let text = String::from_utf8_lossy(text);
                if csv {
                    format!("\"{}\"", text.replace('"', "\"\""))
                } else {
                    let escaped = text.replace('\\', "\\\\").replace('\t', "\\t");
                    escaped.replace('\n', "\\n").replace('\r', "\\r")
                }
            }
            Val::Arr(_) | Val::Obj(_) => {
                let text = format!("{cell} is not valid in a {format} row");
                return Err(jaq_core::Error::str(text).into());
            }
        });
    }
    Ok(text_value(&texts.join(if csv { "," } else { "\t" })))
}

fn note<'a>(cv: &jaq_core::Cv<'a, Data>, debug: bool) -> jaq_core::ValXs<'a, Val> {
    let shared = *cv.0.data();
    let mut notes = shared.notes.borrow_mut();
    if notes.len() < TEXT_MAX {
        let layout = super::Layout {
            indent: None,
            ..super::Layout::default()
        };
        let mut text = String::new();
        let shown = if debug {
            [text_value("DEBUG:"), cv.1.clone()].into_iter().collect()
        } else {
            cv.1.clone()
        };
        if let (false, Val::TStr(raw)) = (debug, &shown) {
            notes.push_str(&String::from_utf8_lossy(raw));
        } else if super::write(&mut text, &shown, &layout).is_ok() {
            notes.push_str(&text);
        }
        if debug {
            notes.push('\n');
        }
    }
    Box::new(std::iter::empty())
}
