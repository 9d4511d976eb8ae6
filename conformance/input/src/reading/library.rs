//! What other machines' C libraries declare, where their headers are not here: from the tables, as declarations that a compiler here can take in the place of its own library's.
//!
//! What stands in for a type has its size, its alignment and the fields that programs name; what lies between them are integers, so that nobody takes the inside of a mutex for text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use layout::Abi;
use layout::abi::{Scalar, Typedef};
use layout::libc::{Field, Kind, Layout, Library, Variant};

use super::regions::Regions;
use super::text::{Declaration, Reach, Text};
use super::tokens::{is_name, tokens};
use super::typedef_name;
use crate::bits::Bits;

/// What the names of those begin with that stand in for others.
pub(super) const PREFIX: &str = "crossum_";

/// The name that is given to a bit-field of the C library's that has none, so that a compiler tells where it lies; it is padding.
pub const UNNAMED: &str = "__crossum_unnamed";

/// What the name of a field begins with that fills what a C library's type has beside the fields that programs name.
pub const INSIDE: &str = "__in_";

/// What a text decided about times and file offsets, by macros that glibc's headers ask about.
pub(super) fn bits(text: &Text) -> Bits {
    let is =
        |name: &str| text.asked.get(name).and_then(|asked| asked.body.as_deref()) == Some("64");
    match (is("_TIME_BITS"), is("_FILE_OFFSET_BITS")) {
        (true, _) => Bits::Times,
        (false, true) => Bits::Offsets,
        _ => Bits::Usual,
    }
}

/// Those types of a reach that a C library declares and no table of ABIs has. The classes of C++ are none of them.
pub(super) fn names<'t>(text: &'t Text, reach: &'t Reach) -> impl Iterator<Item = &'t str> {
    let bits = bits(text);
    let names = reach.system.iter().map(String::as_str);
    names.filter(move |name| {
        let is_cs = |one: &Arc<Declaration>| !one.region.file.contains("/c++/");
        let is_modelled = typedef_name::is_modelled(name) && !moves(bits, name);
        !is_modelled && text.declarations(name).iter().all(is_cs)
    })
}

/// Whether a name that the table of ABIs has means something else then.
pub(super) fn moves(bits: Bits, name: &str) -> bool {
    let name = name.strip_prefix("__").unwrap_or(name);
    let offsets = matches!(
        name,
        "off_t" | "ino_t" | "blkcnt_t" | "fsblkcnt_t" | "fsfilcnt_t" | "rlim_t"
    );
    match bits {
        Bits::Usual => false,
        Bits::Offsets => offsets,
        Bits::Times => offsets || name == "time_t",
    }
}

/// Whether the table of ABIs says what a name is on a machine, in such a build.
pub(super) fn is_modelled(name: &str, abi: &Abi) -> bool {
    let Some(typedef) = Typedef::named(name).filter(|_| typedef_name::is_modelled(name)) else {
        return typedef_name::is_modelled(name);
    };
    let is_wide = abi
        .typedef(typedef)
        .is_some_and(|scalar| abi.size(scalar) == 8);
    let can_move = has_bits(abi) || moves_offsets(abi);
    !moves(Bits::Times, name) || !can_move || is_wide
}

/// What stands in for a type of another machine's C library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StandIn {
    /// Whether the type is named by its tag, after a keyword.
    is_tag: bool,
    /// Its declaration.
    declaration: String,
    /// `sizeof`.
    pub(super) size: usize,
    /// `_Alignof`.
    pub(super) align: usize,
}

/// Types that lie otherwise by the order in which headers are included. For i386 mingw-w64's `<stddef.h>` has a `max_align_t` of 24 octets, and gcc's own, which is the first behind `<stdint.h>`, one of 48.
const BY_ORDER: [(&str, &str); 1] = [("max_align_t", "i386-mingw")];

