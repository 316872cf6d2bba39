//! A clause: `the lock is held, and its holder is gone`.

use super::super::condition::{Condition, Deed, PushRefusal, Test};
use super::Context;
use super::comparison::compared;
use super::refusal::{self, Reason};
use super::subject::{Said, Subject, behind_failure, leading, said, whole};
use super::version::versions;
use super::word::{joined, without_lead, without_tail, words};

/// Why a clause is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// Its words are not known, or one is left over.
    Unknown,
    /// It speaks of a command above, and there is none.
    Missing(&'static str),
    /// `and` and `or` in one sentence: which belongs to which is not said.
    Mixed,
}

/// A clause that is understood.
struct Found {
    test: Test,
    /// Of what it speaks.
    subject: Option<Subject>,
}

/// How two clauses are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
    Unless,
}

/// What a clause asks.
pub(super) fn clause(text: &str, context: &Context) -> Result<Test, Why> {
    let words = words(text);
    // `that fails, or …` speaks of a command, `that the lock is held` does not.
    let whole = join(&words, None, context);
    let found = match (whole, words.as_slice()) {
        (Err(_), [first, rest @ ..])
            if matches!(first.as_str(), "that" | "both" | "either") && rest.len() > 1 =>
        {
            join(rest, None, context)
        }
        (whole, _) => whole,
    };
    found.map(|(test, _)| test)
}

/// The clause of a noun: `in case of a lock error`.
pub(super) fn noun(text: &str, context: &Context) -> Result<Test, Why> {
    let words = words(text);
    existing(&words, context).map(|found| found.test)
}

/// One clause, or several that are joined.
fn join(
    words: &[String],
    above: Option<Subject>,
    context: &Context,
) -> Result<(Test, Option<Joint>), Why> {
    let mut why = match single_of(words, above, context) {
        Ok(found) => return Ok((found.test, None)),
        Err(why) => why,
    };
    for (at, word) in words.iter().enumerate() {
        let joint = match word.as_str() {
            "and" | "but" => Joint::And,
            "or" => Joint::Or,
            "unless" => Joint::Unless,
            _ => continue,
        };
        let Ok(left) = single_of(&words[..at], above, context) else {
            continue;
        };
        let right = match &words[at + 1..] {
            [only, then] if only == "only" && then == "then" => {
                return Ok((left.test, None));
            }
            [first, rest @ ..]
                if matches!(first.as_str(), "also" | "that" | "if" | "when" | "only") =>
            {
                rest
            }
            right => right,
        };
        let (right, joined) = match join(right, left.subject, context) {
            Ok(right) => right,
            Err(other) => {
                why = other;
                continue;
            }
        };
        if joined.is_some_and(|joined| (joined == Joint::Or) != (joint == Joint::Or)) {
            return Err(Why::Mixed);
        }
        let test = match joint {
            Joint::And => left.test.and(right),
            Joint::Or => left.test.or(right),
            Joint::Unless => left.test.and(right.negated()),
        };
        return Ok((test, Some(joint)));
    }
    Err(why)
}

/// One clause; where it has no subject, it speaks of the one above.
fn single_of(words: &[String], above: Option<Subject>, context: &Context) -> Result<Found, Why> {
    let found = single(words, context);
    let (Err(Why::Unknown), Some(subject)) = (&found, above) else {
        return found;
    };
    // `is held, but not by a running job`
    let by = match words {
        [not, by, rest @ ..] if not == "not" && by == "by" => Some((false, rest)),
        [by, rest @ ..] if by == "by" => Some((true, rest)),
        _ => None,
    };
    let Some((holds, rest)) = by else {
        return predicate(subject, words, context);
    };
    let held = ["is", "held", "by"].map(str::to_owned);
    let whole: Vec<String> = held.iter().chain(rest).cloned().collect();
    let found = predicate(subject, &whole, context)?;
    Ok(if holds { found } else { found.flipped() })
}

