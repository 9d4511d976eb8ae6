//! An entry of debug information (DWARF 5, 2.1), and its attributes as numbers.

use gimli::{Attribute, AttributeValue, DebuggingInformationEntry, DwAt, DwOp};

use super::sections::Octets;

/// One entry with its attributes.
pub(super) type Entry<'a> = DebuggingInformationEntry<Octets<'a>>;

/// The value of an attribute, in the form that the file has it.
pub(super) fn value<'a>(
    attributes: &[Attribute<Octets<'a>>],
    name: DwAt,
) -> Option<AttributeValue<Octets<'a>>> {
    attributes
        .iter()
        .find(|attribute| attribute.name() == name)
        .map(Attribute::raw_value)
}

/// A number that an attribute gives. The data forms have no sign of their own (DWARF 5, 7.5.5) and are taken as unsigned; negative numbers are written as `sdata`, or by gcc as an implicit constant.
pub(super) fn number(entry: &Entry<'_>, name: DwAt) -> Option<i128> {
    value(entry.attrs(), name).and_then(|value| as_number(&value))
}

/// A number that cannot be negative: a size, a count, a line.
pub(super) fn unsigned(entry: &Entry<'_>, name: DwAt) -> Option<u64> {
    number(entry, name).and_then(|number| u64::try_from(number).ok())
}

/// Whether a flag is there and set.
pub(super) fn flag(entry: &Entry<'_>, name: DwAt) -> bool {
    matches!(value(entry.attrs(), name), Some(AttributeValue::Flag(true)))
}

pub(super) fn as_number(value: &AttributeValue<Octets<'_>>) -> Option<i128> {
    Some(match *value {
        AttributeValue::Data1(data) => data.into(),
        AttributeValue::Data2(data) => data.into(),
        AttributeValue::Data4(data) => data.into(),
        AttributeValue::Data8(data) => data.into(),
        AttributeValue::Data16(data) => i128::try_from(data).ok()?,
        AttributeValue::Udata(data) => data.into(),
        AttributeValue::Sdata(data) => data.into(),
        _ => return None,
    })
}

/// The width of a data form, in bits: such a number may stand for a negative one of that width.
pub(super) fn data_bits(value: &AttributeValue<Octets<'_>>) -> Option<u32> {
    Some(match value {
        AttributeValue::Data1(_) => 8,
        AttributeValue::Data2(_) => 16,
        AttributeValue::Data4(_) => 32,
        AttributeValue::Data8(_) => 64,
        AttributeValue::Data16(_) => 128,
        _ => return None,
    })
}

/// Where a member lies in its record (DWARF 5, 5.7.6 `DW_AT_data_member_location`), in octets.
pub(super) enum Location {
    /// Nothing is said, which means the start.
    Absent,
    /// A constant.
    At(u64),
    /// It is computed from the object: a virtual base, say.
    Computed,
}

/// The location of a member. DWARF 2 writes a constant as an expression that adds it.
pub(super) fn location(entry: &Entry<'_>) -> Location {
    let Some(value) = value(entry.attrs(), gimli::DW_AT_data_member_location) else {
        return Location::Absent;
    };
    if let Some(number) = as_number(&value) {
        return u64::try_from(number).map_or(Location::Computed, Location::At);
    }
    let expression = match value {
        AttributeValue::Block(block) => block,
        AttributeValue::Exprloc(expression) => expression.0,
        _ => return Location::Computed,
    };
    added(expression).map_or(Location::Computed, Location::At)
}

/// What `DW_OP_plus_uconst N`, alone, adds.
fn added(mut expression: Octets<'_>) -> Option<u64> {
    use gimli::Reader as _;
    let operation = DwOp(expression.read_u8().ok()?);
    let number = expression.read_uleb128().ok()?;
    (operation == gimli::DW_OP_plus_uconst && expression.is_empty()).then_some(number)
}
