//! Types as BTF has them (the kernel's Documentation/bpf/btf.rst): of kernels, their modules and BPF programs. It is a table of C types, made from DWARF, that leaves out places, attributes and who compiled.

use std::collections::HashMap;
use std::sync::Arc;

use gimli::constants as c;
use object::Architecture;

use super::base::Base;
use super::build::Builds;
use super::byte_order;
use super::error::{Problem, Spot};
use super::intern::Interned;
use super::language::Language;
use super::machine::Processor;
use super::observed::{Observed, ObservedMember};
use super::program::{Declaration, Keyword, MemberSource, Name};
use super::reader::Resolved;
use super::typedef_name::{Declared, Meaning};
use crate::abi::{ByteOrder, Scalar};
use crate::types::{Count, Enum, Member, Record, RecordKind, Rules, Type, TypeId};

/// The section that has it.
pub(super) const SECTION: &str = ".BTF";

const MAGIC: u16 = 0xeb9f;
/// Of a type, without what its kind has behind it.
const HEAD: usize = 12;
/// Deeper than any program; each level takes room on the stack.
const MAX_DEPTH: usize = 100;

/// The kinds of types (btf.rst, 2.2).
mod kind {
    pub(super) const INT: u32 = 1;
    pub(super) const PTR: u32 = 2;
    pub(super) const ARRAY: u32 = 3;
    pub(super) const STRUCT: u32 = 4;
    pub(super) const UNION: u32 = 5;
    pub(super) const ENUM: u32 = 6;
    pub(super) const FWD: u32 = 7;
    pub(super) const TYPEDEF: u32 = 8;
    pub(super) const VOLATILE: u32 = 9;
    pub(super) const CONST: u32 = 10;
    pub(super) const RESTRICT: u32 = 11;
    pub(super) const FUNC: u32 = 12;
    pub(super) const FUNC_PROTO: u32 = 13;
    pub(super) const VAR: u32 = 14;
    pub(super) const DATASEC: u32 = 15;
    pub(super) const FLOAT: u32 = 16;
    pub(super) const DECL_TAG: u32 = 17;
    pub(super) const TYPE_TAG: u32 = 18;
    pub(super) const ENUM64: u32 = 19;
}

/// The octets of the section, in their byte order.
struct Octets<'a> {
    types: &'a [u8],
    strings: &'a [u8],
    order: ByteOrder,
}

/// One type, and where what is behind it begins.
#[derive(Clone, Copy)]
struct Entry {
    name: u32,
    kind: u32,
    /// What is counted behind it: members, enumerators.
    count: usize,
    /// Whether offsets have widths of bit-fields in them; of an enumeration, whether it is signed.
    flag: bool,
    /// A size, or another type.
    size_or_type: u32,
    behind: usize,
}

/// What reads the types of one section.
pub(super) struct Reader<'r, 'a> {
    octets: Octets<'a>,
    /// Of the type with number 1 and those after it.
    entries: Vec<Entry>,
    pointer_size: u8,
    interned: &'r mut Interned,
    builds: &'r mut Builds,
    known: HashMap<u32, Resolved>,
    /// Those whose reading has begun.
    begun: Vec<u32>,
}

fn wrong(offset: usize, says: impl std::fmt::Display) -> Problem {
    let section = SECTION;
    Spot { section, offset }.found(says)
}

