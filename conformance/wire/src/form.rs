//! How a type lies in octets on one island of machines: the seam to `check`, which reads declarations and lays them out.

use std::collections::HashMap;
use std::rc::Rc;

use check::anatomy::{Anatomy, Field, Whole};
use check::case::{Case, On};
use check::islands::islands;
use check::values::{self, Value};
use input::machine;
use layout::abi::{BitFieldOrder, ByteOrder, LongDoubleFormat, Number, Scalar, Typedef};
use layout::dwarf::{Enumerator, Place};
use layout::types::{Count, Type};
use layout::{Abi, Repeated};

/// More values than this are not listed: a short declaration can have more than memory holds.
const MAX_CELLS: usize = 100_000;

/// A type in all its forms.
#[derive(Clone, Debug)]
pub struct Forms {
    /// As its language writes it.
    pub name: String,
    /// Where it is declared, where that is known.
    pub declared: Option<String>,
    /// One for each island: that of the machines that people have first.
    pub forms: Vec<Form>,
    /// Why there is none, and on which machines. Sorted.
    pub unknown: Vec<(String, Vec<String>)>,
    /// Whether one of these machines may have the type, and how it lies there is not known.
    pub is_undecided: bool,
    /// Whether it is not even known what one of these machines sees of the declaration.
    pub is_unread: bool,
    /// The macros of ioctls that have its size in their number.
    pub ioctls: Vec<String>,
}

/// A type as it lies in octets.
#[derive(Clone, Debug)]
pub struct Form {
    /// The machines on which it lies so, in the order in which people would say them.
    pub machines: Vec<String>,
    /// In octets.
    pub size: u64,
    /// Its values, by their places.
    pub cells: Vec<Cell>,
    /// What belongs to none of them. Padding inside of an alternative of a union that another one uses is none.
    pub padding: Vec<Padding>,
}

/// A value of it: a scalar, or an array of such.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The names that lead to it, as in C, with the places of elements of arrays of records: `points[1].x`.
    pub path: String,
    /// Of its first element, from the start of the type. Bits are numbered as [`Field::bit_offset`].
    pub bit_offset: u64,
    /// Of one element.
    pub bit_size: u64,
    /// Whether it is a bit-field.
    pub is_bit_field: bool,
    /// Which of its octets comes first.
    pub order: ByteOrder,
    /// From which end bits of an octet are counted.
    pub bits: BitFieldOrder,
    /// How many elements it has, where it is an array; 0 where their number is not declared.
    pub elements: Option<u64>,
    /// The lengths of that array in its declaration: `[4][2]`.
    pub lengths: String,
    /// From one of them to the next, in bits; of a value in records whose number is not declared, from one of those to the next.
    pub bit_stride: u64,
    /// What it is.
    pub meaning: Meaning,
    /// The name of its type; of an array, of its elements.
    pub type_name: Rc<str>,
    /// The file and the line of its declaration, where the compiler says.
    pub declared: Option<Place>,
    /// Whether it shares octets with another value: it is in a union.
    pub is_shared: bool,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A truth value.
    Bool,
    /// `char`: arrays of it are text.
    Char,
    /// An integer.
    Integer {
        /// Whether it has a sign.
        signed: bool,
        /// Whether it counts seconds since 1970.
        is_time: bool,
    },
    /// One of several named integers.
    Enum {
        /// Whether it has a sign.
        signed: bool,
        /// The names; none where no compiler tells them.
        names: Rc<[Enumerator]>,
    },
    /// A binary floating-point number.
    Float(LongDoubleFormat),
    /// Two of them.
    Complex(LongDoubleFormat),
    /// An address, which means nothing elsewhere.
    Pointer,
}

/// Octets, or bits, that belong to no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padding {
    /// As of a [`Cell`].
    pub bit_offset: u64,
    /// Never 0.
    pub bit_size: u64,
    /// From which end bits of an octet are counted.
    pub bits: BitFieldOrder,
}

