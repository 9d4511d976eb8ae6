//! The faults that are looked for: those that QEMU's own history names and that an ordinary Rust program can meet. Each was seen on this project's machines.

/// A fault that some version of an emulator has.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownFault {
    /// What the program computes, by its first argument.
    pub(super) argument: &'static str,
    /// What a faulty emulator does, after its name.
    pub(super) what: &'static str,
    /// What a right one prints.
    pub(super) answer: &'static str,
    /// On which targets, by the suffix of QEMU's emulator.
    pub(super) qemu: &'static str,
}

/// The faults.
const FAULTS: [KnownFault; 2] = [
    // "target/s390x: Fix MDEB and MDEBR", in QEMU 8.0.4 and 8.1.
    KnownFault {
        argument: "f32-product",
        what: "multiplies f32 pairs wrongly",
        answer: "2.4000000953674316",
        qemu: "s390x",
    },
    // Right in QEMU 10.0.13, wrong in 7.2.22 with Debian 12's C library.
    KnownFault {
        argument: "f64-sine",
        what: "cannot compute f64::sin",
        answer: "0.8414709848078965",
        qemu: "ppc",
    },
];

/// Those that the emulator of this suffix may have.
pub(super) fn of(qemu: &str) -> impl Iterator<Item = &'static KnownFault> {
    FAULTS.iter().filter(move |fault| fault.qemu == qemu)
}
