//! `date`, at the simulated date and in UTC.

use super::calendar::{Date, month};
use super::desk::{Desk, Ended, Stop, curly, lines, quoted};
use super::options::{Spec, parse};

/// The options of `date`.
const DATE: Spec = Spec {
    keys: "ud:I::Rf:r:s:!:",
    long: &[
        ("date", 'd'),
        ("file", 'f'),
        ("iso-8601", 'I'),
        ("reference", 'r'),
        ("rfc-3339", '!'),
        ("rfc-email", 'R'),
        ("set", 's'),
        ("utc", 'u'),
        ("universal", 'u'),
    ],
    refused: "s",
    ..Spec::COREUTILS
};

/// `date`
pub(super) fn date(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &DATE)?;
    if let Some(extra) = parsed.operands.get(1) {
        desk.complain(format!("extra operand {}", curly(extra)));
        return super::options::hint(desk, &DATE);
    }
    let mut format = match parsed.operands.first() {
        None => "%a %b %e %H:%M:%S %Z %Y".to_owned(),
        Some(operand) => match operand.strip_prefix('+') {
            Some(format) => format.to_owned(),
            None => return not_a_format(desk, operand, parsed.has('d')),
        },
    };
    if let Some(precision) = parsed.has('I').then(|| parsed.value('I').unwrap_or("date")) {
        iso(desk, precision, "T", "%:z")?.clone_into(&mut format);
    } else if let Some(precision) = parsed.value('!') {
        iso(desk, precision, " ", "%:z")?.clone_into(&mut format);
    } else if parsed.has('R') {
        "%a, %d %b %Y %H:%M:%S %z".clone_into(&mut format);
    }
    let now = desk.call().now;
    if let Some(file) = parsed.value('r') {
        if desk.kind(file).is_none() {
            return desk.fail(1, format!("{file}: No such file or directory"));
        }
        let at = desk.modified(file);
        desk.line(&Date::of(at).format(&format));
        return Ok(0);
    }
    let mut texts: Vec<String> = parsed
        .values('d')
        .last()
        .map(str::to_owned)
        .into_iter()
        .collect();
    if let Some(file) = parsed.value('f') {
        match desk.read(file) {
            Ok(text) => texts.extend(lines(&text).map(str::to_owned)),
            Err(error) => return desk.fail(1, format!("{file}: {error}")),
        }
    } else if texts.is_empty() {
        texts.push("now".to_owned());
    }
    let mut status = 0;
    for text in texts {
        match moment(&text, now) {
            Some(at) => desk.line(&Date::of(at).format(&format)),
            None if is_word_salad(&text) => {
                desk.complain(format!("invalid date {}", curly(&text)));
                status = 1;
            }
            None => {
                return Err(Stop::NotModeled(format!(
                    "the date {} is not modeled",
                    quoted(&text)
                )));
            }
        }
    }
    Ok(status)
}

/// Whether a text has no number and no word of dates, so that it is none for the real program.
fn is_word_salad(text: &str) -> bool {
    let words = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "next", "last", "ago", "tz",
    ];
    let text = text.to_ascii_lowercase();
    !text.contains(|character: char| character.is_ascii_digit())
        && !words.iter().any(|word| text.contains(word))
}

fn not_a_format(desk: &mut Desk<'_>, operand: &str, has_date: bool) -> Ended {
    if has_date {
        let text = format!(
            "the argument {} lacks a leading '+';\nwhen using an option to specify date(s), any \
             non-option\nargument must be a format string beginning with '+'",
            quoted(operand)
        );
        desk.complain(text);
        return super::options::hint(desk, &Spec::COREUTILS);
    }
    if operand
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Err(Stop::NotModeled(
            "setting the clock is not modeled".to_owned(),
        ));
    }
    desk.fail(1, format!("invalid date {}", curly(operand)))
}

fn iso(desk: &mut Desk<'_>, precision: &str, between: &str, zone: &str) -> Result<String, Stop> {
    let time = match precision {
        "date" => return Ok("%Y-%m-%d".to_owned()),
        "hours" | "hour" => "%H",
        "minutes" | "minute" => "%H:%M",
        "seconds" | "second" | "s" => "%H:%M:%S",
        "ns" if between == " " => "%H:%M:%S.%N",
        "ns" => "%H:%M:%S,%N",
        _ => {
            desk.complain(format!(
                "invalid argument {} for '--iso-8601'",
                curly(precision)
            ));
            desk.err("Valid arguments are:\n");
            for name in ["hours", "minutes", "date", "seconds", "ns"] {
                desk.err(&format!("  - '{name}'\n"));
            }
            return super::options::hint(desk, &Spec::COREUTILS);
        }
    };
    Ok(format!("%Y-%m-%d{between}{time}{zone}"))
}

