//! What a saved session of Ardour's has of the plugin: the state that the plugin itself gave the host.

use crate::hosts::Checks;
use crate::hosts::home::Home;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const NUM_PARAMETERS: usize = 22;

/// Every parameter's value by its id.
#[derive(Debug, PartialEq, Deserialize)]
pub struct Values {
    params: BTreeMap<String, Value>,
}

impl Values {
    /// Reads them from a session's file.
    ///
    /// # Errors
    /// If it can't be read, or has no state of the plugin.
    pub fn read(session: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(session)
            .with_context(|| format!("could not read {}", session.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", session.display()))
    }

    fn parse(session: &str) -> Result<Self> {
        let (_, rest) = session
            .split_once("<chunk>")
            .context("it has no state of a plugin")?;
        let (chunk, _) = rest.split_once("</chunk>").context("it is cut off")?;
        let bytes = from_base64(chunk.trim()).context("the state isn't base64")?;
        // A VST3 preset: the state lies between its header and a list of what is where.
        let start = bytes
            .windows(2)
            .position(|pair| pair == b"{\"")
            .context("the state isn't JSON")?;
        let mut values = serde_json::Deserializer::from_slice(&bytes[start..]).into_iter();
        Ok(values.next().context("the state is empty")??)
    }

    /// The text of a choice.
    pub fn choice(&self, id: &str) -> Option<&str> {
        self.params.get(id)?.get("string")?.as_str()
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut num_bits) = (0u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        num_bits += 6;
        if num_bits >= 8 {
            num_bits -= 8;
            bytes.push((bits >> num_bits) as u8);
        }
    }
    Some(bytes)
}

/// Checks the session that was saved right after every parameter was set to another value than it had
/// `at_first`.
pub fn check(home: &Home, at_first: &Values, checks: &mut Checks) {
    let compare = || -> Result<String> {
        let all_set = Values::read(&home.session_file("all-set"))?;
        let same: Vec<_> = at_first
            .params
            .iter()
            .filter(|&(id, value)| all_set.params.get(id) == Some(value))
            .map(|(id, _)| id.as_str())
            .collect();
        let num = all_set.params.len();
        ensure!(num == NUM_PARAMETERS, "it has {num} parameters");
        ensure!(same.is_empty(), "still as they were: {}", same.join(", "));
        let look_ahead = all_set.choice("look_ahead").unwrap_or("not there");
        ensure!(look_ahead == "40", "look-ahead is {look_ahead}");
        Ok(format!(
            "{num} of {NUM_PARAMETERS} values, look-ahead {look_ahead} ms"
        ))
    };
    checks.note(
        "what was set just before saving is in the session",
        compare(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(from_base64("VlNUMw==").unwrap(), b"VST3");
        assert_eq!(from_base64("+/8A").unwrap(), [0xfb, 0xff, 0x00]);
        assert_eq!(from_base64("V NU"), None);
    }

    #[test]
    fn values_are_found_in_a_session() {
        // "VST3", then the state, then "List".
        let session =
            "<a><chunk>VlNUM3sicGFyYW1zIjp7Im1vZGUiOnsic3RyaW5nIjoiZHVjayJ9fX1MaXN0</chunk></a>";
        let values = Values::parse(session).unwrap();
        assert_eq!(values.choice("mode"), Some("duck"));
        assert_eq!(values.choice("steer"), None);
        assert!(Values::parse("<a/>").is_err());
    }
}
