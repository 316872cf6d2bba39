//! Rewrites programs so that they run on fuel, and make what is not there as jq does.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::ops::Math;
use jaq_core::path::{Opt, Part, Path};

/// How deep a program may be nested.
const TERMS_MAX: usize = 100;

type T<'s> = Term<&'s str>;

/// Why a program is not run.
#[derive(Debug)]
pub(super) struct TooMuch(pub(super) &'static str);

/// Rewrites a program. `own` are the names of the definitions that enclose the term, in a program
/// by the user; the library's may call themselves.
pub(super) fn rewrite<'s>(
    term: T<'s>,
    mut own: Option<&mut Vec<&'s str>>,
    depth: usize,
) -> Result<T<'s>, TooMuch> {
    if depth > TERMS_MAX {
        return Err(TooMuch("a filter that is nested so deep is not modeled"));
    }
    let mut inner = |term: T<'s>| rewrite(term, own.as_deref_mut(), depth + 1);
    Ok(match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => term,
        Term::Str(format, parts) => rewrite_text(format, parts, &mut inner)?,
        Term::Arr(term) => weighed(Term::Arr(
            term.map(|term| inner(*term).map(Box::new)).transpose()?,
        )),
        Term::Obj(entries) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| {
                    let key = inner(key)?;
                    let value = value.map(&mut inner).transpose()?;
                    Ok((key, value))
                })
                .collect::<Result<_, _>>()?;
            weighed(Term::Obj(entries))
        }
        Term::Neg(term) => Term::Neg(Box::new(inner(*term)?)),
        Term::Label(name, term) => Term::Label(name, Box::new(inner(*term)?)),
        Term::TryCatch(term, other) => Term::TryCatch(
            Box::new(inner(*term)?),
            other.map(|term| inner(*term).map(Box::new)).transpose()?,
        ),
        Term::Fold(name, term, pattern, bodies) => {
            rewrite_fold((name, *term, pattern, bodies), &mut inner)?
        }
        Term::IfThenElse(branches, otherwise) => {
            let branches = branches
                .into_iter()
                .map(|(test, then)| Ok((inner(test)?, inner(then)?)))
                .collect::<Result<_, _>>()?;
            Term::IfThenElse(
                branches,
                otherwise
                    .map(|term| inner(*term).map(Box::new))
                    .transpose()?,
            )
        }
        Term::Path(term, Path(parts)) => rewrite_path(*term, parts, &mut inner)?,
        Term::BinOp(one, op, other) => {
            operation(Box::new(inner(*one)?), op, Box::new(inner(*other)?))
        }
        Term::Call(name, arguments) => {
            if own.as_ref().is_some_and(|own| own.contains(&name)) {
                return Err(TooMuch("a filter that calls itself is not modeled"));
            }
            let arguments = arguments
                .into_iter()
                .map(|argument| rewrite(argument, own.as_deref_mut(), depth + 1))
                .collect::<Result<_, _>>()?;
            ticked(Term::Call(name, arguments))
        }
        Term::Def(definitions, term) => {
            let definitions = definitions
                .into_iter()
                .map(|one| rewrite_definition(one, own.as_deref_mut(), depth + 1))
                .collect::<Result<_, _>>()?;
            Term::Def(definitions, Box::new(rewrite(*term, own, depth + 1)?))
        }
    })
}

fn rewrite_text<'s>(
    format: Option<&'s str>,
    parts: Vec<StrPart<&'s str, T<'s>>>,
    inner: &mut impl FnMut(T<'s>) -> Result<T<'s>, TooMuch>,
) -> Result<T<'s>, TooMuch> {
    let parts: Vec<_> = parts
        .into_iter()
        .map(|part| {
            Ok(match part {
                StrPart::Term(term) => StrPart::Term(inner(term)?),
                StrPart::Str(_) | StrPart::Char(_) => part,
            })
        })
        .collect::<Result<_, TooMuch>>()?;
    Ok(
        if format.is_none() && parts.iter().all(|part| !matches!(part, StrPart::Term(_))) {
            Term::Str(format, parts)
        } else {
            weighed(Term::Str(format, parts))
        },
    )
}

/// The parts of a `reduce` or `foreach`.
type Fold<'s> = (&'s str, T<'s>, Pattern<&'s str>, Vec<T<'s>>);

fn rewrite_fold<'s>(
    (name, term, pattern, bodies): Fold<'s>,
    inner: &mut impl FnMut(T<'s>) -> Result<T<'s>, TooMuch>,
) -> Result<T<'s>, TooMuch> {
    let term = Box::new(inner(term)?);
    let pattern = rewrite_pattern(pattern, inner)?;
    let bodies = bodies
        .into_iter()
        .map(|body| inner(body).map(ticked))
        .collect::<Result<_, _>>()?;
    Ok(Term::Fold(name, term, pattern, bodies))
}

fn rewrite_path<'s>(
    term: T<'s>,
    parts: Vec<(Part<T<'s>>, Opt)>,
    inner: &mut impl FnMut(T<'s>) -> Result<T<'s>, TooMuch>,
) -> Result<T<'s>, TooMuch> {
    let term = inner(term)?;
    let mut rewritten = Vec::new();
    for (part, optional) in parts {
        let part = match part {
            Part::Index(index) => Part::Index(inner(index)?),
            Part::Range(from, to) => Part::Range(
                from.map(&mut *inner).transpose()?,
                to.map(&mut *inner).transpose()?,
            ),
        };
        rewritten.push((part, optional));
    }
    Ok(ticked(stepped(term, rewritten)))
}

