//! Kaitai Struct: a description (`.ksy`) that its compiler makes parsers of, in a dozen languages. <https://doc.kaitai.io/ksy_reference.html>

use std::fmt::Write as _;
use std::rc::Rc;

use layout::abi::BitFieldOrder;
use layout::dwarf::Enumerator;

use super::{Generated, Port, is_signed, names, suffix};
use crate::form::{Cell, Meaning};

const COMMENT: (&str, &str) = ("# ", "");

pub(super) fn file(port: &Port) -> Generated {
    let mut text = String::new();
    let _ = write!(
        text,
        "meta:\n  id: {}\n  title: {}\ndoc: {}\nseq:\n",
        id(port),
        quoted(&port.name),
        quoted(&port.about().join(" "))
    );
    let mut enums = Enums::default();
    let mut instances = String::new();
    let mut next = 0;
    for (name, cell) in names(port).iter().zip(&port.form.cells) {
        pad(next, cell.bit_offset, cell.bits, &mut text);
        next = cell.bit_end();
        let _ = writeln!(text, "  - id: {}", stored(name, cell));
        let _ = writeln!(text, "    doc: {}", quoted(&told(cell)));
        match (&cell.meaning, cell.elements) {
            (Meaning::Char, Some(count)) => {
                let _ = writeln!(text, "    size: {count}");
                continue;
            }
            (_, Some(count)) => {
                let _ = writeln!(text, "    repeat: expr\n    repeat-expr: {count}");
            }
            (_, None) => {}
        }
        let _ = writeln!(text, "    type: {}", type_of(cell));
        let of = match &cell.meaning {
            // Of one bit it makes a truth value.
            Meaning::Enum { names, .. } if !names.is_empty() && cell.bit_size > 1 => {
                format!("    enum: {}\n", enums.id(cell, names))
            }
            _ => String::new(),
        };
        if is_instance(cell) {
            let _ = writeln!(instances, "  {name}:\n    value: {}", value(name, cell));
            instances.push_str(&of);
        } else {
            text.push_str(&of);
        }
    }
    let bits = port.form.cells.last().map(|cell| cell.bits);
    let bits = bits.unwrap_or(BitFieldOrder::HighFirst);
    pad(next, port.form.size * 8, bits, &mut text);
    if !instances.is_empty() {
        let _ = write!(text, "instances:\n{instances}");
    }
    enums.write(&mut text);
    Generated {
        name: format!("{}_wire.ksy", port.stem),
        text,
        comment: COMMENT,
    }
}

fn id(port: &Port) -> String {
    format!("{}_wire", lower(&port.stem))
}

/// Kaitai's names have small letters, and begin with one.
fn lower(name: &str) -> String {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    match name.starts_with(|first: char| first.is_ascii_lowercase()) {
        true => name,
        false => format!("value{name}"),
    }
}

/// The names of its values: all different, and none that its parsers have for themselves.
fn names(port: &Port) -> Vec<String> {
    const PARSER: [&str; 3] = ["from_file", "from_io", "close"];
    let lower = port.fields.iter().map(|name| lower(name));
    // The names of what an instance is of, too.
    let taken = lower.clone().map(|name| format!("{name}_bits"));
    let taken = taken.chain(PARSER.map(str::to_owned));
    names::unique(lower, taken)
}

/// Whether its value is not what the parser has read: Kaitai's bit-fields have no sign.
fn is_instance(cell: &Cell) -> bool {
    cell.is_bit_field && is_signed(cell)
}

fn stored(name: &str, cell: &Cell) -> String {
    match is_instance(cell) {
        true => format!("{name}_bits"),
        false => name.to_owned(),
    }
}

fn value(name: &str, cell: &Cell) -> String {
    match cell.bit_size {
        1 => format!("'{name}_bits ? -1 : 0'"),
        bits => {
            let sign = 1_u64 << (bits - 1);
            format!("({name}_bits ^ {sign:#x}) - {sign:#x}")
        }
    }
}

fn told(cell: &Cell) -> String {
    let mut told = format!("{}: {}", cell.path, cell.declared_type());
    if matches!(cell.meaning, Meaning::Integer { is_time: true, .. }) {
        told.push_str(", seconds since 1970");
    }
    told
}

