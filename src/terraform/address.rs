//! Addresses of resource instances: `module.network["a"].azurerm_subnet.main[0]`.
//!
//! ```
//! use leaselab::terraform::address::{Address, InstanceKey};
//!
//! let address: Address = r#"module.network["a"].azurerm_subnet.main[0]"#.parse()?;
//! assert_eq!((&*address.kind, &*address.name), ("azurerm_subnet", "main"));
//! assert_eq!(address.module(), r#"module.network["a"]"#);
//! assert_eq!(address.key, Some(InstanceKey::Number(0)));
//! assert_eq!(address.typed(), r#"'module.network["a"].azurerm_subnet.main[0]'"#);
//! # Ok::<(), leaselab::terraform::address::AddressError>(())
//! ```

use std::fmt::{self, Write as _};
use std::str::FromStr;

/// The longest address, in bytes.
pub const BYTES_MAX: usize = 1_000;

/// Which instance of a module or resource: its place in `count`, or its key in `for_each`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// `[0]`: of `count`.
    Number(u64),
    /// `["a"]`: of `for_each`.
    Text(String),
}

/// A call of a module, on the way to a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The call's name.
    pub name: String,
    /// Which instance of it, where it has several.
    pub key: Option<InstanceKey>,
}

/// The [address](self) of an instance of a managed resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The modules that it is in, outermost first.
    pub modules: Vec<ModuleStep>,
    /// The resource's type.
    pub kind: String,
    /// The resource's name.
    pub name: String,
    /// Which instance of it, where it has several.
    pub key: Option<InstanceKey>,
}

/// Why a text is no address of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressError {
    /// It has more than [`BYTES_MAX`] bytes.
    TooLong,
    /// It is of a data source, which no state manages.
    DataSource,
    /// A name has to stand there: a letter or `_`, then letters, digits, `_` and `-`.
    Name {
        /// Where, in bytes.
        offset: usize,
    },
    /// A whole number or a text in double quotes has to stand there, and `]` behind it.
    Key {
        /// Where, in bytes.
        offset: usize,
    },
    /// The address ends there before it is one, or goes on behind one.
    End {
        /// Where, in bytes.
        offset: usize,
    },
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "it has more than {BYTES_MAX} bytes"),
            Self::DataSource => f.write_str("it is a data source's, and no state manages those"),
            Self::Name { offset } => write!(f, "at byte {offset} a name is missing"),
            Self::Key { offset } => write!(
                f,
                "at byte {offset} a key is missing: `[0]`, or `[\"key\"]` with double quotes"
            ),
            Self::End { offset } => write!(
                f,
                "at byte {offset} it is not a type, a dot, a name and perhaps a key"
            ),
        }
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// The address of a resource that is neither in a module nor has instances.
    pub fn plain(kind: &str, name: &str) -> Self {
        Self {
            modules: Vec::new(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            key: None,
        }
    }

    /// The address of its module; empty for the root module.
    pub fn module(&self) -> String {
        let mut text = String::new();
        for module in &self.modules {
            let dot = if text.is_empty() { "" } else { "." };
            write!(text, "{dot}{module}").expect("a string takes all");
        }
        text
    }

    /// The address as it is typed in a shell: in quotes where it needs them.
    pub fn typed(&self) -> String {
        quoted_for_shell(&self.to_string())
    }
}

/// A word as it is typed in a shell: in quotes where it has more than letters, digits and what no
/// shell touches.
pub fn quoted_for_shell(word: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '=' | '@' | ',');
    if word.chars().all(is_plain) && !word.is_empty() {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Number(number) => return write!(f, "[{number}]"),
            Self::Text(text) => text,
        };
        f.write_str("[\"")?;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                // A template begins so, and a key has none.
                '$' | '%' if characters.peek() == Some(&'{') => {
                    write!(f, "{character}{character}")?;
                }
                other if other.is_control() => write!(f, "\\u{:04x}", u32::from(other))?,
                other => f.write_char(other)?,
            }
        }
        f.write_str("\"]")
    }
}

impl fmt::Display for ModuleStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module.{}", self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| key.fmt(f))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for module in &self.modules {
            write!(f, "{module}.")?;
        }
        write!(f, "{}.{}", self.kind, self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| key.fmt(f))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (address, rest) = Self::read(text)?;
        if rest.is_empty() {
            Ok(address)
        } else {
            let offset = text.len() - rest.len();
            Err(AddressError::End { offset })
        }
    }
}

