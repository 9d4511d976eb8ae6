//! Numbers of ioctls (Linux, include/uapi/asm-generic/ioctl.h and arch/*/include/uapi/asm/ioctl.h): the size of what is handed over is a part of them.

/// How a kernel puts a number together: sequence number in bits 0 to 7, type in 8 to 15, size from 16 on, direction at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    size_bits: u32,
    none: u32,
    write: u32,
    read: u32,
}

/// Most kernels'.
const GENERIC: Scheme = Scheme {
    size_bits: 14,
    none: 0,
    write: 1,
    read: 2,
};

/// Of alpha, mips, powerpc and sparc.
const THREE_BITS: Scheme = Scheme {
    size_bits: 13,
    none: 1,
    write: 4,
    read: 2,
};

/// Of parisc.
const PARISC: Scheme = Scheme {
    size_bits: 14,
    none: 0,
    write: 2,
    read: 1,
};

/// An ioctl, whatever its number is on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ioctl {
    /// The macro's name.
    pub name: String,
    reads: bool,
    writes: bool,
    /// Type and sequence number.
    low: u32,
    /// How many of its type it hands over: `_IOR('a', 1, struct s[3])`.
    times: u64,
}

impl Scheme {
    /// Of a machine, by its name or its ABI's.
    pub fn of(machine: &str) -> Scheme {
        let is = |names: &[&str]| names.iter().any(|name| machine.starts_with(name));
        if is(&["alpha", "mips", "powerpc", "ppc", "sparc"]) {
            THREE_BITS
        } else if is(&["hppa", "parisc"]) {
            PARISC
        } else {
            GENERIC
        }
    }

    /// The size in a number.
    fn size(self, number: u32) -> u64 {
        u64::from(number >> 16 & ((1 << self.size_bits) - 1))
    }

    fn direction_shift(self) -> u32 {
        16 + self.size_bits
    }
}

impl Ioctl {
    /// From its number on a machine, and the size of its type there; `None` where the size in the number is of something else.
    pub fn of(name: &str, number: u32, machine: &str, size: u64) -> Option<Ioctl> {
        let scheme = Scheme::of(machine);
        let direction = number >> scheme.direction_shift();
        let handed = scheme.size(number);
        let times = match (handed, size) {
            (0, 0) => 1,
            _ => handed.checked_div(size)?,
        };
        (times.checked_mul(size) == Some(handed)).then(|| Ioctl {
            times,
            name: name.to_owned(),
            reads: direction & scheme.read != 0 && direction != scheme.none,
            writes: direction & scheme.write != 0 && direction != scheme.none,
            low: number & 0xffff,
        })
    }

    /// Its number on a machine where its type has this size; `None` where that has no room in it.
    pub fn number(&self, machine: &str, size: u64) -> Option<u32> {
        let scheme = Scheme::of(machine);
        let size = size.checked_mul(self.times)?;
        let size = u32::try_from(size)
            .ok()
            .filter(|size| *size < 1 << scheme.size_bits)?;
        let direction = match (self.reads, self.writes) {
            (false, false) => scheme.none,
            (reads, writes) => {
                let read = if reads { scheme.read } else { 0 };
                let write = if writes { scheme.write } else { 0 };
                read | write
            }
        };
        Some(direction << scheme.direction_shift() | size << 16 | self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `_IOR('X', 1, 40 octets)`, `_IOW`, `_IOWR` as the C libraries' headers of these machines have them.
    #[test]
    fn numbers_are_those_of_the_kernels_headers() {
        for (machine, numbers) in [
            (
                "x86_64-unknown-linux-gnu",
                [0x8028_5801, 0x4028_5801, 0xc028_5801],
            ),
            (
                "powerpc64-unknown-linux-gnu",
                [0x4028_5801, 0x8028_5801, 0xc028_5801],
            ),
            ("mips-n32-be", [0x4028_5801, 0x8028_5801, 0xc028_5801]),
            (
                "hppa-unknown-linux-gnu",
                [0x4028_5801, 0x8028_5801, 0xc028_5801],
            ),
        ] {
            for (number, native) in numbers
                .into_iter()
                .zip([0x8028_5801, 0x4028_5801, 0xc028_5801])
            {
                let ioctl = Ioctl::of("X", native, "x86_64-unknown-linux-gnu", 40).unwrap();
                assert_eq!(ioctl.number(machine, 40), Some(number), "{machine}");
                assert_eq!(
                    Ioctl::of("X", number, machine, 40).as_ref(),
                    Some(&ioctl),
                    "{machine}"
                );
            }
        }
        let i686 = "i686-unknown-linux-gnu";
        // Four of ten octets: BTRFS_IOC_GET_SUPPORTED_FEATURES is of such an array.
        let four = Ioctl::of("X", 0x8028_5801, i686, 10).unwrap();
        assert_eq!(
            four.number("s390x-unknown-linux-gnu", 12),
            Some(0x8030_5801)
        );
        // The size is that of a pointer, or of another type.
        for size in [0, 7, 80] {
            assert_eq!(Ioctl::of("X", 0x8028_5801, i686, size), None, "{size}");
        }
        let ioctl = Ioctl::of("X", 0x8028_5801, i686, 40).unwrap();
        assert_eq!(
            ioctl.number("i686-unknown-linux-gnu", 36),
            Some(0x8024_5801)
        );
        assert_eq!(ioctl.number("i686-unknown-linux-gnu", 1 << 14), None);
        assert_eq!(ioctl.number("powerpc-unknown-linux-gnu", 1 << 13), None);
    }
}
