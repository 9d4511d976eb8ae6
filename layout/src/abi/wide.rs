//! ABIs whose C library has wider types by an option of the build: glibc's `_TIME_BITS` and `_FILE_OFFSET_BITS`.

use super::{Abi, Scalar, Typedef};

/// What `_FILE_OFFSET_BITS=64` moves (glibc, bits/types.h and sys/types.h).
const OFFSETS: [Typedef; 6] = [
    Typedef::Off,
    Typedef::Ino,
    Typedef::Blkcnt,
    Typedef::Fsblkcnt,
    Typedef::Fsfilcnt,
    Typedef::Rlim,
];

impl Abi {
    /// With file offsets of 64 bits.
    pub fn with_wide_offsets(&self) -> Abi {
        self.with_wide(&OFFSETS, "off64")
    }

    /// With file offsets and times of 64 bits. `suseconds_t` and `clock_t` stay what they are.
    pub fn with_wide_times(&self) -> Abi {
        let all: Vec<_> = OFFSETS.into_iter().chain([Typedef::Time]).collect();
        self.with_wide(&all, "time64")
    }

    /// Its row in the table, without what [`Abi::with_wide_times`] adds.
    pub fn row(&self) -> &str {
        self.name.split('+').next().unwrap_or_default()
    }

    fn with_wide(&self, typedefs: &[Typedef], how: &str) -> Abi {
        let mut wide = Abi {
            name: format!("{}+{how}", self.name),
            ..self.clone()
        };
        for typedef in typedefs {
            wide.typedefs.insert(*typedef, Scalar::Int64);
        }
        wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Abis;

    #[test]
    fn seven_typedefs_have_64_bits_and_no_other_moves() {
        let arm = Abis::builtin().get("arm-aapcs").unwrap();
        let wide = arm.with_wide_times();
        assert_eq!((wide.name(), wide.row()), ("arm-aapcs+time64", "arm-aapcs"));
        let size = |abi: &Abi, name| abi.typedef(name).map(|scalar| abi.size(scalar));
        for typedef in Typedef::ALL {
            let moves = OFFSETS.contains(typedef) || *typedef == Typedef::Time;
            let expected = if moves { Some(8) } else { size(arm, *typedef) };
            assert_eq!(size(&wide, *typedef), expected, "{typedef:?}");
        }
        assert_eq!(size(&arm.with_wide_offsets(), Typedef::Time), Some(4));
    }
}