/// What stands in for a type on an ABI; an error says why there is nothing.
pub(super) fn stand_in(name: &str, abi: &Abi, bits: Bits) -> Result<StandIn, Unknown> {
    if BY_ORDER.contains(&(name, abi.row())) {
        return Err(Unknown::NoRow);
    }
    let mut found: Vec<(&str, bool, &Layout)> = Vec::new();
    for library in libraries(abi) {
        let variant = variant(library, bits).ok_or(Unknown::NoRow)?;
        for row in library.rows().iter().filter(|row| row.abi == abi.row()) {
            let of = |name: &str| library.layout(name, row, variant);
            let tagged = || of(&format!("struct {name}")).or_else(|| of(&format!("union {name}")));
            let (is_tag, layout) = match of(name) {
                Some(layout) => (false, layout),
                None => (true, tagged().ok_or(Unknown::NoRow)?),
            };
            found.push((&row.release, is_tag, layout));
        }
    }
    let (_, is_tag, first) = found.first().ok_or(Unknown::NoRow)?;
    if let Some((release, ..)) = found.iter().find(|(.., layout)| layout != first) {
        return Err(Unknown::Releases((*release).to_owned()));
    }
    Ok(StandIn {
        is_tag: *is_tag,
        declaration: declaration(name, first, abi).ok_or(Unknown::NoRow)?,
        size: first.size,
        align: first.align,
    })
}

/// Whether a type of the C library lies otherwise on an ABI where a build decides for 64 bits of time.
pub(super) fn varies(name: &str, abi: &Abi) -> bool {
    has_bits(abi) && stand_in(name, abi, Bits::Usual) != stand_in(name, abi, Bits::Times)
}

/// The libraries that programs of an ABI have: one, or several that must agree.
fn libraries(abi: &Abi) -> impl Iterator<Item = &'static Library> {
    let names = names_of_libraries(abi).iter();
    names.filter_map(|name| Library::builtin().get(name))
}

/// Their names in the tables, where there may be none of that name.
fn names_of_libraries(abi: &Abi) -> &'static [&'static str] {
    let has = |part: &str| abi.row().contains(part);
    match () {
        () if has("darwin") => &["darwin"],
        () if is_mingw(abi) => &["mingw"],
        () if has("musl") || has("hexagon") => &["musl"],
        () if has("wasm") => &["wasi"],
        () if has("avr") => &["avr-libc"],
        () if has("bare") => &["newlib", "picolibc"],
        () if has("android") => &["bionic"],
        () if has("windows") => &["ucrt"],
        // Espressif's newlib has had times of 32 and of 64 bits, and picolibc is another.
        () if has("xtensa") => &[],
        () => &["glibc"],
    }
}

/// Whether programs of an ABI have glibc, whose headers are one text for all machines but for a few.
pub(super) fn is_glibc(abi: &Abi) -> bool {
    // No other library has this one, and the tables need not be read to know it.
    abi.typedef(Typedef::Fsword).is_some()
}

/// Whether programs of an ABI have a library whose `<endian.h>` names byte orders as glibc's does.
pub(super) fn has_orders(abi: &Abi) -> bool {
    let names = names_of_libraries(abi).first();
    matches!(names, Some(&("glibc" | "musl" | "wasi" | "bionic")))
}

/// Whether a build decides about file offsets there, and not about times.
fn moves_offsets(abi: &Abi) -> bool {
    is_mingw(abi) || abi.row() == "i386-android"
}

/// Whether programs of an ABI have mingw.
fn is_mingw(abi: &Abi) -> bool {
    abi.row().contains("mingw")
}

/// Whether options of a build decide how wide times and file offsets are.
pub(crate) fn has_bits(abi: &Abi) -> bool {
    is_glibc(abi)
}

fn variant(library: &Library, bits: Bits) -> Option<&Variant> {
    // mingw and bionic have file offsets of 64 bits, and no more.
    let words: &[&str] = match bits {
        Bits::Usual => &["time32"],
        Bits::Offsets => &["off64"],
        Bits::Times => &["time64", "off64"],
    };
    let named = words.iter().find_map(|word| library.variant(word));
    named.or_else(|| library.variants().first())
}

/// Why it is not known how a type lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// No table has it.
    NoRow,
    /// Two versions of the library do not agree; this is one of them.
    Releases(String),
}