impl Forms {
    /// Of a type on all machines.
    pub fn of(case: &Case<'_>) -> Forms {
        let mut unknown: HashMap<String, Vec<String>> = HashMap::new();
        let mut is_undecided = false;
        let mut is_unread = false;
        for on in &case.on {
            let why = match (&*on.anatomy, on.ambiguity()) {
                (Err(why), _) => {
                    is_undecided |= !why.is_refused();
                    is_unread |= matches!(why, Whole::Unread(_));
                    why.to_string()
                }
                (Ok(_), Some(ambiguity)) => {
                    is_undecided = true;
                    ambiguity.why.clone()
                }
                (Ok(_), None) => continue,
            };
            let machines = unknown.entry(why).or_default();
            machines.extend(on.machines.iter().map(|name| (*name).to_owned()));
        }
        let mut forms = Vec::new();
        let islands = islands(case).into_iter();
        for island in islands.flat_map(|island| by_sign(case, island)) {
            let island = in_order(island);
            let first = island.first().copied();
            let on = case
                .known()
                .find(|(on, _)| on.machines.iter().any(|name| Some(*name) == first));
            let Some((on, anatomy)) = on else { continue };
            let machines = island.into_iter().map(str::to_owned).collect();
            match Form::of(on, anatomy, machines) {
                Ok(form) => forms.push(form),
                Err((why, machines)) => {
                    is_undecided = true;
                    unknown.entry(why).or_default().extend(machines);
                }
            }
        }
        let key = |form: &Form| form.machines.first().map(|name| place(name));
        forms.sort_by_cached_key(key);
        let mut unknown: Vec<_> = unknown.into_iter().collect();
        unknown.iter_mut().for_each(|(_, names)| names.sort());
        unknown.sort();
        let declared = case.subject.declared.as_ref();
        Forms {
            name: case.subject.name.clone(),
            declared: declared.map(ToString::to_string),
            forms,
            unknown,
            is_undecided,
            is_unread,
            ioctls: case.ioctls.to_vec(),
        }
    }

    /// The form on a machine.
    pub fn on(&self, machine: &str) -> Option<&Form> {
        let mut forms = self.forms.iter();
        forms.find(|form| form.machines.iter().any(|name| name == machine))
    }

    /// The same, on some of the machines only.
    #[must_use]
    pub fn on_some(mut self, is_meant: impl Fn(&str) -> bool) -> Forms {
        for form in &mut self.forms {
            form.machines.retain(|name| is_meant(name));
        }
        self.forms.retain(|form| !form.machines.is_empty());
        for (_, machines) in &mut self.unknown {
            machines.retain(|name| is_meant(name));
        }
        self.unknown.retain(|(_, machines)| !machines.is_empty());
        self
    }

    /// Why there is no form on a machine.
    pub fn unknown_on(&self, machine: &str) -> Option<&str> {
        let mut unknown = self.unknown.iter();
        let found = unknown.find(|(_, names)| names.iter().any(|name| name == machine));
        found.map(|(why, _)| why.as_str())
    }
}

/// The machines of an island by the sign of their plain `char`, where the type has a bit-field of it: such a number is another one on the others, in the same octets.
fn by_sign<'c>(case: &Case<'c>, island: Vec<&'c str>) -> Vec<Vec<&'c str>> {
    let of = |machine: &str| {
        let mut known = case.known();
        known.find(|(on, _)| on.machines.contains(&machine))
    };
    let is_plain = |field: &Field| field.is_bit_field && field.kind == Type::Scalar(Scalar::Char);
    let first = island.first().and_then(|machine| of(machine));
    if !first.is_some_and(|(_, anatomy)| anatomy.fields.iter().any(is_plain)) {
        return vec![island];
    }
    let is_signed = |machine: &&str| of(machine).is_some_and(|(on, _)| on.abi.char_signed());
    let (signed, unsigned): (Vec<_>, Vec<_>) = island.into_iter().partition(is_signed);
    let parts = [signed, unsigned].into_iter();
    parts.filter(|part| !part.is_empty()).collect()
}

/// In the order in which people would say them, variants behind their machines.
fn in_order(mut island: Vec<&str>) -> Vec<&str> {
    island.sort_by_cached_key(|name| place(name));
    island
}

fn place(name: &str) -> (bool, bool, usize, String) {
    let (is_variant, place, name) = machine::order(name);
    let base = name.split('+').next().unwrap_or(name);
    (!machine::is_usual(base), is_variant, place, name.to_owned())
}