impl Found {
    /// The contrary of what is said of a subject. Who speaks of a holder says that there is one.
    fn contrary(self, subject: Subject) -> Self {
        let test = match (subject, self.test) {
            (Subject::Holder, Test::Is(Condition::HolderAlive, true)) => {
                Test::Is(Condition::HolderGone, true)
            }
            (Subject::Holder, Test::Is(Condition::HolderGone, true)) => {
                Test::Is(Condition::HolderAlive, true)
            }
            (_, test) => test.negated(),
        };
        Self {
            test,
            subject: self.subject,
        }
    }

    fn flipped(self) -> Self {
        Self {
            test: self.test.negated(),
            subject: self.subject,
        }
    }
}

/// One clause.
fn single(words: &[String], context: &Context) -> Result<Found, Why> {
    let Some(first) = words.first() else {
        return Err(Why::Unknown);
    };
    if matches!(
        joined(words).as_str(),
        "in case" | "always" | "in all cases" | "either way"
    ) {
        let test = Test::Is(Condition::Always, true);
        return Ok(Found {
            test,
            subject: None,
        });
    }
    if let Some((test, subject)) = versions(words, &context.topics) {
        let subject = Some(subject);
        return Ok(Found { test, subject });
    }
    let found = match first.as_str() {
        "there" => there(&words[1..], context),
        "you" | "we" => seen(&words[1..], context),
        "no" | "not" => single(&words[1..], context).map(Found::flipped),
        "nobody" | "noone" | "none" => opposite("somebody", &words[1..], context),
        "nothing" => opposite("something", &words[1..], context),
        "neither" => Err(Why::Unknown),
        _ => about(words, context),
    };
    if found.is_ok() {
        return found;
    }
    let shorter = without_lead(words).or_else(|| without_tail(words));
    match (shorter, found) {
        (Some(shorter), Err(Why::Unknown)) => single(shorter, context),
        (Some(_) | None, found) => found,
    }
}

/// What is said of nobody, or of nothing: the opposite of what is said of anybody, or anything.
fn opposite(subject: &str, said: &[String], context: &Context) -> Result<Found, Why> {
    let said = said.iter().cloned();
    let words: Vec<String> = std::iter::once(subject.to_owned()).chain(said).collect();
    single(&words, context).map(Found::flipped)
}

/// A subject, and what is said of it.
fn about(words: &[String], context: &Context) -> Result<Found, Why> {
    let mut why = Why::Unknown;
    for (subject, count) in candidates(words, context) {
        match predicate(subject, &words[count..], context) {
            Ok(found) => return Ok(found),
            Err(Why::Unknown) => {}
            Err(other) => why = other,
        }
    }
    Err(why)
}

/// Of what the words may speak, and how many of them name it: `it` is what was spoken of last.
fn candidates(words: &[String], context: &Context) -> Vec<(Subject, usize)> {
    let is_pronoun = words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "it" | "they" | "file" | "one" | "he" | "she"));
    let mut candidates = leading(words);
    if is_pronoun {
        // `the file errored.tfstate` is no `file` that was spoken of.
        let is_named = |(_, count): &(Subject, usize)| *count > 1;
        let named = candidates.into_iter().filter(is_named);
        // A state that was spoken of, too, is in a blob.
        let is_file = words.first().is_some_and(|word| word == "file");
        let errored = context
            .topics
            .iter()
            .filter(|topic| is_file && **topic == Subject::Errored);
        let topics = errored
            .chain(context.topics.iter().rev())
            .map(|topic| (*topic, 1));
        return named.chain(topics).chain([(Subject::That, 1)]).collect();
    }
    // `if one exists` after `no one` is two words.
    if words.first().is_some_and(|word| word == "one") {
        candidates.push((Subject::Somebody, 1));
    }
    candidates
}

