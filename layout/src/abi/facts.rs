//! What a program on this ABI will measure about itself.

use std::collections::BTreeMap;

use super::{Abi, Scalar};

impl Abi {
    /// The facts of PARTICIPANTS.md as this ABI predicts them, by key. Those about a particular record are not among
    /// them: [`crate::layout`] predicts these.
    pub fn facts(&self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::from([
            ("byte-order".to_owned(), self.byte_order.to_string()),
            ("char-signed".to_owned(), self.char_signed.to_string()),
            ("wchar-signed".to_owned(), self.wchar_signed.to_string()),
            (
                "long-double-format".to_owned(),
                self.long_double_format.to_string(),
            ),
            (
                "bit-field-order".to_owned(),
                self.bit_field_order.to_string(),
            ),
        ]);
        for scalar in Scalar::REPORTED {
            facts.insert(format!("size.{scalar}"), self.size(scalar).to_string());
            facts.insert(format!("align.{scalar}"), self.align(scalar).to_string());
        }
        facts
    }
}
