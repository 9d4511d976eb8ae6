//! Octets as they are shown.

use kit::words::hex;

/// In hexadecimal, a space between two.
pub(super) fn spaced(octets: &[u8]) -> String {
    octets
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// In hexadecimal, and the characters that they would be where all of them are such.
pub(super) fn shown(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)) => {
            format!("{}  {text:?}", hex(octets))
        }
        _ => hex(octets),
    }
}