/// Declares a type that lies so on an ABI; `None` where C cannot say it.
pub(super) fn declaration(name: &str, layout: &Layout, abi: &Abi) -> Option<String> {
    let Layout {
        kind,
        size,
        align,
        fields,
    } = layout;
    let renamed = format!("{PREFIX}{name}");
    if let Some(scalar) = scalar(*kind, *size) {
        let is_natural = abi.align(scalar.0) == *align;
        return is_natural.then(|| format!("typedef {} {renamed};\n", scalar.1));
    }
    let mut members = String::new();
    let mut writer = Members {
        abi,
        of: name,
        most: *align,
        end: 0,
        align: 1,
        fillers: 0,
        text: &mut members,
    };
    if *kind == Kind::Struct {
        let mut fields: Vec<&Field> = fields.iter().collect();
        fields.sort_by_key(|field| field.offset);
        for field in fields {
            // Of those that lie in one place, as in a union without a name, the first stands for all.
            if field.offset >= writer.end {
                writer.field(field)?;
            }
        }
    }
    // Members of a union that programs name begin where it begins, and none of them is all of it.
    writer.fill(*size, *align)?;
    if writer.align > *align {
        return None;
    }
    let aligned = match writer.align == *align {
        true => String::new(),
        false => format!(" __attribute__((aligned({align})))"),
    };
    let keyword = match kind {
        Kind::Union => "union",
        _ => "struct",
    };
    Some(format!(
        "typedef {keyword} {renamed} {{ {members}}}{aligned} {renamed};\n"
    ))
}

/// The scalar of a kind and size, and its words in C.
fn scalar(kind: Kind, size: usize) -> Option<(Scalar, &'static str)> {
    Some(match (kind, size) {
        (Kind::Pointer, _) => (Scalar::Pointer, "void *"),
        (Kind::Signed, 1) => (Scalar::Int8, "signed char"),
        (Kind::Signed, 2) => (Scalar::Short, "short"),
        (Kind::Signed, 4) => (Scalar::Int, "int"),
        (Kind::Signed, 8) => (Scalar::LongLong, "long long"),
        (Kind::Unsigned, 1) => (Scalar::Int8, "unsigned char"),
        (Kind::Unsigned, 2) => (Scalar::Short, "unsigned short"),
        (Kind::Unsigned, 4) => (Scalar::Int, "unsigned"),
        (Kind::Unsigned, 8) => (Scalar::LongLong, "unsigned long long"),
        (Kind::Float, 4) => (Scalar::Float, "float"),
        (Kind::Float, 8) => (Scalar::Double, "double"),
        _ => return None,
    })
}

/// Writes members so that each comes to lie where it has to.
struct Members<'w> {
    abi: &'w Abi,
    /// The type.
    of: &'w str,
    /// Nothing in it is aligned to more.
    most: usize,
    /// Where the next octet lies.
    end: usize,
    /// The largest alignment so far.
    align: usize,
    fillers: usize,
    text: &'w mut String,
}

impl Members<'_> {
    fn field(&mut self, field: &Field) -> Option<()> {
        let natural =
            scalar(field.kind, field.size).map(|(scalar, words)| (self.abi.align(scalar), words));
        if let Some((align, words)) = natural {
            if self.end.next_multiple_of(align) != field.offset {
                self.fill(field.offset, align)?;
            }
            if self.end.next_multiple_of(align) != field.offset {
                return None;
            }
            self.put(words, &field.name, None, field.offset + field.size, align);
            return Some(());
        }
        self.fill(field.offset, 1)?;
        self.units(&field.name, field.size)
    }

    /// Fills what lies before an offset, where the next member would not come to lie there by itself.
    fn fill(&mut self, offset: usize, align: usize) -> Option<()> {
        let missing = offset.checked_sub(self.end)?;
        if missing == 0
            || self.end.next_multiple_of(align.max(1)) == offset
                && missing < align
                && self.align >= align
        {
            return Some(());
        }
        // Not `__fpos_t`, which glibc gives another type.
        let name = match self.fillers {
            0 => format!("{INSIDE}{}", self.of),
            more => format!("{INSIDE}{}_{more}", self.of),
        };
        self.fillers += 1;
        // Up to where a larger unit may lie, which gives the type its alignment without an attribute.
        let head = self.end.next_multiple_of(self.most.max(1)) - self.end;
        if (1..missing).contains(&head) && self.align < self.most {
            self.units(&name, head)?;
            return self.fill(offset, align);
        }
        self.units(&name, missing)
    }

    /// So many octets of which nobody knows what they are, in integers as large as they can be.
    fn units(&mut self, name: &str, size: usize) -> Option<()> {
        let units = [
            (Scalar::LongLong, "long long"),
            (Scalar::Int, "int"),
            (Scalar::Short, "short"),
            (Scalar::Int8, "signed char"),
        ];
        let (align, octets, words) = units.into_iter().find_map(|(scalar, words)| {
            let (align, octets) = (self.abi.align(scalar), self.abi.size(scalar));
            // Every compiler sees the alignment, also one that aligns this integer to its size.
            let is_seen = octets <= self.most;
            let fits = align <= self.most
                && is_seen
                && self.end.is_multiple_of(align)
                && size.is_multiple_of(octets);
            fits.then_some((align, octets, words))
        })?;
        self.put(words, name, Some(size / octets), self.end + size, align);
        Some(())
    }

    fn put(&mut self, words: &str, name: &str, count: Option<usize>, end: usize, align: usize) {
        let count = count.map_or_else(String::new, |count| format!("[{count}]"));
        // Writing to a string does not fail.
        let _ = write!(self.text, "{words} {name}{count}; ");
        self.end = end;
        self.align = self.align.max(align);
    }
}