/// Rewrites a definition.
pub(super) fn rewrite_definition<'s>(
    definition: Def<&'s str>,
    own: Option<&mut Vec<&'s str>>,
    depth: usize,
) -> Result<Def<&'s str>, TooMuch> {
    let Def { name, args, body } = definition;
    let body = match own {
        None => rewrite(body, None, depth)?,
        Some(own) => {
            own.push(name);
            let body = rewrite(body, Some(own), depth);
            own.pop();
            body?
        }
    };
    Ok(Def {
        name,
        args,
        body: ticked(body),
    })
}

fn rewrite_pattern<'s>(
    pattern: Pattern<&'s str>,
    inner: &mut impl FnMut(T<'s>) -> Result<T<'s>, TooMuch>,
) -> Result<Pattern<&'s str>, TooMuch> {
    Ok(match pattern {
        Pattern::Var(name) => Pattern::Var(name),
        Pattern::Arr(parts) => Pattern::Arr(
            parts
                .into_iter()
                .map(|part| rewrite_pattern(part, inner))
                .collect::<Result<_, _>>()?,
        ),
        Pattern::Obj(entries) => Pattern::Obj(
            entries
                .into_iter()
                .map(|(key, part)| Ok((inner(key)?, rewrite_pattern(part, inner)?)))
                .collect::<Result<_, _>>()?,
        ),
    })
}

/// An operation on terms that are rewritten.
fn operation<'s>(one: Box<T<'s>>, op: BinaryOp<&'s str>, other: Box<T<'s>>) -> T<'s> {
    const OTHER: &str = "$the other factor";
    match op {
        BinaryOp::Math(Math::Mul) => weighed(Term::Call("times", vec![*one, *other])),
        BinaryOp::UpdateMath(Math::Mul) => {
            let product = Term::Call("times", vec![Term::Id, Term::Var(OTHER)]);
            let update = Term::BinOp(one, BinaryOp::Update, Box::new(weighed(product)));
            let bind = BinaryOp::Pipe(Some(Pattern::Var(OTHER)));
            Term::BinOp(other, bind, Box::new(update))
        }
        BinaryOp::Math(_)
        | BinaryOp::Assign
        | BinaryOp::Update
        | BinaryOp::UpdateMath(_)
        | BinaryOp::UpdateAlt => weighed(Term::BinOp(one, op, other)),
        BinaryOp::Comma => ticked(Term::BinOp(one, op, other)),
        BinaryOp::Pipe(_) | BinaryOp::Alt | BinaryOp::Or | BinaryOp::And | BinaryOp::Cmp(_) => {
            Term::BinOp(one, op, other)
        }
    }
}

fn ticked(term: T<'_>) -> T<'_> {
    let tick = Box::new(Term::Call("tick", Vec::new()));
    Term::BinOp(tick, BinaryOp::Pipe(None), Box::new(term))
}

fn weighed(term: T<'_>) -> T<'_> {
    let weigh = Box::new(Term::Call("weigh", Vec::new()));
    Term::BinOp(Box::new(term), BinaryOp::Pipe(None), weigh)
}

/// A path with a `step` before each of its parts, where these are constants; others may look at
/// the value before the path.
fn stepped<'s>(term: T<'s>, parts: Vec<(Part<T<'s>>, Opt)>) -> T<'s> {
    let constant = |term: &T<'s>| match term {
        Term::Num(_) => true,
        Term::Str(None, parts) => parts
            .iter()
            .all(|part| matches!(part, StrPart::Str(_) | StrPart::Char(_))),
        Term::Id
        | Term::Recurse
        | Term::Str(Some(_), _)
        | Term::Arr(_)
        | Term::Obj(_)
        | Term::Neg(_)
        | Term::BinOp(..)
        | Term::Label(..)
        | Term::Break(_)
        | Term::Fold(..)
        | Term::TryCatch(..)
        | Term::IfThenElse(..)
        | Term::Def(..)
        | Term::Call(..)
        | Term::Var(_)
        | Term::Path(..) => false,
    };
    let simple = parts.iter().all(|(part, _)| match part {
        Part::Index(index) => constant(index),
        Part::Range(from, to) => from.is_none() && to.is_none(),
    });
    if !simple {
        return Term::Path(Box::new(term), Path(parts));
    }
    let pipe = |one, other| Term::BinOp(Box::new(one), BinaryOp::Pipe(None), Box::new(other));
    let mut steps = Vec::new();
    for (part, optional) in parts {
        if let (Part::Index(index), Opt::Essential) = (&part, optional) {
            steps.push(Term::Call("step", vec![index.clone()]));
        }
        steps.push(Term::Path(Box::new(Term::Id), Path(vec![(part, optional)])));
    }
    let steps = steps
        .into_iter()
        .rev()
        .reduce(|later, step| pipe(step, later));
    match steps {
        None => term,
        Some(steps) => pipe(term, steps),
    }
}
