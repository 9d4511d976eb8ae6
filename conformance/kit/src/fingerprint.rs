//! A short name for what is long: the same text gives the same one, on every machine and with every compiler.

use std::fmt;
use std::hash::Hasher as _;

use fnv::FnvHasher;

/// FNV-1a, 64 bits (draft-eastlake-fnv). It tells accidents apart, not adversaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint(FnvHasher::default().finish())
    }
}

impl Fingerprint {
    /// Adds a part; where it ends counts, too.
    pub fn add(&mut self, part: &str) {
        self.feed(part.as_bytes());
        self.feed(&[0]);
    }

    /// Adds octets that are no text: their number, in eight octets with the least one first, and themselves.
    pub fn add_octets(&mut self, octets: &[u8]) {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.feed(&length.to_le_bytes());
        self.feed(octets);
    }

    fn feed(&mut self, octets: &[u8]) {
        let mut hasher = FnvHasher::with_key(self.0);
        hasher.write(octets);
        self.0 = hasher.finish();
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fnv_1a_and_knows_where_a_part_ends() {
        let of = |parts: &[&str]| {
            let mut fingerprint = Fingerprint::default();
            parts.iter().for_each(|part| fingerprint.add(part));
            fingerprint.to_string()
        };
        // `printf '\0'`: the published test vector for one octet of zero.
        assert_eq!(of(&[""]), "af63bd4c8601b7df");
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
