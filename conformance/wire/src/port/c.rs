//! C99: octets and shifts, no cast of a pointer, no packed struct.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Generated, Port, holder, is_signed, pieces, shift, suffix};
use crate::form::{Cell, Meaning};

const COMMENT: (&str, &str) = ("/* ", " */");

pub(super) fn files(port: &Port) -> Vec<Generated> {
    let file = |extension, text| Generated {
        name: format!("{}_wire.{extension}", port.stem),
        text,
        comment: COMMENT,
    };
    vec![file("h", header(port)), file("c", source(port))]
}

fn header(port: &Port) -> String {
    let Port { stem, form, .. } = port;
    let upper = stem.to_ascii_uppercase();
    let mut text = String::new();
    for line in port.about() {
        let _ = writeln!(text, "/* {line} */");
    }
    let _ = write!(
        text,
        "#ifndef {upper}_WIRE_H\n#define {upper}_WIRE_H\n\n#include <stdbool.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n/* How many octets a record has. */\n#define {upper}_OCTETS {}\n\nstruct {stem}_wire {{\n",
        form.size
    );
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        let length = cell
            .elements
            .map_or_else(String::new, |elements| format!("[{elements}]"));
        let _ = writeln!(
            text,
            "  {} {name}{length}; /* {} */",
            c_type(cell),
            told(cell)
        );
    }
    let _ = write!(
        text,
        "}};\n\n/* Writes a record. Of a bit-field the bits that do not fit are cut off. */\nvoid {stem}_encode(const struct {stem}_wire *from, uint8_t to[{upper}_OCTETS]);\n\n/* Reads a record. */\nvoid {stem}_decode(struct {stem}_wire *to, const uint8_t from[{upper}_OCTETS]);\n\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    );
    text
}

/// Where a value lies, and what it is.
fn told(cell: &Cell) -> String {
    let mut told = format!("{} {}", cell.place(), cell.declared_type());
    if let Meaning::Enum { names, .. } = &cell.meaning {
        let names = names
            .iter()
            .map(|one| format!("{} {}", one.value, one.name));
        let names: Vec<_> = names.collect();
        if !names.is_empty() {
            let _ = write!(told, ": {}", names.join(", "));
        }
    }
    if matches!(cell.meaning, Meaning::Integer { is_time: true, .. }) {
        told.push_str(": seconds since 1970");
    }
    told.replace("*/", "* /")
}

fn c_type(cell: &Cell) -> String {
    let bits = holder(cell.bit_size);
    match &cell.meaning {
        Meaning::Bool => "bool".to_owned(),
        Meaning::Char if cell.elements.is_some() => "char".to_owned(),
        Meaning::Char => "uint8_t".to_owned(),
        Meaning::Float(_) if bits == 32 => "float".to_owned(),
        Meaning::Float(_) => "double".to_owned(),
        _ if is_signed(cell) => format!("int{bits}_t"),
        _ => format!("uint{bits}_t"),
    }
}

fn source(port: &Port) -> String {
    let Port { stem, form, .. } = port;
    let upper = stem.to_ascii_uppercase();
    let mut text = format!(
        "#include \"{stem}_wire.h\"\n\n#include <limits.h>\n#include <string.h>\n\n/* What the code below goes by; it does not compile elsewhere. */\ntypedef char {stem}_octets_have_8_bits[CHAR_BIT == 8 ? 1 : -1];\n"
    );
    let has = |bits| {
        let mut cells = form.cells.iter();
        cells.any(|cell| matches!(cell.meaning, Meaning::Float(_)) && cell.bit_size == bits)
    };
    for (bits, name) in [(32, "float"), (64, "double")] {
        if has(bits) {
            let _ = writeln!(
                text,
                "typedef char {stem}_{name}_has_{bits}_bits[sizeof({name}) == {} ? 1 : -1];",
                bits / 8
            );
        }
    }
    text.push_str(&helpers(port));
    let _ = writeln!(
        text,
        "\nvoid {stem}_encode(const struct {stem}_wire *from, uint8_t to[{upper}_OCTETS]) {{"
    );
    let has_gaps = !form.padding.is_empty() || form.cells.iter().any(|cell| cell.is_bit_field);
    if has_gaps {
        let _ = writeln!(text, "  memset(to, 0, {upper}_OCTETS);");
    }
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        encode(name, cell, &mut text);
    }
    let _ = writeln!(
        text,
        "}}\n\nvoid {stem}_decode(struct {stem}_wire *to, const uint8_t from[{upper}_OCTETS]) {{"
    );
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        decode(name, cell, &mut text);
    }
    text.push_str("}\n");
    text
}

