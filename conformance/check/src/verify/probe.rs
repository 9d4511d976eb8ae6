//! A program that shows where a machine really puts each value: it fills one value at a time with ones and prints which octets changed.
//!
//! A line of its output: the number of the type, the number of the value, what was written (`ones`, or `one` for the number 1), `sizeof`, the first octet that changed and all octets from there to the last.

use std::fmt::Write as _;

use layout::Abi;
use layout::Repeated;
use layout::abi::{BitFieldOrder, ByteOrder, Scalar};
use layout::types::{Count, Type};

use crate::anatomy::{Anatomy, Field};

/// More values of one type are not probed.
const MAX_VALUES: usize = 2000;

/// What is to be printed about one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The line.
    pub line: String,
    /// Which value it is about.
    pub path: String,
}

/// The program for these types, all of which a preprocessed text declares: their numbers, their names and what is in them there. It is preprocessed, too: old names of members that live on as macros (`#define st_atime st_atim.tv_sec`) are behind it.
pub fn source(declarations: &str, types: &[(usize, &str, &Anatomy)]) -> String {
    let mut text = declarations.to_owned();
    text.push_str(PRELUDE);
    let mut calls = String::new();
    for (number, name, anatomy) in types {
        // Octets, and no variable of the type: one that is declared `const` may not be written to.
        let _ = writeln!(
            text,
            "{NEVER_INLINE} static void type_{number}(void) {{\n  static unsigned char at[sizeof({name})] __attribute__((aligned(64)));\n  {name} *it = (void *)at;",
        );
        for (field_number, field) in probed(anatomy) {
            let path = path(field);
            let fill = if field.is_bit_field {
                format!(
                    "{{ static {name} full = {{ {path} = ~0 }}; copy(at, &full, sizeof full); }}"
                )
            } else {
                format!("fill((void *)&(*it){path}, sizeof (*it){path});")
            };
            let show = |what| format!("show({number}, {field_number}, \"{what}\", at, sizeof at);");
            let _ = writeln!(text, "  {fill} {}", show("ones"));
            if is_integer(field) {
                let one = format!(
                    "{{ __typeof__((*it){path}) one = 1; copy((void *)&(*it){path}, &one, sizeof one); }}"
                );
                let _ = writeln!(text, "  {one} {}", show("one"));
            }
        }
        text.push_str("}\n");
        let _ = writeln!(calls, "  type_{number}();");
    }
    let _ = write!(text, "int main(void) {{\n{calls}  return 0;\n}}\n");
    text
}

/// One call looks like another, so thousands of types cost no compiler much.
const NEVER_INLINE: &str = "__attribute__((noinline))";

/// It fills octet by octet: a packed value may lie where its type may not.
const PRELUDE: &str = r#"
# 1 "probe.c"
extern int printf(const char *, ...);
__attribute__((noinline)) static void fill(void *at, unsigned long size) {
  volatile unsigned char *octets = at;
  while (size--) *octets++ = 0xff;
}
__attribute__((noinline)) static void copy(void *to, const void *from, unsigned long size) {
  volatile unsigned char *octets = to;
  const unsigned char *source = from;
  while (size--) *octets++ = *source++;
}
__attribute__((noinline)) static void show(int type, int value, const char *what, void *at, unsigned long size) {
  unsigned char *octets = at;
  unsigned long first = 0, end = size, i;
  while (first < size && !octets[first]) first++;
  while (end > first && !octets[end - 1]) end--;
  printf("%d %d %s %lu %lu ", type, value, what, size, first);
  for (i = first; i < end; i++) printf("%02x", octets[i]);
  printf("\n");
  for (i = 0; i < size; i++) octets[i] = 0;
}
"#;

/// What the model says the program prints on a machine of this ABI.
pub fn expected(number: usize, abi: &Abi, anatomy: &Anatomy) -> Vec<Expected> {
    let mut expected = Vec::new();
    for (field_number, field) in probed(anatomy) {
        let mut say = |what: &str, first: u64, octets: &[u8]| {
            let octets: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            expected.push(Expected {
                line: format!(
                    "{number} {field_number} {what} {} {first} {octets}",
                    anatomy.size
                ),
                path: field.path.clone(),
            });
        };
        if field.is_bit_field {
            let (first, octets) = bits(abi, field);
            say("ones", first, &octets);
            continue;
        }
        let (bits, _) = field.extent();
        let octets = usize::try_from(bits / 8).unwrap_or(0);
        say("ones", field.offset(), &vec![0xff; octets]);
        if is_integer(field) {
            let last = (field.bit_size / 8).saturating_sub(1);
            let first = match abi.byte_order() {
                ByteOrder::Little => field.offset(),
                ByteOrder::Big => field.offset() + last,
            };
            say("one", first, &[1]);
        }
    }
    expected
}

/// The values that take room, and that are in no array without any.
fn probed(anatomy: &Anatomy) -> impl Iterator<Item = (usize, &Field)> {
    let fields = anatomy.fields.iter().enumerate();
    let has_room = |field: &Field| {
        let (bits, around) = field.extent();
        let some = |array: &Repeated| !matches!(array.count, Count::Flexible | Count::Fixed(0));
        bits > 0 && around.iter().all(some)
    };
    fields
        .filter(move |(_, field)| has_room(field))
        .take(MAX_VALUES)
}

/// As C takes it, in the first element of every array around it.
fn path(field: &Field) -> String {
    let path = field.path.replace("[]", "[0]");
    // A type that is an array itself has no name before its elements.
    let joint = if path.is_empty() || path.starts_with('[') {
        ""
    } else {
        "."
    };
    format!("{joint}{path}")
}

/// Whether a number can be written to it: no array, and no floating-point number.
fn is_integer(field: &Field) -> bool {
    let kind = Some(&field.kind);
    field.arrays().1.is_empty()
        && field.bit_size > 8
        && !field.is_bit_field
        && matches!(kind, Some(Type::Scalar(_) | Type::Typedef(_)))
        && !matches!(
            kind,
            Some(Type::Scalar(
                Scalar::Float
                    | Scalar::Double
                    | Scalar::LongDouble
                    | Scalar::Pointer
                    | Scalar::Bool
                    | Scalar::Enum
            ))
        )
}

/// The octets that a bit-field full of ones has ones in, and the first of them.
fn bits(abi: &Abi, field: &Field) -> (u64, Vec<u8>) {
    let first = field.bit_offset / 8;
    let end = (field.bit_offset + field.bit_size).div_ceil(8);
    let mut octets = vec![0_u8; usize::try_from(end - first).unwrap_or(0)];
    for bit in field.bit_offset..field.bit_offset + field.bit_size {
        let place = usize::try_from(bit / 8 - first).unwrap_or(usize::MAX);
        if let Some(octet) = octets.get_mut(place) {
            *octet |= match abi.bit_field_order() {
                BitFieldOrder::LowFirst => 1 << (bit % 8),
                BitFieldOrder::HighFirst => 0x80 >> (bit % 8),
            };
        }
    }
    (first, octets)
}
