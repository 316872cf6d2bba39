//! Numbers of `awk`, `seq` and `printf`: decimals with twelve places, exact in sums.

use std::cmp::Ordering;

/// Decimal places that are kept.
const PLACES: u32 = 12;
/// One, in units of the last place.
const ONE: i128 = 10_i128.pow(PLACES);
/// Numbers stay below this, so that no sum of two overflows.
const MAX: i128 = i128::MAX / 4;

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Decimal(i128);

impl Decimal {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self(ONE);

    fn bounded(value: Option<i128>) -> Option<Self> {
        value
            .filter(|value| value.unsigned_abs() < MAX.unsigned_abs())
            .map(Self)
    }

    pub(super) fn whole(value: i64) -> Self {
        Self(i128::from(value) * ONE)
    }

    pub(super) fn count(value: usize) -> Self {
        Self::whole(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// The number at the start of a text, and how many bytes it takes; none of 0 bytes.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit());
        let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let negative = bytes.first() == Some(&b'-');
        let start = at;
        let mut value: i128 = 0;
        while let Some(byte) = digit(at) {
            value = value
                .saturating_mul(10)
                .saturating_add(i128::from(byte - b'0'))
                .min(MAX);
            at += 1;
        }
        let mut digits = at - start;
        let mut places = 0;
        if bytes.get(at) == Some(&b'.') && (digits > 0 || digit(at + 1).is_some()) {
            at += 1;
            while let Some(byte) = digit(at) {
                if places < PLACES {
                    let next = value
                        .saturating_mul(10)
                        .saturating_add(i128::from(byte - b'0'));
                    value = next.min(MAX);
                    places += 1;
                }
                digits += 1;
                at += 1;
            }
        }
        if digits == 0 {
            return None;
        }
        let mut power = i64::from(PLACES) - i64::from(places);
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let mut end = at + 1 + sign;
            while digit(end).is_some() {
                end += 1;
            }
            if let Ok(exponent) = text.get(at + 1..end).unwrap_or_default().parse::<i64>() {
                power = power.saturating_add(exponent);
                at = end;
            }
        }
        let scaled = match u32::try_from(power) {
            Ok(power) if value == 0 || power < 38 => {
                value.saturating_mul(10_i128.checked_pow(power).unwrap_or(0))
            }
            Ok(_) => MAX,
            Err(_) => {
                let down = u32::try_from(power.unsigned_abs()).unwrap_or(38).min(38);
                value / 10_i128.pow(down)
            }
        };
        let scaled = scaled.min(MAX - 1);
        Some((Self(if negative { -scaled } else { scaled }), at))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        Self::bounded(self.0.checked_add(other.0))
    }

    pub(super) fn subtract(self, other: Self) -> Option<Self> {
        Self::bounded(self.0.checked_sub(other.0))
    }