/// Stores of an octet each stay what they are on a machine that wants its words aligned (gcc for ARM). What is written here is a load, a swap or nothing, and a store to every compiler that was looked at.
const WHY: &str = "\n/* What is written has the octets that a read takes in the same order: reading a value's own octets swaps them, or\n * leaves them as they are, as this machine needs it. */\n";

/// Of each width and order that is there, a function that writes and one that reads.
fn helpers(port: &Port) -> String {
    let mut text = String::new();
    let cells = || port.form.cells.iter();
    let wide = cells().filter(|cell| !cell.is_bit_field && cell.bit_size > 8);
    let kinds: BTreeSet<_> = wide
        .map(|cell| (cell.bit_size, suffix(cell.order)))
        .collect();
    if !kinds.is_empty() {
        text.push_str(WHY);
    }
    for (bits, suffix) in &kinds {
        let octets = bits / 8;
        let place = |octet: u64| match *suffix {
            "be" => bits - 8 * (octet + 1),
            _ => 8 * octet,
        };
        let reads = (0..octets).map(|octet| {
            format!(
                "(uint{bits}_t)((uint{bits}_t)from[{octet}]{})",
                shift("<<", place(octet))
            )
        });
        let reads: Vec<_> = reads.collect();
        let _ = write!(
            text,
            "\nstatic inline uint{bits}_t get_{suffix}{bits}(const uint8_t *from) {{\n  return (uint{bits}_t)({});\n}}\n\nstatic inline void put_{suffix}{bits}(uint8_t *to, uint{bits}_t value) {{\n  uint8_t octets[{octets}];\n  memcpy(octets, &value, sizeof octets);\n  value = get_{suffix}{bits}(octets);\n  memcpy(to, &value, sizeof value);\n}}\n",
            reads.join(" | ")
        );
    }
    let signed = cells().filter(|cell| is_signed(cell));
    let signed: BTreeSet<_> = signed.map(|cell| holder(cell.bit_size)).collect();
    for bits in signed {
        let _ = write!(
            text,
            "\nstatic inline int{bits}_t signed_{bits}(uint{bits}_t value) {{\n  return value <= INT{bits}_MAX ? (int{bits}_t)value : (int{bits}_t)(-(int{bits}_t)(UINT{bits}_MAX - value) - 1);\n}}\n"
        );
    }
    text
}

fn encode(name: &str, cell: &Cell, text: &mut String) {
    if cell.is_bit_field {
        let bits = holder(cell.bit_size);
        for piece in pieces(cell) {
            let _ = writeln!(
                text,
                "  to[{at}] = (uint8_t)(to[{at}] | (((uint{bits}_t)from->{name}{}) & {:#x}){});",
                shift(">>", piece.value_shift),
                piece.mask,
                shift("<<", piece.shift),
                at = piece.octet
            );
        }
        return;
    }
    let (octet, octets) = (cell.bit_offset / 8, cell.bit_size / 8);
    if is_octets(cell) {
        let _ = writeln!(
            text,
            "  memcpy(&to[{octet}], from->{name}, sizeof from->{name});"
        );
        return;
    }
    let (at, element, indent) = place(octet, octets, name, cell);
    begin(cell, text);
    let from = format!("from->{element}");
    let _ = match &cell.meaning {
        Meaning::Float(_) => writeln!(
            text,
            "{indent}{{\n{indent}  uint{bits}_t bits;\n{indent}  memcpy(&bits, &{from}, sizeof bits);\n{indent}  put_{}{bits}(&to[{at}], bits);\n{indent}}}",
            suffix(cell.order),
            bits = cell.bit_size
        ),
        _ if octets == 1 => writeln!(text, "{indent}to[{at}] = (uint8_t){from};"),
        _ => writeln!(
            text,
            "{indent}put_{}{bits}(&to[{at}], (uint{bits}_t){from});",
            suffix(cell.order),
            bits = cell.bit_size
        ),
    };
    end(cell, text);
}

