//! From the parser's positions, counted in characters, to bytes.

/// How many characters lie between two noted positions.
const STRIDE: usize = 64;

/// The bytes at which characters start. Notes only every 64th, so that a file of 16 MiB costs
/// little.
#[derive(Debug)]
pub(super) struct Positions<'a> {
    text: &'a str,
    /// The byte of every 64th character; empty where all characters are single bytes.
    noted: Vec<usize>,
}

impl<'a> Positions<'a> {
    /// The positions of a text.
    pub(super) fn new(text: &'a str) -> Self {
        let noted = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STRIDE)
                .map(|(byte, _)| byte)
                .collect()
        };
        Self { text, noted }
    }

    /// The byte at which the character with this index starts; the end of the text for an index
    /// beyond it.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.noted.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&start) = self.noted.get(index / STRIDE) else {
            return self.text.len();
        };
        self.text[start..]
            .char_indices()
            .nth(index % STRIDE)
            .map_or(self.text.len(), |(byte, _)| start + byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_index_becomes_a_byte_offset() {
        let text = "ä€x".repeat(100);
        let positions = Positions::new(&text);
        for (index, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(positions.byte(index), byte);
        }
        assert_eq!(positions.byte(300), text.len());
        assert_eq!(Positions::new("abc").byte(9), 3);
    }
}
