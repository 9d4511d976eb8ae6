//! The typedefs of a row: what it says itself, what its C library says, and what all have in common.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use super::{AbiError, Reader};
use crate::abi::Typedef;
use crate::abi::{Scalar, UnknownWord};

/// Names in C to words of scalars.
pub(super) type Typedefs = BTreeMap<String, String>;

impl Reader<'_> {
    /// What the row says of a typedef, else its library, else `[common]`.
    pub(super) fn typedefs(&self) -> Result<BTreeMap<Typedef, Scalar>, AbiError> {
        let library = match self.either(|row| row.library.as_ref()) {
            None => None,
            Some(name) => Some(self.libraries.get(name).ok_or_else(|| {
                let known: Vec<&str> = self.libraries.keys().map(String::as_str).collect();
                let expected = format!("one of: {}", known.join(", "));
                self.wrong("library", format!("`{name}`"), expected)
            })?),
        };
        let mut typedefs = BTreeMap::new();
        for (name, scalar) in [Some(&self.common.typedef), library, Some(&self.row.typedef)]
            .into_iter()
            .flatten()
            .flatten()
        {
            let key = format!("typedef.{name}");
            let unknown = |word: &str, unknown: UnknownWord| {
                let expected = format!("one of: {}", unknown.expected.join(", "));
                self.wrong(&key, format!("`{word}`"), expected)
            };
            let typedef = Typedef::from_str(name).map_err(|error| unknown(name, error))?;
            let scalar = Scalar::from_str(scalar).map_err(|error| unknown(scalar, error))?;
            typedefs.insert(typedef, scalar);
        }
        Ok(typedefs)
    }
}