impl Address {
    /// Reads the address with which a text begins, and returns it with what is behind it.
    ///
    /// # Errors
    ///
    /// Where the text begins with none.
    pub fn read(text: &str) -> Result<(Self, &str), AddressError> {
        let mut reader = Reader { text, rest: text };
        let mut modules = Vec::new();
        let kind = loop {
            let word = reader.name()?;
            match word {
                "data" => return Err(AddressError::DataSource),
                "module" => {
                    reader.dot()?;
                    let name = reader.name()?.to_owned();
                    let key = reader.key()?;
                    modules.push(ModuleStep { name, key });
                    reader.dot()?;
                }
                kind => break kind.to_owned(),
            }
        };
        reader.dot()?;
        let name = reader.name()?.to_owned();
        let key = reader.key()?;
        if reader.offset() > BYTES_MAX {
            return Err(AddressError::TooLong);
        }
        let address = Self {
            modules,
            kind,
            name,
            key,
        };
        Ok((address, reader.rest))
    }

    /// All addresses in a text, such as a command line.
    pub fn find_all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
            rest = &rest[start..];
            if let Ok((address, behind)) = Self::read(rest) {
                found.push(address);
                rest = behind;
            } else {
                // What may be part of a name is no beginning of another one.
                let length = rest.find(|c: char| !is_part(c));
                rest = &rest[length.unwrap_or(rest.len())..];
            }
        }
        found
    }
}

/// Whether a text can be a name of Terraform's.
pub fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins && text.chars().all(is_part)
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Reader<'t> {
    const fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn name(&mut self) -> Result<&'t str, AddressError> {
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(length);
        if !is_name(name) {
            let offset = self.offset();
            return Err(AddressError::Name { offset });
        }
        self.rest = rest;
        Ok(name)
    }

    fn dot(&mut self) -> Result<(), AddressError> {
        let offset = self.offset();
        let rest = self.rest.strip_prefix('.');
        self.rest = rest.ok_or(AddressError::End { offset })?;
        Ok(())
    }

    fn key(&mut self) -> Result<Option<InstanceKey>, AddressError> {
        let offset = self.offset();
        let Some(rest) = self.rest.strip_prefix('[') else {
            return Ok(None);
        };
        let error = AddressError::Key { offset };
        let (key, rest) = if let Some(quoted) = rest.strip_prefix('"') {
            let (text, rest) = unquoted(quoted).ok_or(error)?;
            (InstanceKey::Text(text), rest)
        } else {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, rest) = rest.split_at(length);
            // Nothing that would be printed in another way.
            let number: u64 = digits.parse().map_err(|_| error)?;
            if number.to_string() != digits {
                return Err(error);
            }
            (InstanceKey::Number(number), rest)
        };
        self.rest = rest.strip_prefix(']').ok_or(error)?;
        Ok(Some(key))
    }
}

/// The text up to the closing quote, and what is behind that.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other @ ('"' | '\\') => other,
                'u' => {
                    let digits = characters.as_str().get(..4)?;
                    characters = characters.as_str()[4..].chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                _ => return None,
            }),
            mark @ ('$' | '%') => {
                value.push(mark);
                let rest = characters.as_str();
                if rest.starts_with('{') {
                    return None;
                }
                if let Some(behind) = rest.strip_prefix(mark)
                    && behind.starts_with('{')
                {
                    characters = behind.chars();
                }
            }
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        for text in [
            "azurerm_subnet.main",
            "azurerm_subnet.main[0]",
            r#"azurerm_subnet.main["a.b/c"]"#,
            r#"module.network["a"].azurerm_subnet.main[0]"#,
            r#"module.a.module.b[7]._x.y-z["q\"\\\n$${x}%%{y}"]"#,
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_said_with_its_place() {
        for (text, error) in [
            ("", AddressError::Name { offset: 0 }),
            ("a", AddressError::End { offset: 1 }),
            ("a.", AddressError::Name { offset: 2 }),
            ("a.b.c", AddressError::End { offset: 3 }),
            ("a.b[a]", AddressError::Key { offset: 3 }),
            ("a.b[01]", AddressError::Key { offset: 3 }),
            ("a.b[-1]", AddressError::Key { offset: 3 }),
            ("a.b[\"${x}\"]", AddressError::Key { offset: 3 }),
            ("module.a", AddressError::End { offset: 8 }),
            ("module.a.data.b.c", AddressError::DataSource),
        ] {
            assert_eq!(text.parse::<Address>(), Err(error), "{text}");
        }
    }

    #[test]
    fn addresses_are_found_in_command_lines() {
        let line = r#"terraform state mv 'module.a["b"].c_d.e[0]' -x=f_g.h /things/i"#;
        let found: Vec<String> = Address::find_all(line)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, [r#"module.a["b"].c_d.e[0]"#, "f_g.h"]);
    }

    #[test]
    fn what_a_shell_would_touch_is_quoted() {
        assert_eq!(quoted_for_shell("a.b"), "a.b");
        assert_eq!(quoted_for_shell("a.b[\"it's\"]"), r#"'a.b["it'\''s"]'"#);
    }
}
