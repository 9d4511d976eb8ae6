//! The names whose meaning moves: typedefs that stand for another scalar on each ABI.

use crate::abi::word::words;

words! {
    /// A typedef of the C library, of the kernel's headers, or of the language, that is another scalar on each ABI.
    ///
    /// Its word is its name in C.
    pub enum Library {
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
        /// `<time.h>`: seconds; 32 bits on old 32-bit ABIs, unless a program asks for 64.
        Time = "time_t",
        /// `<sys/types.h>`: octets of a file; as `time_t`.
        Off = "off_t",
    }
}