/// The moment that a text of `date -d` names, in seconds.
pub(super) fn moment(text: &str, now: i64) -> Option<i64> {
    let text = text.trim();
    if let Some(seconds) = text.strip_prefix('@') {
        let whole = seconds.split('.').next().unwrap_or(seconds);
        return whole.parse().ok().filter(|at: &i64| at.abs() < 1 << 40);
    }
    let mut date = Date::of(now);
    let mut zone = 0;
    let spaced = text.replace(',', " ");
    let mut words = spaced.split_whitespace().peekable();
    let mut shift = Vec::new();
    let mut dated = false;
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "now" | "today" | "utc" | "z" | "gmt" => {}
            "yesterday" => shift.push((-1, "day".to_owned())),
            "tomorrow" => shift.push((1, "day".to_owned())),
            "midnight" => (date.hour, date.minute, date.second) = (0, 0, 0),
            "noon" => (date.hour, date.minute, date.second) = (12, 0, 0),
            "ago" => {
                for one in &mut shift {
                    one.0 = -one.0;
                }
            }
            _ if is_weekday(&lower) => dated = true,
            _ if month(&lower).is_some() => {
                date.month = month(&lower)?;
                date.day = words.next()?.parse().ok()?;
                (date.hour, date.minute, date.second) = (0, 0, 0);
                dated = true;
            }
            "+" | "-" => {
                let (count, unit) = relative(words.next()?, &mut words)?;
                shift.push((if lower == "-" { -count } else { count }, unit));
            }
            // A day before the name of its month.
            _ if words
                .peek()
                .is_some_and(|next| month(&next.to_ascii_lowercase()).is_some()) =>
            {
                date.day = lower.parse().ok()?;
                date.month = month(&words.next()?.to_ascii_lowercase())?;
                (date.hour, date.minute, date.second) = (0, 0, 0);
                dated = true;
            }
            _ => {
                if let Some((day, time)) = date_and_time(&lower) {
                    (date.year, date.month, date.day) = day;
                    (date.hour, date.minute, date.second) = (0, 0, 0);
                    if let Some((clock, off)) = time {
                        (date.hour, date.minute, date.second) = clock;
                        zone = off;
                    }
                    dated = true;
                } else if let Some((clock, off)) = clock(&lower) {
                    (date.hour, date.minute, date.second) = clock;
                    zone = off;
                } else if let Some(off) = offset(&lower).filter(|_| dated) {
                    zone = off;
                } else if dated && lower.len() == 4 && lower.parse::<i64>().is_ok() {
                    date.year = lower.parse().ok()?;
                } else {
                    shift.push(relative(&lower, &mut words)?);
                }
            }
        }
    }
    (date.year.abs() < 100_000).then_some(())?;
    shifted(date, &shift).map(|at| at - zone)
}

fn is_weekday(word: &str) -> bool {
    ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].contains(&word)
}

/// A count and a unit: `-1 hour`, `2days`, `next week`.
fn relative<'a>(word: &str, words: &mut impl Iterator<Item = &'a str>) -> Option<(i64, String)> {
    let (count, unit) = match word {
        "next" => (1, words.next()?.to_ascii_lowercase()),
        "last" => (-1, words.next()?.to_ascii_lowercase()),
        _ => {
            let digits = word.trim_start_matches(['+', '-']);
            let end = digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len());
            let (number, unit) = digits.split_at(end);
            let count = if number.is_empty() {
                1
            } else {
                number.parse::<i64>().ok()?
            };
            let count = if word.starts_with('-') { -count } else { count };
            let unit = match unit {
                "" => words.next()?.to_ascii_lowercase(),
                unit => unit.to_owned(),
            };
            (count, unit)
        }
    };
    let unit = unit.strip_suffix('s').unwrap_or(&unit).to_owned();
    (count.abs() < 1_000_000_000).then_some((count, unit))
}

fn shifted(mut date: Date, shift: &[(i64, String)]) -> Option<i64> {
    for (count, unit) in shift {
        let seconds = match unit.as_str() {
            "sec" | "second" => 1,
            "min" | "minute" => 60,
            "hour" => 3600,
            "day" => 86_400,
            "week" => 7 * 86_400,
            "fortnight" => 14 * 86_400,
            "month" => {
                date.month += count;
                continue;
            }
            "year" => {
                date.year += count;
                continue;
            }
            _ => return None,
        };
        date.second += count * seconds;
    }
    (date.year.abs() < 100_000 && date.month.abs() < 1_000_000).then(|| date.seconds())
}

type Clock = (i64, i64, i64);

/// `2024-03-05`, with a time behind a `T` if there is one.
fn date_and_time(word: &str) -> Option<(Clock, Option<(Clock, i64)>)> {
    let (day, time) = match word.split_once('t') {
        Some((day, time)) => (day, Some(clock(time)?)),
        None => (word, None),
    };
    let numbers: Option<Vec<i64>> = if day.len() == 8 && !day.contains(['-', '/']) {
        [day.get(..4)?, day.get(4..6)?, day.get(6..)?]
            .iter()
            .map(|one| one.parse().ok())
            .collect()
    } else {
        day.split(['-', '/']).map(|one| one.parse().ok()).collect()
    };
    let day = match numbers?.as_slice() {
        [month, day, year] if word.contains('/') && *year > 31 => (*year, *month, *day),
        [year, month, day] => (*year, *month, *day),
        _ => return None,
    };
    ((1..=12).contains(&day.1) && (1..=31).contains(&day.2)).then_some((day, time))
}

/// `10:20`, `10:20:30Z`, `10:20:30.5+02:00`; with the offset of the zone in seconds.
fn clock(word: &str) -> Option<(Clock, i64)> {
    let word = word.strip_suffix('z').unwrap_or(word);
    let (time, zone) = match word.find(['+', '-']) {
        Some(at) => (word.get(..at)?, offset(word.get(at..)?)?),
        None => (word, 0),
    };
    let mut parts = time.split(':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let second: i64 = match parts.next() {
        Some(second) => second.split(['.', ',']).next()?.parse().ok()?,
        None => 0,
    };
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    (is_time && parts.next().is_none()).then_some(((hour, minute, second), zone))
}

/// `+02:00` or `-0130`, in seconds.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, word.strip_prefix('+')?),
    };
    let digits = digits.replace(':', "");
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = match digits.get(2..)? {
        "" => 0,
        minutes => minutes.parse().ok()?,
    };
    Some(sign * (hours * 3600 + minutes * 60))
}
