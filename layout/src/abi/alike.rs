//! ABIs on which every type lies in the same places, so that it need be laid out only once for all of them.

use super::{Abi, BitFieldOrder, ByteOrder};

impl Abi {
    /// Puts together those on which every type has the same layout, or none, each ABI once: in the order in which they came. They may differ in their names and in what is written into a place, but not in where it is.
    pub fn alike<'a>(abis: impl IntoIterator<Item = &'a Abi>) -> Vec<Vec<&'a Abi>> {
        let mut classes: Vec<(Abi, Vec<&Abi>)> = Vec::new();
        for abi in abis {
            let places = abi.places();
            match classes.iter_mut().find(|(class, _)| *class == places) {
                Some((_, members)) if members.iter().any(|member| member.name == abi.name) => {}
                Some((_, members)) => members.push(abi),
                None => classes.push((places, vec![abi])),
            }
        }
        classes.into_iter().map(|(_, members)| members).collect()
    }

    /// Without what no layout depends on. A property that is added to ABIs is taken to matter until it is named here.
    fn places(&self) -> Abi {
        Abi {
            name: String::new(),
            source: String::new(),
            apart: None,
            byte_order: ByteOrder::Little,
            char_signed: false,
            wchar_signed: false,
            // Bits are numbered from the end that is filled first, as DWARF 5's DW_AT_data_bit_offset does.
            bit_field_order: BitFieldOrder::LowFirst,
            ..self.clone()
        }
    }
}