impl<'a> Octets<'a> {
    /// The two halves of a section (btf.rst, 2: `struct btf_header`).
    fn of(section: &'a [u8], order: ByteOrder) -> Result<Octets<'a>, Problem> {
        let whole = Octets {
            types: section,
            strings: &[],
            order,
        };
        let short = || wrong(0, "found too few octets, expected a header");
        let magic = whole.u32(0).ok_or_else(short)?;
        let magic = match order {
            ByteOrder::Little => magic & 0xffff,
            ByteOrder::Big => magic >> 16,
        };
        if magic != u32::from(MAGIC) {
            let says =
                format!("found {magic:#06x}, expected {MAGIC:#06x} in the byte order of the file");
            return Err(wrong(0, says));
        }
        let number = |at| whole.usize(at).ok_or_else(short);
        let header = number(4)?;
        let part = |at: usize| {
            let start = header.checked_add(number(at)?);
            let end = start.and_then(|start| start.checked_add(number(at + 4).ok()?));
            let part = start
                .zip(end)
                .and_then(|(start, end)| section.get(start..end));
            part.ok_or_else(|| wrong(at, "found a part that is not in the section"))
        };
        Ok(Octets {
            types: part(8)?,
            strings: part(16)?,
            order,
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let octets = self.types.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self.order {
            ByteOrder::Little => u32::from_le_bytes(octets),
            ByteOrder::Big => u32::from_be_bytes(octets),
        })
    }

    fn usize(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }

    fn string(&self, at: u32) -> Option<&'a [u8]> {
        let rest = self.strings.get(usize::try_from(at).ok()?..)?;
        rest.split(|octet| *octet == 0).next()
    }

    /// The types, each once.
    fn entries(&self) -> Result<Vec<Entry>, Problem> {
        let mut entries = Vec::new();
        let mut at = 0;
        while at < self.types.len() {
            let number = |place| {
                self.u32(at + place)
                    .ok_or_else(|| wrong(at, "found the end of the section in a type"))
            };
            let (name, info, size_or_type) = (number(0)?, number(4)?, number(8)?);
            let count = usize::try_from(info & 0xffff).unwrap_or_default();
            let kind = (info >> 24) & 0x1f;
            let behind = match kind {
                kind::INT | kind::VAR | kind::DECL_TAG => 4,
                kind::ARRAY => 12,
                kind::STRUCT | kind::UNION | kind::DATASEC | kind::ENUM64 => 12 * count,
                kind::ENUM | kind::FUNC_PROTO => 8 * count,
                kind::PTR..=kind::TYPE_TAG => 0,
                other => return Err(wrong(at, format!("found a type of unknown kind {other}"))),
            };
            entries.push(Entry {
                name,
                kind,
                count,
                flag: info >> 31 == 1,
                size_or_type,
                behind: at + HEAD,
            });
            at += HEAD + behind;
        }
        Ok(entries)
    }
}

impl<'r, 'a> Reader<'r, 'a> {
    /// Of a section in a file of that byte order and those pointers.
    ///
    /// # Errors
    /// It is damaged, or of a kind that is not known.
    pub(super) fn open(
        section: &'a [u8],
        order: ByteOrder,
        pointer_size: u8,
        interned: &'r mut Interned,
        builds: &'r mut Builds,
    ) -> Result<Reader<'r, 'a>, Problem> {
        let octets = Octets::of(section, order)?;
        builds.begin_btf();
        builds.scalar(Scalar::Pointer, pointer_size.into());
        Ok(Reader {
            entries: octets.entries()?,
            octets,
            pointer_size,
            interned,
            builds,
            known: HashMap::new(),
            begun: Vec::new(),
        })
    }

