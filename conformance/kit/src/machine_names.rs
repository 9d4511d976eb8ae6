//! What people call the machines, and which of them are looked at unless others are named.

use std::borrow::Cow;

/// A machine under the name that people have for it.
struct Called {
    /// The machine's name: a target's, or an ABI's that no target has.
    machine: &'static str,
    /// How it is printed; it is a name like the others.
    name: &'static str,
    /// Other names: triples, distributions' words, boards.
    also: &'static [&'static str],
}

/// The machines that people have, in the order in which they are told: these are looked at when none is named.
const USUAL: &[Called] = &[
    called(
        "x86_64-unknown-linux-gnu",
        "x86_64",
        &["x86_64 Linux", "amd64", "x64", "x86-64"],
    ),
    called(
        "i686-unknown-linux-gnu",
        "i686",
        &["i686 Linux", "i386", "i586", "x86", "ia32"],
    ),
    called(
        "aarch64-unknown-linux-gnu",
        "aarch64",
        &["aarch64 Linux", "arm64"],
    ),
    called(
        "armv7-unknown-linux-gnueabihf",
        "armv7",
        &["armv7 Linux", "armhf"],
    ),
    called("riscv64gc-unknown-linux-gnu", "riscv64", &["riscv64 Linux"]),
    called(
        "powerpc64le-unknown-linux-gnu",
        "ppc64le",
        &["ppc64le Linux", "ppc64el"],
    ),
    called("s390x-unknown-linux-gnu", "s390x", &["s390x Linux"]),
    called(
        "powerpc-unknown-linux-gnu",
        "powerpc",
        &["powerpc Linux", "ppc", "ppc32"],
    ),
    called(
        "x86_64-windows",
        "Windows x64",
        &["x86_64-pc-windows-msvc", "windows", "win64"],
    ),
    called(
        "aarch64-darwin",
        "macOS arm64",
        &[
            "aarch64-apple-darwin",
            "arm64-apple-darwin",
            "arm64-apple-macosx",
            "macos",
        ],
    ),
    called(
        "wasm32",
        "wasm32",
        &[
            "wasm",
            "wasm32-unknown-unknown",
            "wasm32-wasi",
            "wasm32-wasip1",
            "wasm32-wasip2",
        ],
    ),
    called(
        "arm-bare",
        "Cortex-M",
        &[
            "arm-none-eabi",
            "thumbv6m-none-eabi",
            "thumbv7m-none-eabi",
            "thumbv7em-none-eabi",
            "thumbv7em-none-eabihf",
            "thumbv8m.base-none-eabi",
            "thumbv8m.main-none-eabi",
            "thumbv8m.main-none-eabihf",
            "cortex-m0",
            "cortex-m0+",
            "cortex-m3",
            "cortex-m4",
            "cortex-m7",
            "cortex-m33",
            "stm32",
            "nrf52",
            "rp2040",
            "pico",
            "samd21",
            "teensy",
            "microbit",
        ],
    ),
    called(
        "avr-gcc",
        "AVR",
        &[
            "avr-none",
            "avr-unknown-gnu-atmega328",
            "arduino",
            "uno",
            "nano",
            "mega",
            "leonardo",
            "atmega328p",
            "atmega2560",
            "attiny85",
        ],
    ),
    // One compiler's back end for every Xtensa core: GCC, config/xtensa.
    called(
        "xtensa-lx106",
        "ESP32",
        &[
            "xtensa",
            "xtensa-esp32-none-elf",
            "xtensa-esp32-espidf",
            "xtensa-esp32s2-none-elf",
            "xtensa-esp32s3-none-elf",
            "esp32s2",
            "esp32-s2",
            "esp32s3",
            "esp32-s3",
            "esp8266",
            "nodemcu",
        ],
    ),
];

