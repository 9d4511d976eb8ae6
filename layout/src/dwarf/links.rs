//! Where the debug information of a file is that is not in it.

use std::collections::BTreeSet;

use memchr::memmem;
use object::{Object, ObjectSection};

use super::budget::Budget;
use super::codeview;
use super::error::{Problem, ReadError};
use super::info::Info;
use super::instead;
use super::machine::Machine;
use super::parts::{self, Part};
use super::sections::{Half, Sections};

/// What a file says about where its debug information is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Links {
    /// What the linker made of the contents: ELF's build-id, Mach-O's UUID. A file that was stripped and its debug information have the same.
    pub id: Vec<u8>,
    /// Whether the file has debug information of its own.
    pub has_types: bool,
    /// The file that has all of it (`.gnu_debuglink`).
    pub debug_link: Option<DebugLink>,
    /// The file that has what several files have in common (`.gnu_debugaltlink`, `.debug_sup`).
    pub alternate: Option<Alternate>,
    /// The PDB of a program of Windows; its GUID is the program's, too.
    pub pdb: Option<PdbLink>,
    /// The units whose types are elsewhere, each once.
    pub split: Vec<SplitUnit>,
}

/// What `objcopy --add-gnu-debuglink` wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DebugLink {
    /// The name of a file, without a folder.
    pub file: String,
    /// Of its octets: CRC-32 as in IEEE 802.3.
    pub crc: u32,
}

/// What `dwz -m` wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alternate {
    /// Its path, from the folder of this file where it is not absolute.
    pub file: String,
    /// Its build-id.
    pub id: Vec<u8>,
}

/// What Microsoft's linkers write of the PDB that they made (`RSDS`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PdbLink {
    /// Its path where it was linked, with that machine's separators.
    pub file: String,
    /// Its GUID.
    pub id: Vec<u8>,
}

/// A unit whose types are in a file of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct SplitUnit {
    /// The file, as the compiler named it.
    pub file: String,
    /// The folder of the compilation; empty where it is not said.
    pub folder: String,
}

/// More are not looked for.
const MAX_SPLIT_UNITS: usize = 1 << 16;

/// Says where the debug information of a file is. `octets` are the whole file.
///
/// # Errors
/// As [`read`](super::read), but for a file without debug information, which is no error here.
pub fn links(octets: &[u8]) -> Result<Links, ReadError> {
    let mut links = Links::default();
    let mut split = BTreeSet::new();
    for Part { member, octets } in parts::parts(octets)? {
        let of_part = links.add(octets, &mut split);
        of_part.map_err(|problem| ReadError { member, problem })?;
    }
    links.split = split.into_iter().collect();
    Ok(links)
}

impl Links {
    fn add(&mut self, octets: &[u8], split: &mut BTreeSet<SplitUnit>) -> Result<(), Problem> {
        if instead::by_beginning(octets).is_some() {
            return Ok(());
        }
        if octets.starts_with(codeview::MAGIC) {
            self.id = codeview::id_of(octets).unwrap_or_default();
            self.has_types = true;
            return Ok(());
        }
        let file = object::File::parse(octets).map_err(parts::damaged)?;
        if let Ok(Some(pdb)) = file.pdb_info() {
            self.pdb = Some(PdbLink {
                file: String::from_utf8_lossy(pdb.path()).into_owned(),
                id: pdb.guid().to_vec(),
            });
        }
        self.id = match (file.build_id(), file.mach_uuid()) {
            (Ok(Some(id)), _) => id.to_vec(),
            (_, Ok(Some(id))) => id.to_vec(),
            _ => Vec::new(),
        };
        if let Ok(Some((name, crc))) = file.gnu_debuglink() {
            self.debug_link = Some(DebugLink {
                file: String::from_utf8_lossy(name).into_owned(),
                crc,
            });
        }
        if let Some(Supplementary::Itself(id)) = supplementary(&file) {
            self.id = id;
        }
        self.alternate = alternate(&file);
        let has = |half| Sections::are_in(&file, half);
        self.has_types |= has(Half::Linked) || has(Half::Split);
        self.has_types |= file.section_by_name(codeview::TYPES).is_some();
        if has(Half::Linked) && !has(Half::Split) {
            split_units(&file, split)?;
        }
        Ok(())
    }
}

/// The file that has what a file has in common with others.
pub(super) fn alternate(file: &object::File<'_>) -> Option<Alternate> {
    if let Ok(Some((name, id))) = file.gnu_debugaltlink() {
        return Some(Alternate {
            file: String::from_utf8_lossy(name).into_owned(),
            id: id.to_vec(),
        });
    }
    match supplementary(file) {
        Some(Supplementary::Of(alternate)) => Some(alternate),
        _ => None,
    }
}

/// The units of a file whose types are elsewhere.
fn split_units(file: &object::File<'_>, split: &mut BTreeSet<SplitUnit>) -> Result<(), Problem> {
    let sections = Sections::load(file, Half::Linked)?;
    let mut budget = Budget::for_octets(sections.len());
    let mut info = Info::open(&sections, None, Machine::of(file).byte_order)?;
    // Before DWARF 5 a unit's header does not tell, but the name of the other file is an attribute of GNU's (`DW_AT_GNU_dwo_name`, in LEB128).
    let has_names = memmem::find(&sections.abbrev, &[0xb0, 0x42]).is_some();
    for index in info.own_units() {
        if !info.may_be_split(index, has_names) {
            continue;
        }
        let unit = info.unit(index, &mut budget)?;
        let Some(name) = &unit.split_to else {
            continue;
        };
        let place = unit.spot(unit.header.root_offset());
        let string = |value| {
            let string = info.string(&unit, value);
            let string = string.map_err(|error| place.found(error))?;
            Ok::<_, Problem>(string.unwrap_or_default().into_owned())
        };
        let unit = SplitUnit {
            file: string(name)?,
            folder: match &unit.directory {
                Some(folder) => string(folder)?,
                None => String::new(),
            },
        };
        budget.take((unit.file.len() + unit.folder.len()) / 16, place)?;
        if split.len() < MAX_SPLIT_UNITS {
            split.insert(unit);
        }
    }
    Ok(())
}

/// What `.debug_sup` says (DWARF 5, 7.3.6).
enum Supplementary {
    /// This file has the other.
    Of(Alternate),
    /// This file is the other.
    Itself(Vec<u8>),
}

fn supplementary(file: &object::File<'_>) -> Option<Supplementary> {
    use gimli::{EndianSlice, Reader as _, RunTimeEndian};
    let section = file.section_by_name(".debug_sup")?;
    let endian = match file.endianness() {
        object::Endianness::Little => RunTimeEndian::Little,
        object::Endianness::Big => RunTimeEndian::Big,
    };
    let mut octets = EndianSlice::new(section.data().ok()?, endian);
    let version = octets.read_u16().ok()?;
    let is_itself = octets.read_u8().ok()? == 1;
    let name = octets.read_null_terminated_slice().ok()?;
    let length = usize::try_from(octets.read_uleb128().ok()?).ok()?;
    let id = octets.split(length).ok()?.slice().to_vec();
    if version != 5 {
        return None;
    }
    Some(if is_itself {
        Supplementary::Itself(id)
    } else {
        Supplementary::Of(Alternate {
            file: name.to_string_lossy().into_owned(),
            id,
        })
    })
}
