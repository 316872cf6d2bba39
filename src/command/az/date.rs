//! Dates, as Azure writes them.
//!
//! Simulation time begins at [`BEGINNING`], which is no date that anybody lived through: the same
//! scenario gives the same text on every day.

use crate::kernel::SimTime;
use crate::service::azure::VersionId;

/// When simulation time is zero: 2026-01-01T00:00:00Z [seconds since 1970-01-01T00:00:00Z].
pub const BEGINNING: u64 = 1_767_225_600;

const TICKS_PER_SECOND: u64 = 10_000_000;
const SECONDS_PER_DAY: u64 = 86_400;
/// From 0001-01-01, where the ticks in an `ETag` begin, to 1970-01-01 [s].
const SECONDS_BEFORE_1970: u64 = 62_135_596_800;

/// A date in its parts.
struct Date {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

impl Date {
    /// The date so many seconds after 1970-01-01T00:00:00Z (civil-from-days, by Howard Hinnant).
    fn of(seconds: u64) -> Self {
        let days = seconds / SECONDS_PER_DAY + 719_468;
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let rest = seconds % SECONDS_PER_DAY;
        Self {
            year: year_of_era + era * 400 + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    fn text(&self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

fn seconds_text(since_beginning: u64) -> String {
    Date::of(BEGINNING.saturating_add(since_beginning)).text()
}

/// A time as properties have it: `2026-01-01T00:00:12+00:00`.
pub fn property(time: SimTime) -> String {
    format!("{}+00:00", seconds_text(time.as_ms() / 1_000))
}

/// A time as an error has it: `2026-01-01T00:00:12.3450000Z`.
pub fn exact(time: SimTime) -> String {
    version(VersionId(time.as_ms().saturating_mul(10_000)))
}

/// The name of a version or a snapshot: `2026-01-01T00:00:12.3450001Z`.
pub fn version(id: VersionId) -> String {
    format!(
        "{}.{:07}Z",
        seconds_text(id.0 / TICKS_PER_SECOND),
        id.0 % TICKS_PER_SECOND
    )
}

/// A time as Terraform writes it into lock info, without the zeros at its end.
pub fn lock_info(time: SimTime) -> String {
    let text = seconds_text(time.as_ms() / 1_000);
    match time.as_ms() % 1_000 {
        0 => format!("{text}Z"),
        ms => format!("{text}.{}Z", format!("{ms:03}").trim_end_matches('0')),
    }
}

/// The version with this name, however many decimals are written; `None` where it is no time of
/// the simulation.
pub fn parse_version(text: &str) -> Option<VersionId> {
    let text = text.strip_suffix('Z')?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let (date, time) = whole.split_once('T')?;
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| is_number)
    };
    let numbers = |text: &str, separator| {
        let parts: Option<Vec<u64>> = text.split(separator).map(number).collect();
        parts.filter(|parts| parts.len() == 3)
    };
    let date = numbers(date, '-')?;
    let time = numbers(time, ':')?;
    let is_date = (1970..=9999).contains(&date[0])
        && (1..=12).contains(&date[1])
        && (1..=31).contains(&date[2])
        && time[0] < 24
        && time[1] < 60
        && time[2] < 60;
    if !is_date || decimals.len() > 7 {
        return None;
    }
    let ticks = match decimals {
        "" => 0,
        decimals => number(&format!("{decimals:0<7}"))?,
    };
    let day = days_since_1970(date[0], date[1], date[2])?;
    let seconds = day * SECONDS_PER_DAY + time[0] * 3_600 + time[1] * 60 + time[2];
    let since = seconds.checked_sub(BEGINNING)?;
    Some(VersionId(
        since.checked_mul(TICKS_PER_SECOND)?.checked_add(ticks)?,
    ))
}

fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let year_of_era = year % 400;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (year / 400 * 146_097 + day_of_era).checked_sub(719_468)
}

/// An `ETag`, whose digits are the time of the write in 100 ns.
pub fn etag(etag: crate::service::azure::ETag) -> String {
    let before = (SECONDS_BEFORE_1970 + BEGINNING) * TICKS_PER_SECOND;
    format!("0x{:X}", before.saturating_add(etag.0))
}

/// The `ETag` that is written so, with or without quotes.
pub fn parse_etag(text: &str) -> Option<crate::service::azure::ETag> {
    let digits = text.trim_matches('"').strip_prefix("0x")?;
    let ticks = u64::from_str_radix(digits, 16).ok()?;
    let before = (SECONDS_BEFORE_1970 + BEGINNING) * TICKS_PER_SECOND;
    ticks.checked_sub(before).map(crate::service::azure::ETag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::azure::ETag;

    #[test]
    fn dates_are_written_and_read_back() {
        assert_eq!(property(SimTime::ZERO), "2026-01-01T00:00:00+00:00");
        let later = SimTime::from_ms(60 * 86_400_000 + 3_661_250);
        assert_eq!(property(later), "2026-03-02T01:01:01+00:00");
        assert_eq!(exact(later), "2026-03-02T01:01:01.2500000Z");
        assert_eq!(lock_info(later), "2026-03-02T01:01:01.25Z");
        assert_eq!(lock_info(SimTime::from_ms(2_000)), "2026-01-01T00:00:02Z");
        for ticks in [0, 1, 12_345_678, 86_400 * 400 * 10_000_000 + 7] {
            let id = VersionId(ticks);
            assert_eq!(parse_version(&version(id)), Some(id));
        }
        assert_eq!(
            parse_version("2026-01-01T00:00:01.5Z"),
            Some(VersionId(15_000_000))
        );
        for wrong in [
            "",
            "Z",
            "2026-01-01",
            "2025-12-31T23:59:59Z",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(parse_version(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_etag_has_the_digits_of_its_time() {
        let text = etag(ETag(42));
        assert!(text.starts_with("0x8DE") && text.len() == 17, "{text}");
        assert_eq!(parse_etag(&format!("\"{text}\"")), Some(ETag(42)));
        assert_eq!(parse_etag("0x1"), None);
    }
}
