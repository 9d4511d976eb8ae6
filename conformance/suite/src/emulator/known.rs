//! The faults that are looked for: those of QEMU that an ordinary Rust program can meet. Each was seen on this project's machines.
//!
//! They were looked for by 390 operations of the language and of its library, on some hundred values each, and by 50 uses of files, processes, threads and sockets, on every target under QEMU 7.2.22 and 10.0.13.

use crate::results::Signs;

/// A fault that some version of an emulator has.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownFault {
    /// What the program does, by its first argument.
    pub(super) argument: &'static str,
    /// What a faulty emulator does, after its name.
    pub(super) what: &'static str,
    /// What a right one prints.
    pub(super) answer: &'static str,
    /// On which targets, by the suffix of QEMU's emulator; on all where none is named.
    pub(super) qemu: &'static [&'static str],
    /// What a test may print that fails for this reason, where it is not killed.
    pub(super) signs: Signs,
}

/// The faults.
const FAULTS: [KnownFault; 5] = [
    // "target/s390x: Fix MDEB and MDEBR", in QEMU 8.0.4 and 8.1. The C library's cbrtf has it, too.
    KnownFault {
        argument: "f32-product",
        what: "multiplies f32 pairs wrongly",
        answer: "2.4000000953674316",
        qemu: &["s390x"],
        signs: Signs::Fraction,
    },
    // Right in QEMU 10.0.13, wrong in 7.2.22 with Debian 12's C library.
    KnownFault {
        argument: "f64-sine",
        what: "cannot compute f64::sin",
        answer: "0.8414709848078965",
        qemu: &["ppc"],
        signs: Signs::Fraction,
    },
    // "linux-user: Fix SO_ERROR return code of getsockopt()", in QEMU 8.0. These machines number errors in their own way.
    KnownFault {
        argument: "socket-error",
        what: "tells a socket's error by this machine's number",
        answer: "ConnectionRefused",
        qemu: &["mips", "mipsel", "mips64", "mips64el", "sparc64"],
        signs: Signs::Words(&["Uncategorized", "Unknown error "]),
    },
    // Of 7.2.22 and 10.0.13: a process that shares its parent's memory until it starts a program is a copy of it there.
    KnownFault {
        argument: "missing-program",
        what: "starts a program that is not there, which ends with status 127",
        answer: "NotFound",
        qemu: &[],
        signs: Signs::MissingProgram,
    },
    // Right in 7.2.22, wrong in 10.0.13.
    KnownFault {
        argument: "socket-limit",
        what: "forgets a socket's time limits",
        answer: "Some(1.5s)",
        qemu: &[],
        signs: Signs::Words(&[
            "left: None\n right: Some(",
            "left: Ok(None)\n right: Ok(Some(",
        ]),
    },
];

/// Those that the emulator of this suffix may have.
pub(super) fn of(qemu: &str) -> impl Iterator<Item = &'static KnownFault> {
    let is_its = move |fault: &&KnownFault| fault.qemu.is_empty() || fault.qemu.contains(&qemu);
    FAULTS.iter().filter(is_its)
}