    /// The types that have a name and are wanted.
    ///
    /// # Errors
    /// One is damaged, or refers to one that is in another file.
    pub(super) fn named(
        &mut self,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<Vec<(Name, TypeId)>, Problem> {
        let mut named = Vec::new();
        for (number, entry) in (1..).zip(self.entries.clone()) {
            let keyword = match entry.kind {
                kind::STRUCT => Keyword::Struct,
                kind::UNION => Keyword::Union,
                kind::ENUM | kind::ENUM64 => Keyword::Enum,
                kind::TYPEDEF => Keyword::Typedef,
                _ => continue,
            };
            let Some(path) = self.name(&entry)? else {
                continue;
            };
            let name = Name {
                path: Arc::clone(&path),
                keyword,
                language: Language::C,
            };
            let declaration = Declaration { name, place: None };
            if wanted(&declaration) {
                let resolved = self.resolve(number, &path)?;
                named.push((declaration.name, resolved.id));
            }
        }
        Ok(named)
    }

    /// The name of a type; `None` where it has none.
    fn name(&self, entry: &Entry) -> Result<Option<Arc<str>>, Problem> {
        self.text(entry.name, entry.behind - HEAD)
    }

    fn text(&self, at: u32, place: usize) -> Result<Option<Arc<str>>, Problem> {
        let name = self.octets.string(at).ok_or_else(|| {
            wrong(
                place,
                "found a name that is in another file: a module has only what vmlinux has not, expected all of it (compile the module with -g)",
            )
        })?;
        let name = String::from_utf8_lossy(name);
        Ok((!name.is_empty()).then(|| name.as_ref().into()))
    }

    fn opaque(&mut self, what: String, size: Option<u64>) -> Resolved {
        Resolved::new(self.interned.plain(Type::Opaque { what }), size)
    }

    fn sizeless(&mut self, what: String) -> Resolved {
        Resolved::new(self.interned.plain(Type::Sizeless { what }), None)
    }

    /// A type by its number. `name` stands in for that of a type without one.
    fn resolve(&mut self, number: u32, name: &Arc<str>) -> Result<Resolved, Problem> {
        let Some(index) = number.checked_sub(1) else {
            return Ok(self.sizeless("void".to_owned()));
        };
        if let Some(known) = self.known.get(&number) {
            return Ok(*known);
        }
        let entry = usize::try_from(index)
            .ok()
            .and_then(|index| self.entries.get(index).copied())
            .ok_or_else(|| wrong(0, format!("found a reference to type {number}, which is in another file: a module has only what vmlinux has not, expected all of it")))?;
        if self.begun.contains(&number) {
            return Ok(self.opaque("a type that contains itself".to_owned(), None));
        }
        if self.begun.len() == MAX_DEPTH {
            let what = format!("a type nested more than {MAX_DEPTH} deep");
            return Ok(self.opaque(what, None));
        }
        self.begun.push(number);
        let resolved = self.read(&entry, name);
        self.begun.pop();
        let mut resolved = resolved?;
        if resolved.depth > MAX_DEPTH {
            let what = format!("a type nested more than {MAX_DEPTH} deep");
            resolved = self.opaque(what, None);
        }
        self.known.insert(number, resolved);
        Ok(resolved)
    }

    fn read(&mut self, entry: &Entry, name: &Arc<str>) -> Result<Resolved, Problem> {
        let size = u64::from(entry.size_or_type);
        match entry.kind {
            kind::INT => self.integer(entry),
            kind::FLOAT => self.base(entry, c::DW_ATE_float, size, false),
            kind::PTR => {
                let kind = Type::Scalar(Scalar::Pointer);
                let id = self.interned.plain(kind);
                Ok(Resolved::new(id, Some(self.pointer_size.into())))
            }
            kind::ARRAY => self.array(entry, name),
            kind::STRUCT | kind::UNION => self.record(entry, name),
            kind::ENUM | kind::ENUM64 => self.enumeration(entry, name),
            kind::FWD => {
                let tag = self.name(entry)?.unwrap_or_else(|| Arc::clone(name));
                Ok(self.sizeless(format!("`{tag}`, which is only announced here")))
            }
            kind::TYPEDEF => self.typedef(entry),
            kind::VOLATILE | kind::CONST | kind::RESTRICT | kind::TYPE_TAG => {
                self.resolve(entry.size_or_type, name)
            }
            kind::FUNC | kind::FUNC_PROTO => Ok(self.sizeless("a function".to_owned())),
            _ => Ok(self.opaque("an entry that is no type".to_owned(), None)),
        }
    }

    /// `BTF_KIND_INT`: its encoding, and how many bits it has.
    fn integer(&mut self, entry: &Entry) -> Result<Resolved, Problem> {
        let info = self.behind(entry, 0)?;
        let (encoding, bits) = (info >> 24 & 0xf, u64::from(info & 0xff));
        let size = u64::from(entry.size_or_type);
        let encoding = match encoding {
            4 => c::DW_ATE_boolean,
            encoding if encoding & 1 == 1 => c::DW_ATE_signed,
            _ => c::DW_ATE_unsigned,
        };
        self.base(entry, encoding, size, bits != size.saturating_mul(8))
    }

    fn base(
        &mut self,
        entry: &Entry,
        encoding: gimli::DwAte,
        size: u64,
        peculiar: bool,
    ) -> Result<Resolved, Problem> {
        let name = self.name(entry)?.unwrap_or_default();
        let base = Base {
            name: &name,
            encoding: Some(encoding),
            size,
            peculiar,
            language: Language::C,
            rules: Rules::C,
        };
        let kind = base.kind();
        let integer = base.is_integer();
        if let Type::Scalar(scalar) = kind {
            self.builds.scalar(scalar, size);
        }
        Ok(Resolved {
            integer,
            ..Resolved::new(self.interned.plain(kind), Some(size))
        })
    }

    fn array(&mut self, entry: &Entry, name: &Arc<str>) -> Result<Resolved, Problem> {
        let element = self.behind(entry, 0)?;
        let count = u64::from(self.behind(entry, 2)?);
        let mut array = self.resolve(element, name)?;
        let kind = Type::Array {
            element: array.id,
            // A flexible array member has 0, as one of no elements has; both take no room.
            count: match count {
                0 => Count::Flexible,
                count => Count::Fixed(count),
            },
        };
        array.id = self.interned.plain(kind);
        array.size = array.size.and_then(|size| size.checked_mul(count));
        array.integer = false;
        array.depth += 1;
        Ok(array)
    }

    fn typedef(&mut self, entry: &Entry) -> Result<Resolved, Problem> {
        let name = self.name(entry)?.unwrap_or_default();
        let mut declared = self.resolve(entry.size_or_type, &name)?;
        let (true, Some(size)) = (declared.integer, declared.size) else {
            return Ok(declared);
        };
        let typedef = Declared {
            name: &name,
            size,
            header: None,
            pointer_size: self.pointer_size,
            processor: Processor::Known(Architecture::Unknown),
        };
        declared.id = match typedef.meaning() {
            Meaning::Declaration => declared.id,
            Meaning::Type(kind) => self.interned.plain(kind),
            Meaning::Either { name, why } => self.interned.plain(Type::Either {
                name,
                declared: declared.id,
                why,
            }),
        };
        if let Some(order) = byte_order::of_name(&name, size) {
            declared.id = self.interned.plain(Type::Ordered {
                of: declared.id,
                order,
                octets: None,
            });
        }
        Ok(declared)
    }

    fn record(&mut self, entry: &Entry, name: &Arc<str>) -> Result<Resolved, Problem> {
        let tag = self.name(entry)?.unwrap_or_else(|| Arc::clone(name));
        let mut record = Record::new(if entry.kind == kind::UNION {
            RecordKind::Union
        } else {
            RecordKind::Struct
        });
        let mut observed = Observed {
            size: entry.size_or_type.into(),
            ..Observed::default()
        };
        let mut depth = 0;
        for index in 0..entry.count {
            let (at, of, place) = (
                self.behind(entry, 3 * index)?,
                self.behind(entry, 3 * index + 1)?,
                self.behind(entry, 3 * index + 2)?,
            );
            let own = self.text(at, entry.behind)?;
            let inside = format!("{tag}.{}", own.as_deref().unwrap_or("(unnamed)"));
            let resolved = self.resolve(of, &inside.into())?;
            depth = depth.max(resolved.depth);
            // With the flag the width of a bit-field is in the upper octet (btf.rst, 2.2.4).
            let (bits, bit_offset) = match entry.flag {
                true => (
                    Some(place >> 24).filter(|bits| *bits > 0),
                    place & 0xff_ffff,
                ),
                false => (None, place),
            };
            let kind = resolved.id;
            let size = resolved.size.and_then(|size| size.checked_mul(8));
            record.members.push(Member {
                bits,
                ..match own {
                    Some(own) => Member::new(&*own, kind),
                    None => Member::unnamed(kind),
                }
            });
            observed.members.push(ObservedMember {
                bit_offset: bit_offset.into(),
                bit_size: bits.map(u64::from).or(size),
                align: None,
                is_computed: false,
            });
        }
        let sources = vec![MemberSource::default(); record.members.len()];
        let id = self.interned.laid_out(Type::Record(record), observed, &tag);
        self.builds.has(id);
        self.interned.sources.entry(id).or_insert(sources);
        Ok(Resolved {
            depth: depth + 1,
            ..Resolved::new(id, Some(entry.size_or_type.into()))
        })
    }

    fn enumeration(&mut self, entry: &Entry, name: &Arc<str>) -> Result<Resolved, Problem> {
        let tag = self.name(entry)?.unwrap_or_else(|| Arc::clone(name));
        let size = u64::from(entry.size_or_type);
        // Clang before 15 writes no other kind.
        if entry.kind == kind::ENUM && size > 4 {
            let what = format!("`{tag}`, an enumeration whose values BTF has only 32 bits of");
            return Ok(self.opaque(what, Some(size)));
        }
        let mut values = Vec::new();
        for index in 0..entry.count {
            let value = match entry.kind {
                kind::ENUM64 => {
                    let low = u64::from(self.behind(entry, 3 * index + 1)?);
                    let high = u64::from(self.behind(entry, 3 * index + 2)?);
                    let value = high << 32 | low;
                    match entry.flag {
                        true => value.cast_signed().into(),
                        false => value.into(),
                    }
                }
                // Before Linux 6.0 nothing said whether it is signed, and negative values were written as they are.
                _ => i128::from(self.behind(entry, 2 * index + 1)?.cast_signed()),
            };
            values.push(value);
        }
        let int = if self.pointer_size == 2 { 2 } else { 4 };
        let kind = Type::Enum(Enum {
            packed: size < int,
            ..Enum::new(
                values.iter().copied().min().unwrap_or_default(),
                values.iter().copied().max().unwrap_or_default(),
            )
        });
        let observed = Observed {
            size,
            ..Observed::default()
        };
        let id = self.interned.laid_out(kind, observed, &tag);
        self.builds.has(id);
        Ok(Resolved::new(id, Some(size)))
    }

    /// A number of what is behind a type.
    fn behind(&self, entry: &Entry, index: usize) -> Result<u32, Problem> {
        let at = entry.behind + 4 * index;
        let number = self.octets.u32(at);
        number.ok_or_else(|| wrong(at, "found the end of the section in a type"))
    }
}
