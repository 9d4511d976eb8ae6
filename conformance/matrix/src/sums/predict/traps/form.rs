//! Integers one behind another, without padding, as a machine writes them.

use layout::ByteOrder;
use layout::octets::{place_integer, read_integer};

/// One of the integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub name: &'static str,
    /// In octets.
    pub size: usize,
    /// Which of them comes first.
    pub order: ByteOrder,
}

pub(super) fn field(name: &'static str, size: usize, order: ByteOrder) -> Field {
    Field { name, size, order }
}

impl Field {
    /// Its value, when these are its octets and no others.
    pub fn read(&self, octets: &[u8]) -> Option<i64> {
        (octets.len() == self.size)
            .then(|| read_integer(octets, self.order).ok())
            .flatten()
    }
}

/// What a message of `N` integers looks like.
pub(super) type Form<const N: usize> = [Field; N];

pub(super) fn size<const N: usize>(form: &Form<N>) -> usize {
    form.iter().map(|field| field.size).sum()
}

/// Writes values that fit their fields, as all of ours do: 64 bits, and small numbers elsewhere.
pub(super) fn write<const N: usize>(form: &Form<N>, values: [i64; N]) -> Vec<u8> {
    let fields = form.iter().zip(values).flat_map(|(field, value)| {
        let mut octets = vec![0; field.size];
        let _ = place_integer(value, field.size, field.order, &mut octets);
        octets
    });
    fields.collect()
}

/// Reads values from the front; `None` when there are too few octets.
pub(super) fn read<const N: usize>(form: &Form<N>, octets: &[u8]) -> Option<[i64; N]> {
    let mut rest = octets;
    let mut values = [0; N];
    for (field, value) in form.iter().zip(&mut values) {
        let (own, after) = rest.split_at_checked(field.size)?;
        *value = field.read(own)?;
        rest = after;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ByteOrder::{Big, Little};

    #[test]
    fn what_is_written_in_a_form_is_read_in_it() {
        let form = [field("length", 4, Big), field("a", 8, Little)];
        let octets = write(&form, [16, -2]);
        assert_eq!(
            octets,
            [0, 0, 0, 16, 0xfe, 255, 255, 255, 255, 255, 255, 255]
        );
        assert_eq!(read(&form, &octets), Some([16, -2]));
        assert_eq!(read(&form, &octets[..11]), None);
        assert_eq!(size(&form), 12);
    }
}
