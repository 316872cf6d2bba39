//! What a program of `awk` is made of.

use super::super::decimal::Decimal;
use super::super::pattern::Pattern;

#[derive(Debug)]
pub(super) enum When {
    Begin,
    End,
    Always,
    If(Expression),
    /// From a line to another; the second is whether it is within.
    From(Expression, Expression),
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) when: When,
    /// Without a body the line is printed.
    pub(super) body: Option<Vec<Statement>>,
}

#[derive(Debug)]
pub(super) enum Redirect {
    Replace(Expression),
    Append(Expression),
}

#[derive(Debug)]
pub(super) enum Statement {
    Block(Vec<Statement>),
    If(Expression, Box<Statement>, Option<Box<Statement>>),
    While(Expression, Box<Statement>),
    Do(Box<Statement>, Expression),
    For(
        Option<Box<Statement>>,
        Option<Expression>,
        Option<Box<Statement>>,
        Box<Statement>,
    ),
    ForIn(String, String, Box<Statement>),
    Print {
        values: Vec<Expression>,
        formatted: bool,
        redirect: Option<Redirect>,
    },
    Delete(String, Option<Vec<Expression>>),
    Evaluate(Expression),
    Next,
    Exit(Option<Expression>),
    Break,
    Continue,
}

/// What can be assigned to.
#[derive(Debug)]
pub(super) enum Place {
    Variable(String),
    Element(String, Vec<Expression>),
    Field(Box<Expression>),
}

#[derive(Debug)]
pub(super) enum Expression {
    Number(Decimal),
    Text(String),
    /// Alone it asks whether the line fits.
    Regex(Pattern),
    Place(Place),
    Group(Box<Expression>),
    Assign(Place, Option<&'static str>, Box<Expression>),
    Step {
        place: Place,
        up: bool,
        before: bool,
    },
    Choose(Box<Expression>, Box<Expression>, Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Unary(&'static str, Box<Expression>),
    In(Vec<Expression>, String),
    Call(String, Vec<Expression>),
}