fn decode(name: &str, cell: &Cell, text: &mut String) {
    let bits = holder(cell.bit_size);
    if cell.is_bit_field {
        let parts = pieces(cell).into_iter().map(|piece| {
            format!(
                "(uint{bits}_t)((uint{bits}_t)(from[{}]{} & {:#x}){})",
                piece.octet,
                shift(">>", piece.shift),
                piece.mask,
                shift("<<", piece.value_shift)
            )
        });
        let parts: Vec<_> = parts.collect();
        let value = parts.join(" | ");
        let value = match is_signed(cell) {
            // The sign is the highest bit of the field.
            true => {
                let sign = 1_u64 << (cell.bit_size - 1);
                format!(
                    "signed_{bits}((uint{bits}_t)((uint{bits}_t)(({value}) ^ {sign:#x}u{ll}) - {sign:#x}u{ll}))",
                    ll = if bits == 64 { "ll" } else { "" }
                )
            }
            false if cell.meaning == Meaning::Bool => format!("({value}) != 0"),
            false => format!("(uint{bits}_t)({value})"),
        };
        let _ = writeln!(text, "  to->{name} = {value};");
        return;
    }
    let (octet, octets) = (cell.bit_offset / 8, cell.bit_size / 8);
    if is_octets(cell) {
        let _ = writeln!(
            text,
            "  memcpy(to->{name}, &from[{octet}], sizeof to->{name});"
        );
        return;
    }
    let (at, element, indent) = place(octet, octets, name, cell);
    begin(cell, text);
    let read = match octets {
        1 => format!("from[{at}]"),
        _ => format!("get_{}{bits}(&from[{at}])", suffix(cell.order)),
    };
    let to = format!("to->{element}");
    let _ = match &cell.meaning {
        Meaning::Float(_) => writeln!(
            text,
            "{indent}{{\n{indent}  uint{bits}_t bits = {read};\n{indent}  memcpy(&{to}, &bits, sizeof bits);\n{indent}}}"
        ),
        Meaning::Bool => writeln!(text, "{indent}{to} = {read} != 0;"),
        _ if is_signed(cell) => writeln!(text, "{indent}{to} = signed_{bits}({read});"),
        _ => writeln!(text, "{indent}{to} = {read};"),
    };
    end(cell, text);
}

/// Whether it is an array whose elements are octets as they lie in memory, too.
fn is_octets(cell: &Cell) -> bool {
    cell.elements.is_some() && cell.bit_size == 8 && cell.meaning != Meaning::Bool
}

/// The octet of an element, the element, and how far its line is indented.
fn place(octet: u64, octets: u64, name: &str, cell: &Cell) -> (String, String, &'static str) {
    match (cell.elements, octets) {
        (None, _) => (octet.to_string(), name.to_owned(), "  "),
        (Some(_), 1) => (format!("{octet} + i"), format!("{name}[i]"), "    "),
        (Some(_), _) => (
            format!("{octet} + {octets} * i"),
            format!("{name}[i]"),
            "    ",
        ),
    }
}

fn begin(cell: &Cell, text: &mut String) {
    if let Some(elements) = cell.elements {
        let _ = writeln!(text, "  for (int i = 0; i < {elements}; i++) {{");
    }
}

fn end(cell: &Cell, text: &mut String) {
    if cell.elements.is_some() {
        text.push_str("  }\n");
    }
}

/// A program that reads records and writes them again.
pub(super) fn prover(port: &Port) -> Generated {
    let Port { stem, form, .. } = port;
    let upper = stem.to_ascii_uppercase();
    let mut print = String::new();
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        let (element, loops) = match cell.elements {
            None => (format!("it.{name}"), String::new()),
            Some(elements) => (
                format!("it.{name}[i]"),
                format!("for (int i = 0; i < {elements}; i++) "),
            ),
        };
        let bits = cell.bit_size;
        let _ = match &cell.meaning {
            Meaning::Float(_) => writeln!(
                print,
                "    {loops}{{ uint{bits}_t bits; memcpy(&bits, &{element}, sizeof bits); printf(\"{name}=%llu\\n\", (unsigned long long)bits); }}"
            ),
            Meaning::Char => writeln!(
                print,
                "    {loops}printf(\"{name}=%u\\n\", (unsigned)(unsigned char){element});"
            ),
            _ if is_signed(cell) => writeln!(
                print,
                "    {loops}printf(\"{name}=%lld\\n\", (long long){element});"
            ),
            _ => writeln!(
                print,
                "    {loops}printf(\"{name}=%llu\\n\", (unsigned long long){element});"
            ),
        };
    }
    // The records are in it: not every runner has an input.
    let records = super::vectors::records(port);
    let records = records.iter().map(|record| {
        let octets: Vec<_> = record.iter().map(|octet| octet.to_string()).collect();
        format!("  {{ {} }},\n", octets.join(", "))
    });
    let records: String = records.collect();
    let text = format!(
        "#include \"{stem}_wire.h\"\n\n#include <stdio.h>\n#include <string.h>\n\nstatic const uint8_t records[][{upper}_OCTETS] = {{\n{records}}};\n\nint main(void) {{\n  for (unsigned at = 0; at < sizeof records / sizeof records[0]; at++) {{\n    struct {stem}_wire it;\n    uint8_t octets[{upper}_OCTETS];\n    {stem}_decode(&it, records[at]);\n{print}    memset(octets, 0xa5, sizeof octets);\n    {stem}_encode(&it, octets);\n    for (unsigned i = 0; i < sizeof octets; i++) printf(\"%02x\", octets[i]);\n    printf(\"\\n\");\n  }}\n  return 0;\n}}\n"
    );
    Generated {
        name: format!("{stem}_prove.c"),
        text,
        comment: COMMENT,
    }
}
