//! Running rules over lines.

use std::collections::BTreeMap;

use super::super::decimal::Decimal;
use super::super::desk::{Desk, Ended, Stop, not_modeled};
use super::super::pattern::Pattern;
use super::lex::Fault;
use super::parse::pattern;
use super::tree::{Expression, Place, Redirect, Rule, Statement, When};
use super::value::Value;

/// The most steps of a program for all lines together.
const STEPS_MAX: usize = 2_000_000;
/// The most fields of a line, and the most bytes of a value.
pub(super) const FIELDS_MAX: usize = 10_000;
const VALUE_MAX: usize = 1 << 20;

/// How a statement ends.
pub(super) enum Flow {
    On,
    Next,
    Break,
    Continue,
    Exit,
}

/// The state of a program.
pub(super) struct Machine<'m, 'd> {
    pub(super) desk: &'m mut Desk<'d>,
    pub(super) variables: BTreeMap<String, Value>,
    pub(super) arrays: BTreeMap<String, BTreeMap<String, Value>>,
    pub(super) record: String,
    pub(super) fields: Vec<Value>,
    patterns: BTreeMap<String, Pattern>,
    files: Vec<(String, String)>,
    steps: usize,
    status: u8,
}

impl<'m, 'd> Machine<'m, 'd> {
    pub(super) fn new(desk: &'m mut Desk<'d>) -> Self {
        let environment = desk
            .call()
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), Value::Input(value.clone())))
            .collect();
        let mut machine = Self {
            desk,
            variables: BTreeMap::new(),
            arrays: BTreeMap::new(),
            record: String::new(),
            fields: Vec::new(),
            patterns: BTreeMap::new(),
            files: Vec::new(),
            steps: 0,
            status: 0,
        };
        for (name, value) in [
            ("FS", " "),
            ("OFS", " "),
            ("ORS", "\n"),
            ("RS", "\n"),
            ("SUBSEP", "\u{1c}"),
        ] {
            machine
                .variables
                .insert(name.to_owned(), Value::Text(value.to_owned()));
        }
        machine.arrays.insert("ENVIRON".to_owned(), environment);
        machine
    }

    pub(super) fn assign_text(&mut self, name: &str, value: &str) {
        self.variables
            .insert(name.to_owned(), Value::Input(value.to_owned()));
    }

    pub(super) fn variable_text(&self, name: &str) -> String {
        self.variables
            .get(name)
            .map(Value::text)
            .unwrap_or_default()
    }

    pub(super) fn set_number(&mut self, name: &str, value: Decimal) {
        self.variables.insert(name.to_owned(), Value::Number(value));
    }

    /// Runs the rules over the operands, or over standard input.
    pub(super) fn run(mut self, rules: &[Rule], operands: &[String]) -> Ended {
        let mut exits = false;
        for rule in rules.iter().filter(|rule| matches!(rule.when, When::Begin)) {
            if matches!(
                self.statements(rule.body.as_deref().unwrap_or_default())?,
                Flow::Exit
            ) {
                exits = true;
                break;
            }
        }
        let reads = rules.iter().any(|rule| !matches!(rule.when, When::Begin));
        if !exits && reads {
            self.inputs(rules, operands)?;
        }
        if reads {
            for rule in rules.iter().filter(|rule| matches!(rule.when, When::End)) {
                if matches!(
                    self.statements(rule.body.as_deref().unwrap_or_default())?,
                    Flow::Exit
                ) {
                    break;
                }
            }
        }
        for (path, text) in std::mem::take(&mut self.files) {
            if let Err(error) = self.desk.write(&path, text, false) {
                return self
                    .desk
                    .fail(2, format!("cannot open \"{path}\" for output ({error})"));
            }
        }
        Ok(self.status)
    }

    fn inputs(&mut self, rules: &[Rule], operands: &[String]) -> Result<(), Stop> {
        let mut within = vec![false; rules.len()];
        let mut number = 0;
        let mut read_any = false;
        for operand in operands.iter().map(String::as_str).chain(["-"]) {
            if let Some((name, value)) = operand.split_once('=')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.is_empty()
            {
                self.assign_text(name, &super::unescape(value, false).0);
                continue;
            }
            if operand == "-" && read_any {
                continue;
            }
            read_any = true;
            let text = match self.desk.read(operand) {
                Ok(text) => text,
                Err(error) => {
                    self.desk
                        .complain(format!("cannot open {operand} ({error})"));
                    self.status = 2;
                    return Ok(());
                }
            };
            let name = if operand == "-" { "" } else { operand };
            self.assign_text("FILENAME", name);
            for (at, record) in self.records(&text)?.into_iter().enumerate() {
                number += 1;
                self.set_number("NR", Decimal::count(number));
                self.set_number("FNR", Decimal::count(at + 1));
                self.set_record(record)?;
                if self.line(rules, &mut within)? || self.desk.is_full() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Runs the rules for one line; whether the program exits.
    fn line(&mut self, rules: &[Rule], within: &mut [bool]) -> Result<bool, Stop> {
        for (rule, within) in rules.iter().zip(within) {
            let chosen = match &rule.when {
                When::Begin | When::End => false,
                When::Always => true,
                When::If(test) => self.value(test)?.is_true(),
                When::From(first, last) => {
                    let chosen = *within || self.value(first)?.is_true();
                    if chosen {
                        *within = !self.value(last)?.is_true();
                    }
                    chosen
                }
            };
            if !chosen {
                continue;
            }
            let flow = if let Some(body) = &rule.body {
                self.statements(body)?
            } else {
                let line = self.record.clone() + &self.variable_text("ORS");
                self.desk.out(&line);
                Flow::On
            };
            match flow {
                Flow::On | Flow::Break | Flow::Continue => {}
                Flow::Next => break,
                Flow::Exit => return Ok(true),
            }
        }
        Ok(false)
    }

    fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.desk.is_full() {
            return not_modeled(format!(
                "more than {STEPS_MAX} steps, or so much output, are not modeled"
            ));
        }
        Ok(())
    }

    pub(super) fn statements(&mut self, statements: &[Statement]) -> Result<Flow, Stop> {
        for statement in statements {
            match self.statement(statement)? {
                Flow::On => {}
                flow @ (Flow::Next | Flow::Break | Flow::Continue | Flow::Exit) => return Ok(flow),
            }
        }
        Ok(Flow::On)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Flow, Stop> {
        self.step()?;
        match statement {
            Statement::Block(statements) => return self.statements(statements),
            Statement::If(test, then, otherwise) => {
                if self.value(test)?.is_true() {
                    return self.statement(then);
                } else if let Some(otherwise) = otherwise {
                    return self.statement(otherwise);
                }
            }
            Statement::While(test, body) => return self.repeat(Some(test), None, body),
            Statement::Do(body, test) => {
                match self.statement(body)? {
                    Flow::On | Flow::Continue => {}
                    Flow::Break => return Ok(Flow::On),
                    flow @ (Flow::Next | Flow::Exit) => return Ok(flow),
                }
                return self.repeat(Some(test), None, body);
            }
            Statement::For(first, test, step, body) => {
                if let Some(first) = first {
                    self.statement(first)?;
                }
                return self.repeat(test.as_ref(), step.as_deref(), body);
            }
            Statement::ForIn(key, array, body) => {
                let elements = self.arrays.entry(array.clone()).or_default();
                let keys: Vec<String> = elements.keys().cloned().collect();
                for one in keys {
                    self.variables.insert(key.clone(), Value::Input(one));
                    match self.statement(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        flow @ (Flow::Next | Flow::Exit) => return Ok(flow),
                    }
                }
            }
            Statement::Print {
                values,
                formatted,
                redirect,
            } => {
                self.print(values, *formatted, redirect.as_ref())?;
            }
            Statement::Delete(array, None) => {
                self.arrays.remove(array);
            }
            Statement::Delete(array, Some(key)) => {
                let key = self.key(key)?;
                self.arrays.entry(array.clone()).or_default().remove(&key);
            }
            Statement::Evaluate(expression) => {
                self.value(expression)?;
            }
            Statement::Next => return Ok(Flow::Next),
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Exit(status) => {
                if let Some(status) = status {
                    let status = self.value(status)?.number().as_whole().unwrap_or(0);
                    self.status = u8::try_from(status.rem_euclid(256)).unwrap_or(0);
                }
                return Ok(Flow::Exit);
            }
        }
        Ok(Flow::On)
    }

    fn repeat(
        &mut self,
        test: Option<&Expression>,
        step: Option<&Statement>,
        body: &Statement,
    ) -> Result<Flow, Stop> {
        loop {
            self.step()?;
            if let Some(test) = test
                && !self.value(test)?.is_true()
            {
                return Ok(Flow::On);
            }
            match self.statement(body)? {
                Flow::On | Flow::Continue => {}
                Flow::Break => return Ok(Flow::On),
                flow @ (Flow::Next | Flow::Exit) => return Ok(flow),
            }
            if let Some(step) = step {
                self.statement(step)?;
            }
        }
    }

    fn print(
        &mut self,
        values: &[Expression],
        formatted: bool,
        redirect: Option<&Redirect>,
    ) -> Result<(), Stop> {
        let mut given = Vec::new();
        for value in values {
            given.push(self.value(value)?);
        }
        let text = if formatted {
            self.formatted(&given)?
        } else {
            let words: Vec<String> = given.iter().map(Value::text).collect();
            let body = if values.is_empty() {
                self.record.clone()
            } else {
                words.join(&self.variable_text("OFS"))
            };
            body + &self.variable_text("ORS")
        };
        let (path, append) = match redirect {
            None => {
                self.desk.out(&text);
                return Ok(());
            }
            Some(Redirect::Replace(path)) => (self.value(path)?.text(), false),
            Some(Redirect::Append(path)) => (self.value(path)?.text(), true),
        };
        match path.as_str() {
            "/dev/stdout" | "-" => self.desk.out(&text),
            "/dev/stderr" => self.desk.err(&text),
            _ => self.write(path, &text, append),
        }
        Ok(())
    }

    /// Text for a file is kept until the end; the first `>` forgets what was in it.
    fn write(&mut self, path: String, text: &str, append: bool) {
        if let Some((_, kept)) = self.files.iter_mut().find(|(known, _)| *known == path) {
            if kept.len() < VALUE_MAX {
                kept.push_str(text);
            }
            return;
        }
        let mut kept = String::new();
        if append && let Ok(old) = self.desk.read(&path) {
            kept.push_str(&old);
        }
        kept.push_str(text);
        self.files.push((path, kept));
    }

    pub(super) fn pattern(&mut self, text: &str) -> Result<Pattern, Stop> {
        if let Some(known) = self.patterns.get(text) {
            return Ok(known.clone());
        }
        let made = pattern(text).map_err(|fault| match fault {
            Fault::NotModeled(what) => Stop::NotModeled(what),
            Fault::Wrong { near, .. } => Stop::NotModeled(near),
        })?;
        self.patterns.insert(text.to_owned(), made.clone());
        Ok(made)
    }

    /// The pattern that an expression is: itself, or its text.
    pub(super) fn pattern_of(&mut self, expression: &Expression) -> Result<Pattern, Stop> {
        if let Expression::Regex(pattern) = expression {
            return Ok(pattern.clone());
        }
        let text = self.value(expression)?.text();
        self.pattern(&text)
    }

    fn key(&mut self, key: &[Expression]) -> Result<String, Stop> {
        let mut parts = Vec::new();
        for part in key {
            parts.push(self.value(part)?.text());
        }
        Ok(parts.join(&self.variable_text("SUBSEP")))
    }

    fn field_number(&mut self, number: &Expression) -> Result<usize, Stop> {
        let number = self.value(number)?.number().as_whole().unwrap_or(-1);
        match usize::try_from(number) {
            Ok(number) if number <= FIELDS_MAX => Ok(number),
            Ok(_) => not_modeled(format!("more than {FIELDS_MAX} fields are not modeled")),
            Err(_) => self
                .desk
                .fail(2, format!("negative field index $({number})")),
        }
    }

    pub(super) fn get(&mut self, place: &Place) -> Result<Value, Stop> {
        match place {
            Place::Variable(name) => Ok(self.variables.get(name).cloned().unwrap_or_default()),
            Place::Element(name, key) => {
                let key = self.key(key)?;
                // An element is there once it is named.
                Ok(self
                    .arrays
                    .entry(name.clone())
                    .or_default()
                    .entry(key)
                    .or_default()
                    .clone())
            }
            Place::Field(number) => match self.field_number(number)? {
                0 => Ok(Value::Input(self.record.clone())),
                number => Ok(self.fields.get(number - 1).cloned().unwrap_or_default()),
            },
        }
    }

    pub(super) fn set(&mut self, place: &Place, value: Value) -> Result<(), Stop> {
        match place {
            Place::Variable(name) => {
                if name == "NF" {
                    let count =
                        usize::try_from(value.number().as_whole().unwrap_or(0)).unwrap_or(0);
                    self.fields.resize(count.min(FIELDS_MAX), Value::Unset);
                    self.rebuild();
                }
                self.variables.insert(name.clone(), value);
            }
            Place::Element(name, key) => {
                let key = self.key(key)?;
                self.arrays
                    .entry(name.clone())
                    .or_default()
                    .insert(key, value);
            }
            Place::Field(number) => match self.field_number(number)? {
                0 => return self.set_record(value.text()),
                number => {
                    if self.fields.len() < number {
                        self.fields.resize(number, Value::Unset);
                    }
                    if let Some(field) = self.fields.get_mut(number - 1) {
                        *field = value;
                    }
                    self.set_number("NF", Decimal::count(self.fields.len()));
                    self.rebuild();
                }
            },
        }
        Ok(())
    }

    fn rebuild(&mut self) {
        let words: Vec<String> = self.fields.iter().map(Value::text).collect();
        self.record = words.join(&self.variable_text("OFS"));
    }

    pub(super) fn record(&self) -> &str {
        &self.record
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &Expression) -> Result<Value, Stop> {
        self.step()?;
        let value = match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Regex(pattern) => Value::truth(pattern.fits(&self.record)?),
            Expression::Place(place) => self.get(place)?,
            Expression::Group(inner) => self.value(inner)?,
            Expression::Assign(place, operator, value) => {
                let mut value = self.value(value)?;
                if let Some(operator) = operator {
                    let old = self.get(place)?.number();
                    value = Value::Number(self.calculate(operator, old, value.number())?);
                }
                self.set(place, value.clone())?;
                value
            }
            Expression::Step { place, up, before } => {
                let old = self.get(place)?.number();
                let new = self.calculate(if *up { "+" } else { "-" }, old, Decimal::ONE)?;
                self.set(place, Value::Number(new))?;
                Value::Number(if *before { new } else { old })
            }
            Expression::Choose(test, one, other) => {
                let chosen = if self.value(test)?.is_true() {
                    one
                } else {
                    other
                };
                self.value(chosen)?
            }
            Expression::Binary(operator, one, other) => self.binary(operator, one, other)?,
            Expression::Unary("!", operand) => Value::truth(!self.value(operand)?.is_true()),
            Expression::Unary(sign, operand) => {
                let number = self.value(operand)?.number();
                Value::Number(if *sign == "-" {
                    number.negate()
                } else {
                    number
                })
            }
            Expression::In(key, array) => {
                let key = self.key(key)?;
                Value::truth(
                    self.arrays
                        .get(array)
                        .is_some_and(|array| array.contains_key(&key)),
                )
            }
            Expression::Call(name, arguments) => self.call(name, arguments)?,
        };
        if let Value::Text(text) = &value {
            // Long texts cost as many steps as it takes to copy them.
            self.steps += text.len() / 64;
            if text.len() > VALUE_MAX {
                return not_modeled(format!(
                    "a text of more than {VALUE_MAX} bytes is not modeled"
                ));
            }
        }
        Ok(value)
    }

    fn binary(
        &mut self,
        operator: &str,
        one: &Expression,
        other: &Expression,
    ) -> Result<Value, Stop> {
        match operator {
            "||" => {
                return Ok(Value::truth(
                    self.value(one)?.is_true() || self.value(other)?.is_true(),
                ));
            }
            "&&" => {
                return Ok(Value::truth(
                    self.value(one)?.is_true() && self.value(other)?.is_true(),
                ));
            }
            "~" | "!~" => {
                let text = self.value(one)?.text();
                let fits = self.pattern_of(other)?.fits(&text)?;
                return Ok(Value::truth(fits == (operator == "~")));
            }
            _ => {}
        }
        let (one, other) = (self.value(one)?, self.value(other)?);
        Ok(match operator {
            "" => Value::Text(one.text() + &other.text()),
            "<" => Value::truth(one.compare(&other).is_lt()),
            "<=" => Value::truth(one.compare(&other).is_le()),
            "==" => Value::truth(one.compare(&other).is_eq()),
            "!=" => Value::truth(one.compare(&other).is_ne()),
            ">" => Value::truth(one.compare(&other).is_gt()),
            ">=" => Value::truth(one.compare(&other).is_ge()),
            _ => Value::Number(self.calculate(operator, one.number(), other.number())?),
        })
    }

    fn calculate(&mut self, operator: &str, one: Decimal, other: Decimal) -> Result<Decimal, Stop> {
        if matches!(operator, "/" | "%") && other.is_zero() {
            return self.desk.fail(
                2,
                if operator == "/" {
                    "division by zero"
                } else {
                    "division by zero in %"
                },
            );
        }
        let result = match operator {
            "+" => one.add(other),
            "-" => one.subtract(other),
            "*" => one.multiply(other),
            "/" => one.divide(other),
            "%" => one.remainder(other),
            _ => one.power(other),
        };
        result
            .ok_or_else(|| Stop::NotModeled("a number that is so large is not modeled".to_owned()))
    }
}