impl Form {
    fn of(
        on: &On<'_>,
        anatomy: &Anatomy,
        machines: Vec<String>,
    ) -> Result<Form, (String, Vec<String>)> {
        let known = on.read.map(values::values).unwrap_or_default();
        let mut cells = Vec::new();
        let mut padding = Vec::new();
        let mut arrays: HashMap<&str, &[Repeated]> = HashMap::new();
        let too_many = || format!("more than {MAX_CELLS} values, which are not listed");
        for field in &anatomy.fields {
            let (around, _) = field.arrays();
            note_arrays(&field.path, around, &mut arrays);
            let value = known.get(&field.path);
            let cell = cell(on.abi, field, value);
            // Its elements are not there, and what one of them would be is part of the type.
            if let Some(open) = around.iter().find(|array| length(array) == 0) {
                cells.push(Cell {
                    elements: Some(0),
                    lengths: format!("[]{}", cell.lengths),
                    bit_stride: open.bit_stride,
                    ..cell
                });
                continue;
            }
            for (indices, bit_offset) in elements(around) {
                if cells.len() >= MAX_CELLS {
                    return Err((too_many(), machines));
                }
                cells.push(Cell {
                    path: with_indices(&field.path, &indices),
                    bit_offset: field.bit_offset + bit_offset,
                    ..cell.clone()
                });
            }
        }
        // What the compiler's own pointer is means nothing to anybody else.
        for hole in anatomy.holes.iter().chain(&anatomy.pointers) {
            let around = arrays.get(hole.path.as_str()).copied().unwrap_or_default();
            for (_, bit_offset) in elements(around) {
                if padding.len() >= MAX_CELLS {
                    return Err((too_many(), machines));
                }
                padding.push(Padding {
                    bit_offset: hole.bit_offset + bit_offset,
                    bit_size: hole.bit_size,
                    bits: on.abi.bit_field_order(),
                });
            }
        }
        cells.sort_by_key(|cell| cell.bit_offset);
        mark_shared(&mut cells);
        leave_out_shared(&mut padding, &cells);
        padding.sort_by_key(|hole| hole.bit_offset);
        Ok(Form {
            machines,
            size: anatomy.size,
            cells,
            padding,
        })
    }

    /// The machine that stands for it.
    pub fn machine(&self) -> &str {
        self.machines.first().map_or("", String::as_str)
    }

    /// In words: `x86_64 and 11 more`.
    pub fn called(&self) -> String {
        let first = machine::short(self.machine());
        match self.machines.len() {
            0 | 1 => first.into_owned(),
            more => format!("{first} +{}", more - 1),
        }
    }
}

impl Cell {
    /// The place behind its last element, in bits.
    pub fn bit_end(&self) -> u64 {
        match self.elements {
            None => self.bit_offset + self.bit_size,
            Some(elements) => self.bit_offset + elements * self.bit_stride,
        }
    }

    /// Whether it is an array of `char`.
    pub fn is_text(&self) -> bool {
        self.elements.is_some() && self.meaning == Meaning::Char
    }

    /// `4:8`, an octet and how many; of a bit-field with bits: `4.3:5b`.
    pub fn place(&self) -> String {
        let (octet, bit) = (self.bit_offset / 8, self.bit_offset % 8);
        match self.is_bit_field {
            true => format!("{octet}.{bit}:{}b", self.bit_size),
            false => format!("{octet}:{}", (self.bit_end() - self.bit_offset) / 8),
        }
    }

    /// The type as its declaration has it: `char[16]`, `unsigned int:3`.
    pub fn declared_type(&self) -> String {
        match self.is_bit_field {
            true => format!("{}:{}", self.type_name, self.bit_size),
            false => format!("{}{}", self.type_name, self.lengths),
        }
    }
}

/// The arrays around each record on the way to a value, by the record's path.
fn note_arrays<'f>(
    path: &'f str,
    around: &'f [Repeated],
    arrays: &mut HashMap<&'f str, &'f [Repeated]>,
) {
    let ends = path.match_indices('.').map(|(at, _)| at);
    for end in ends {
        let record = path.get(..end).unwrap_or_default();
        let count = record.matches("[]").count();
        let around = around.get(..count).unwrap_or_default();
        arrays.entry(record).or_insert(around);
    }
}

