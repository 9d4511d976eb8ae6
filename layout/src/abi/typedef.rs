//! The names whose meaning moves: typedefs that stand for another scalar on each ABI.
//!
//! A name that is the same scalar everywhere is not among them: it may as well be followed to what it stands for.

use std::str::FromStr as _;

use super::word::words;

words! {
    /// A typedef of the C library, of the kernel's headers, or of the language, that is another scalar on each ABI.
    ///
    /// Its word is its name in C. Names that are the same scalar everywhere share one: see [`Typedef::named`].
    #[non_exhaustive]
    pub enum Typedef {
        /// `<stddef.h>`
        Size = "size_t",
        /// `<sys/types.h>`
        Ssize = "ssize_t",
        /// `<stddef.h>`
        Ptrdiff = "ptrdiff_t",
        /// `<stdint.h>`
        Intptr = "intptr_t",
        /// `<stdint.h>`
        Intmax = "intmax_t",
        /// `<stdint.h>`
        IntFast16 = "int_fast16_t",
        /// `<stdint.h>`
        IntFast32 = "int_fast32_t",
        /// `<wchar.h>`
        Wint = "wint_t",
        /// `<time.h>`: seconds; 32 bits on old 32-bit ABIs, unless a program asks for 64.
        Time = "time_t",
        /// `<sys/types.h>`: microseconds.
        Suseconds = "suseconds_t",
        /// `<time.h>`
        Clock = "clock_t",
        /// `<sys/types.h>`: octets of a file; as `time_t`.
        Off = "off_t",
        /// `<sys/types.h>`: a file's serial number.
        Ino = "ino_t",
        /// `<sys/types.h>`: a device.
        Dev = "dev_t",
        /// `<sys/types.h>`: a file's permissions.
        Mode = "mode_t",
        /// `<sys/types.h>`: links to a file.
        Nlink = "nlink_t",
        /// `<sys/types.h>`: the size of a block.
        Blksize = "blksize_t",
        /// `<sys/types.h>`: blocks of a file.
        Blkcnt = "blkcnt_t",
        /// `<sys/types.h>`: blocks of a file system.
        Fsblkcnt = "fsblkcnt_t",
        /// `<sys/types.h>`: files of a file system.
        Fsfilcnt = "fsfilcnt_t",
        /// `<sys/statfs.h>`, of glibc.
        Fsword = "__fsword_t",
        /// `<sys/resource.h>`
        Rlim = "rlim_t",
        /// `<sys/types.h>`: as wide as a machine's registers, which on some are wider than its pointers.
        Register = "register_t",
        /// Of glibc: what system calls take for a `long`.
        SyscallSlong = "__syscall_slong_t",
        /// `<linux/posix_types.h>`: what the kernel takes for a `long`.
        KernelLong = "__kernel_long_t",
        /// `<linux/posix_types.h>`
        KernelSize = "__kernel_size_t",
        /// `<linux/posix_types.h>`
        KernelIno = "__kernel_ino_t",
        /// `<linux/posix_types.h>`
        KernelMode = "__kernel_mode_t",
        /// `<linux/posix_types.h>`
        KernelIpcPid = "__kernel_ipc_pid_t",
        /// `<linux/posix_types.h>`
        KernelUid = "__kernel_uid_t",
        /// `<linux/posix_types.h>`
        KernelOldUid = "__kernel_old_uid_t",
        /// `<linux/posix_types.h>`
        KernelOldDev = "__kernel_old_dev_t",
        /// `<linux/posix_types.h>`
        KernelSuseconds = "__kernel_suseconds_t",
        /// `<linux/posix_types.h>`
        KernelDaddr = "__kernel_daddr_t",
    }
}

impl Typedef {
    /// By a name in C: its own, that of its unsigned twin, or the one that glibc gives it before the public one
    /// (`__off_t`). `None` for a typedef that means the same everywhere, or is the program's own.
    pub fn named(name: &str) -> Option<Typedef> {
        let twin = match name {
            "uintptr_t" => "intptr_t",
            "uintmax_t" => "intmax_t",
            "uint_fast16_t" => "int_fast16_t",
            "uint_fast32_t" => "int_fast32_t",
            "__syscall_ulong_t" => "__syscall_slong_t",
            "__kernel_ulong_t"
            | "__kernel_off_t"
            | "__kernel_time_t"
            | "__kernel_old_time_t"
            | "__kernel_clock_t" => "__kernel_long_t",
            "__kernel_ssize_t" | "__kernel_ptrdiff_t" => "__kernel_size_t",
            "__kernel_gid_t" => "__kernel_uid_t",
            "__kernel_old_gid_t" => "__kernel_old_uid_t",
            name => name,
        };
        let public = || Typedef::from_str(twin.strip_prefix("__")?).ok();
        Typedef::from_str(twin).ok().or_else(public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_with_its_twins_and_underscores() {
        for typedef in Typedef::ALL {
            assert_eq!(Typedef::named(typedef.word()), Some(*typedef));
        }
        assert_eq!(Typedef::named("__off_t"), Some(Typedef::Off));
        assert_eq!(Typedef::named("uintptr_t"), Some(Typedef::Intptr));
        assert_eq!(Typedef::named("__kernel_gid_t"), Some(Typedef::KernelUid));
        for name in ["off64_t", "int32_t", "", "__", "off", "__kernel_pid_t"] {
            assert_eq!(Typedef::named(name), None, "{name}");
        }
    }
}
