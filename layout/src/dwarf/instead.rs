//! What a file is, or has, instead of debug information that can be read here; and the command that makes it readable.

use object::{BinaryFormat, FileKind, Object, ObjectKind, ObjectSection};

use super::error::Problem;

/// What files begin with, what they are then, and what to do.
const BEGINNINGS: &[(&[u8], &str, &str)] = &[
    (b"BC\xc0\xde", BITCODE, WITHOUT_LTO),
    (&[0xde, 0xc0, 0x17, 0x0b], BITCODE, WITHOUT_LTO),
    (
        &[0x1f, 0x8b],
        "a file packed by gzip",
        "`gzip -d` unpacks it",
    ),
    (b"\xfd7zXZ\0", "a file packed by xz", "`xz -d` unpacks it"),
    (
        &[0x28, 0xb5, 0x2f, 0xfd],
        "a file packed by zstd",
        "`zstd -d` unpacks it",
    ),
    (b"BZh", "a file packed by bzip2", "`bzip2 -d` unpacks it"),
    (b"PK\x03\x04", "a ZIP archive", "`unzip` unpacks it"),
    (
        &[0xed, 0xab, 0xee, 0xdb],
        "an RPM package",
        "`rpm2cpio FILE | cpio -id` unpacks it",
    ),
    (
        b"!<arch>\ndebian-binary",
        "a Debian package",
        "`dpkg-deb -x FILE FOLDER` unpacks it",
    ),
    (
        b"Microsoft C/C++ program database 2.00",
        "a PDB of before 2002",
        "link with a linker of 2002 or later",
    ),
    (
        b"Microsoft MSFZ Container",
        "a PDB that is packed",
        "`pdbtool decompress FILE OUT` unpacks it (github.com/microsoft/pdb-rs)",
    ),
];

const BITCODE: &str = "LLVM's bitcode, which `clang -flto` makes";
const WITHOUT_LTO: &str = "compile without -flto, or give what was linked";

/// The sections of other formats, what they are, and what to do.
const SECTIONS: &[(&str, &str, &str)] = &[
    (".stab", "stabs", "compile with -gdwarf"),
    (
        ".ctf",
        "CTF",
        "compile with -g, which keeps DWARF beside it",
    ),
    (
        ".SUNW_ctf",
        "CTF",
        "compile with -g, which keeps DWARF beside it",
    ),
    (
        ".debug$S",
        "CodeView without types",
        "compile with /Z7, or with -g -gcodeview (clang)",
    ),
];

/// What octets are by their beginning, where that is no object file.
pub(super) fn by_beginning(octets: &[u8]) -> Option<Problem> {
    let known = BEGINNINGS.iter();
    let mut known = known.filter(|(begin, ..)| octets.starts_with(begin));
    let other = known.next().map(|(_, found, advice)| Problem::Other {
        found: (*found).to_owned(),
        advice: (*advice).to_owned(),
    });
    other.or_else(|| {
        let is_import = matches!(FileKind::parse(octets), Ok(FileKind::CoffImport));
        is_import.then(import)
    })
}

/// A member of an import library, Microsoft's or GNU's.
fn import() -> Problem {
    Problem::Other {
        found: "a member of an import library, which names what is in a DLL".to_owned(),
        advice: "give the DLL, or its PDB".to_owned(),
    }
}

/// What an object file has instead.
pub(super) fn of(file: &object::File<'_>) -> Problem {
    let is_there = |name: &str| file.section_by_name(name).is_some();
    if let Some((_, found, advice)) = SECTIONS.iter().find(|(name, ..)| is_there(name)) {
        return Problem::Other {
            found: format!("debug information of another format, {found}"),
            advice: (*advice).to_owned(),
        };
    }
    let is_lto = |section: object::Section<'_, '_>| {
        section
            .name()
            .is_ok_and(|name| name.starts_with(".gnu.lto_"))
    };
    if file.sections().any(is_lto) {
        return Problem::Other {
            found: "GCC's LTO without debug information".to_owned(),
            advice: "compile with -g, too".to_owned(),
        };
    }
    let is_import = |section: object::Section<'_, '_>| {
        section.name().is_ok_and(|name| name.starts_with(".idata$"))
    };
    if file.sections().any(is_import) {
        return import();
    }
    if let Ok(Some(pdb)) = file.pdb_info() {
        return Problem::Other {
            found: format!(
                "a program of Windows whose debug information is in `{}`",
                String::from_utf8_lossy(pdb.path())
            ),
            advice: "give that file, or put it beside the program".to_owned(),
        };
    }
    let is_linked = file.kind() != ObjectKind::Relocatable;
    if file.format() == BinaryFormat::MachO && is_linked {
        return Problem::Other {
            found: "a program of Darwin, whose debug information stays in the object files"
                .to_owned(),
            advice: "`dsymutil FILE` gathers it in FILE.dSYM, while these are there".to_owned(),
        };
    }
    Problem::NoDebugInfo {
        found: super::sections::section_names(file),
    }
}