/// How many elements it has; 0 where their number is not declared.
fn length(array: &Repeated) -> u64 {
    match array.count {
        Count::Fixed(count) => count,
        Count::Flexible => 0,
    }
}

/// Each element of some arrays, with its place in each of them, and in bits. None of one whose length is not declared.
fn elements(arrays: &[Repeated]) -> impl Iterator<Item = (Vec<u64>, u64)> + '_ {
    let counts: Vec<u64> = arrays.iter().map(length).collect();
    let total = counts
        .iter()
        .try_fold(1_u64, |total, count| total.checked_mul(*count))
        .unwrap_or(u64::MAX);
    (0..total).map(move |number| {
        let mut rest = number;
        let mut indices = vec![0; counts.len()];
        let mut bits = 0_u64;
        for ((index, count), array) in indices.iter_mut().zip(&counts).zip(arrays).rev() {
            *index = rest % count;
            rest /= count;
            bits = bits.saturating_add(index.saturating_mul(array.bit_stride));
        }
        (indices, bits)
    })
}

/// `points[].x` with `[1]`: `points[1].x`.
fn with_indices(path: &str, indices: &[u64]) -> String {
    let mut parts = path.split("[]");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for (index, part) in indices.iter().zip(parts) {
        told.push_str(&format!("[{index}]{part}"));
    }
    told
}

fn mark_shared(cells: &mut [Cell]) {
    // They are sorted: whatever shares with one begins before its end.
    let mut end = 0;
    let mut last = 0;
    let mut shared = vec![false; cells.len()];
    for (place, cell) in cells.iter().enumerate() {
        if cell.bit_offset < end && cell.bit_end() > cell.bit_offset {
            for at in [last, place] {
                if let Some(is) = shared.get_mut(at) {
                    *is = true;
                }
            }
        }
        if cell.bit_end() > end {
            end = cell.bit_end();
            last = place;
        }
    }
    for (cell, is) in cells.iter_mut().zip(shared) {
        cell.is_shared = is;
    }
}

/// Leaves out padding of an alternative of a union that another alternative uses.
fn leave_out_shared(padding: &mut Vec<Padding>, cells: &[Cell]) {
    // Stretches of octets, sorted and apart.
    let mut shared: Vec<(u64, u64)> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.is_shared) {
        match shared.last_mut() {
            Some((_, end)) if cell.bit_offset <= *end => *end = (*end).max(cell.bit_end()),
            _ => shared.push((cell.bit_offset, cell.bit_end())),
        }
    }
    padding.retain(|hole| {
        let next = shared.partition_point(|(_, end)| *end <= hole.bit_offset);
        let next = shared.get(next);
        next.is_none_or(|(begin, _)| *begin >= hole.bit_offset + hole.bit_size)
    });
}

fn cell(abi: &Abi, field: &Field, value: Option<&Value<'_>>) -> Cell {
    let (_, own) = field.arrays();
    let elements = own.iter().map(length).fold(1_u64, u64::saturating_mul);
    let lengths = own.iter().map(|array| match array.count {
        Count::Fixed(count) => format!("[{count}]"),
        Count::Flexible => "[]".to_owned(),
    });
    let type_name = value.and_then(|value| value.type_name);
    let type_name = type_name.map_or_else(|| values::type_name(field), str::to_owned);
    Cell {
        path: field.path.clone(),
        bit_offset: field.bit_offset,
        bit_size: field.bit_size,
        is_bit_field: field.is_bit_field,
        order: field.byte_order(abi),
        bits: abi.bit_field_order(),
        elements: (!own.is_empty()).then_some(elements),
        lengths: lengths.collect(),
        bit_stride: own.last().map_or(field.bit_size, |array| array.bit_stride),
        meaning: meaning(abi, field, value, &type_name),
        type_name: type_name.into(),
        declared: value.and_then(|value| value.place).cloned(),
        is_shared: false,
    }
}

