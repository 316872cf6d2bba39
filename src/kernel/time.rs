//! Simulation time: whole milliseconds since the start of a replication.
//!
//! Time is an integer, so that the same scenario gives the same instants on every platform.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Milliseconds in a second.
const MS_PER_SECOND: u64 = 1_000;

/// An instant of the model's clock, in whole milliseconds since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(u64);

/// A span of simulation time, in whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimDuration(u64);

impl SimTime {
    /// The start of every replication.
    pub const ZERO: Self = Self(0);
    /// Later than every instant that a scenario can name.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `ms` milliseconds after the start.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the start.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The span from `earlier` to this instant.
    ///
    /// # Panics
    ///
    /// If `earlier` is later than this instant.
    pub fn since(self, earlier: Self) -> SimDuration {
        assert!(earlier <= self, "time never goes back");
        SimDuration(self.0 - earlier.0)
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// A span of `seconds` seconds.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds * MS_PER_SECOND)
    }

    /// The span in milliseconds.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Half the span, rounded down to a whole millisecond.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }

    /// The span in seconds, rounded to the nearest whole second.
    pub const fn rounded_seconds(self) -> u64 {
        (self.0 + MS_PER_SECOND / 2) / MS_PER_SECOND
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;

    /// Saturates at [`SimTime::MAX`], which no event reaches: a replication is bounded in time.
    fn add(self, duration: SimDuration) -> Self {
        Self(self.0.saturating_add(duration.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, duration: SimDuration) {
        *self = *self + duration;
    }
}

impl Add for SimDuration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimDuration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Seconds with three decimals, as the timeline prints them: `31.500`.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0 / MS_PER_SECOND, self.0 % MS_PER_SECOND);
        match f.width() {
            None => write!(f, "{seconds}.{ms:03}"),
            Some(_) => f.pad(&format!("{seconds}.{ms:03}")),
        }
    }
}

/// The shortest spelling that a scenario accepts: `20s`, `500ms`, `2.5s`, `10m`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MS_PER_MINUTE: u64 = 60 * MS_PER_SECOND;
        const MS_PER_HOUR: u64 = 60 * MS_PER_MINUTE;
        let ms = self.0;
        let text = if ms == 0 {
            "0s".to_owned()
        } else if ms.is_multiple_of(MS_PER_HOUR) {
            format!("{}h", ms / MS_PER_HOUR)
        } else if ms.is_multiple_of(MS_PER_MINUTE) {
            format!("{}m", ms / MS_PER_MINUTE)
        } else if ms < MS_PER_SECOND {
            format!("{ms}ms")
        } else {
            let fraction = format!("{:03}", ms % MS_PER_SECOND);
            let fraction = fraction.trim_end_matches('0');
            let dot = if fraction.is_empty() { "" } else { "." };
            format!("{}{dot}{fraction}s", ms / MS_PER_SECOND)
        };
        f.pad(&text)
    }
}

/// Why a text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationError {
    /// Not a number followed by a unit.
    Malformed,
    /// A number without a unit; `90s` and `90m` differ too much to guess.
    NoUnit,
    /// A unit that is none of `ms`, `s`, `m`, `h`.
    UnknownUnit,
    /// A sign; time does not run backwards.
    Negative,
    /// Finer than a millisecond.
    TooFine,
    /// More than a year.
    TooLong,
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "is not a duration; write a number and a unit, such as 20s or 500ms",
            Self::NoUnit => "has no unit; write ms, s, m or h after the number, such as 20s",
            Self::UnknownUnit => "has an unknown unit; the units are ms, s, m and h",
            Self::Negative => "is negative; a duration is zero or more",
            Self::TooFine => "is finer than a millisecond",
            Self::TooLong => "is longer than a year (8760h)",
        })
    }
}

impl std::error::Error for DurationError {}

/// The longest duration that a scenario may name: a year.
const DURATION_MS_MAX: u64 = 8_760 * 60 * 60 * MS_PER_SECOND;

impl std::str::FromStr for SimDuration {
    type Err = DurationError;

    /// Reads `20s`, `500ms`, `2.5s`, `10m`, `1h`: a decimal number and a unit, at most a year.
    fn from_str(text: &str) -> Result<Self, DurationError> {
        let text = text.trim();
        if text.starts_with('-') {
            return Err(DurationError::Negative);
        }
        let digits = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        if number.is_empty() {
            return Err(DurationError::Malformed);
        }
        let ms_per_unit = match unit.trim_start() {
            "ms" => 1,
            "s" => MS_PER_SECOND,
            "m" | "min" => 60 * MS_PER_SECOND,
            "h" => 60 * 60 * MS_PER_SECOND,
            "" => return Err(DurationError::NoUnit),
            word if word.chars().all(char::is_alphabetic) => {
                return Err(DurationError::UnknownUnit);
            }
            _ => return Err(DurationError::Malformed),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let has_two_dots = fraction.contains('.');
        if whole.is_empty() || has_two_dots || (number.contains('.') && fraction.is_empty()) {
            return Err(DurationError::Malformed);
        }
        let whole: u64 = whole.parse().map_err(|_| DurationError::TooLong)?;
        let mut ms = whole
            .checked_mul(ms_per_unit)
            .ok_or(DurationError::TooLong)?;
        let mut weight = ms_per_unit;
        for digit in fraction.bytes() {
            let digit = u64::from(digit - b'0');
            if (weight == 0 || !weight.is_multiple_of(10)) && digit != 0 {
                return Err(DurationError::TooFine);
            }
            weight /= 10;
            ms = ms
                .checked_add(digit * weight)
                .ok_or(DurationError::TooLong)?;
        }
        if ms > DURATION_MS_MAX {
            return Err(DurationError::TooLong);
        }
        Ok(Self(ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_what_they_print() {
        for (text, ms) in [
            ("0s", 0),
            ("500ms", 500),
            ("20s", 20_000),
            ("2.5s", 2_500),
            ("7.005s", 7_005),
            ("10m", 600_000),
            ("1h", 3_600_000),
        ] {
            let duration: SimDuration = text.parse().unwrap();
            assert_eq!(duration.as_ms(), ms);
            assert_eq!(duration.to_string(), text);
        }
        assert_eq!("1.5m".parse(), Ok(SimDuration::from_ms(90_000)));
    }

    #[test]
    fn what_is_not_a_duration_is_refused_with_its_reason() {
        for (text, error) in [
            ("", DurationError::Malformed),
            ("soon", DurationError::Malformed),
            ("1.s", DurationError::Malformed),
            ("1.2.3s", DurationError::Malformed),
            ("1e999s", DurationError::Malformed),
            ("5", DurationError::NoUnit),
            ("5 parsecs", DurationError::UnknownUnit),
            ("-1s", DurationError::Negative),
            ("0.5ms", DurationError::TooFine),
            ("0.0005s", DurationError::TooFine),
            ("0.00005s", DurationError::TooFine),
            ("0.000000000001h", DurationError::TooFine),
            ("9000h", DurationError::TooLong),
            ("99999999999999999999s", DurationError::TooLong),
        ] {
            assert_eq!(text.parse::<SimDuration>(), Err(error), "{text}");
        }
    }

    #[test]
    fn time_prints_seconds_and_milliseconds() {
        assert_eq!(SimTime::from_ms(31_500).to_string(), "31.500");
        assert_eq!(format!("{:>9}", SimTime::from_ms(4)), "    0.004");
    }
}
