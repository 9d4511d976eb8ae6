//! A case in C.

use std::fmt::Write as _;

use crossum_layout::abi::Scalar;
use crossum_layout::types::{Count, Enum, Member, Record, RecordKind, Type, TypeId, Types};

use super::case::Case;

/// The declarations that a case needs; `prefix` keeps those of several cases apart. The name of its type comes with it.
pub(crate) fn declare(case: &Case, prefix: &str) -> (String, String) {
    let mut declarer = Declarer {
        types: &case.types,
        prefix,
        program: String::new(),
        named: Vec::new(),
    };
    let name = declarer.name(case.root);
    (declarer.program, name)
}

struct Declarer<'a> {
    types: &'a Types,
    prefix: &'a str,
    program: String,
    /// What was declared before.
    named: Vec<TypeId>,
}

impl Declarer<'_> {
    /// Declares a type unless that was done, and says its name: for an array, of its element.
    fn name(&mut self, id: TypeId) -> String {
        let types = self.types;
        let tag = match self.named.iter().position(|&named| named == id) {
            Some(place) => format!("{}_{place}", self.prefix),
            None => String::new(),
        };
        let is_known = !tag.is_empty();
        let kind = types.get(id).expect("a type of the case");
        match kind {
            Type::Scalar(scalar) => c_name(*scalar).to_owned(),
            Type::Typedef(name) => name.word().to_owned(),
            Type::Int128 => "__int128".to_owned(),
            Type::Float128 => "FLOAT128".to_owned(),
            Type::Complex(scalar) => format!("_Complex {}", c_name(*scalar)),
            Type::Array { element, .. } => self.name(*element),
            Type::Opaque { what: why } | Type::Either { why, .. } => {
                panic!("{why} is nothing in C")
            }
            Type::Enum(_) if is_known => format!("enum {tag}"),
            Type::Aligned { .. } if is_known => tag,
            Type::Record(record) if is_known => format!("{} {tag}", keyword(record)),
            Type::Enum(values) => {
                let fixed = values.fixed.map(|fixed| self.name(fixed));
                let tag = self.tag(id);
                self.program += &enumeration(values, &tag, fixed.as_deref());
                format!("enum {tag}")
            }
            Type::Aligned { of, align } => {
                let of = self.name(*of);
                let tag = self.tag(id);
                let _ = writeln!(
                    self.program,
                    "typedef {of} {tag} __attribute__((aligned({align})));"
                );
                tag
            }
            Type::Record(record) => {
                let body = self.body(record);
                let tag = self.tag(id);
                let name = format!("{} {tag}", keyword(record));
                let pack = record.pack;
                if let Some(pack) = pack {
                    let _ = writeln!(self.program, "#pragma pack(push, {pack})");
                }
                let _ = writeln!(self.program, "{name} {body};");
                if pack.is_some() {
                    self.program += "#pragma pack(pop)\n";
                }
                name
            }
            other => panic!("nothing here declares {other:?}"),
        }
    }

    fn tag(&mut self, id: TypeId) -> String {
        self.named.push(id);
        format!("{}_{}", self.prefix, self.named.len() - 1)
    }

    fn body(&mut self, record: &Record) -> String {
        let members: Vec<String> = record.members.iter().map(|m| self.member(m)).collect();
        format!(
            "{{ {}}}{}",
            members.concat(),
            attributes(record.packed, record.aligned)
        )
    }

    fn member(&mut self, member: &Member) -> String {
        let types = self.types;
        let attributes = attributes(member.packed, member.aligned);
        let name = member.name.as_deref().unwrap_or_default();
        if let (None, None, Some(Type::Record(record))) =
            (member.bits, &member.name, types.get(member.kind))
        {
            // Without a tag: only so is it anonymous. `#pragma pack` is that of the record around.
            return format!("{} {}{attributes}; ", keyword(record), self.body(record));
        }
        let kind = self.name(member.kind);
        match member.bits {
            Some(bits) => format!("{kind} {name} : {bits}{attributes}; "),
            None => format!(
                "{kind} {name}{}{attributes}; ",
                dimensions(types, member.kind)
            ),
        }
    }
}

fn keyword(record: &Record) -> &'static str {
    match record.kind {
        RecordKind::Struct => "struct",
        RecordKind::Union => "union",
    }
}

fn attributes(packed: bool, aligned: Option<u32>) -> String {
    let mut attributes = String::new();
    if packed {
        attributes += " __attribute__((packed))";
    }
    if let Some(align) = aligned {
        let _ = write!(attributes, " __attribute__((aligned({align})))");
    }
    attributes
}

fn dimensions(types: &Types, mut id: TypeId) -> String {
    let mut dimensions = String::new();
    while let Some(Type::Array { element, count }) = types.get(id) {
        match count {
            Count::Fixed(count) => {
                let _ = write!(dimensions, "[{count}]");
            }
            Count::Flexible => dimensions += "[]",
        }
        id = *element;
    }
    dimensions
}

fn enumeration(values: &Enum, tag: &str, fixed: Option<&str>) -> String {
    let fixed = fixed.map(|fixed| format!(": {fixed} ")).unwrap_or_default();
    let packed = if values.packed {
        " __attribute__((packed))"
    } else {
        ""
    };
    // The least number of all has no literal.
    let literal = |value: i128| match i64::try_from(value) {
        Ok(i64::MIN) => format!("({}ll - 1)", i64::MIN + 1),
        Ok(value) => format!("{value}ll"),
        Err(_) => format!("{value}ull"),
    };
    format!(
        "enum {tag} {fixed}{{ {tag}_least = {}, {tag}_greatest = {} }}{packed};\n",
        literal(values.least),
        literal(values.greatest)
    )
}

/// What needs no header.
pub(crate) fn c_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Int8 => "signed char",
        Scalar::Int16 => "__INT16_TYPE__",
        Scalar::Int32 => "__INT32_TYPE__",
        Scalar::Int64 => "__INT64_TYPE__",
        Scalar::Wchar => "__WCHAR_TYPE__",
        Scalar::Enum => "enum small",
        other => other.c_name(),
    }
}
