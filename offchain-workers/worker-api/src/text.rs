//! A sentence for people, bounded.

use alloc::string::String;
use core::fmt;
use serde::{de::Error, Deserialize, Deserializer, Serialize};

/// The most bytes of a [`Text`].
pub const MAX_TEXT_BYTES: usize = 256;

/// A line for people: at most [`MAX_TEXT_BYTES`] bytes, no control character, so that it can go to a
/// log or a terminal as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// The line that `from` prints: control characters become spaces, what is too long is cut.
    pub fn new(from: impl fmt::Display) -> Self {
        let mut line = String::new();
        for character in alloc::format!("{from}").chars() {
            let character = if character.is_control() { ' ' } else { character };
            if line.len().saturating_add(character.len_utf8()) > MAX_TEXT_BYTES {
                break;
            }
            line.push(character);
        }
        Self(line)
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let line = String::deserialize(from)?;
        if line.len() > MAX_TEXT_BYTES {
            return Err(D::Error::custom(format_args!(
                "a text has at most {MAX_TEXT_BYTES} bytes"
            )));
        }
        if line.chars().any(char::is_control) {
            return Err(D::Error::custom("a text has no control character"));
        }
        Ok(Self(line))
    }
}