/// What is said of a subject.
fn predicate(subject: Subject, words: &[String], context: &Context) -> Result<Found, Why> {
    let rest = match words {
        [who, rest @ ..] if matches!(who.as_str(), "that" | "which" | "who") => rest,
        rest => rest,
    };
    if let Some(found) = plain(subject, rest, context) {
        return found;
    }
    if let Some(positive) = without_not(rest)
        && let Some(found) = plain(subject, &positive, context)
    {
        return found.map(|found| found.contrary(subject));
    }
    // `the plan prints a lock error`
    let is_printer = matches!(
        subject,
        Subject::Plan | Subject::That | Subject::Somebody | Subject::Deed(_)
    );
    // `Terraform says that the state is locked`: it is.
    if is_printer
        && let Some(reason) = reason(rest)
        && (reason, subject) != (Reason::Locked, Subject::Somebody)
    {
        return failed_for(reason, subject, context);
    }
    match rest {
        [verb, with, noun @ ..]
            if is_printer && matches!(verb.as_str(), "fails" | "failed") && with == "with" =>
        {
            printed(noun, context)
        }
        [verb, noun @ ..]
            if is_printer
                && matches!(
                    verb.as_str(),
                    "prints"
                        | "shows"
                        | "reports"
                        | "returns"
                        | "printed"
                        | "showed"
                        | "says"
                        | "gives"
                        | "has"
                        | "contains"
                ) =>
        {
            printed(noun, context)
        }
        _ => Err(Why::Unknown),
    }
}

/// The reason of a failure, where the words say one: `is refused because of its serial`.
fn reason(words: &[String]) -> Option<Reason> {
    if let Some(behind) = behind_failure(words) {
        return refusal::reason(behind);
    }
    match words {
        [verb, about, rest @ ..]
            if verb == "complains" && matches!(about.as_str(), "about" | "that" | "of") =>
        {
            refusal::said(rest)
        }
        [verb, rest @ ..]
            if matches!(
                verb.as_str(),
                "says" | "prints" | "shows" | "reports" | "returns" | "gives"
            ) =>
        {
            refusal::said(rest)
        }
        _ => None,
    }
}

/// A command above failed for this reason. Only a push is refused for its state.
fn failed_for(reason: Reason, subject: Subject, context: &Context) -> Result<Found, Why> {
    let is = |condition| Test::Is(condition, true);
    let test = match reason {
        Reason::Locked => is(Condition::LockErrorPrinted),
        Reason::Exists => is(Condition::AlreadyExists),
        Reason::Refused(reasons) => {
            let is_push = matches!(
                subject,
                Subject::Deed(Deed::Push) | Subject::That | Subject::Somebody
            );
            if !is_push {
                return Err(Why::Unknown);
            }
            let mut deeds = context.deeds.iter().enumerate().rev();
            let push = deeds.find(|(_, deed)| **deed == Deed::Push);
            let (step, _) = push.ok_or(Why::Missing(Deed::Push.missing()))?;
            let one = |why: &PushRefusal| is(Condition::PushRefused { step, why: *why });
            match reasons {
                [only] => one(only),
                several => Test::Any(several.iter().map(one).collect()),
            }
        }
    };
    let subject = Some(subject);
    Ok(Found { test, subject })
}

/// A lock error or a lock ID, which something prints.
fn printed(noun: &[String], context: &Context) -> Result<Found, Why> {
    match noun {
        [no, noun @ ..] if no == "no" => printed(noun, context).map(Found::flipped),
        noun => match whole(noun) {
            Some(Subject::LockError | Subject::LockId) => existing(noun, context),
            Some(_) | None => Err(Why::Unknown),
        },
    }
}

