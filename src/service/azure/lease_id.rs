//! The ID of a lease.

use std::fmt;
use std::str::FromStr;

use super::refusal::Refusal;

const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// Where the dashes of the canonical spelling stand.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// The ID of a lease: a GUID, compared as a number, so that its spelling does not matter
/// (inferred from the page "Lease Blob", which accepts every spelling of a GUID).
///
/// Kept as bytes, the highest first, which order as the number does: a `u128` would align every
/// request, answer and event that carries an ID to 16 bytes and make them a third larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseId([u8; 16]);

/// Shown as the number.
impl fmt::Debug for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeaseId").field(&self.bits()).finish()
    }
}

impl LeaseId {
    /// The ID with these 128 bits.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits.to_be_bytes())
    }

    /// The ID's 128 bits.
    pub const fn bits(self) -> u128 {
        u128::from_be_bytes(self.0)
    }

    /// Reads a required header, such as the `x-ms-lease-id` of a renewal.
    ///
    /// # Errors
    ///
    /// `MissingRequiredHeader` where it is absent, `InvalidHeaderValue` where it is no GUID. The
    /// page "Lease Blob" gives status 400 for both; the codes are inferred.
    pub fn from_header(value: Option<&str>) -> Result<Self, Refusal> {
        let value = value.ok_or(Refusal::MissingRequiredHeader)?;
        value
            .parse()
            .map_err(|LeaseIdError| Refusal::InvalidHeaderValue)
    }
}

/// The canonical spelling: lower case, with dashes, without braces.
impl fmt::Display for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Spelled in place: an ID is shown in many lines of a timeline.
        let mut text = [b'-'; 36];
        let mut places = (0..text.len()).filter(|place| !DASHES.contains(place));
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                let place = places.next().expect("36 places are 4 dashes and 32 digits");
                text[place] = DIGITS[usize::from(digit)];
            }
        }
        f.pad(std::str::from_utf8(&text).expect("digits and dashes"))
    }
}

/// Why a text is not a [`LeaseId`]: it is no GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseIdError;

impl fmt::Display for LeaseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a GUID; write 32 hexadecimal digits, grouped 8-4-4-4-12")
    }
}

impl std::error::Error for LeaseIdError {}

impl FromStr for LeaseId {
    type Err = LeaseIdError;

    /// Reads the spellings of a GUID: with or without dashes, in braces or parentheses, in
    /// either case.
    fn from_str(text: &str) -> Result<Self, LeaseIdError> {
        let bare = text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'));
        let bare = bare.or_else(|| {
            text.strip_prefix('(')
                .and_then(|text| text.strip_suffix(')'))
        });
        let is_enclosed = bare.is_some();
        let bare = bare.unwrap_or(text);
        let is_dashed = bare.len() == 36;
        let is_bare = bare.len() == 32 && !is_enclosed;
        if !is_dashed && !is_bare {
            return Err(LeaseIdError);
        }
        // Read in one pass and without a copy: each lock and unlock of a client does this.
        let mut bits = 0;
        for (place, byte) in bare.bytes().enumerate() {
            if is_dashed && DASHES.contains(&place) {
                if byte != b'-' {
                    return Err(LeaseIdError);
                }
                continue;
            }
            let digit = char::from(byte).to_digit(16).ok_or(LeaseIdError)?;
            bits = bits << 4 | u128::from(digit);
        }
        Ok(Self::from_bits(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_read_in_every_spelling_and_printed_in_one() {
        let canonical = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
        for text in [
            canonical,
            "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
            "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}",
            "(0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0)",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        ] {
            assert_eq!(
                text.parse::<LeaseId>().unwrap().to_string(),
                canonical,
                "{text}"
            );
        }
        for text in [
            "",
            "0f1e",
            "+f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "{0f1e2d3c4b5a69788796a5b4c3d2e1f0}",
            "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "0f1e2d3c-4b5a69788796-a5b4-c3d2-e1f0",
            "ä00000000000000000000000000000f",
        ] {
            assert_eq!(text.parse::<LeaseId>(), Err(LeaseIdError), "{text}");
        }
    }
}
