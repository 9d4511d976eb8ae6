//! Headers that stand before this machine's own, where its front end reads for another machine: those of glibc and the kernel that speak of one processor, written so that they follow from what the compiler predefines.
//!
//! They define macros, and nothing else is taken from them: the types that a C library declares are never this machine's.

use std::io;
use std::path::Path;

const HEADERS: &[(&str, &str)] = &[
    (
        "bits/wordsize.h",
        "#if __SIZEOF_POINTER__ == 8\n# define __WORDSIZE 64\n#else\n# define __WORDSIZE 32\n# define __WORDSIZE32_SIZE_ULONG (__SIZE_MAX__ == __LONG_MAX__ * 2UL + 1 && __SIZEOF_INT__ != __SIZEOF_LONG__)\n# define __WORDSIZE32_PTRDIFF_LONG 0\n#endif\n#define __WORDSIZE_TIME64_COMPAT32 0\n#define __SYSCALL_WORDSIZE 64\n",
    ),
    (
        "bits/endianness.h",
        "#ifndef _BITS_ENDIANNESS_H\n# define _BITS_ENDIANNESS_H 1\n# if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__\n#  define __BYTE_ORDER __BIG_ENDIAN\n# else\n#  define __BYTE_ORDER __LITTLE_ENDIAN\n# endif\n#endif\n",
    ),
    // Without `_Float128` and its kin, which are words of gcc alone: no declaration of a user comes from here.
    (
        "bits/floatn.h",
        "#ifndef _BITS_FLOATN_H\n# define _BITS_FLOATN_H\n# define __HAVE_FLOAT128 0\n# define __HAVE_DISTINCT_FLOAT128 0\n# define __HAVE_FLOAT64X 0\n# define __HAVE_FLOAT64X_LONG_DOUBLE 0\n# include <bits/floatn-common.h>\n#endif\n",
    ),
    (
        "bits/floatn-common.h",
        "#ifndef _BITS_FLOATN_COMMON_H\n# define _BITS_FLOATN_COMMON_H\n# define __HAVE_FLOAT16 0\n# define __HAVE_FLOAT32 0\n# define __HAVE_FLOAT64 0\n# define __HAVE_FLOAT32X 0\n# define __HAVE_FLOAT128X 0\n# define __HAVE_DISTINCT_FLOAT16 0\n# define __HAVE_DISTINCT_FLOAT32 0\n# define __HAVE_DISTINCT_FLOAT64 0\n# define __HAVE_DISTINCT_FLOAT32X 0\n# define __HAVE_DISTINCT_FLOAT64X 0\n# define __HAVE_DISTINCT_FLOAT128X 0\n# define __HAVE_FLOAT128_UNLIKE_LDBL 0\n# define __HAVE_FLOATN_NOT_TYPEDEF 0\n#endif\n",
    ),
    // The host's tells two widths of a pointer apart, and there are more.
    ("bits/stdint-limits.h", LIMITS),
    (
        "stdint.h",
        "#include_next <stdint.h>\n#include <bits/stdint-limits.h>\n",
    ),
    (
        "inttypes.h",
        "#include_next <inttypes.h>\n#include <bits/stdint-limits.h>\n",
    ),
    ("gnu/stubs.h", ""),
    (
        "asm/bitsperlong.h",
        "#define __BITS_PER_LONG (__SIZEOF_LONG__ * 8)\n#include <asm-generic/bitsperlong.h>\n",
    ),
    (
        "asm/byteorder.h",
        "#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__\n# include <linux/byteorder/big_endian.h>\n#else\n# include <linux/byteorder/little_endian.h>\n#endif\n",
    ),
];

/// Limits of `<stdint.h>`, as the machine's compiler predefines them.
const LIMITS: &str = "\
#ifdef __UINTPTR_MAX__
# undef INTPTR_MIN
# undef INTPTR_MAX
# undef UINTPTR_MAX
# define INTPTR_MIN (-__INTPTR_MAX__ - 1)
# define INTPTR_MAX __INTPTR_MAX__
# define UINTPTR_MAX __UINTPTR_MAX__
# undef PTRDIFF_MIN
# undef PTRDIFF_MAX
# undef SIZE_MAX
# define PTRDIFF_MIN (-__PTRDIFF_MAX__ - 1)
# define PTRDIFF_MAX __PTRDIFF_MAX__
# define SIZE_MAX __SIZE_MAX__
# undef SIG_ATOMIC_MIN
# undef SIG_ATOMIC_MAX
# ifdef __SIG_ATOMIC_MIN__
#  define SIG_ATOMIC_MIN __SIG_ATOMIC_MIN__
# else
#  define SIG_ATOMIC_MIN (-__SIG_ATOMIC_MAX__ - 1)
# endif
# define SIG_ATOMIC_MAX __SIG_ATOMIC_MAX__
# undef WINT_MIN
# undef WINT_MAX
# ifdef __WINT_MIN__
#  define WINT_MIN __WINT_MIN__
# elif defined __WINT_UNSIGNED__
#  define WINT_MIN 0
# else
#  define WINT_MIN (-__WINT_MAX__ - 1)
# endif
# define WINT_MAX __WINT_MAX__
#endif
";

/// Writes them into a folder.
///
/// # Errors
/// There is no room for them.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    for (name, text) in HEADERS {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
        std::fs::write(file, text)?;
    }
    Ok(())
}