    pub(super) fn negate(self) -> Self {
        Self(-self.0)
    }

    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        // Whole and part apart, so that the product of the parts does not overflow.
        let (whole, part) = (self.0 / ONE, self.0 % ONE);
        let one = whole.checked_mul(other.0)?;
        let rest = part.checked_mul(other.0 / ONE)?;
        let last = part.checked_mul(other.0 % ONE)? / ONE;
        Self::bounded(one.checked_add(rest)?.checked_add(last))
    }

    /// A quotient; none where it is too large, or by zero.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            return None;
        }
        let whole = self.0 / other.0;
        let mut rest = (self.0 % other.0).abs();
        let divisor = other.0.abs();
        let mut part: i128 = 0;
        for _ in 0..PLACES {
            rest = rest.checked_mul(10)?;
            part = part * 10 + rest / divisor;
            rest %= divisor;
        }
        if rest >= divisor - rest {
            part += 1;
        }
        let part = if (self.0 < 0) == (other.0 < 0) {
            part
        } else {
            -part
        };
        Self::bounded(whole.checked_mul(ONE)?.checked_add(part))
    }

    pub(super) fn remainder(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            None
        } else {
            Some(Self(self.0 % other.0))
        }
    }

    /// A power with a whole exponent.
    pub(super) fn power(self, exponent: Self) -> Option<Self> {
        let mut count = u32::try_from(exponent.as_whole()?.unsigned_abs())
            .ok()?
            .min(10_000);
        let mut result = Self::ONE;
        while count > 0 {
            result = result.multiply(self)?;
            count -= 1;
        }
        if exponent.0 < 0 {
            Self::ONE.divide(result)
        } else {
            Some(result)
        }
    }

    /// The square root, rounded down in the last place; none of a negative number.
    pub(super) fn root(self) -> Option<Self> {
        let square = u128::try_from(self.0).ok()?;
        let shift = 10_u128.pow(PLACES / 2);
        let scaled = square.checked_mul(u128::try_from(ONE).ok()?);
        match scaled {
            Some(scaled) => i128::try_from(scaled.isqrt()).ok().map(Self),
            None => i128::try_from(square.isqrt().checked_mul(shift)?)
                .ok()
                .map(Self),
        }
    }

    /// Without what is behind the point.
    pub(super) fn truncate(self) -> Self {
        Self(self.0 / ONE * ONE)
    }

    pub(super) fn is_whole(self) -> bool {
        self.0 % ONE == 0
    }

    pub(super) fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The whole part, where it fits.
    pub(super) fn as_whole(self) -> Option<i64> {
        i64::try_from(self.0 / ONE).ok()
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        self.0.cmp(&other.0)
    }

    /// The whole part as text.
    pub(super) fn whole_text(self) -> String {
        (self.0 / ONE).to_string()
    }

    /// With so many places, half rounded to even.
    pub(super) fn fixed(self, places: usize) -> String {
        let kept = u32::try_from(places).unwrap_or(PLACES).min(PLACES);
        let unit = 10_i128.pow(PLACES - kept);
        let mut units = self.0.abs() / unit;
        let rest = self.0.abs() % unit;
        match (rest * 2).cmp(&unit) {
            Ordering::Greater => units += 1,
            Ordering::Equal if units % 2 == 1 && unit > 1 => units += 1,
            Ordering::Equal | Ordering::Less => {}
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let scale = 10_i128.pow(kept);
        let whole = units / scale;
        if places == 0 {
            return format!("{sign}{whole}");
        }
        let width = usize::try_from(kept).unwrap_or(0);
        let zeros = "0".repeat(places - width);
        format!("{sign}{whole}.{:0width$}{zeros}", units % scale)
    }

    /// The digits of the number rounded to so many of them, and the power of ten of the first.
    fn significant(self, count: usize) -> (String, i64) {
        let all = self.0.abs().to_string();
        if self.0 == 0 {
            return ("0".repeat(count), 0);
        }
        let places = i64::from(PLACES);
        let mut power = i64::try_from(all.len()).unwrap_or(0) - 1 - places;
        if all.len() <= count {
            return (format!("{all:0<count$}"), power);
        }
        let (kept, rest) = all.split_at(count);
        let up = match rest.cmp(&format!("5{}", "0".repeat(rest.len() - 1))) {
            Ordering::Greater => true,
            Ordering::Equal => kept.ends_with(['1', '3', '5', '7', '9']),
            Ordering::Less => false,
        };
        let mut digits = kept.parse::<u128>().unwrap_or(0) + u128::from(up);
        if digits.to_string().len() > count {
            digits /= 10;
            power += 1;
        }
        (digits.to_string(), power)
    }

    /// As `%e` has it.
    pub(super) fn scientific(self, places: usize) -> String {
        let (digits, power) = self.significant(places.min(30) + 1);
        let (first, rest) = digits.split_at(1);
        let sign = if self.0 < 0 { "-" } else { "" };
        let dot = if rest.is_empty() { "" } else { "." };
        let mark = if power < 0 { '-' } else { '+' };
        format!("{sign}{first}{dot}{rest}e{mark}{:02}", power.abs())
    }

    /// As `%g` has it.
    pub(super) fn general(self, precision: usize) -> String {
        let precision = precision.clamp(1, 30);
        let (_, power) = self.significant(precision);
        let trim = |text: &str| {
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text.to_owned()
            }
        };
        let wide = i64::try_from(precision).unwrap_or(30);
        if power < -4 || power >= wide {
            let text = self.scientific(precision - 1);
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
            return format!("{}e{exponent}", trim(mantissa));
        }
        trim(&self.fixed(usize::try_from(wide - 1 - power).unwrap_or(0)))
    }
}