fn meaning(abi: &Abi, field: &Field, value: Option<&Value<'_>>, type_name: &str) -> Meaning {
    let told = value.and_then(|value| value.signed);
    let of_sign = |signed: bool| Meaning::Integer {
        signed,
        is_time: is_time(field, type_name),
    };
    let integer = |signed: bool| of_sign(told.unwrap_or(signed));
    let by_size = || match field.bit_size {
        32 => LongDoubleFormat::IeeeSingle,
        128 => LongDoubleFormat::IeeeQuad,
        _ => LongDoubleFormat::IeeeDouble,
    };
    match &field.kind {
        Type::Scalar(Scalar::Bool) => Meaning::Bool,
        Type::Scalar(Scalar::Char) if !field.is_bit_field => Meaning::Char,
        // Their sign is the machine's, whichever compiler has read the declaration.
        Type::Scalar(Scalar::Char) => of_sign(abi.char_signed()),
        Type::Scalar(Scalar::Wchar) => of_sign(abi.wchar_signed()),
        Type::Scalar(Scalar::Float | Scalar::Double) | Type::Float128 => Meaning::Float(by_size()),
        Type::Scalar(Scalar::LongDouble) => Meaning::Float(abi.long_double_format()),
        Type::Complex(Scalar::LongDouble) => Meaning::Complex(abi.long_double_format()),
        Type::Complex(_) => Meaning::Complex(match field.bit_size {
            64 => LongDoubleFormat::IeeeSingle,
            _ => LongDoubleFormat::IeeeDouble,
        }),
        Type::Number { kind, .. } => match kind {
            Number::Int64 | Number::Int128 | Number::C(_) => integer(true),
            Number::Float32 => Meaning::Float(LongDoubleFormat::IeeeSingle),
            Number::Float64 => Meaning::Float(LongDoubleFormat::IeeeDouble),
            Number::Complex64 => Meaning::Complex(LongDoubleFormat::IeeeSingle),
            Number::Complex128 => Meaning::Complex(LongDoubleFormat::IeeeDouble),
        },
        Type::Scalar(Scalar::Pointer)
        | Type::Reference
        | Type::VtablePointer
        | Type::MemberPointer { .. } => Meaning::Pointer,
        Type::Enum(of) => Meaning::Enum {
            signed: of.least < 0,
            names: value.map_or(&[][..], |value| value.enumerators).into(),
        },
        Type::Typedef(name) | Type::Either { name, .. } => integer(!is_unsigned(*name)),
        _ => integer(!is_code_unit(type_name, field.bit_size)),
    }
}

/// Whether it is a character of Unicode or a part of one, which debug information gives no sign: `char16_t` and its kin (C++20, basic.fundamental), `char` of Rust.
fn is_code_unit(type_name: &str, bit_size: u64) -> bool {
    matches!(type_name, "char8_t" | "char16_t" | "char32_t")
        || (type_name, bit_size) == ("char", 32)
}

/// Whether a C library's name is of an unsigned type (POSIX.1-2017, sys/types.h; the C standard, 7.19).
fn is_unsigned(name: Typedef) -> bool {
    matches!(
        name,
        Typedef::Size
            | Typedef::Ino
            | Typedef::Dev
            | Typedef::Mode
            | Typedef::Nlink
            | Typedef::Fsblkcnt
            | Typedef::Fsfilcnt
            | Typedef::Rlim
            | Typedef::Wint
    )
}

/// Whether an integer counts seconds since 1970: by its type, or by the name that POSIX gives such a member.
fn is_time(field: &Field, type_name: &str) -> bool {
    let is_named = matches!(field.kind, Type::Typedef(Typedef::Time))
        || matches!(
            field.kind,
            Type::Either {
                name: Typedef::Time,
                ..
            }
        );
    let last = field.path.rsplit('.').next().unwrap_or_default();
    !field.is_bit_field
        && field.bit_size >= 32
        && (is_named
            || last == "tv_sec"
            || matches!(
                type_name,
                "time_t"
                    | "__time_t"
                    | "time64_t"
                    | "__time64_t"
                    | "__kernel_time_t"
                    | "__kernel_old_time_t"
                    | "__kernel_time64_t"
            ))
}