/// A preprocessed text in which the bit-fields without a name have one that glibc fills up its `struct timespec` with: debug information leaves them out, and without them it lies as nothing explains.
pub(super) fn with_names(text: &str) -> String {
    let line = |line: &str| match line.trim() {
        "int: 32;" => format!("int {UNNAMED}: 32;"),
        _ => line.to_owned(),
    };
    let mut named = String::with_capacity(text.len());
    for one in text.lines() {
        named.push_str(&line(one));
        named.push('\n');
    }
    named
}

/// A text that this machine's preprocessor left, in which integers of 32 and of 64 bits have them whoever compiles it, and `wchar_t` and the fast integers are those of the compiler: the headers here say `int`, which has 16 on AVR, and what another machine's compiler predefines.
pub(super) fn with_widths(text: &str, compiler: &Abi) -> String {
    let mut wide = String::with_capacity(text.len());
    let mut regions = Regions::default();
    let mut is_system = false;
    for line in text.lines() {
        let entered = line
            .strip_prefix('#')
            .and_then(|directive| regions.enter(directive));
        is_system = entered.map_or(is_system, |region| region.is_system);
        let words: Vec<&str> = line
            .trim()
            .trim_end_matches(';')
            .split_whitespace()
            .collect();
        // glibc says `long` where that has 64 bits here, and `long long` elsewhere.
        let mode = match words.as_slice() {
            [
                "typedef",
                words @ ..,
                "__int32_t" | "__uint32_t" | "__s32" | "__u32",
            ] if is_of_int(words, &["int"]) => Some("SI"),
            ["typedef", words @ .., "__int64_t" | "__uint64_t"]
                if is_system && is_of_int(words, &["int", "long"]) =>
            {
                Some("DI")
            }
            ["typedef", words @ .., name]
                if is_system && is_fast(name) && is_of_int(words, &["int", "long", "short"]) =>
            {
                fast_mode(name, compiler)
            }
            _ => None,
        };
        let is_wchar = is_system && matches!(words.as_slice(), ["typedef", .., "wchar_t"]);
        let is_whole = line.trim_end().ends_with(';') && is_integer(&words);
        if let Some(declared) = wchar(compiler).filter(|_| is_wchar && is_whole) {
            // Writing to a string does not fail.
            let _ = writeln!(wide, "typedef {declared} wchar_t;");
            continue;
        }
        match (line.trim_end().strip_suffix(';'), mode) {
            (Some(declaration), Some("SI")) if !words.last().is_some_and(|name| is_fast(name)) => {
                wide.push_str(declaration);
                wide.push_str(" __attribute__((mode(SI)));");
            }
            (Some(_), Some(mode)) => {
                let sign = if words.contains(&"unsigned") {
                    "unsigned"
                } else {
                    "signed"
                };
                let name = words.last().copied().unwrap_or_default();
                let _ = write!(
                    wide,
                    "typedef {sign} int {name} __attribute__((mode({mode})));"
                );
            }
            _ => wide.push_str(line),
        }
        wide.push('\n');
    }
    wide
}