fn type_of(cell: &Cell) -> String {
    if cell.is_bit_field {
        return bits(cell.bit_size, cell.bits);
    }
    let kind = match &cell.meaning {
        Meaning::Float(_) => "f",
        _ if is_signed(cell) => "s",
        _ => "u",
    };
    match cell.bit_size / 8 {
        1 => format!("{kind}1"),
        octets => format!("{kind}{octets}{}", suffix(cell.order)),
    }
}

fn bits(count: u64, order: BitFieldOrder) -> String {
    match order {
        BitFieldOrder::HighFirst => format!("b{count}be"),
        BitFieldOrder::LowFirst => format!("b{count}le"),
    }
}

/// What belongs to no value, between two places in bits: to the end of an octet, whole octets, and bits of the next.
fn pad(from: u64, to: u64, order: BitFieldOrder, text: &mut String) {
    let whole = from.next_multiple_of(8).min(to);
    let end = (to - to % 8).max(whole);
    if whole > from {
        let _ = writeln!(text, "  - type: {}", bits(whole - from, order));
    }
    if end > whole {
        let _ = writeln!(text, "  - size: {}", (end - whole) / 8);
    }
    if to > end {
        let _ = writeln!(text, "  - type: {}", bits(to - end, order));
    }
}

/// A text that YAML takes as it is (YAML 1.2.2, 7.3.1: JSON's strings are among its own).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The enumerations of a format, each once.
#[derive(Default)]
struct Enums(Vec<(String, Rc<[Enumerator]>)>);

impl Enums {
    fn id(&mut self, cell: &Cell, names: &Rc<[Enumerator]>) -> String {
        if let Some((id, _)) = self.0.iter().find(|(_, other)| other == names) {
            return id.clone();
        }
        let bare = cell.type_name.rsplit([' ', ':']).next().unwrap_or_default();
        let mut id = lower(&names::identifier(bare));
        while self.0.iter().any(|(taken, _)| *taken == id) {
            id.push('_');
        }
        self.0.push((id.clone(), names.clone()));
        id
    }

    fn write(&self, text: &mut String) {
        if !self.0.is_empty() {
            text.push_str("enums:\n");
        }
        for (id, enumerators) in &self.0 {
            let _ = writeln!(text, "  {id}:");
            let ids = enumerators
                .iter()
                .map(|one| lower(&names::identifier(&one.name)));
            let ids = names::unique(ids, std::iter::empty());
            let mut told = Vec::new();
            for (name, one) in ids.iter().zip(&**enumerators) {
                // Kaitai has one name for a number.
                if !told.contains(&one.value) {
                    let _ = writeln!(text, "    {}: {name}", one.value);
                    told.push(one.value);
                }
            }
        }
    }
}

/// A program in Python that reads records with the compiled parser, which is in the folder where it runs.
pub(super) fn prover(port: &Port) -> Generated {
    let mut print = String::new();
    for ((field, name), cell) in port.fields.iter().zip(names(port)).zip(&port.form.cells) {
        let value = match (&cell.meaning, cell.bit_size) {
            (Meaning::Float(_), 32) => "struct.unpack('>I', struct.pack('>f', value))[0]",
            (Meaning::Float(_), _) => "struct.unpack('>Q', struct.pack('>d', value))[0]",
            _ => "int(value)",
        };
        let _ = match cell.elements {
            None => writeln!(print, "    for value in (it.{name},):"),
            Some(_) => writeln!(print, "    for value in it.{name}:"),
        };
        let _ = writeln!(print, "        print(f\"{field}={{{value}}}\")");
    }
    let records = super::vectors::records(port);
    let records = records
        .iter()
        .map(|record| format!("    \"{}\",\n", kit::words::hex(record)));
    let records: String = records.collect();
    let text = format!(
        "import importlib\nimport struct\nimport sys\n\nfrom kaitaistruct import KaitaiStruct\n\n# The parser, and not the module beside this file that may have its name.\nsys.path[0] = \".\"\nmodule = importlib.import_module(\"{}\")\nparsers = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, KaitaiStruct)]\n(parser,) = [one for one in parsers if one is not KaitaiStruct]\n\nRECORDS = [\n{records}]\n\nfor record in RECORDS:\n    it = parser.from_bytes(bytes.fromhex(record))\n{print}    if not it._io.is_eof():\n        print(\"octets are left over\")\n",
        id(port)
    );
    Generated {
        name: format!("{}_prove_kaitai.py", port.stem),
        text,
        comment: COMMENT,
    }
}
