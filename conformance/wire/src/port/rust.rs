//! Rust, without the standard library: `to_bytes` and `from_bytes`.

use std::fmt::Write as _;

use super::{Generated, Port, holder, is_signed, names, pieces, shift, suffix};
use crate::form::{Cell, Meaning};

const COMMENT: (&str, &str) = ("// ", "");

pub(super) fn file(port: &Port) -> Generated {
    let Port { form, .. } = port;
    let name = names::of_type(&port.stem);
    let mut text = String::from("\n");
    for line in port.about() {
        let _ = writeln!(text, "/// {line}");
    }
    let _ = writeln!(
        text,
        "#[derive(Clone, Copy, Debug, PartialEq)]\npub struct {name} {{"
    );
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        for line in told(cell) {
            let _ = writeln!(text, "    /// {line}");
        }
        let _ = writeln!(text, "    pub {field}: {},", whole_type(cell));
    }
    let _ = write!(
        text,
        "}}\n\nimpl {name} {{\n    /// How many octets a record has.\n    pub const OCTETS: usize = {size};\n\n    /// Writes a record. Of a bit-field the bits that do not fit are cut off.\n    pub fn to_bytes(&self) -> [u8; Self::OCTETS] {{\n        let mut to = [0; Self::OCTETS];\n",
        size = form.size
    );
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        encode(field, cell, &mut text);
    }
    text.push_str("        to\n    }\n\n    /// Reads a record.\n    pub fn from_bytes(from: &[u8; Self::OCTETS]) -> Self {\n        Self {\n");
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        let _ = writeln!(text, "            {field}: {},", decode(cell));
    }
    text.push_str("        }\n    }\n}\n");
    Generated {
        name: format!("{}_wire.rs", port.stem),
        text,
        comment: COMMENT,
    }
}

fn told(cell: &Cell) -> Vec<String> {
    let mut lines = vec![format!(
        "`{}`: {}, {}.",
        cell.path,
        cell.place(),
        cell.declared_type()
    )];
    if let Meaning::Enum { names, .. } = &cell.meaning
        && !names.is_empty()
    {
        let names: Vec<_> = names
            .iter()
            .map(|one| format!("{} {}", one.value, one.name))
            .collect();
        lines.push(format!("{}.", names.join(", ")));
    }
    lines
}

/// Of one element.
fn element_type(cell: &Cell) -> String {
    let bits = holder(cell.bit_size);
    match &cell.meaning {
        Meaning::Bool => "bool".to_owned(),
        Meaning::Float(_) => format!("f{bits}"),
        _ if is_signed(cell) => format!("i{bits}"),
        _ => format!("u{bits}"),
    }
}

fn whole_type(cell: &Cell) -> String {
    let element = element_type(cell);
    match cell.elements {
        Some(elements) => format!("[{element}; {elements}]"),
        None => element,
    }
}

fn encode(field: &str, cell: &Cell, text: &mut String) {
    if cell.is_bit_field {
        let unsigned = format!("u{}", holder(cell.bit_size));
        for piece in pieces(cell) {
            let value = match &cell.meaning {
                Meaning::Bool => format!("u8::from(self.{field})"),
                _ => format!("(self.{field} as {unsigned})"),
            };
            let _ = writeln!(
                text,
                "        to[{}] |= (({value}{} & {:#x}){}) as u8;",
                piece.octet,
                shift(">>", piece.value_shift),
                piece.mask,
                shift("<<", piece.shift)
            );
        }
        return;
    }
    let (octet, octets) = (cell.bit_offset / 8, cell.bit_size / 8);
    let value = |value: String| match &cell.meaning {
        Meaning::Bool => format!("[u8::from({value})]"),
        // A reference to an element has its methods, too.
        _ => format!(
            "{}.to_{}_bytes()",
            value.trim_start_matches('*'),
            suffix(cell.order)
        ),
    };
    let _ = match cell.elements {
        None => writeln!(
            text,
            "        to[{octet}..{}].copy_from_slice(&{});",
            octet + octets,
            value(format!("self.{field}"))
        ),
        Some(elements) => writeln!(
            text,
            "        for (value, to) in self.{field}.iter().zip(to[{octet}..{}].chunks_exact_mut({octets})) {{\n            to.copy_from_slice(&{});\n        }}",
            octet + octets * elements,
            value("*value".to_owned())
        ),
    };
}

fn decode(cell: &Cell) -> String {
    let bits = holder(cell.bit_size);
    let element = element_type(cell);
    if cell.is_bit_field {
        let parts = pieces(cell).into_iter().map(|piece| {
            format!(
                "((from[{}]{} & {:#x}) as u{bits}){}",
                piece.octet,
                shift(">>", piece.shift),
                piece.mask,
                shift("<<", piece.value_shift)
            )
        });
        let value = parts.collect::<Vec<_>>().join(" | ");
        return match &cell.meaning {
            Meaning::Bool => format!("({value}) != 0"),
            // The sign is the highest bit of the field.
            _ if is_signed(cell) => {
                let unused = bits - cell.bit_size;
                format!("((({value}) << {unused}) as i{bits}) >> {unused}")
            }
            _ => value,
        };
    }
    let (octet, octets) = (cell.bit_offset / 8, cell.bit_size / 8);
    let one = |at: &dyn Fn(u64) -> String| {
        let parts: Vec<_> = (0..octets).map(at).collect();
        match &cell.meaning {
            Meaning::Bool => format!("{} != 0", parts.join("")),
            _ => format!(
                "{element}::from_{}_bytes([{}])",
                suffix(cell.order),
                parts.join(", ")
            ),
        }
    };
    match cell.elements {
        None => one(&|at| format!("from[{}]", octet + at)),
        Some(_) => {
            let at = one(&|at| match (octets, octet + at) {
                (1, at) => format!("from[{at} + i]"),
                (octets, at) => format!("from[{at} + {octets} * i]"),
            });
            format!("core::array::from_fn(|i| {at})")
        }
    }
}

/// A program that reads records and writes them again.
pub(super) fn prover(port: &Port) -> Generated {
    let Port { stem, form, .. } = port;
    let name = names::of_type(&port.stem);
    let mut print = String::new();
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        let value = match &cell.meaning {
            Meaning::Float(_) => "value.to_bits()",
            Meaning::Bool => "u8::from(value)",
            _ => "value",
        };
        let _ = match cell.elements {
            None => writeln!(
                print,
                "        let value = it.{field};\n        println!(\"{field}={{}}\", {value});"
            ),
            Some(_) => writeln!(
                print,
                "        for value in it.{field} {{\n            println!(\"{field}={{}}\", {value});\n        }}"
            ),
        };
    }
    let records = super::vectors::records(port);
    let records = records
        .iter()
        .map(|record| format!("        {record:?},\n"));
    let records: String = records.collect();
    let text = format!(
        "#![forbid(unsafe_code)]\n\nmod wire {{\n    #![allow(clippy::all)]\n    include!(\"{stem}_wire.rs\");\n}}\n\nfn main() {{\n    let records: [[u8; wire::{name}::OCTETS]; {count}] = [\n{records}    ];\n    for record in &records {{\n        let it = wire::{name}::from_bytes(record);\n{print}        let octets = it.to_bytes();\n        let octets: String = octets.iter().map(|octet| format!(\"{{octet:02x}}\")).collect();\n        println!(\"{{octets}}\");\n    }}\n}}\n",
        count = super::vectors::records(port).len()
    );
    Generated {
        name: format!("{stem}_prove.rs"),
        text,
        comment: COMMENT,
    }
}
