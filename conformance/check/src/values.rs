//! What is known of the values of a type beside where they lie: what products ask that read or write octets.

use std::collections::HashMap;

use layout::dwarf::{Enumerator, Place};

use crate::anatomy::Field;
use crate::case::Read;
use crate::origin::origins;
use crate::spelling;

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// The name of its type as its source has it, where that is known; of an array, of its elements.
    pub type_name: Option<&'a str>,
    /// Whether it is an integer with a sign; `None` where nobody says, and for what is no integer.
    pub signed: Option<bool>,
    /// Where it is declared, where the compiler says.
    pub place: Option<&'a Place>,
    /// The names of its values, where it is an enumeration.
    pub enumerators: &'a [Enumerator],
}

/// Of every value of a type, by the path of its [`Field`]; the first of several with one path.
pub fn values(read: Read<'_>) -> HashMap<String, Value<'_>> {
    let origins = origins(read.types, read.subject.kind).into_iter();
    let values = origins.map(|(path, origin)| {
        let source = origin.source(read);
        let enumerators = read.of.enumerators.get(&origin.leaf);
        let value = Value {
            type_name: source.and_then(|source| source.type_name.as_deref()),
            signed: source.and_then(|source| source.signed),
            place: source.and_then(|source| source.place.as_ref()),
            enumerators: enumerators.map_or(&[], Vec::as_slice),
        };
        (path, value)
    });
    values.collect()
}

/// The type of a field in words, whatever its source calls it; of an array, of its elements.
pub fn type_name(field: &Field) -> String {
    spelling::element(field)
}