/// Other machines that have a name beside their own.
const OTHERS: &[Called] = &[
    called(
        "aarch64-windows",
        "Windows arm64",
        &["aarch64-pc-windows-msvc"],
    ),
    called(
        "i386-windows",
        "Windows x86",
        &["i686-pc-windows-msvc", "win32"],
    ),
    called(
        "x86_64-mingw",
        "x86_64-mingw",
        &["x86_64-pc-windows-gnu", "x86_64-w64-mingw32"],
    ),
    called(
        "i386-mingw",
        "i386-mingw",
        &["i686-pc-windows-gnu", "i686-w64-mingw32"],
    ),
    called("x86_64-darwin", "macOS x86_64", &["x86_64-apple-darwin"]),
    called("i386-darwin", "i386-darwin", &["i686-apple-darwin"]),
    called(
        "x86_64-android",
        "x86_64-android",
        &["x86_64-linux-android"],
    ),
    called("i386-android", "i386-android", &["i686-linux-android"]),
    called("i386-musl", "i386-musl", &["i686-unknown-linux-musl"]),
    called(
        "powerpc-musl",
        "powerpc-musl",
        &["powerpc-unknown-linux-musl"],
    ),
    called(
        "powerpc64-musl",
        "powerpc64-musl",
        &["powerpc64-unknown-linux-musl"],
    ),
    called(
        "powerpc64le-musl",
        "powerpc64le-musl",
        &["powerpc64le-unknown-linux-musl"],
    ),
    called(
        "sparc-sysv",
        "sparc-sysv",
        &["sparc", "sparc-unknown-linux-gnu"],
    ),
    called("x86_64-x32", "x32", &["x86_64-unknown-linux-gnux32"]),
    called("wasm64", "wasm64", &["wasm64-unknown-unknown"]),
    called(
        "x86_64-freebsd",
        "FreeBSD x86_64",
        &["x86_64-unknown-freebsd", "freebsd"],
    ),
    called("i386-freebsd", "FreeBSD i386", &["i686-unknown-freebsd"]),
    called(
        "aarch64-freebsd",
        "FreeBSD aarch64",
        &["aarch64-unknown-freebsd"],
    ),
    called(
        "x86_64-netbsd",
        "NetBSD x86_64",
        &["x86_64-unknown-netbsd", "netbsd"],
    ),
    called("i386-netbsd", "NetBSD i386", &["i686-unknown-netbsd"]),
    called(
        "aarch64-netbsd",
        "NetBSD aarch64",
        &["aarch64-unknown-netbsd"],
    ),
    called(
        "x86_64-openbsd",
        "OpenBSD x86_64",
        &["x86_64-unknown-openbsd", "openbsd"],
    ),
    called("i386-openbsd", "OpenBSD i386", &["i686-unknown-openbsd"]),
    called(
        "aarch64-openbsd",
        "OpenBSD aarch64",
        &["aarch64-unknown-openbsd"],
    ),
    called("powerpc64-aix", "AIX", &["powerpc64-ibm-aix", "aix"]),
    called("powerpc-aix", "AIX 32-bit", &["powerpc-ibm-aix"]),
    called("msp430-elf", "MSP430", &["msp430", "msp430-none-elf"]),
    called(
        "riscv32-ilp32d",
        "riscv32",
        &[
            "riscv32imc-unknown-none-elf",
            "riscv32imac-unknown-none-elf",
            "riscv32imc-esp-espidf",
            "riscv32imac-esp-espidf",
            "esp32c3",
            "esp32-c3",
            "esp32c6",
            "esp32-c6",
        ],
    ),
];

const fn called(
    machine: &'static str,
    name: &'static str,
    also: &'static [&'static str],
) -> Called {
    Called {
        machine,
        name,
        also,
    }
}

fn all() -> impl Iterator<Item = &'static Called> {
    USUAL.iter().chain(OTHERS)
}

fn of(machine: &str) -> Option<&'static Called> {
    all().find(|called| called.machine == machine)
}

/// A machine's name, without a variant's, as people say it: `ppc64le`, `Windows x64`.
pub fn said(machine: &str) -> &str {
    of(machine).map_or_else(|| crate::names::short(machine), |called| called.name)
}

/// The machines that are looked at when none is named, in the order in which people would say them.
pub fn usual() -> impl ExactSizeIterator<Item = &'static str> {
    USUAL.iter().map(|called| called.machine)
}

/// Whether a machine runs one program without a system, or is one that few people have.
pub fn is_rare(machine: &str) -> bool {
    let mut common = usual().take_while(|usual| *usual != "arm-bare");
    !common.any(|usual| usual == machine)
}

/// Whether a name, in whatever letters, is one of a machine's.
pub fn names(machine: &str, name: &str) -> bool {
    let name = plain(name);
    let is = |other: &str| plain(other) == name;
    let gnu = cross::target(machine).map(|target| target.gnu.as_str());
    is(machine)
        || is(crate::names::short(machine))
        || gnu.is_ok_and(is)
        || all()
            .filter(|called| called.machine == machine)
            .any(|called| is(called.name) || called.also.iter().any(|also| is(also)))
}

/// The machine that has this name beside its own, in whatever letters.
pub fn named(name: &str) -> Option<&'static str> {
    let called = all().find(|called| names(called.machine, name));
    called.map(|called| called.machine)
}

/// All names that machines have beside their own, each with its machine.
pub fn all_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().flat_map(|called| {
        let names = std::iter::once(&called.name).chain(called.also);
        names.map(|name| (called.machine, *name))
    })
}

/// The names of a machine beside its own.
pub fn other_names(machine: &str) -> Vec<&'static str> {
    let called = all().filter(|called| called.machine == machine);
    let names = called.flat_map(|called| std::iter::once(&called.name).chain(called.also));
    names.copied().filter(|name| *name != machine).collect()
}

/// `Windows x64` is `windows-x64`.
fn plain(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_ascii_uppercase() && c != ' ';
    if name.chars().all(is_plain) {
        return name.into();
    }
    name.to_ascii_lowercase().replace(' ', "-").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_in_whatever_letters() {
        for name in [
            "Windows x64",
            "windows-x64",
            "WINDOWS-X64",
            "x86_64-pc-windows-msvc",
        ] {
            assert!(names("x86_64-windows", name), "{name}");
            assert_eq!(named(name), Some("x86_64-windows"), "{name}");
        }
        assert!(names("s390x-unknown-linux-gnu", "s390x-linux-gnu"));
        assert!(!names("s390x-unknown-linux-gnu", "s390"));
        assert_eq!(named("s390"), None);
    }
}