/// What the words say of a subject, none of them negating.
fn plain(subject: Subject, words: &[String], context: &Context) -> Option<Result<Found, Why>> {
    // `until they have finished`
    let singular: Vec<String>;
    let words = match words {
        [have, rest @ ..] if have == "have" => {
            singular = std::iter::once("has".to_owned())
                .chain(rest.iter().cloned())
                .collect();
            &singular
        }
        words => words,
    };
    let said = said(subject, &joined(words)).or_else(|| compared(subject, words))?;
    let is = |condition, holds| Test::Is(condition, holds);
    let test = match said {
        Said::Is(condition, holds) => is_of_plan(condition, context).map(|()| is(condition, holds)),
        Said::Fails(fails) => failure(subject, context).map(|condition| is(condition, fails)),
        Said::AddsWhatExists => is_of_plan(Condition::PlanAdds, context)
            .map(|()| is(Condition::PlanAdds, true).and(is(Condition::Unrecorded, true))),
    };
    let subject = Some(subject);
    Some(test.map(|test| Found { test, subject }))
}

/// What a plan shows is asked only where one is made above.
fn is_of_plan(condition: Condition, context: &Context) -> Result<(), Why> {
    let asks_a_plan = match condition {
        Condition::PlanClean
        | Condition::PlanChanges
        | Condition::PlanAdds
        | Condition::PlanDestroys => true,
        Condition::ErroredExists
        | Condition::LockHeld
        | Condition::HolderAlive
        | Condition::HolderGone
        | Condition::LockIdPrinted
        | Condition::LockErrorPrinted
        | Condition::Failed { .. }
        | Condition::LastFailed { .. }
        | Condition::PushRefused { .. }
        | Condition::ErroredSerial(_)
        | Condition::Lineage { .. }
        | Condition::AlreadyExists
        | Condition::StateUnreadable
        | Condition::StateMissing
        | Condition::RemoteHasMore
        | Condition::ErroredHasMore
        | Condition::Unrecorded
        | Condition::Tainted
        | Condition::TaintedWhole
        | Condition::WrongAddress
        | Condition::RecordedTwice
        | Condition::InputsLost
        | Condition::Gone
        | Condition::Creating
        | Condition::Always => false,
    };
    let has_plan = || {
        context
            .deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Plan | Deed::Apply))
    };
    if asks_a_plan && !has_plan() {
        return Err(Why::Missing(Deed::Plan.missing()));
    }
    Ok(())
}

/// The failure of the latest such command above.
fn failure(subject: Subject, context: &Context) -> Result<Condition, Why> {
    let wanted = match subject {
        Subject::Plan => Some(Deed::Plan),
        Subject::Deed(deed) => Some(deed),
        Subject::That
        | Subject::Errored
        | Subject::Lock
        | Subject::State
        | Subject::Holder
        | Subject::Somebody
        | Subject::LockError
        | Subject::LockId
        | Subject::Object
        | Subject::EveryObject
        | Subject::Cloud => None,
    };
    let mut deeds = context.deeds.iter().enumerate().rev();
    let found = deeds.find(|(_, deed)| wanted.is_none_or(|wanted| wanted == **deed));
    let (step, deed) = found.ok_or(Why::Missing(wanted.unwrap_or(Deed::Other).missing()))?;
    let deed = *deed;
    Ok(match wanted {
        Some(_) => Condition::Failed { step, deed },
        None => Condition::LastFailed { deed },
    })
}

/// The words without their negation; none where they have none.
fn without_not(words: &[String]) -> Option<Vec<String>> {
    let kept = |before: &[&str], rest: &[String]| {
        let before = before.iter().map(|word| (*word).to_owned());
        Some(before.chain(rest.iter().cloned()).collect())
    };
    match words {
        [does, not, verb, rest @ ..]
            if matches!(does.as_str(), "does" | "do" | "did") && not == "not" =>
        {
            let third = match verb.as_str() {
                "have" => "has".to_owned(),
                "do" | "go" => format!("{verb}es"),
                _ => format!("{verb}s"),
            };
            kept(&[third.as_str()], rest)
        }
        [is, no, longer, rest @ ..] if no == "no" && longer == "longer" => {
            kept(&[is.as_str()], rest)
        }
        [no, longer, rest @ ..] if no == "no" && longer == "longer" => kept(&[], rest),
        [can, not, rest @ ..] if not == "not" || not == "never" => kept(&[can.as_str()], rest),
        [not, rest @ ..] if not == "not" => kept(&[], rest),
        _ => None,
    }
}

