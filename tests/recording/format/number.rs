//! Numbers as the recorders write them.

use leaselab::kernel::SimDuration;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::{Number, Value};

/// A number of seconds, perhaps with decimals, in whole milliseconds: no float comes between.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SimDuration, D::Error> {
    let number = Number::deserialize(deserializer)?;
    rounded(&number.to_string())
        .map(SimDuration::from_ms)
        .ok_or_else(|| D::Error::custom(format!("{number} is no number of seconds")))
}

/// The thousandths of a decimal, rounded. Sums of decimals come out as `3.0999999999999996`.
fn rounded(text: &str) -> Option<u64> {
    let (mantissa, is_tiny) = match text.split_once("e-") {
        Some((mantissa, _)) => (mantissa, true),
        None => (text, false),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits: String = format!("{decimals}0000").chars().take(4).collect();
    let (whole, ten_thousandths): (u64, u64) = (whole.parse().ok()?, digits.parse().ok()?);
    let thousandths = whole.checked_mul(1_000)? + (ten_thousandths + 5) / 10;
    Some(if is_tiny { 0 } else { thousandths })
}

/// A value that is there, also where it is null.
pub(super) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A whole number of milliseconds, which some writers spell `500.0`.
pub(super) fn milliseconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let text = number.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    let ms = whole
        .parse()
        .map_err(|error| D::Error::custom(format!("{number} ms: {error}")))?;
    Ok(Some(ms))
}
