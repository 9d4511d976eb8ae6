//! Whose header a file is, by its path: only a C library's own headers say what `time_t` means on every machine.

/// Whose header a source file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Header {
    /// A C library's, in a folder where one is installed: `/usr/include/x86_64-linux-gnu/bits/types.h`.
    CLibrary(CLibrary),
    /// One that comes with a compiler: `<stddef.h>` of GCC and of Clang, the headers of C++'s standard library.
    Compiler,
    /// One that the Linux kernel gives to programs (uapi): `<asm-generic/posix_types.h>`.
    Kernel,
    /// The program's own, or another library's: a typedef in it is what it is declared to be.
    Program,
    /// It is called as a C library's header, and lies where a program may have its own.
    Unclear,
}

/// Which C library, as far as its headers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CLibrary {
    /// musl: it declares all its types in one generated header.
    Musl,
    /// Any other.
    Other,
}

impl Header {
    /// By the path that debug information has for it, of the compiler's machine: of Unix or of Windows, with `.` and `..` still in it.
    pub fn of(path: &str) -> Header {
        let path = normal(path);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if is_compilers(&path) {
            return Header::Compiler;
        }
        if is_uapi(&path) {
            return Header::Kernel;
        }
        let is_include = |part: &&str| matches!(*part, "include" | "include-fixed" | "sys-include");
        let Some(at) = path.iter().rposition(is_include) else {
            return without_include(&path);
        };
        let (base, name) = path.split_at(at);
        let name = name.get(1..).unwrap_or_default();
        let installed = is_installed(base) || path.get(at) != Some(&"include");
        // Between them a distribution puts the ABI, or the library where it has several.
        let name = match name {
            [first, rest @ ..] if is_triple(first) || LIBRARIES.contains(first) => rest,
            name => name,
        };
        match name {
            ["c++", ..] => Header::Compiler,
            ["linux" | "asm" | "asm-generic", ..] if installed => Header::Kernel,
            _ if !is_c_librarys(name) => Header::Program,
            _ if !installed => Header::Unclear,
            ["bits", "alltypes.h"] => Header::CLibrary(CLibrary::Musl),
            _ => Header::CLibrary(CLibrary::Other),
        }
    }
}

/// The parts of a path, without those that `..` takes back.
fn normal(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            // Windows takes `Include` for `include`, and its kits write both.
            part if part.eq_ignore_ascii_case("include") => parts.push("include".to_owned()),
            part => parts.push(part.to_owned()),
        }
    }
    parts
}

/// `lib/gcc/TRIPLE/12/include/stddef.h`, `lib/llvm-14/lib/clang/14.0.6/include/stddef.h`, `VC/Tools/MSVC/14.40/include/vcruntime.h`.
fn is_compilers(path: &[&str]) -> bool {
    let in_lib = |pair: &[&str]| {
        matches!(pair, [lib, "gcc" | "gcc-cross" | "clang"] if lib.starts_with("lib"))
            || matches!(pair, ["Tools", "MSVC"])
    };
    path.windows(2).any(in_lib) && path.contains(&"include")
}

/// In the kernel's own source, what it installs for programs lies apart.
fn is_uapi(path: &[&str]) -> bool {
    let uapi = |three: &[&str]| {
        matches!(
            three,
            ["include", "uapi", "linux" | "asm" | "asm-generic"] | ["generated", "uapi", "asm"]
        )
    };
    path.windows(3).any(uapi)
}

/// Kits of Windows, whose folders have a number between.
fn without_include(path: &[&str]) -> Header {
    match path {
        [.., "sys" | "bits" | "machine", name] if name.ends_with(".h") => Header::Unclear,
        _ => Header::Program,
    }
}

/// Whether a folder before `include` is one that C libraries are installed in: a system's root, or that of a cross compiler.
fn is_installed(base: &[&str]) -> bool {
    match base {
        [] | [.., "usr"] => true,
        [.., "Windows Kits", "10"] => true,
        ["nix" | "gnu", "store", package] | [_, "nix" | "gnu", "store", package] => {
            package.contains("-glibc-") || package.contains("-musl-")
        }
        [.., last] => is_triple(last) || LIBRARIES.contains(last),
    }
}

/// The names that distributions give to the folder of a C library.
const LIBRARIES: [&str; 9] = [
    "avr",
    "bionic",
    "mingw-w64",
    "musl",
    "newlib",
    "picolibc",
    "sys-root",
    "sysroot",
    "uclibc",
];

