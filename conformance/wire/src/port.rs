//! A portable type out of one that breaks: how each value is written, whatever machine writes it, and code in several languages that does.
//!
//! What is written is a [`Form`], too: a new one without padding, or one that a machine has had (`--as`), so that old files live on.

mod agreed;
mod c;
mod design;
mod kaitai;
mod names;
pub mod owned;
mod python;
mod rust;
pub mod vectors;
mod wireshark;

use layout::abi::ByteOrder;

use crate::form::{Cell, Form, Forms, Meaning};

pub use design::{NotPortable, Widths};

/// A type as it is written, and what it is called.
#[derive(Clone, Debug)]
pub struct Port {
    /// As its language writes it.
    pub name: String,
    /// How it is written.
    pub form: Form,
    /// Its name in C: `packet`.
    pub stem: String,
    /// The names of its values in code, one for each cell: `points_0_x`.
    pub fields: Vec<String>,
    /// Whose format it is, where it is an old one.
    pub machine: Option<String>,
}

/// A language that code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// C99: a header and a source.
    C,
    /// Rust, without the standard library.
    Rust,
    /// Python, with its module `struct`.
    Python,
    /// A description for the compiler of Kaitai Struct.
    Kaitai,
    /// A dissector for Wireshark, in Lua.
    Wireshark,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] = [
        Language::C,
        Language::Rust,
        Language::Python,
        Language::Kaitai,
        Language::Wireshark,
    ];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Rust => "rust",
            Language::Python => "python",
            Language::Kaitai => "kaitai",
            Language::Wireshark => "wireshark",
        }
    }
}

/// A file that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Its name, without a folder.
    pub name: String,
    /// Its text, without the line that says who wrote it.
    pub text: String,
    /// What begins a comment of a line in its language, and what ends it.
    pub comment: (&'static str, &'static str),
}

impl Port {
    /// A new format.
    ///
    /// # Errors
    /// Something in it cannot be written.
    pub fn new(forms: &Forms, widths: Widths) -> Result<Port, NotPortable> {
        Ok(Port::of(forms, design::design(forms, widths)?, None))
    }

    /// The format that a machine has written.
    ///
    /// # Errors
    /// Something in it cannot be written.
    pub fn existing(forms: &Forms, form: &Form, machine: &str) -> Result<Port, NotPortable> {
        design::check(form)?;
        Ok(Port::of(forms, form.clone(), Some(machine)))
    }

    fn of(forms: &Forms, form: Form, machine: Option<&str>) -> Port {
        let stem = names::stem(&forms.name);
        Port {
            name: forms.name.clone(),
            fields: names::of(&form, &stem),
            stem,
            form,
            machine: machine.map(str::to_owned),
        }
    }

    /// The files of a language.
    pub fn files(&self, language: Language) -> Vec<Generated> {
        match language {
            Language::C => c::files(self),
            Language::Rust => vec![rust::file(self)],
            Language::Python => vec![python::file(self)],
            Language::Kaitai => vec![kaitai::file(self)],
            Language::Wireshark => vec![wireshark::file(self)],
        }
    }

    /// A program that has the code of a language read [`vectors::records`], and prints what [`vectors::lines`] says; of a language that only reads, [`vectors::values`].
    pub fn prover(&self, language: Language) -> Generated {
        match language {
            Language::C => c::prover(self),
            Language::Rust => rust::prover(self),
            Language::Python => python::prover(self),
            Language::Kaitai => kaitai::prover(self),
            Language::Wireshark => wireshark::prover(self),
        }
    }

    /// What every file says of itself.
    fn about(&self) -> Vec<String> {
        let size = self.form.size;
        let format = match &self.machine {
            Some(machine) => format!("as {machine} has written it"),
            None => "with every value behind the other, without padding".to_owned(),
        };
        vec![format!("{} in {size} octets, {format}.", self.name)]
    }
}

/// `be` or `le`.
fn suffix(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Big => "be",
        ByteOrder::Little => "le",
    }
}

/// Whether it is a number with a sign.
fn is_signed(cell: &Cell) -> bool {
    match &cell.meaning {
        Meaning::Integer { signed, .. } | Meaning::Enum { signed, .. } => *signed,
        _ => false,
    }
}

/// The number of bits of the integer that holds so many: 8, 16, 32 or 64.
fn holder(bits: u64) -> u64 {
    bits.next_power_of_two().max(8)
}

/// A shift to the left or to the right, where there is one.
fn shift(direction: &str, bits: u64) -> String {
    match bits {
        0 => String::new(),
        bits => format!(" {direction} {bits}"),
    }
}

/// A part of a bit-field that lies in one octet.
struct Piece {
    /// The octet.
    octet: u64,
    /// How far its least significant bit is from that of the octet.
    shift: u64,
    /// How far it is from that of the value.
    value_shift: u64,
    /// Ones for its bits.
    mask: u64,
}

/// The parts of a bit-field.
fn pieces(cell: &Cell) -> Vec<Piece> {
    use layout::abi::BitFieldOrder::{HighFirst, LowFirst};
    let (begin, end) = (cell.bit_offset, cell.bit_offset + cell.bit_size);
    let octets = begin / 8..end.div_ceil(8);
    let piece = |octet: u64| {
        let first = begin.max(octet * 8);
        let last = end.min(octet * 8 + 8);
        let bits = last - first;
        Piece {
            octet,
            shift: match cell.bits {
                LowFirst => first - octet * 8,
                HighFirst => octet * 8 + 8 - last,
            },
            value_shift: match cell.bits {
                LowFirst => first - begin,
                HighFirst => end - last,
            },
            mask: (1 << bits) - 1,
        }
    };
    octets.map(piece).collect()
}
