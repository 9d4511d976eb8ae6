//! Python 3, with its module `struct`.

use std::fmt::Write as _;

use super::{Generated, Port, is_signed, names, pieces, shift};
use crate::form::{Cell, Meaning};
use layout::abi::ByteOrder;

const COMMENT: (&str, &str) = ("# ", "");

pub(super) fn file(port: &Port) -> Generated {
    let Port { form, .. } = port;
    let name = names::of_type(&port.stem);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\"\"\"{}\"\"\"\n",
        port.about().join("\n").replace('"', "'")
    );
    text.push_str("import struct\nfrom dataclasses import dataclass\n\n\n@dataclass\n");
    let _ = writeln!(text, "class {name}:");
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        let _ = writeln!(text, "    {field}: {}  # {}", annotation(cell), told(cell));
    }
    let _ = write!(
        text,
        "\n    def to_bytes(self) -> bytes:\n        \"\"\"Writes a record. Of a bit-field the bits that do not fit are cut off.\"\"\"\n        to = bytearray(OCTETS)\n"
    );
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        encode(field, cell, &mut text);
    }
    let _ = write!(
        text,
        "        return bytes(to)\n\n    @classmethod\n    def from_bytes(cls, octets: bytes) -> \"{name}\":\n        \"\"\"Reads a record.\"\"\"\n        if len(octets) != OCTETS:\n            raise ValueError(f\"{{len(octets)}} octets, expected {{OCTETS}}\")\n        return cls(\n"
    );
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        let _ = writeln!(text, "            {field}={},", decode(cell));
    }
    let _ = write!(
        text,
        "        )\n\n\n# How many octets a record has.\nOCTETS = {}\n",
        form.size
    );
    Generated {
        name: format!("{}_wire.py", port.stem),
        text,
        comment: COMMENT,
    }
}

fn annotation(cell: &Cell) -> &'static str {
    match (&cell.meaning, cell.elements) {
        (Meaning::Char, Some(_)) => "bytes",
        (_, Some(_)) => "tuple",
        (Meaning::Bool, None) => "bool",
        (Meaning::Float(_), None) => "float",
        _ => "int",
    }
}

fn told(cell: &Cell) -> String {
    let mut told = format!("{} {}", cell.place(), cell.declared_type());
    if let Meaning::Enum { names, .. } = &cell.meaning {
        let names: Vec<_> = names
            .iter()
            .map(|one| format!("{} {}", one.value, one.name))
            .collect();
        let _ = write!(told, ": {}", names.join(", "));
    }
    told
}

/// The format of a value for `struct`, with how many there are.
fn format(cell: &Cell) -> String {
    let order = match cell.order {
        ByteOrder::Big => ">",
        ByteOrder::Little => "<",
    };
    let letter = match (&cell.meaning, cell.bit_size) {
        (Meaning::Char, _) if cell.elements.is_some() => "s",
        (Meaning::Bool, _) => "?",
        (Meaning::Float(_), 32) => "f",
        (Meaning::Float(_), _) => "d",
        (_, 8) if is_signed(cell) => "b",
        (_, 16) if is_signed(cell) => "h",
        (_, 32) if is_signed(cell) => "i",
        (_, 64) if is_signed(cell) => "q",
        (_, 8) => "B",
        (_, 16) => "H",
        (_, 32) => "I",
        _ => "Q",
    };
    let count = cell
        .elements
        .map_or_else(String::new, |count| count.to_string());
    format!("{order}{count}{letter}")
}

fn encode(field: &str, cell: &Cell, text: &mut String) {
    if cell.is_bit_field {
        for piece in pieces(cell) {
            let _ = writeln!(
                text,
                "        to[{}] |= (int(self.{field}){} & {:#x}){}",
                piece.octet,
                shift(">>", piece.value_shift),
                piece.mask,
                shift("<<", piece.shift)
            );
        }
        return;
    }
    let many = if cell.elements.is_some() && cell.meaning != Meaning::Char {
        "*"
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "        struct.pack_into(\"{}\", to, {}, {many}self.{field})",
        format(cell),
        cell.bit_offset / 8
    );
}

fn decode(cell: &Cell) -> String {
    if cell.is_bit_field {
        let parts = pieces(cell).into_iter().map(|piece| {
            format!(
                "(octets[{}]{} & {:#x}){}",
                piece.octet,
                shift(">>", piece.shift),
                piece.mask,
                shift("<<", piece.value_shift)
            )
        });
        let value = parts.collect::<Vec<_>>().join(" | ");
        return match &cell.meaning {
            Meaning::Bool => format!("bool({value})"),
            _ if is_signed(cell) => {
                let sign = 1_u64 << (cell.bit_size - 1);
                format!("(({value}) ^ {sign:#x}) - {sign:#x}")
            }
            _ => value,
        };
    }
    let read = format!(
        "struct.unpack_from(\"{}\", octets, {})",
        format(cell),
        cell.bit_offset / 8
    );
    match cell.elements {
        Some(_) if cell.meaning != Meaning::Char => read,
        _ => format!("{read}[0]"),
    }
}

/// A program that reads records and writes them again.
pub(super) fn prover(port: &Port) -> Generated {
    let Port { stem, form, .. } = port;
    let name = names::of_type(&port.stem);
    let mut print = String::new();
    for (field, cell) in port.fields.iter().zip(&form.cells) {
        let value = match (&cell.meaning, cell.bit_size) {
            (Meaning::Float(_), 32) => "struct.unpack(\">I\", struct.pack(\">f\", value))[0]",
            (Meaning::Float(_), _) => "struct.unpack(\">Q\", struct.pack(\">d\", value))[0]",
            _ => "int(value)",
        };
        let _ = match cell.elements {
            None => writeln!(print, "    for value in (it.{field},):"),
            Some(_) => writeln!(print, "    for value in it.{field}:"),
        };
        let _ = writeln!(
            print,
            "        print(f\"{field}={{{value}}}\")",
            value = value.replace('"', "'")
        );
    }
    let records = super::vectors::records(port);
    let records = records
        .iter()
        .map(|record| format!("    \"{}\",\n", kit::words::hex(record)));
    let records: String = records.collect();
    let text = format!(
        "import struct\n\nfrom {stem}_wire import {name}\n\nRECORDS = [\n{records}]\n\nfor record in RECORDS:\n    it = {name}.from_bytes(bytes.fromhex(record))\n{print}    print(it.to_bytes().hex())\n"
    );
    Generated {
        name: format!("{stem}_prove.py"),
        text,
        comment: COMMENT,
    }
}