/// `arm-linux-gnueabihf`, `x86_64-w64-mingw32`, `arm-none-eabi`: a processor, and one to three words.
fn is_triple(folder: &str) -> bool {
    const PROCESSORS: [&str; 31] = [
        "aarch64",
        "alpha",
        "arc",
        "arm",
        "avr",
        "csky",
        "hexagon",
        "hppa",
        "i386",
        "i486",
        "i586",
        "i686",
        "ia64",
        "loongarch",
        "m32r",
        "m68k",
        "microblaze",
        "mips",
        // Release 6: `mipsisa32r6`, `mipsisa64r6el`.
        "mipsisa",
        "msp430",
        "nios2",
        "or1k",
        "powerpc",
        "riscv",
        "s390",
        "s390x",
        "sh",
        "sparc",
        "wasm",
        "x86_64",
        "xtensa",
    ];
    let words: Vec<&str> = folder.split('-').collect();
    let [processor, .., last] = words.as_slice() else {
        return false;
    };
    let of_a_processor = PROCESSORS.iter().any(|name| {
        // sh4, mips64el, armv7, riscv64: a variant, and no other word that begins so.
        let variant = processor
            .strip_prefix(name)
            .map(|variant| variant.trim_start_matches('v'));
        variant.is_some_and(|variant| {
            variant.starts_with(|first: char| first.is_ascii_digit() || first == '_')
                || matches!(variant, "" | "be" | "eb" | "el" | "le" | "nd")
        })
    });
    const ENDS: [&str; 8] = [
        "elf", "eabi", "gnu", "musl", "mingw32", "uclibc", "android", "linux",
    ];
    of_a_processor
        && ENDS
            .iter()
            .any(|end| last.starts_with(end) || last.ends_with(end))
}

/// Whether a C library has a header of this name, below its folder.
fn is_c_librarys(name: &[&str]) -> bool {
    match name {
        // Windows' Universal CRT: include/10.0.22621.0/ucrt/time.h
        [_, "ucrt" | "um" | "shared", ..] => true,
        [
            "bits" | "sys" | "gnu" | "machine" | "_types" | "arm" | "i386" | "x86" | "arpa" | "net"
            | "netinet" | "rpc" | "xlocale" | "secure" | "sdk" | "sec_api",
            _,
            ..,
        ] => true,
        [header] => {
            let stem = header.strip_suffix(".h").unwrap_or_default();
            HEADERS.contains(&stem)
        }
        _ => false,
    }
}