/// `there is …`
fn there(words: &[String], context: &Context) -> Result<Found, Why> {
    match words {
        [is, rest @ ..] if is == "is" && changes(rest).is_some() => {
            let asked = changes(rest).expect("it was found");
            is_of_plan(asked, context).map(|()| Found {
                test: Test::Is(asked, true),
                subject: Some(Subject::Plan),
            })
        }
        [is, no, rest @ ..] if is == "is" && matches!(no.as_str(), "no" | "not") => {
            existing(rest, context).map(Found::flipped)
        }
        [is, none] if is == "is" && none == "none" => {
            existing(&["one".to_owned()], context).map(Found::flipped)
        }
        [is, rest @ ..] if is == "is" => existing(rest, context),
        _ => Err(Why::Unknown),
    }
}

/// `no changes`: what a plan shows.
fn changes(words: &[String]) -> Option<Condition> {
    const CHANGES: [&str; 6] = [
        "changes",
        "differences",
        "changes left",
        "pending changes",
        "more changes",
        "changes any more",
    ];
    let (is_none, noun) = match words {
        [no, rest @ ..] if no == "no" => (true, rest),
        rest => (false, rest),
    };
    let is_changes = CHANGES.contains(&joined(noun).as_str());
    is_changes.then_some(if is_none {
        Condition::PlanClean
    } else {
        Condition::PlanChanges
    })
}

/// `you see …`
fn seen(words: &[String], context: &Context) -> Result<Found, Why> {
    const VERBS: [&str; 11] = [
        "see", "get", "find", "have", "is", "saw", "found", "got", "notice", "know", "did",
    ];
    match words {
        [do_, not, verb, rest @ ..]
            if matches!(do_.as_str(), "do" | "did")
                && not == "not"
                && VERBS.contains(&verb.as_str()) =>
        {
            existing(rest, context).map(Found::flipped)
        }
        [verb, no, rest @ ..] if VERBS.contains(&verb.as_str()) && no == "no" => {
            existing(rest, context).map(Found::flipped)
        }
        [verb, that, rest @ ..] if VERBS.contains(&verb.as_str()) && that == "that" => {
            single(rest, context)
        }
        [verb, rest @ ..]
            if matches!(verb.as_str(), "see" | "get" | "saw" | "got")
                && refusal::said(rest).is_some() =>
        {
            let reason = refusal::said(rest).expect("it was found");
            failed_for(reason, Subject::That, context)
        }
        [verb, rest @ ..] if VERBS.contains(&verb.as_str()) => existing(rest, context),
        _ => Err(Why::Unknown),
    }
}

/// A noun that is there: a lock error, objects that are in no state.
fn existing(words: &[String], context: &Context) -> Result<Found, Why> {
    if let [one] = words
        && matches!(one.as_str(), "one" | "it" | "them" | "some")
    {
        let there = ["is", "there"].map(str::to_owned);
        let mut topics = context.topics.iter().rev();
        let found = topics.find_map(|topic| predicate(*topic, &there, context).ok());
        return found.ok_or(Why::Unknown);
    }
    let there = ["is", "there"].map(str::to_owned);
    let mut why = Why::Unknown;
    for (subject, count) in leading(words) {
        let rest = &words[count..];
        let found = match rest {
            [] => predicate(subject, &there, context),
            // `objects that are in no state`, `nothing holds the lock`
            [_, ..] => predicate(subject, rest, context).or_else(|_| {
                let is = ["is".to_owned()];
                let said: Vec<String> = is.iter().chain(rest).cloned().collect();
                predicate(subject, &said, context)
            }),
        };
        match found {
            Ok(found) => return Ok(found),
            Err(Why::Unknown) => {}
            Err(other) => why = other,
        }
    }
    match (why, without_tail(words)) {
        (Why::Unknown, Some(shorter)) => existing(shorter, context),
        (why, _) => Err(why),
    }
}
