//! Dates in UTC, in the proleptic Gregorian calendar.

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// A moment, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

impl Date {
    /// The date so many seconds after 1970-01-01T00:00:00Z.
    pub(super) fn of(seconds: i64) -> Self {
        let days = seconds.div_euclid(DAY);
        let rest = seconds.rem_euclid(DAY);
        // Years begin in March here, so that the leap day is a year's last; eras have 400 years.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Self {
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest % 3600 / 60,
            second: rest % 60,
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z. Months past the year's end go on in the next one.
    pub(super) fn seconds(self) -> i64 {
        let year = self.year + (self.month - 1).div_euclid(12);
        let month = (self.month - 1).rem_euclid(12) + 1;
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era_years = year.rem_euclid(400);
        let from_march = (month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + self.day - 1;
        let of_era = of_era_years * 365 + of_era_years / 4 - of_era_years / 100 + of_year;
        let days = era * 146_097 + of_era - 719_468;
        days * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    fn weekday(self) -> i64 {
        (self.seconds().div_euclid(DAY) + 4).rem_euclid(7)
    }

    fn day_of_year(self) -> i64 {
        let first = Self {
            month: 1,
            day: 1,
            ..self
        };
        (self.seconds() - first.seconds()) / DAY + 1
    }

    fn month_name(self) -> &'static str {
        usize::try_from(self.month - 1)
            .ok()
            .and_then(|at| MONTHS.get(at))
            .copied()
            .unwrap_or("")
    }

    fn weekday_name(self) -> &'static str {
        usize::try_from(self.weekday())
            .ok()
            .and_then(|at| WEEKDAYS.get(at))
            .copied()
            .unwrap_or("")
    }

    /// The week and its year as ISO 8601 counts them.
    fn iso_week(self) -> (i64, i64) {
        let from_monday = (self.weekday() + 6) % 7;
        // The week belongs to the year of its Thursday.
        let thursday = Self::of(self.seconds() + (3 - from_monday) * DAY);
        (thursday.year, (thursday.day_of_year() - 1) / 7 + 1)
    }

    /// The date in a format of `strftime`; an unknown directive stands for itself.
    pub(super) fn format(self, format: &str) -> String {
        let mut out = String::new();
        let mut rest = format.chars();
        while let Some(next) = rest.next() {
            if next != '%' {
                out.push(next);
                continue;
            }
            let mut flag = None;
            let mut behind = rest.clone();
            let mut directive = behind.next();
            while let Some(sign @ ('-' | '_' | '0' | '^' | ':')) = directive {
                flag = Some(sign);
                directive = behind.next();
            }
            let mut width = String::new();
            while let Some(digit @ '0'..='9') = directive {
                width.push(digit);
                directive = behind.next();
            }
            match directive.and_then(|directive| self.directive(directive, flag, &width)) {
                Some(text) => {
                    out.push_str(&text);
                    rest = behind;
                }
                None => out.push('%'),
            }
        }
        out
    }

    fn directive(self, directive: char, flag: Option<char>, width: &str) -> Option<String> {
        let number = |value: i64, width: usize, pad: char| match flag {
            Some('-') => value.to_string(),
            Some('_') => format!("{value:>width$}"),
            Some('0') => format!("{value:0>width$}"),
            Some(_) | None if pad == ' ' => format!("{value:>width$}"),
            Some(_) | None => format!("{value:0>width$}"),
        };
        let twelve = if self.hour % 12 == 0 {
            12
        } else {
            self.hour % 12
        };
        let text = match directive {
            '%' => "%".to_owned(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            'Y' => self.year.to_string(),
            'C' => number(self.year.div_euclid(100), 2, '0'),
            'y' => number(self.year.rem_euclid(100), 2, '0'),
            'm' => number(self.month, 2, '0'),
            'd' => number(self.day, 2, '0'),
            'e' => number(self.day, 2, ' '),
            'H' => number(self.hour, 2, '0'),
            'k' => number(self.hour, 2, ' '),
            'I' => number(twelve, 2, '0'),
            'l' => number(twelve, 2, ' '),
            'M' => number(self.minute, 2, '0'),
            'S' => number(self.second, 2, '0'),
            'N' => "0".repeat(width.parse::<usize>().unwrap_or(9).clamp(1, 9)),
            's' => self.seconds().to_string(),
            'j' => number(self.day_of_year(), 3, '0'),
            'u' => (if self.weekday() == 0 {
                7
            } else {
                self.weekday()
            })
            .to_string(),
            'w' => self.weekday().to_string(),
            'p' => (if self.hour < 12 { "AM" } else { "PM" }).to_owned(),
            'P' => (if self.hour < 12 { "am" } else { "pm" }).to_owned(),
            'a' => self.weekday_name().chars().take(3).collect(),
            'A' => self.weekday_name().to_owned(),
            'b' | 'h' => self.month_name().chars().take(3).collect(),
            'B' => self.month_name().to_owned(),
            'G' => self.iso_week().0.to_string(),
            'g' => number(self.iso_week().0.rem_euclid(100), 2, '0'),
            'V' => number(self.iso_week().1, 2, '0'),
            'q' => ((self.month + 2) / 3).to_string(),
            'U' => number((self.day_of_year() + 6 - self.weekday()) / 7, 2, '0'),
            'W' => number(
                (self.day_of_year() + 6 - (self.weekday() + 6) % 7) / 7,
                2,
                '0',
            ),
            'Z' => "UTC".to_owned(),
            'z' => (if flag == Some(':') { "+00:00" } else { "+0000" }).to_owned(),
            'F' => self.format("%Y-%m-%d"),
            'T' | 'X' => self.format("%H:%M:%S"),
            'R' => self.format("%H:%M"),
            'r' => self.format("%I:%M:%S %p"),
            'D' | 'x' => self.format("%m/%d/%y"),
            'c' => self.format("%a %b %e %H:%M:%S %Y"),
            _ => return None,
        };
        Some(if flag == Some('^') {
            text.to_uppercase()
        } else {
            text
        })
    }
}

/// The number of a month by its name or the first three letters of it, in any case.
pub(super) fn month(name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| {
        let month = month.to_ascii_lowercase();
        month == name || name.len() == 3 && month.starts_with(&name)
    })?;
    i64::try_from(at + 1).ok()
}