/// Whether a name of the system has its width whoever compiles what this machine's preprocessor left: see [`with_widths`].
pub(super) fn has_mode(name: &str) -> bool {
    let name = name.strip_prefix('u').unwrap_or(name);
    matches!(name, "int64_t" | "int_least64_t")
}

/// Whether a C library has another width for it on machines where its compiler is another.
fn is_fast(name: &str) -> bool {
    let name = name.strip_prefix('u').unwrap_or(name);
    matches!(name, "int_fast16_t" | "int_fast32_t")
}

/// The mode of GNU C that makes an integer as wide as such a name is in the library of an ABI.
fn fast_mode(name: &str, abi: &Abi) -> Option<&'static str> {
    match abi.size(abi.typedef(Typedef::named(name)?)?) {
        2 => Some("HI"),
        4 => Some("SI"),
        8 => Some("DI"),
        _ => None,
    }
}

/// Whether these words are of an integer, and there are no others than these and its sign.
fn is_of_int(words: &[&str], such: &[&str]) -> bool {
    let is_sign = |word: &str| matches!(word, "signed" | "unsigned" | "__signed__");
    words
        .iter()
        .all(|word| is_sign(word) || such.contains(word))
}

/// What a compiler of an ABI has for `wchar_t`, in words that say it to this compiler.
fn wchar(abi: &Abi) -> Option<&'static str> {
    let size = abi.size(Scalar::Wchar);
    let scalars = [
        (Scalar::Int, "int", "unsigned"),
        (Scalar::Short, "short", "unsigned short"),
        (Scalar::Long, "long", "unsigned long"),
    ];
    let of_size = |(scalar, ..): &(Scalar, _, _)| abi.size(*scalar) == size;
    let (_, signed, unsigned) = scalars.into_iter().find(of_size)?;
    Some(if abi.wchar_signed() { signed } else { unsigned })
}

/// Whether a typedef of one name gives an integer that name.
fn is_integer(typedef: &[&str]) -> bool {
    let words = typedef.get(1..typedef.len().saturating_sub(1));
    words.unwrap_or_default().iter().all(|word| {
        matches!(
            *word,
            "signed" | "unsigned" | "int" | "short" | "long" | "__extension__"
        )
    })
}