/// Those of C23 and POSIX.1-2024, and the few others that C libraries declare types in.
const HEADERS: &[&str] = &[
    "_ansi",
    "_bsd_types",
    "_mingw",
    "_mingw_off_t",
    "_newlib_version",
    "_types",
    "aio",
    "alltypes",
    "alloca",
    "argz",
    "assert",
    "complex",
    "corecrt",
    "crtdefs",
    "ctype",
    "dirent",
    "dlfcn",
    "endian",
    "err",
    "errno",
    "error",
    "fcntl",
    "features",
    "fenv",
    "float",
    "fnmatch",
    "fstab",
    "fts",
    "ftw",
    "getopt",
    "glob",
    "grp",
    "iconv",
    "ifaddrs",
    "inttypes",
    "langinfo",
    "libgen",
    "libintl",
    "limits",
    "link",
    "locale",
    "malloc",
    "math",
    "mntent",
    "monetary",
    "mqueue",
    "netdb",
    "nl_types",
    "poll",
    "pthread",
    "pwd",
    "regex",
    "resolv",
    "sched",
    "search",
    "semaphore",
    "setjmp",
    "shadow",
    "signal",
    "spawn",
    "stdatomic",
    "stdbool",
    "stddef",
    "stdint",
    "stdint-gcc",
    "stdio",
    "stdlib",
    "string",
    "strings",
    "syslog",
    "tar",
    "termios",
    "threads",
    "time",
    "uchar",
    "ucontext",
    "ulimit",
    "unistd",
    "unwind",
    "utime",
    "utmp",
    "utmpx",
    "vcruntime",
    "wchar",
    "wctype",
    "wordexp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_whose_its_folder_is() {
        let c = Header::CLibrary(CLibrary::Other);
        let musl = Header::CLibrary(CLibrary::Musl);
        for (path, whose) in [
            ("/usr/include/x86_64-linux-gnu/bits/types.h", c),
            ("/usr/include/x86_64-linux-gnu/bits/types/time_t.h", c),
            ("/usr/include/unistd.h", c),
            ("/usr/arm-linux-gnueabihf/include/bits/types.h", c),
            (
                "/usr/lib/gcc-cross/arm-linux-gnueabi/12/../../../../arm-linux-gnueabi/include/bits/types.h",
                c,
            ),
            (
                "/usr/lib/gcc/arm-none-eabi/12.2.1/../../../arm-none-eabi/include/machine/_default_types.h",
                c,
            ),
            ("/usr/include/newlib/sys/_types.h", c),
            ("/usr/lib/gcc/avr/5.4.0/../../../avr/include/stdint.h", c),
            ("/usr/share/mingw-w64/include/corecrt.h", c),
            ("/usr/x86_64-w64-mingw32/include/sys/types.h", c),
            ("/opt/board/sysroot/usr/include/bits/types.h", c),
            (
                "/Library/SDKs/MacOSX.sdk/usr/include/sys/_types/_dev_t.h",
                c,
            ),
            (
                "C:\\Program Files (x86)\\Windows Kits\\10\\Include\\10.0.22621.0\\ucrt\\corecrt.h",
                c,
            ),
            ("/nix/store/abc-glibc-2.37-dev/include/bits/types.h", c),
            ("/usr/include/x86_64-linux-musl/bits/alltypes.h", musl),
            ("/usr/local/musl/include/bits/alltypes.h", musl),
            ("/usr/include/bits/alltypes.h", musl),
            (
                "/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h",
                Header::Compiler,
            ),
            (
                "/usr/lib/llvm-14/lib/clang/14.0.6/include/stddef.h",
                Header::Compiler,
            ),
            (
                "/usr/include/x86_64-linux-gnu/c++/12/bits/c++config.h",
                Header::Compiler,
            ),
            ("/usr/include/c++/12/cstddef", Header::Compiler),
            ("/usr/include/asm-generic/posix_types.h", Header::Kernel),
            (
                "/usr/include/x86_64-linux-gnu/asm/posix_types_64.h",
                Header::Kernel,
            ),
            (
                "/build/linux-6.1/include/uapi/asm-generic/posix_types.h",
                Header::Kernel,
            ),
            (
                "/build/linux-6.1/arch/x86/include/uapi/asm/posix_types_64.h",
                Header::Kernel,
            ),
            ("/build/linux-6.1/include/linux/types.h", Header::Program),
            (
                "/build/linux-6.1/build/../include/linux/types.h",
                Header::Program,
            ),
            (
                "/usr/src/linux-headers-6.1.0-57-common/include/linux/types.h",
                Header::Program,
            ),
            ("/usr/include/openssl/types.h", Header::Program),
            ("/home/me/device.h", Header::Program),
            ("/home/me/src/time.h", Header::Program),
            ("/home/me/arm-wrestling/include/device.h", Header::Program),
            ("/home/me/kernel/include/sys/types.h", Header::Unclear),
            ("/home/me/shell-tools/include/stdint.h", Header::Unclear),
            ("/usr/src/sys/sys/types.h", Header::Unclear),
            ("", Header::Program),
        ] {
            assert_eq!(Header::of(path), whose, "{path}");
        }
    }

    #[test]
    fn a_folder_is_a_triples_and_not_any_word_with_a_dash() {
        for folder in [
            "arm-none-eabi",
            "x86_64-linux-gnu",
            "sh4-linux-gnu",
            "i686-w64-mingw32",
            "mips64el-linux-gnuabi64",
            "riscv64-unknown-elf",
            "armv7-unknown-linux-gnueabihf",
            "sh-elf",
            "arm-linux-androideabi",
            "powerpc64le-linux-musl",
            "s390x-linux-gnu",
            "mipsisa32r6-linux-gnu",
            "mipsisa64r6el-linux-gnuabi64",
        ] {
            assert!(is_triple(folder), "{folder}");
        }
        for folder in [
            "arm",
            "armadillo-gnu",
            "shell-gnu",
            "arc-reactor",
            "x86_64",
            "",
            "-",
            "linux-gnu",
            "sparkle-elf",
        ] {
            assert!(!is_triple(folder), "{folder}");
        }
    }
}
