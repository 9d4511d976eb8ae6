//! What of a large file need not be read: code, data and relocations that a linker has carried out.

use std::io::{Read, Seek};
use std::ops::Range;

use object::{BinaryFormat, Object as _, ObjectKind, ObjectSection as _, ReadCache};

/// Linkers make some dozens; each has a name to read, and is compared with the others.
const MAX_SECTIONS: usize = 1024;

/// The parts of a linked ELF file that have nothing to do with its types, in order: whoever reads the file for [`read`](super::read) and [`links`](super::links) may put zeros there. None of any other file.
pub fn unneeded(file: impl Read + Seek) -> Vec<Range<u64>> {
    let cache = ReadCache::new(file);
    let Ok(file) = object::File::parse(&cache) else {
        return Vec::new();
    };
    let is_linked = !matches!(file.kind(), ObjectKind::Relocatable | ObjectKind::Unknown);
    let has_few = file.sections().take(MAX_SECTIONS + 1).count() <= MAX_SECTIONS;
    if file.format() != BinaryFormat::Elf || !is_linked || !has_few {
        return Vec::new();
    }
    let mut needed = Vec::new();
    let mut others = Vec::new();
    for section in file.sections() {
        let Some((start, length)) = section.file_range() else {
            continue;
        };
        let range = start..start.saturating_add(length);
        match section.name() {
            Ok(name) if !is_needed(name) => others.push(range),
            _ => needed.push(range),
        }
    }
    // In a file that is not as linkers make them, sections may lie in each other.
    others.retain(|other| {
        let apart = |of: &Range<u64>| of.end <= other.start || other.end <= of.start;
        needed.iter().all(apart)
    });
    others.sort_by_key(|other| other.start);
    others
}

/// By the beginning of its name: what has types, what leads to other files, and the tables of names.
fn is_needed(name: &str) -> bool {
    const NEEDED: &[&str] = &[
        ".debug_abbrev",
        ".debug_cu_index",
        ".debug_info",
        ".debug_line",
        ".debug_str",
        ".debug_sup",
        ".debug_tu_index",
        ".debug_types",
        ".zdebug_",
        ".BTF",
        ".gnu",
        ".note",
        ".shstrtab",
    ];
    NEEDED.iter().any(|needed| name.starts_with(needed))
}