/// A preprocessed text without the field of GCC's `max_align_t` for i386 that hardly another compiler takes: what the type is there, the tables say.
pub(super) fn without_float128(text: &str) -> String {
    let is_field = |line: &&str| {
        line.trim_start()
            .starts_with("__float128 __max_align_f128 ")
    };
    let lines = text
        .lines()
        .map(|line| if is_field(&line) { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A preprocessed text for Clang: that takes no arguments of `malloc`, the functions that give the memory back, with which glibc declares functions for GCC from 11 on.
pub(super) fn without_deallocators(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find("__malloc__ (").map(|at| at + "__malloc__".len()) {
        let (before, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        plain.push_str(before);
        let mut depth = 0_usize;
        let close = behind.find(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ')' && depth == 0
        });
        rest = close
            .and_then(|close| behind.get(close + 1..))
            .unwrap_or(behind);
        if close.is_none() {
            break;
        }
    }
    plain.push_str(rest);
    plain
}

/// A preprocessed text in which the user's own lines name what stands in for these types; their declarations come first.
pub(super) fn replaced(text: &str, stand_ins: &BTreeMap<String, StandIn>, is_cxx: bool) -> String {
    let mut replaced = String::with_capacity(text.len());
    for stand_in in stand_ins.values() {
        replaced.push_str(&stand_in.declaration);
    }
    let mut regions = Regions::default();
    let mut is_users = false;
    for line in text.lines() {
        if let Some(directive) = line.strip_prefix('#') {
            if let Some(region) = regions.enter(directive) {
                is_users = !region.is_system;
            }
            replaced.push_str(line);
        } else if is_users {
            rename(line, stand_ins, is_cxx, &mut replaced);
        } else {
            replaced.push_str(line);
        }
        replaced.push('\n');
    }
    replaced
}

fn rename(line: &str, stand_ins: &BTreeMap<String, StandIn>, is_cxx: bool, renamed: &mut String) {
    let mut rest = line;
    let mut last = "";
    for token in tokens(line) {
        let at = rest.find(token).unwrap_or_default();
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let behind = from.get(token.len()..).unwrap_or_default();
        let is_keyword = matches!(last, "struct" | "union");
        // `stat` is a function, too.
        let is_called = behind.trim_start().starts_with('(');
        let is_type = stand_ins
            .get(token)
            .is_some_and(|stand_in| match stand_in.is_tag {
                true => is_keyword || is_cxx && !is_called && is_name(token),
                false => !matches!(last, "." | ">"),
            });
        renamed.push_str(before);
        if is_type {
            // What stands in for `std::max_align_t` is declared outside of all namespaces.
            for qualifier in ["::", "std"] {
                let shorter = renamed.trim_end().strip_suffix(qualifier);
                if let Some(length) = shorter.filter(|_| is_cxx).map(str::len) {
                    renamed.truncate(length);
                } else {
                    break;
                }
            }
            renamed.push_str(PREFIX);
        }
        renamed.push_str(token);
        rest = behind;
        last = token;
    }
    renamed.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abi(name: &str) -> &'static Abi {
        layout::Abis::builtin().get(name).unwrap()
    }

    fn declared(name: &str, text: &str, on: &str) -> String {
        declaration(name, &text.parse().unwrap(), abi(on)).unwrap()
    }

    #[test]
    fn clang_is_told_no_deallocators() {
        let text = "extern FILE *f (void) __attribute__ ((__malloc__)) __attribute__ ((__malloc__ (fclose, g (1)))) ;\nint __malloc__ (";
        let plain = "extern FILE *f (void) __attribute__ ((__malloc__)) __attribute__ ((__malloc__)) ;\nint __malloc__ (";
        assert_eq!(without_deallocators(text), plain);
    }

    #[test]
    fn a_type_is_declared_so_that_it_lies_as_the_table_says() {
        assert_eq!(
            declared("pid_t", "i 4/4", "x86_64-sysv"),
            "typedef int crossum_pid_t;\n"
        );
        assert_eq!(
            declared("pthread_mutex_t", "n 40/8", "x86_64-sysv"),
            "typedef union crossum_pthread_mutex_t { long long __in_pthread_mutex_t[5]; } crossum_pthread_mutex_t;\n"
        );
        assert_eq!(
            declared("pthread_mutex_t", "n 24/4", "arm-aapcs"),
            "typedef union crossum_pthread_mutex_t { int __in_pthread_mutex_t[6]; } crossum_pthread_mutex_t;\n"
        );
        assert_eq!(
            declared("sem_t", "n 16/4", "m68k-sysv"),
            "typedef union crossum_sem_t { int __in_sem_t[4]; } __attribute__((aligned(4))) crossum_sem_t;\n"
        );
        assert_eq!(
            declared(
                "timespec",
                "s 16/8 tv_sec:i0+8 tv_nsec:i12+4",
                "mips-o32-be"
            ),
            "typedef struct crossum_timespec { long long tv_sec; int __in_timespec[1]; int tv_nsec; } crossum_timespec;\n"
        );
        assert_eq!(
            declared("timespec", "s 16/8 tv_sec:i0+8 tv_nsec:i8+4", "arm-aapcs"),
            "typedef struct crossum_timespec { long long tv_sec; int tv_nsec; } crossum_timespec;\n"
        );
        // No attribute is needed where integers can be of the type's alignment.
        assert_eq!(
            declared("sockaddr_storage", "s 128/4 ss_family:u0+2", "i386-sysv"),
            "typedef struct crossum_sockaddr_storage { unsigned short ss_family; short __in_sockaddr_storage[1]; int __in_sockaddr_storage_1[31]; } crossum_sockaddr_storage;\n"
        );
        // The table has fields in the order of the manual, and some in one place.
        assert_eq!(
            declared(
                "siginfo_t",
                "s 20/4 si_code:i4+4 si_signo:i0+4 si_pid:i12+4 si_addr:p12+4 si_uid:u16+4",
                "i386-sysv"
            ),
            "typedef struct crossum_siginfo_t { int si_signo; int si_code; int __in_siginfo_t[1]; int si_pid; unsigned si_uid; } crossum_siginfo_t;\n"
        );
    }

    #[test]
    fn what_the_order_of_headers_decides_is_not_known() {
        let octets = |name, on| stand_in(name, abi(on), Bits::Usual).map(|one| one.size);
        assert_eq!(octets("max_align_t", "i386-mingw"), Err(Unknown::NoRow));
        assert_eq!(octets("max_align_t", "x86_64-mingw"), Ok(32));
        // musl's own headers come before the compiler's, and say 24 to all.
        assert_eq!(octets("max_align_t", "i386-musl"), Ok(24));
    }

    #[test]
    fn a_build_decides_about_file_offsets_on_windows_too() {
        let mingw = abi("x86_64-mingw");
        assert!(!is_modelled("off_t", mingw));
        let octets = |bits| stand_in("off_t", mingw, bits).unwrap().size;
        assert_eq!((octets(Bits::Usual), octets(Bits::Offsets)), (4, 8));
        assert!(is_modelled("time_t", mingw) && is_modelled("off_t", abi("x86_64-darwin")));
    }

    #[test]
    fn a_field_that_few_compilers_take_is_left_out_and_the_lines_stay() {
        let text = "typedef struct {\n  long long __max_align_ll;\n  __float128 __max_align_f128 __attribute__((__aligned__(__alignof(__float128))));\n} max_align_t;\n__float128 own;\n";
        let right =
            "typedef struct {\n  long long __max_align_ll;\n\n} max_align_t;\n__float128 own;\n";
        assert_eq!(without_float128(text), right);
    }

    #[test]
    fn a_compiler_is_told_its_own_wide_character() {
        let text = "# 1 \"/usr/lib/gcc/x/12/include/stddef.h\" 1 3 4\ntypedef unsigned short wchar_t;\ntypedef int wint_t;\n# 2 \"own.h\" 2\ntypedef char wchar_t;\ntypedef int __uint32_t;\n";
        let right = "# 1 \"/usr/lib/gcc/x/12/include/stddef.h\" 1 3 4\ntypedef int wchar_t;\ntypedef int wint_t;\n# 2 \"own.h\" 2\ntypedef char wchar_t;\ntypedef int __uint32_t __attribute__((mode(SI)));\n";
        assert_eq!(with_widths(text, abi("x86_64-sysv")), right);
        let windows = with_widths(text, abi("x86_64-mingw"));
        assert!(
            windows.contains("typedef unsigned short wchar_t;"),
            "{windows}"
        );
    }

    #[test]
    fn a_compiler_is_told_its_own_fast_integers() {
        let text = "# 1 \"/usr/include/stdint.h\" 1 3 4\ntypedef int int_fast16_t;\ntypedef unsigned int uint_fast32_t;\n# 2 \"own.h\" 2\ntypedef int int_fast16_t;\n";
        for (compiler, mode) in [("x86_64-sysv", "DI"), ("i386-sysv", "SI")] {
            let right = format!(
                "# 1 \"/usr/include/stdint.h\" 1 3 4\ntypedef signed int int_fast16_t __attribute__((mode({mode})));\ntypedef unsigned int uint_fast32_t __attribute__((mode({mode})));\n# 2 \"own.h\" 2\ntypedef int int_fast16_t;\n"
            );
            assert_eq!(with_widths(text, abi(compiler)), right);
        }
    }

    #[test]
    fn only_the_users_own_lines_name_what_stands_in() {
        let text = "# 1 \"/usr/include/pthread.h\" 1 3\ntypedef int pid_t;\n# 2 \"own.h\" 2\nstruct s { pid_t pid; int x; }; int f(struct s *s) { return s->pid_t; }";
        let stand_in = stand_in("pid_t", abi("arm-aapcs"), Bits::Usual).unwrap();
        let replaced = replaced(text, &[("pid_t".to_owned(), stand_in)].into(), false);
        assert!(
            replaced.starts_with("typedef int crossum_pid_t;\n# 1"),
            "{replaced}"
        );
        assert!(replaced.contains("\ntypedef int pid_t;"), "{replaced}");
        assert!(replaced.contains("{ crossum_pid_t pid;"), "{replaced}");
        assert!(replaced.contains("s->pid_t"), "{replaced}");
    }
}
