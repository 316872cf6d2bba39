//! `base64` and the checksums.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD as ENCODER};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::desk::{Desk, Ended, curly, lines};
use super::options::{Spec, hint, parse};

/// The options of `base64`.
const BASE64: Spec = Spec {
    keys: "dDiw:",
    long: &[("decode", 'd'), ("ignore-garbage", 'i'), ("wrap", 'w')],
    refused: "D",
    ..Spec::COREUTILS
};

/// `base64`
pub(super) fn base64(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &BASE64)?;
    if let Some(extra) = parsed.operands.get(1) {
        desk.complain(format!("extra operand {}", curly(extra)));
        return hint(desk, &BASE64);
    }
    let width = match parsed.value('w') {
        None => 76,
        Some(text) => match text.parse::<usize>() {
            Ok(width) => width,
            Err(_) => return desk.fail(1, format!("invalid wrap size: {}", curly(text))),
        },
    };
    let operand = parsed.operands.first().map_or("-", String::as_str);
    let text = match desk.read(operand) {
        Ok(text) => text,
        Err(error @ super::FileError::IsDirectory) => {
            return desk.fail(1, format!("read error: {error}"));
        }
        Err(error) => return desk.fail(1, format!("{operand}: {error}")),
    };
    if parsed.has('d') {
        return decode(desk, &text, parsed.has('i'));
    }
    let encoded = ENCODER.encode(text.as_bytes());
    if width == 0 {
        desk.out(&encoded);
        return Ok(0);
    }
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(width.min(rest.len()));
        desk.line(line);
        rest = behind;
    }
    Ok(0)
}

/// Decodes as far as the text is base64, and fails where it is not.
fn decode(desk: &mut Desk<'_>, text: &str, ignore_garbage: bool) -> Ended {
    let config = NO_PAD
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let decoder = GeneralPurpose::new(&STANDARD, config);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let letters: String = text
        .chars()
        .filter(|c| *c != '\n' && (!ignore_garbage || is_letter(*c)))
        .collect();
    let mut bytes = Vec::new();
    let mut well = true;
    let mut rest = letters.as_str();
    // Groups of four, so that what is before the first wrong one is printed.
    while !rest.is_empty() && well {
        let mut end = rest.len().min(4);
        while !rest.is_char_boundary(end) {
            end -= 1;
            well = false;
        }
        let (group, behind) = rest.split_at(end);
        well &= group.len() == 4;
        if let Ok(some) = decoder.decode(group) {
            bytes.extend(some);
        } else {
            well = false;
            let clean: String = group
                .chars()
                .take_while(|c| is_letter(*c) && *c != '=')
                .collect();
            bytes.extend(decoder.decode(clean).unwrap_or_default());
        }
        rest = behind;
    }
    desk.out(&String::from_utf8_lossy(&bytes));
    if well {
        Ok(0)
    } else {
        desk.fail(1, "invalid input")
    }
}

/// `md5sum`
pub(super) fn md5sum(desk: &mut Desk<'_>) -> Ended {
    sum(desk, "MD5", |text| {
        hexadecimal(&Md5::digest(text.as_bytes()))
    })
}

/// `sha256sum`
pub(super) fn sha256sum(desk: &mut Desk<'_>) -> Ended {
    sum(desk, "SHA256", |text| {
        hexadecimal(&Sha256::digest(text.as_bytes()))
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn sum(desk: &mut Desk<'_>, kind: &str, digest: impl Fn(&str) -> String) -> Ended {
    const SPEC: Spec = Spec {
        keys: "bcwtz!@%&",
        long: &[
            ("binary", 'b'),
            ("check", 'c'),
            ("text", 't'),
            ("warn", 'w'),
            ("zero", 'z'),
            ("status", '!'),
            ("quiet", '@'),
            ("tag", '%'),
            ("ignore-missing", '&'),
        ],
        refused: "z&",
        ..Spec::COREUTILS
    };
    let parsed = parse(desk, &SPEC)?;
    let operands = parsed.files();
    if parsed.has('c') {
        let plan = Check {
            silent: parsed.has('!'),
            quiet: parsed.has('@'),
        };
        let mut status = 0;
        for operand in &operands {
            status |= plan.check(desk, operand, &digest);
        }
        return Ok(status);
    }
    let mut status = 0;
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) if parsed.has('%') => {
                desk.line(&format!("{kind} ({operand}) = {}", digest(&text)));
            }
            Ok(text) => {
                let mark = if parsed.has('b') { '*' } else { ' ' };
                desk.line(&format!("{} {mark}{operand}", digest(&text)));
            }
            Err(error) => {
                desk.complain(format!("{operand}: {error}"));
                status = 1;
            }
        }
    }
    Ok(status)
}

struct Check {
    silent: bool,
    quiet: bool,
}

impl Check {
    fn check(&self, desk: &mut Desk<'_>, list: &str, digest: impl Fn(&str) -> String) -> u8 {
        let text = match desk.read(list) {
            Ok(text) => text,
            Err(error) => {
                desk.complain(format!("{list}: {error}"));
                return 1;
            }
        };
        let (mut right, mut wrong, mut unread, mut other) = (0, 0, 0, 0);
        for line in lines(&text) {
            let Some((sum, name)) = line.split_once([' ', '\t']) else {
                other += 1;
                continue;
            };
            let name = name.strip_prefix([' ', '*']).unwrap_or(name);
            if sum.len() != digest("").len() {
                other += 1;
                continue;
            }
            let state = match desk.read(name) {
                Ok(text) if digest(&text) == sum.to_ascii_lowercase() => {
                    right += 1;
                    if self.quiet {
                        continue;
                    }
                    "OK"
                }
                Ok(_) => {
                    wrong += 1;
                    "FAILED"
                }
                Err(error) => {
                    desk.complain(format!("{name}: {error}"));
                    unread += 1;
                    "FAILED open or read"
                }
            };
            if !self.silent {
                desk.line(&format!("{name}: {state}"));
            }
        }
        if right + wrong + unread == 0 {
            desk.complain(format!(
                "{list}: no properly formatted checksum lines found"
            ));
            return 1;
        }
        self.warn(
            desk,
            other,
            "line is improperly formatted",
            "lines are improperly formatted",
        );
        self.warn(
            desk,
            unread,
            "listed file could not be read",
            "listed files could not be read",
        );
        self.warn(
            desk,
            wrong,
            "computed checksum did NOT match",
            "computed checksums did NOT match",
        );
        u8::from(wrong + unread > 0)
    }

    fn warn(&self, desk: &mut Desk<'_>, count: usize, one: &str, several: &str) {
        if count > 0 && !self.silent {
            desk.complain(format!(
                "WARNING: {count} {}",
                if count == 1 { one } else { several }
            ));
        }
    }
}
