//! `crossum check` on headers that ask something of the machine: the right answers are those of the machines' own compilers (`sizeof` and `offsetof` of gcc 12.2 with glibc 2.36, `-fdump-record-layouts` of clang).
//!
//! Each is checked with what is here, and again with a `PATH` of `cc` alone, as a machine without cross compilers is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bench::{Bench, Ran};

const X86_64: &str = "x86_64-unknown-linux-gnu";
const AARCH64: &str = "aarch64-unknown-linux-gnu";
const I686: &str = "i686-unknown-linux-gnu";
const ARMV7: &str = "armv7-unknown-linux-gnueabihf";
const M68K: &str = "m68k-unknown-linux-gnu";
const S390X: &str = "s390x-unknown-linux-gnu";
const MIPS: &str = "mips-unknown-linux-gnu";

/// Which value of a type lies where: `path`, offset and size in octets.
type Places<'p> = &'p [(&'p str, u64, u64)];

/// What is known of a type on a machine: its size in octets, and where some of its values are.
struct Right<'r> {
    name: &'r str,
    machine: &'r str,
    size: u64,
    places: Places<'r>,
}

const fn right<'r>(name: &'r str, machine: &'r str, size: u64, places: Places<'r>) -> Right<'r> {
    Right {
        name,
        machine,
        size,
        places,
    }
}

struct Case<'c> {
    file: &'c str,
    text: &'c str,
    options: &'c [&'c str],
    right: &'c [Right<'c>],
    /// How many of them may be undecided where there is `cc` alone.
    undecided: usize,
}

/// Bit-fields without a name, which no debug information shows. The right answers are those of g++ 12.2, avr-g++ 5.4, and clang 14 for armv7 and Windows.
const UNNAMED: &str = "struct S0 { char a; int : 0; char b; };
struct S1 { char a; int : 12; char b; };
struct S3 { char a; short : 3; char b; int c; };
class S5 { public: char a; long long : 0; char b; };
";

/// Numbers with an order of octets of their own, whose typedefs gcc leaves out of debug information. Bit-fields in such a record stay undecided.
const SWAPPED: &str = "#include <stdint.h>
#include <stddef.h>
#define BIG scalar_storage_order(\"big-endian\")
struct __attribute__((BIG)) be { uint64_t a; uint32_t b; uint16_t c[3]; long d; };
struct outer { struct __attribute__((BIG)) { uint32_t a; uint64_t z; } in; uint32_t b; };
typedef uint64_t stamp_t;
#pragma scalar_storage_order big-endian
struct pragma { stamp_t at; size_t n; };
#pragma scalar_storage_order default
struct plain { uint64_t a; };
struct __attribute__((BIG)) bits { unsigned a : 3, b : 5; uint64_t x; };
enum kind { SHORT, LONG = 300 };
struct __attribute__((BIG)) told { _Bool is; uint8_t c; enum kind of; };
";

const BARE: &str = "struct bare { char c; char most __attribute__((aligned)); };
#if __SIZEOF_LONG__ == 4
typedef int word_t;
#else
typedef long word_t;
#endif
struct fields { short a : 1; long long b : 64; word_t most __attribute__((aligned)); char c[__builtin_constant_p(1) + 2]; };
";

const CASES: &[Case<'_>] = &[
    // gcc writes the alignment of a member down at its record, too, as what came out.
    Case {
        file: "members.h",
        text: "struct s { _Alignas(double) unsigned char room[sizeof(double)]; double d; };\nstruct o { char c; struct s in; };\nstruct q { float f __attribute__((aligned(8))); long double w; };\nstruct p { char c; struct q in; };\nstruct r { char c; struct __attribute__((aligned(8))) { float f; } in; double d; };\n",
        options: &[],
        right: &[
            right("struct o", X86_64, 24, &[("in.room", 8, 8)]),
            right("struct o", I686, 20, &[("in.room", 4, 8), ("in.d", 12, 8)]),
            right("struct o", ARMV7, 24, &[("in.room", 8, 8), ("in.d", 16, 8)]),
            right("struct p", I686, 24, &[("in.f", 8, 4), ("in.w", 12, 12)]),
            right("struct p", ARMV7, 24, &[("in.f", 8, 4), ("in.w", 16, 8)]),
            right("struct r", I686, 24, &[("in.f", 8, 4), ("d", 16, 8)]),
        ],
        undecided: 0,
    },
    // x86_64 aligns a `long double` to 16 octets, and writes nothing down of an attribute that asks for less.
    Case {
        file: "less.h",
        text: "struct s { short a; long double b __attribute__((aligned(8))); float c; };\nstruct o { short a; long double b; };\n",
        options: &[],
        right: &[
            right("struct s", X86_64, 48, &[("b", 16, 16)]),
            right("struct s", ARMV7, 24, &[("b", 8, 8), ("c", 16, 4)]),
            right("struct s", I686, 24, &[("b", 8, 12), ("c", 20, 4)]),
            right("struct s", M68K, 24, &[("b", 8, 12), ("c", 20, 4)]),
            right("struct o", I686, 16, &[("b", 4, 12)]),
        ],
        undecided: 2,
    },
    // `mode(DI)` is `long` on x86_64, which is all that its compiler writes down.
    Case {
        file: "modes.h",
        text: "typedef int s64 __attribute__((mode(DI)));\nstruct s { char c; s64 x; };\nstruct o { char c; int x __attribute__((__mode__(__DI__))); };\n",
        options: &[],
        right: &[
            right("struct s", X86_64, 16, &[("x", 8, 8)]),
            right("struct s", S390X, 16, &[("x", 8, 8)]),
            right("struct s", I686, 12, &[("x", 4, 8)]),
            right("struct s", ARMV7, 16, &[("x", 8, 8)]),
            right("struct o", M68K, 10, &[("x", 2, 8)]),
        ],
        undecided: 3,
    },
    // Under a pragma one member may be packed by itself; and a record that is packed, too, is not the same as one that is not: gcc aligns its bit-fields by the pragma.
    Case {
        file: "both.h",
        text: "#pragma pack(push, 4)\nstruct s { short a; double b; void *c __attribute__((packed)); };\nstruct n { long long : 55; long long f : 12; } __attribute__((packed));\n#pragma pack(pop)\n#pragma pack(push, 2)\nstruct m { long long f : 39; char g; short h[3]; double i; } __attribute__((packed));\n#pragma pack(pop)\nstruct on { char a; struct n in; };\nstruct om { char a; struct m in; };\n",
        options: &[],
        right: &[
            right("struct s", X86_64, 20, &[("b", 4, 8), ("c", 12, 8)]),
            right("struct s", M68K, 14, &[("b", 2, 8), ("c", 10, 4)]),
            right("struct s", ARMV7, 16, &[("b", 4, 8), ("c", 12, 4)]),
            right("struct om", X86_64, 22, &[("in.i", 14, 8)]),
            right("struct om", ARMV7, 22, &[("in.i", 14, 8)]),
            right("struct om", M68K, 21, &[("in.i", 13, 8)]),
            right("struct on", X86_64, 16, &[]),
            right("struct on", M68K, 10, &[]),
        ],
        undecided: 0,
    },
    // BIGGEST_ALIGNMENT of GCC is a macro that it predefines.
    Case {
        file: "bare.h",
        text: BARE,
        options: &[],
        right: &[
            right("struct bare", X86_64, 32, &[("most", 16, 1)]),
            right("struct bare", AARCH64, 32, &[("most", 16, 1)]),
            right("struct bare", ARMV7, 16, &[("most", 8, 1)]),
            right("struct bare", S390X, 16, &[("most", 8, 1)]),
            right("struct bare", MIPS, 16, &[("most", 8, 1)]),
            right("struct bare", M68K, 4, &[("most", 2, 1)]),
        ],
        undecided: 0,
    },
    // What the library says for i686 is compiled by x86_64's compiler.
    Case {
        file: "fast.h",
        text: "#include <stdint.h>\n#if __SIZEOF_LONG__ == 4\ntypedef short word_t;\n#else\ntypedef long word_t;\n#endif\nstruct fast { int_fast16_t a; word_t b; uint_fast32_t c; };\n",
        options: &[],
        right: &[
            right("struct fast", X86_64, 24, &[("b", 8, 8), ("c", 16, 8)]),
            right("struct fast", I686, 12, &[("b", 4, 2), ("c", 8, 4)]),
            right("struct fast", ARMV7, 12, &[("b", 4, 2), ("c", 8, 4)]),
            right("struct fast", S390X, 24, &[("b", 8, 8), ("c", 16, 8)]),
        ],
        undecided: 0,
    },
    Case {
        file: "swapped.h",
        text: SWAPPED,
        options: &[],
        right: &[
            right("struct be", X86_64, 32, &[("a", 0, 8), ("d", 24, 8)]),
            right("struct be", I686, 24, &[("a", 0, 8), ("d", 20, 4)]),
            right("struct be", ARMV7, 24, &[("a", 0, 8), ("d", 20, 4)]),
            right("struct be", M68K, 22, &[("b", 8, 4), ("d", 18, 4)]),
            right("struct be", S390X, 32, &[("b", 8, 4), ("d", 24, 8)]),
            right("struct outer", X86_64, 24, &[("in.z", 8, 8), ("b", 16, 4)]),
            right("struct outer", I686, 16, &[("in.z", 4, 8), ("b", 12, 4)]),
            right("struct outer", ARMV7, 24, &[("in.z", 8, 8), ("b", 16, 4)]),
            right("struct pragma", I686, 12, &[("at", 0, 8), ("n", 8, 4)]),
            right("struct pragma", X86_64, 16, &[("at", 0, 8), ("n", 8, 8)]),
        ],
        undecided: 0,
    },
    Case {
        file: "outside.h",
        text: "#include <stdint.h>\n#if UINTPTR_MAX > 0xffffffffu\ntypedef uint64_t word_t;\n#else\ntypedef uint32_t word_t;\n#endif\n#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__\n# define PAIR(a, b) a; b\n#else\n# define PAIR(a, b) b; a\n#endif\nstruct item { word_t w; uint16_t n; };\nstruct two { PAIR(uint8_t hi, uint8_t lo); };\n",
        options: &[],
        right: &[
            right("struct item", X86_64, 16, &[("w", 0, 8)]),
            right("struct item", ARMV7, 8, &[("w", 0, 4)]),
            right("struct item", S390X, 16, &[("w", 0, 8)]),
            right("struct item", "riscv32-ilp32d", 8, &[("w", 0, 4)]),
            right("struct two", X86_64, 2, &[("hi", 1, 1)]),
            right("struct two", S390X, 2, &[("hi", 0, 1)]),
            right("struct two", MIPS, 2, &[("hi", 0, 1)]),
        ],
        undecided: 0,
    },
    Case {
        file: "packed.h",
        text: "#include <stdint.h>\n#ifdef _MSC_VER\n#define PACKED\n#pragma pack(push, 1)\n#else\n#define PACKED __attribute__((packed))\n#endif\nstruct point { uint8_t ring; uint16_t distance; uint32_t azimuth; } PACKED;\nstruct calibration { uint8_t kind; double angle; };\n",
        options: &[],
        right: &[
            right("struct point", X86_64, 7, &[("azimuth", 3, 4)]),
            right("struct point", "x86_64-windows", 7, &[("azimuth", 3, 4)]),
            right("struct calibration", X86_64, 16, &[("angle", 8, 8)]),
            right("struct calibration", I686, 12, &[("angle", 4, 8)]),
            right(
                "struct calibration",
                "x86_64-windows",
                9,
                &[("angle", 1, 8)],
            ),
            right("struct calibration", "i386-windows", 9, &[("angle", 1, 8)]),
        ],
        undecided: 0,
    },
    Case {
        file: "configured.h",
        text: "typedef unsigned int uint32;\ntypedef unsigned long int uint64;\ntypedef long int int64;\nstruct control { uint64 id; uint32 version; int64 when; };\n",
        options: &[],
        right: &[
            right(
                "struct control",
                X86_64,
                24,
                &[("id", 0, 8), ("when", 16, 8)],
            ),
            right("struct control", I686, 20, &[("id", 0, 8), ("when", 12, 8)]),
            right(
                "struct control",
                ARMV7,
                24,
                &[("id", 0, 8), ("when", 16, 8)],
            ),
        ],
        undecided: 0,
    },
    Case {
        file: "extent.h",
        text: "#include <stdint.h>\nstruct blob { char room[sizeof(void *)]; uint16_t after; };\nstruct ring { uint32_t at, end; unsigned long lock; char fill[64 - 2 * sizeof(uint32_t) - sizeof(unsigned long)]; uint32_t first; };\nstruct mask { unsigned long word[1024 / (8 * sizeof(unsigned long))]; uint32_t next; };\nstruct wide { unsigned x : sizeof(long) * 4; };\n",
        options: &[],
        right: &[
            right("struct blob", X86_64, 10, &[("after", 8, 2)]),
            right("struct blob", I686, 6, &[("after", 4, 2)]),
            right("struct blob", M68K, 6, &[("after", 4, 2)]),
            right("struct blob", S390X, 10, &[("after", 8, 2)]),
            right("struct ring", ARMV7, 68, &[("first", 64, 4)]),
            right("struct ring", AARCH64, 72, &[("first", 64, 4)]),
            right("struct mask", I686, 132, &[("next", 128, 4)]),
            right("struct mask", MIPS, 132, &[("next", 128, 4)]),
        ],
        undecided: 1,
    },
    Case {
        file: "aligned.h",
        text: "#include <stdint.h>\n#include <stddef.h>\nstruct cell { uint8_t kind; _Alignas(long long) unsigned char room[8]; uint16_t after; };\nstruct ptr8 { uint8_t kind; uint32_t v __attribute__((aligned(sizeof(void *)))); uint8_t t; };\nstruct bare { char c; char most __attribute__((aligned)); };\nstruct most { max_align_t m; };\n",
        options: &[],
        right: &[
            right("struct cell", X86_64, 24, &[("room", 8, 8)]),
            right("struct cell", I686, 16, &[("room", 4, 8)]),
            right("struct cell", M68K, 12, &[("room", 2, 8)]),
            right("struct cell", "i386-darwin", 16, &[("room", 4, 8)]),
            right("struct ptr8", X86_64, 16, &[("v", 8, 4)]),
            right("struct ptr8", I686, 12, &[("v", 4, 4)]),
            right("struct ptr8", ARMV7, 12, &[("v", 4, 4)]),
            right("struct bare", X86_64, 32, &[("most", 16, 1)]),
            right("struct bare", ARMV7, 16, &[("most", 8, 1)]),
            right("struct most", X86_64, 32, &[]),
            right("struct most", I686, 48, &[]),
        ],
        undecided: 5,
    },
    Case {
        file: "room.hpp",
        text: "template <class T> class Maybe { alignas(T) unsigned char room[sizeof(T)]; bool there; };\nstruct Frame { Maybe<double> offset; int computed; };\n",
        options: &[],
        right: &[
            right("Frame", X86_64, 24, &[("computed", 16, 4)]),
            right("Frame", I686, 16, &[("computed", 12, 4)]),
            right("Frame", ARMV7, 24, &[("computed", 16, 4)]),
            // No compiler for C++ is here, and what another finds is as good where a `double` lies alike.
            right(
                "Frame",
                "alpha-unknown-linux-gnu",
                24,
                &[("computed", 16, 4)],
            ),
            right(
                "Frame",
                "hppa-unknown-linux-gnu",
                24,
                &[("computed", 16, 4)],
            ),
            right("Frame", "sh4-unknown-linux-gnu", 16, &[("computed", 12, 4)]),
        ],
        undecided: 3,
    },
    Case {
        file: "arguments.hpp",
        text: "#include <stdint.h>\ntemplate <class T> struct slot { uint8_t tag; T value; };\nstruct sized { slot<uint64_t> a; uint8_t end; };\nstruct plain { slot<unsigned long> a; uint8_t end; };\n",
        options: &[],
        right: &[
            right("sized", X86_64, 24, &[("a.value", 8, 8)]),
            right("sized", I686, 16, &[("a.value", 4, 8)]),
            right("sized", ARMV7, 24, &[("a.value", 8, 8)]),
            right("sized", M68K, 12, &[("a.value", 2, 8)]),
            right("sized", "x86_64-windows", 24, &[("a.value", 8, 8)]),
            right("sized", "wasm32", 24, &[("a.value", 8, 8)]),
            right("plain", X86_64, 24, &[("a.value", 8, 8)]),
            right("plain", ARMV7, 12, &[("a.value", 4, 4)]),
            right("plain", "x86_64-windows", 12, &[("a.value", 4, 4)]),
            right("slot<unsigned long>", ARMV7, 8, &[("value", 4, 4)]),
        ],
        undecided: 0,
    },
    // What one class asks is not the trouble of another.
    Case {
        file: "apart.hpp",
        text: "template <class T> struct room { alignas(T) unsigned char of[sizeof(T)]; };\nstruct other { enum kind : unsigned char { A } k; int n; other &operator=(const other &); using word = int; word w = sizeof(long); decltype(nullptr) p; };\nstruct s { room<long double> a; };\n",
        options: &[],
        right: &[
            right(
                "other",
                X86_64,
                24,
                &[("n", 4, 4), ("w", 8, 4), ("p", 16, 8)],
            ),
            right("other", "xtensa-lx106", 16, &[("n", 4, 4), ("p", 12, 4)]),
            right("other", "wasm32", 16, &[("p", 12, 4)]),
            right("other", "x86_64-windows", 24, &[("p", 16, 8)]),
            right("other", M68K, 14, &[("n", 2, 4), ("p", 10, 4)]),
        ],
        undecided: 0,
    },
    Case {
        file: "overlapping.hpp",
        text: "struct empty { };\nstruct s { [[no_unique_address]] empty e; unsigned x; };\nstruct d : empty { [[no_unique_address]] empty e; unsigned short z; };\n",
        options: &["--std", "c++20"],
        right: &[
            right("s", X86_64, 4, &[("x", 0, 4)]),
            right("s", ARMV7, 4, &[("x", 0, 4)]),
            // Microsoft's compiler wants another spelling.
            right("s", "x86_64-windows", 8, &[("x", 4, 4)]),
            right("d", X86_64, 2, &[("z", 0, 2)]),
        ],
        undecided: 0,
    },
    Case {
        file: "defaulted.hpp",
        text: "struct b { b() = default; unsigned long long n; char c; };\nstruct d : b { char e; };\n",
        options: &["--std", "c++17"],
        right: &[
            right("d", X86_64, 24, &[("e", 16, 1)]),
            right("d", ARMV7, 24, &[("e", 16, 1)]),
            right("d", "x86_64-android", 24, &[("e", 16, 1)]),
            right("d", "x86_64-darwin", 16, &[("e", 9, 1)]),
        ],
        undecided: 0,
    },
    Case {
        file: "defaulted20.hpp",
        text: "struct b { b() = default; unsigned long long n; char c; };\nstruct d : b { char e; };\n",
        options: &["--std", "c++20"],
        right: &[
            right("d", X86_64, 16, &[("e", 9, 1)]),
            right("d", ARMV7, 16, &[("e", 9, 1)]),
            right("d", "x86_64-android", 24, &[("e", 16, 1)]),
            right("d", "x86_64-darwin", 16, &[("e", 9, 1)]),
        ],
        undecided: 0,
    },
    Case {
        file: "asked.hpp",
        text: "struct alignas(alignof(void *)) s { char c; };\nstruct p { char a; alignas(void *) char k; char l; };\n",
        options: &[],
        right: &[
            right("s", X86_64, 8, &[]),
            right("s", I686, 4, &[]),
            right("p", X86_64, 16, &[("k", 8, 1)]),
            right("p", ARMV7, 8, &[("k", 4, 1)]),
        ],
        undecided: 0,
    },
    Case {
        file: "locks.h",
        text: "#include <pthread.h>\n#include <semaphore.h>\n#include <stdint.h>\nstruct shared { pthread_mutex_t lock; pthread_cond_t more; pthread_barrier_t gate; sem_t slots; uint32_t head, tail; };\n",
        options: &[],
        right: &[
            right("struct shared", X86_64, 160, &[("head", 152, 4)]),
            right("struct shared", AARCH64, 168, &[("head", 160, 4)]),
            right("struct shared", I686, 116, &[("head", 108, 4)]),
            right("struct shared", ARMV7, 120, &[("head", 108, 4)]),
        ],
        undecided: 0,
    },
    Case {
        file: "offsets.h",
        text: "#include <sys/types.h>\n#include <time.h>\n#include <stddef.h>\ntypedef struct { char magic[4]; unsigned low, high; size_t toc; off_t start, free_at; time_t last; } container;\n",
        options: &["-D", "_FILE_OFFSET_BITS=64", "-D", "_TIME_BITS=64"],
        right: &[
            right("container", I686, 40, &[("start", 16, 8), ("last", 32, 8)]),
            right("container", ARMV7, 40, &[("start", 16, 8), ("last", 32, 8)]),
            right(
                "container",
                X86_64,
                48,
                &[("start", 24, 8), ("last", 40, 8)],
            ),
        ],
        undecided: 0,
    },
    Case {
        file: "times.h",
        text: "#include <time.h>\n#include <sys/time.h>\nstruct times { struct timespec spec; struct timeval val; };\n",
        options: &[],
        right: &[
            right("struct times", ARMV7, 16, &[("spec.tv_nsec", 4, 4)]),
            right(
                "struct times",
                "armv7-unknown-linux-gnueabihf+time64",
                32,
                &[("spec.tv_nsec", 8, 4), ("val.tv_usec", 24, 8)],
            ),
            right(
                "struct times",
                "mips-unknown-linux-gnu+time64",
                32,
                &[("spec.tv_nsec", 12, 4), ("val.tv_usec", 24, 8)],
            ),
            right("struct times", X86_64, 32, &[("spec.tv_nsec", 8, 8)]),
        ],
        undecided: 0,
    },
    // Its own headers are read where no other machine needs the tables: they fill up with a bit-field without a name.
    Case {
        file: "own-times.h",
        text: "#include <time.h>\nstruct spec { char c; struct timespec at; };\n",
        options: &[
            "--targets",
            "mips-unknown-linux-gnu+time64,i686-unknown-linux-gnu+time64,x86_64-unknown-linux-gnu",
        ],
        right: &[
            right(
                "struct spec",
                "mips-unknown-linux-gnu+time64",
                24,
                &[("at.tv_sec", 8, 8), ("at.tv_nsec", 20, 4)],
            ),
            right(
                "struct spec",
                "i686-unknown-linux-gnu+time64",
                20,
                &[("at.tv_sec", 4, 8), ("at.tv_nsec", 12, 4)],
            ),
        ],
        undecided: 0,
    },
    // What `sizeof` finds is the machine's, and the names beside it stay what they are.
    Case {
        file: "mixed.h",
        text: "#include <stdint.h>\n#include <stddef.h>\nstruct mixed { char a[sizeof(long)]; int64_t b; };\nstruct top { char r[SIZE_MAX > 0xffffffffu ? 24 : 12]; int e; };\nstruct head { char c; long l; int i; };\nstruct raw { char r[sizeof(struct head)]; char at[offsetof(struct head, i)]; };\nstruct sign { char r[(char)-1 < 0 ? 3 : 5]; };\nstruct ones { char a[~0UL > 0xffffffffu ? 3 : 5]; int64_t b; };\n",
        options: &[],
        right: &[
            right("struct ones", X86_64, 16, &[("a", 0, 3), ("b", 8, 8)]),
            right("struct ones", I686, 16, &[("a", 0, 5), ("b", 8, 8)]),
            right("struct ones", M68K, 14, &[("a", 0, 5), ("b", 6, 8)]),
            right(
                "struct ones",
                "x86_64-mingw",
                16,
                &[("a", 0, 5), ("b", 8, 8)],
            ),
            right("struct mixed", X86_64, 16, &[("a", 0, 8), ("b", 8, 8)]),
            right("struct mixed", I686, 12, &[("a", 0, 4), ("b", 4, 8)]),
            right("struct mixed", ARMV7, 16, &[("a", 0, 4), ("b", 8, 8)]),
            right("struct mixed", M68K, 12, &[("a", 0, 4), ("b", 4, 8)]),
            right("struct top", X86_64, 28, &[("r", 0, 24)]),
            right("struct top", I686, 16, &[("r", 0, 12)]),
            right("struct top", MIPS, 16, &[("r", 0, 12)]),
            right("struct raw", X86_64, 40, &[("at", 24, 16)]),
            right("struct raw", ARMV7, 20, &[("at", 12, 8)]),
            right("struct raw", M68K, 16, &[("at", 10, 6)]),
            right("struct sign", X86_64, 3, &[]),
            right("struct sign", ARMV7, 5, &[]),
        ],
        undecided: 1,
    },
    // A header may ask what the build decided about times.
    Case {
        file: "bits.h",
        text: "#include <time.h>\n#ifdef __USE_TIME_BITS64\nstruct event { long long sec, usec; };\n#else\nstruct event { long sec, usec; };\n#endif\nstruct stamp { struct event at; time_t t; };\n",
        options: &[],
        right: &[
            right(
                "struct event",
                "armv7-unknown-linux-gnueabihf+time64",
                16,
                &[("usec", 8, 8)],
            ),
            right("struct stamp", X86_64, 24, &[("t", 16, 8)]),
            right("struct stamp", ARMV7, 12, &[("t", 8, 4)]),
            right(
                "struct stamp",
                "armv7-unknown-linux-gnueabihf+time64",
                24,
                &[("at.usec", 8, 8), ("t", 16, 8)],
            ),
            right(
                "struct stamp",
                "m68k-unknown-linux-gnu+time64",
                24,
                &[("t", 16, 8)],
            ),
        ],
        undecided: 0,
    },
    // What a C library defines is not this machine's, wherever it stands.
    Case {
        file: "defined.h",
        text: "#include <limits.h>\n#include <stdint.h>\nstruct where { char path[PATH_MAX]; };\n#if __WORDSIZE == 64\nstruct words { int64_t one; };\n#else\nstruct words { int32_t one, two, three; };\n#endif\n#if INT_FAST16_MAX > 32767\nstruct fast { int a, b; };\n#else\nstruct fast { short a; };\n#endif\n#if __has_include(<windows.h>)\nstruct system { int a[3]; };\n#else\nstruct system { char a; };\n#endif\n",
        options: &[],
        right: &[
            right("struct where", X86_64, 4096, &[]),
            right("struct where", S390X, 4096, &[]),
            right("struct where", "x86_64-mingw", 260, &[]),
            right("struct words", X86_64, 8, &[]),
            right("struct words", ARMV7, 12, &[]),
            right("struct words", "x86_64-mingw", 12, &[]),
            right("struct fast", X86_64, 8, &[]),
            right("struct fast", "x86_64-mingw", 2, &[]),
            right("struct system", X86_64, 1, &[]),
            right("struct system", "x86_64-mingw", 12, &[]),
        ],
        undecided: 4,
    },
    // What options of the build make of the macros that a compiler predefines.
    Case {
        file: "signs.h",
        text: "#include <limits.h>\nstruct signs { char c[CHAR_MIN < 0 ? 3 : 5]; int n; };\n",
        options: &["--", "-funsigned-char"],
        right: &[
            right("struct signs", X86_64, 12, &[("n", 8, 4)]),
            right("struct signs", M68K, 10, &[("n", 6, 4)]),
            right("struct signs", "i386-windows", 12, &[("n", 8, 4)]),
            right("struct signs", "aarch64-darwin", 12, &[("n", 8, 4)]),
        ],
        undecided: 0,
    },
    Case {
        file: "strict.h",
        text: "#ifdef unix\nstruct strict { int a; };\n#else\nstruct strict { long a; char b; };\n#endif\n",
        options: &["--", "-std=c11"],
        right: &[
            right("struct strict", X86_64, 16, &[("b", 8, 1)]),
            right("struct strict", S390X, 16, &[("b", 8, 1)]),
            right("struct strict", I686, 8, &[("b", 4, 1)]),
            right("struct strict", "powerpc64le-musl", 16, &[("b", 8, 1)]),
        ],
        undecided: 0,
    },
    Case {
        file: "short.h",
        text: "#include <stddef.h>\nstruct short_one { char c; wchar_t w; char k[sizeof(wchar_t)]; };\n",
        options: &["--", "-fshort-wchar"],
        right: &[
            right("struct short_one", X86_64, 6, &[("w", 2, 2), ("k", 4, 2)]),
            right("struct short_one", ARMV7, 6, &[("w", 2, 2), ("k", 4, 2)]),
            right("struct short_one", "x86_64-darwin", 6, &[("w", 2, 2)]),
        ],
        undecided: 0,
    },
    Case {
        file: "optimised.h",
        text: "#ifdef __OPTIMIZE__\n#define EXTRA\n#else\n#define EXTRA int debug;\n#endif\nstruct built { void *p; EXTRA char c; };\n",
        options: &["--", "-O2"],
        right: &[
            right("struct built", X86_64, 16, &[("c", 8, 1)]),
            right("struct built", ARMV7, 8, &[("c", 4, 1)]),
        ],
        undecided: 0,
    },
    // The type of a value is asked for.
    Case {
        file: "values.h",
        text: "struct values { char a[sizeof 'a']; char b[sizeof 1L]; char c[sizeof 1.0L]; int d; };\n",
        options: &[],
        right: &[
            right("struct values", X86_64, 32, &[("c", 12, 16), ("d", 28, 4)]),
            right("struct values", S390X, 32, &[("c", 12, 16), ("d", 28, 4)]),
            right("struct values", I686, 24, &[("c", 8, 12), ("d", 20, 4)]),
            right("struct values", ARMV7, 20, &[("c", 8, 8), ("d", 16, 4)]),
            right("struct values", "aarch64-darwin", 24, &[("c", 12, 8)]),
        ],
        undecided: 2,
    },
    // Records that are made of scalars are as long as these say.
    Case {
        file: "rooms.h",
        text: "struct req { short op; long args[6]; char name[16]; };\nstruct log { char args[sizeof(((struct req *)0)->args)]; char n[sizeof(((struct req *)0)->args) / sizeof((((struct req *)0)->args)[0])]; int end; };\ntypedef struct { long quad[4]; } state_t;\ntypedef union { state_t s; unsigned char bytes[sizeof(state_t)]; unsigned short words[sizeof(state_t) / 2 + 1]; } state_u;\nstruct keep { char k; state_u u; char v[sizeof(state_u) > 24 ? 3 : 1]; };\n",
        options: &[],
        right: &[
            right("struct log", X86_64, 60, &[("n", 48, 6), ("end", 56, 4)]),
            right("struct log", AARCH64, 60, &[("n", 48, 6), ("end", 56, 4)]),
            right("struct log", I686, 36, &[("n", 24, 6), ("end", 32, 4)]),
            right("struct keep", X86_64, 56, &[("v", 48, 3)]),
            right("struct keep", AARCH64, 56, &[("v", 48, 3)]),
            right("struct keep", I686, 28, &[("v", 24, 1)]),
            right("struct keep", ARMV7, 28, &[("v", 24, 1)]),
        ],
        undecided: 0,
    },
    // Debian's compiler for 64-bit PA-RISC finds the 32-bit machine's headers; the host's know no pointer of 16 bits.
    Case {
        file: "pointers.h",
        text: "#include <stdint.h>\n#if UINTPTR_MAX == 0xffff\ntypedef uint16_t reg;\n#elif UINTPTR_MAX > 0xffffffff\ntypedef uint64_t reg;\n#else\ntypedef uint32_t reg;\n#endif\nstruct frame { reg pc, sp; uint8_t mode; };\n",
        options: &[],
        right: &[
            right("struct frame", "hppa64-sysv", 24, &[("sp", 8, 8)]),
            right(
                "struct frame",
                "hppa-unknown-linux-gnu",
                12,
                &[("sp", 4, 4)],
            ),
            right("struct frame", "avr-gcc", 5, &[("sp", 2, 2)]),
            right("struct frame", "wasm32", 12, &[("sp", 4, 4)]),
        ],
        undecided: 0,
    },
    // avr-libc, newlib, picolibc and wasi-libc.
    Case {
        file: "clocks.h",
        text: "#include <time.h>\nstruct stamp { char c; time_t t; };\n",
        options: &[],
        right: &[
            right("struct stamp", "arm-bare", 16, &[("t", 8, 8)]),
            right("struct stamp", "avr-gcc", 5, &[("t", 1, 4)]),
            right("struct stamp", "wasm32", 16, &[("t", 8, 8)]),
            right("struct stamp", "x86_64-android", 16, &[("t", 8, 8)]),
            right("struct stamp", "i386-android", 8, &[("t", 4, 4)]),
            right("struct stamp", "i386-mingw", 8, &[("t", 4, 4)]),
        ],
        undecided: 0,
    },
    Case {
        file: "unnamed.h",
        text: "#include <stdint.h>\n#define GAP (sizeof(long) * 3)\nstruct plain { uint8_t k; uint32_t : 12; uint32_t v : 4; uint16_t z; };\nstruct ends { char c; int : 0; char e; };\nstruct wide { unsigned a : 3; unsigned : GAP; unsigned b : 2; struct { uint16_t : 9; uint8_t m; } in; };\nstruct listed { enum { P, Q, S } k : 3; unsigned r : 13; };\n",
        options: &[],
        right: &[
            right("struct plain", X86_64, 8, &[("z", 4, 2)]),
            right("struct plain", M68K, 6, &[("z", 4, 2)]),
            right("struct plain", "avr-gcc", 5, &[("z", 3, 2)]),
            right("struct plain", "x86_64-windows", 12, &[("z", 8, 2)]),
            right("struct ends", X86_64, 5, &[("e", 4, 1)]),
            right("struct ends", ARMV7, 8, &[("e", 4, 1)]),
            right("struct ends", M68K, 4, &[("e", 2, 1)]),
            right("struct ends", "x86_64-mingw", 2, &[("e", 1, 1)]),
            right("struct wide", AARCH64, 8, &[("in.m", 6, 1)]),
            right("struct wide", I686, 8, &[("in.m", 5, 1)]),
            right("struct wide", "avr-gcc", 6, &[("in.m", 5, 1)]),
            right("struct wide", "i386-windows", 8, &[("in.m", 6, 1)]),
            right("struct listed", X86_64, 4, &[]),
            right("struct listed", M68K, 2, &[]),
        ],
        undecided: 0,
    },
    Case {
        file: "atomics.h",
        text: "struct pair { short a, b; };\nstruct three { char c[3]; };\nstruct number { char c; _Atomic long long v; };\nstruct record { char c; _Atomic struct pair p; };\nstruct odd { char c; _Atomic struct three t; };\n",
        options: &[],
        right: &[
            right("struct number", X86_64, 16, &[("v", 8, 8)]),
            right("struct number", I686, 16, &[("v", 8, 8)]),
            right("struct number", M68K, 10, &[("v", 2, 8)]),
            right("struct number", "avr-gcc", 9, &[("v", 1, 8)]),
            right("struct number", "i386-windows", 16, &[("v", 8, 8)]),
            right("struct record", M68K, 6, &[("p.b", 4, 2)]),
            right("struct record", "aarch64-darwin", 8, &[("p.b", 6, 2)]),
            right("struct odd", S390X, 4, &[("t.c", 1, 3)]),
        ],
        undecided: 0,
    },
    Case {
        file: "lines.h",
        text: "#define LINE 64\nstruct head { int n; } __attribute__((aligned(LINE)));\nstruct flags { unsigned f : 3; _Alignas(8) char k; };\nstruct __attribute__((packed)) bits { unsigned char a : 3; unsigned short b : 9; unsigned c : 16; unsigned char d; };\n",
        options: &[],
        right: &[
            right("struct head", ARMV7, 64, &[("n", 0, 4)]),
            right("struct head", "x86_64-windows", 64, &[("n", 0, 4)]),
            right("struct head", "x86_64-mingw", 64, &[("n", 0, 4)]),
            right("struct flags", "i386-windows", 16, &[("k", 8, 1)]),
            right("struct flags", M68K, 16, &[("k", 8, 1)]),
            right("struct bits", X86_64, 5, &[("d", 4, 1)]),
            right("struct bits", "x86_64-mingw", 8, &[("d", 7, 1)]),
        ],
        undecided: 0,
    },
    // `aligned(2)` leaves no trace in what this machine's compiler writes; avr-gcc 5.4 says 2.
    Case {
        file: "low.h",
        text: "#include <stdint.h>\nstruct low { char c; uint32_t v __attribute__((aligned(2))); };\nstruct by_pointer { uint8_t kind; uint32_t v __attribute__((aligned(sizeof(void *)))); uint8_t t; };\n",
        options: &[],
        right: &[
            right("struct low", X86_64, 8, &[("v", 4, 4)]),
            right("struct low", "avr-gcc", 6, &[("v", 2, 4)]),
            right(
                "struct by_pointer",
                X86_64,
                16,
                &[("v", 8, 4), ("t", 12, 1)],
            ),
            right("struct by_pointer", I686, 12, &[("v", 4, 4), ("t", 8, 1)]),
            right(
                "struct by_pointer",
                "avr-gcc",
                8,
                &[("v", 2, 4), ("t", 6, 1)],
            ),
        ],
        undecided: 2,
    },
    // avr-g++ 5.4 says that 16 is larger than 8, and takes no notice.
    Case {
        file: "aligned.hpp",
        text: "struct Standard { char c; alignas(16) int x; };\nstruct Gnu { char c; int x __attribute__((aligned(16))); };\nstruct Low { char c; int x __attribute__((aligned(2))); };\n",
        options: &[],
        right: &[
            right("Standard", X86_64, 32, &[("x", 16, 4)]),
            right("Standard", "avr-gcc", 3, &[("x", 1, 2)]),
            right("Gnu", "avr-gcc", 32, &[("x", 16, 2)]),
            right("Low", "avr-gcc", 4, &[("x", 2, 2)]),
        ],
        undecided: 2,
    },
    Case {
        file: "unnamed.hpp",
        text: UNNAMED,
        options: &[],
        right: &[
            right("S0", X86_64, 5, &[("b", 4, 1)]),
            right("S0", ARMV7, 8, &[("b", 4, 1)]),
            right("S0", M68K, 4, &[("b", 2, 1)]),
            right("S0", "x86_64-windows", 2, &[("b", 1, 1)]),
            right("S0", "avr-gcc", 2, &[("b", 1, 1)]),
            right("S1", X86_64, 4, &[("b", 3, 1)]),
            right("S1", ARMV7, 4, &[("b", 3, 1)]),
            right("S1", M68K, 4, &[("b", 3, 1)]),
            right("S1", "x86_64-windows", 12, &[("b", 8, 1)]),
            right("S1", "avr-gcc", 4, &[("b", 3, 1)]),
            right("S3", X86_64, 8, &[("b", 2, 1), ("c", 4, 4)]),
            right("S3", ARMV7, 8, &[("b", 2, 1), ("c", 4, 4)]),
            right("S3", M68K, 8, &[("b", 2, 1), ("c", 4, 4)]),
            right("S3", "x86_64-windows", 12, &[("b", 4, 1), ("c", 8, 4)]),
            right("S3", "avr-gcc", 5, &[("b", 2, 1), ("c", 3, 2)]),
            right("S5", X86_64, 9, &[("b", 8, 1)]),
            right("S5", ARMV7, 16, &[("b", 8, 1)]),
            right("S5", M68K, 4, &[("b", 2, 1)]),
            right("S5", "x86_64-windows", 2, &[("b", 1, 1)]),
            right("S5", "avr-gcc", 2, &[("b", 1, 1)]),
        ],
        undecided: 0,
    },
];

#[test]
fn every_layout_is_of_the_machines_own_declaration() {
    for case in CASES {
        let wrong = judged(case, None);
        assert_eq!(wrong, (Vec::<String>::new(), 0), "{}", case.file);
    }
}

/// gcc 12.2 leaves `PACKING` alone, and clang 14 reads it.
#[test]
fn a_macro_in_pack_is_undecided_where_the_machines_compiler_reads_it() {
    let text = "#define PACKING 2\n#pragma pack(push, PACKING)\nstruct packed { char c; double d; };\n#pragma pack(pop)\nstruct plain { char c; double d; };\n";
    let ran = check(
        "macro.h",
        text,
        &["--targets", "x86_64,i686,x86_64-windows,aarch64-darwin"],
    );
    let report = ran.report();
    let types = report["types"].as_array().unwrap();
    let of = |name: &str| types.iter().find(|row| row["name"] == name).unwrap();
    let undecided = &of("struct packed")["undecided"][0];
    assert_eq!(
        undecided["targets"],
        serde_json::json!(["aarch64-darwin", "x86_64-windows"])
    );
    assert!(
        undecided["why"]
            .as_str()
            .unwrap()
            .contains("`#pragma pack(PACKING)`")
    );
    assert_eq!(of("struct packed")["layouts"][X86_64]["size"], 16);
    assert_eq!(of("struct plain")["undecided"], serde_json::json!([]));
}

/// A folder with this machine's compiler, to be all of a `PATH`.
fn compiler_alone() -> Bench {
    with_tools(&["cc", "c++", "as", "gcc", "g++"])
}

/// A folder with these programs.
fn with_tools(tools: &[&str]) -> Bench {
    let alone = Bench::new();
    for tool in tools {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join(tool))
            .find(|program| program.is_file());
        let found = found.unwrap_or_else(|| panic!("`{tool}` is not here, and this needs it"));
        std::os::unix::fs::symlink(found, alone.path(tool)).unwrap();
    }
    alone
}

#[test]
fn without_another_machines_compiler_nothing_is_wrong_and_little_undecided() {
    let alone = compiler_alone();
    let path = alone.path("").display().to_string();
    for case in CASES {
        let (wrong, undecided) = judged(case, Some(&path));
        assert_eq!(wrong, Vec::<String>::new(), "{}", case.file);
        assert!(
            undecided <= case.undecided,
            "{}: {undecided} undecided",
            case.file
        );
    }
}

/// The right answers are those of clang's `--target` for the same declarations without the C library's headers.
#[test]
fn what_one_compiler_refuses_another_is_asked_and_what_nothing_can_stand_in_for_costs_no_other_type()
 {
    let targets = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu";
    // `fprintf` takes no other `FILE`, though one stands in for it where a template hides what a type is made of.
    let stand_in = Case {
        file: "stream.hpp",
        text: "#include <cstdio>\n#include <cstdint>\n#include <ctime>\ntypedef FILE stream;\nstruct Sink { stream *f; uint32_t n; time_t t; };\ninline int put(Sink &s) { return std::fprintf(s.f, \"%u\", s.n); }\ntemplate <class T> struct Hold { T t; stream *f; };\nstruct Uses { Hold<stream *> h; Hold<time_t> g; };\n",
        options: &["--targets", targets],
        right: &[
            right("Sink", X86_64, 24, &[("n", 8, 4), ("t", 16, 8)]),
            right("Sink", I686, 12, &[("n", 4, 4), ("t", 8, 4)]),
            right("Sink", S390X, 24, &[("n", 8, 4), ("t", 16, 8)]),
            right("Hold<long>", X86_64, 16, &[("f", 8, 8)]),
            right("Hold<long>", I686, 8, &[("f", 4, 4)]),
            right("Uses", X86_64, 32, &[("h.f", 8, 8), ("g.f", 24, 8)]),
        ],
        // `Hold<long>` is there because `Uses` names it, which needs the library's `FILE`.
        undecided: 1,
    };
    // Clang 14 does not take how glibc's headers declare `fopen` for GCC 12, and has no such machine as LoongArch.
    let refused = Case {
        file: "log.hpp",
        text: "#include <cstdio>\n#include <cstdint>\n#include <ctime>\ntemplate <class T> struct Box { T value; uint8_t flag; };\nstruct Uses { Box<time_t> b; uint8_t k; Box<long> c; };\ntemplate <class T> struct Empty { };\nstruct Price : Empty<Price> { uint16_t cents; };\n",
        options: &[
            "--targets",
            "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,loongarch64-lp64d",
        ],
        right: &[
            right("Uses", X86_64, 40, &[("k", 16, 1), ("c.flag", 32, 1)]),
            right("Uses", I686, 20, &[("k", 8, 1), ("c.flag", 16, 1)]),
            right("Uses", S390X, 40, &[("k", 16, 1), ("c.flag", 32, 1)]),
            right("Price", "loongarch64-lp64d", 2, &[("cents", 0, 2)]),
        ],
        undecided: 0,
    };
    for case in [stand_in, refused] {
        let (wrong, undecided) = judged(&case, None);
        assert_eq!(wrong, Vec::<String>::new(), "{}", case.file);
        assert_eq!(undecided, case.undecided, "{}", case.file);
    }
}

/// What is not right, and how much is undecided.
fn judged(case: &Case<'_>, path: Option<&str>) -> (Vec<String>, usize) {
    let bench = match path {
        Some(path) => Bench::new().with_variable("PATH", path),
        None => Bench::new(),
    };
    std::fs::write(bench.path(case.file), case.text).unwrap();
    let mut options = [&["check", "--json", "report.json", case.file], case.options].concat();
    if !case.options.contains(&"--targets") {
        let compilers = options.iter().position(|option| *option == "--");
        let at = compilers.unwrap_or(options.len());
        options.splice(at..at, ["--targets", "all"]);
    }
    let ran = bench.run(&options);
    assert_eq!(ran.status, 0, "{}: {}", case.file, ran.stderr);
    let (mut wrong, mut undecided) = (Vec::new(), 0);
    for right in case.right {
        let types = ran.report()["types"].as_array().unwrap();
        let row = types.iter().find(|row| row["name"] == right.name);
        let row = row.unwrap_or_else(|| panic!("{}: no {}", case.file, right.name));
        let layout = &row["layouts"][right.machine];
        let mut told = row["undecided"].as_array().unwrap().iter();
        let machine = Value::from(right.machine);
        let is_undecided = told.any(|one| one["targets"].as_array().unwrap().contains(&machine));
        undecided += usize::from(is_undecided);
        if layout.is_null() {
            if !is_undecided {
                wrong.push(format!(
                    "{} on {}: nothing is said",
                    right.name, right.machine
                ));
            }
            continue;
        }
        let places: BTreeSet<_> = layout["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(place)
            .collect();
        let missing = right.places.iter().filter(|(path, offset, size)| {
            !places.contains(&((*path).to_owned(), 8 * offset, 8 * size))
        });
        let missing: Vec<_> = missing.collect();
        if layout["size"] != right.size || !missing.is_empty() {
            wrong.push(format!(
                "{} on {}: {} octets, {missing:?} of {places:?}",
                right.name, right.machine, layout["size"]
            ));
        }
    }
    (wrong, undecided)
}

fn place(field: &Value) -> (String, u64, u64) {
    let number = |name: &str| field[name].as_u64().unwrap();
    (
        field["path"].as_str().unwrap().to_owned(),
        number("bit_offset"),
        number("bit_size"),
    )
}

fn check(name: &str, text: &str, options: &[&str]) -> Ran {
    let bench = Bench::new();
    std::fs::write(bench.path(name), text).unwrap();
    bench.run(&[&["check", "--json", "report.json", name], options].concat())
}

fn codes(ran: &Ran, number: usize) -> BTreeSet<String> {
    let findings = ran.report()["types"][number]["findings"]
        .as_array()
        .unwrap()
        .clone();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Clang speaks for a machine of GCC, and aligns another number where none is given: to 16 on mips. And it does not tell a bit-field that fills its type from a field, which is no other declaration.
#[test]
fn what_each_compiler_decides_for_itself_is_not_asked_of_another() {
    let alone = with_tools(&["cc", "as", "gcc", "clang"]);
    let bench = Bench::new().with_variable("PATH", alone.path("").display().to_string());
    std::fs::write(bench.path("bare.h"), BARE).unwrap();
    let targets = format!("{X86_64},{MIPS}");
    let ran = bench.run(&[
        "check",
        "--json",
        "report.json",
        "bare.h",
        "--targets",
        &targets,
    ]);
    let types = ran.report()["types"].as_array().unwrap();
    let fields = types.iter().find(|of| of["name"] == "struct fields");
    let fields = fields.expect("struct fields");
    let most = fields["layouts"][MIPS]["fields"].as_array().unwrap();
    let most: BTreeSet<_> = most.iter().map(place).collect();
    assert!(most.contains(&("most".to_owned(), 128, 32)), "{ran}");
    assert_eq!(fields["layouts"][MIPS]["size"], 24, "{ran}");
    let told = fields["findings"].to_string();
    assert!(told.contains("conditional-text"), "{told}");
    assert!(!told.contains("long long:64"), "{told}");
}

#[test]
fn a_constant_that_nobody_can_find_is_undecided_by_its_name() {
    let text = "struct bare { char c; char most __attribute__((aligned)); };\n";
    let ran = check(
        "bare.h",
        text,
        &["--targets", "ia64-sysv,x86_64-unknown-linux-gnu"],
    );
    let undecided = ran.report()["types"][0]["undecided"].to_string();
    assert!(
        undecided.contains("aligned, without a number"),
        "{undecided}"
    );
    assert!(undecided.contains("ia64-sysv"), "{undecided}");
}

#[test]
fn a_type_of_a_c_library_that_is_not_here_is_undecided_and_said_how_to_get() {
    let text = "#include <pthread.h>\nstruct call { pthread_mutex_t lock; };\n";
    let ran = check(
        "call.h",
        text,
        &["--targets", "x86_64-windows,x86_64-unknown-linux-gnu"],
    );
    let undecided = ran.report()["types"][0]["undecided"].to_string();
    assert!(
        undecided.contains("`pthread_mutex_t` is declared by that machine's C library"),
        "{undecided}"
    );
}

/// What gcc 12.2 says: `float`, `long` and the alignment of `int : 0` are m68k's and aarch64's own.
#[test]
fn what_is_packed_in_a_record_without_a_name_is_not_the_record_around_it() {
    let text =
        "struct rounded { struct { float a; union __attribute__((packed)) { double d; } u; }; };
struct empty { char c; struct __attribute__((packed)) { int : 0; long a; } x; };
struct plain { char c; struct { char b; int d; } __attribute__((packed)) x; long z; };
";
    let machines = format!("{X86_64},{AARCH64},{M68K}");
    let ran = check("parts.h", text, &["--targets", &machines]);
    let right = |name: &str, machine: &str| match (name, machine) {
        ("struct rounded", M68K) => (12, 2),
        ("struct rounded", _) => (12, 4),
        ("struct empty", X86_64) => (9, 1),
        ("struct empty", AARCH64) => (12, 4),
        ("struct empty", _) => (6, 2),
        (_, M68K) => (10, 2),
        _ => (16, 8),
    };
    let types = ran.report()["types"].as_array().unwrap();
    assert_eq!(types.len(), 3, "{ran}");
    for of in types {
        let (name, layouts) = (of["name"].as_str().unwrap(), &of["layouts"]);
        // The second is undecided where it would be told by nothing but its text.
        let known = layouts.as_object().unwrap();
        assert!(known.len() == 3 || name == "struct empty", "{ran}");
        for (machine, layout) in known {
            let told = (
                layout["size"].as_u64().unwrap(),
                layout["align"].as_u64().unwrap(),
            );
            assert_eq!(told, right(name, machine), "{name} on {machine}");
        }
    }
}

/// GCC 12.2, here and for Windows: the width is the declaration's, and not the shortest for the values.
#[test]
fn an_enumeration_of_a_mode_is_as_wide_as_that_on_every_machine() {
    let text = "#include <stdint.h>
enum hi { HA, HB = 3 } __attribute__((mode(HI)));
struct bits { enum hi b : 1; uint16_t e : 12; uint64_t z; } __attribute__((packed));
struct whole { char c; enum hi h; };
";
    let machines = format!("{X86_64},{M68K},{S390X},x86_64-mingw");
    let ran = check("mode.h", text, &["--targets", &machines]);
    for of in ran.report()["types"].as_array().unwrap() {
        let size = match of["name"].as_str().unwrap() {
            "enum hi" => 2,
            "struct bits" => 10,
            _ => 4,
        };
        let layouts = of["layouts"].as_object().unwrap();
        assert_eq!(layouts.len(), 4, "{ran}");
        for layout in layouts.values() {
            assert_eq!(layout["size"], size, "{ran}");
        }
    }
}

#[test]
fn a_number_with_an_order_of_its_own_is_as_wide_as_its_name_says() {
    let ran = check("swapped.h", SWAPPED, &[]);
    let report = ran.report();
    let names = [
        "struct be",
        "struct outer",
        "struct pragma",
        "struct plain",
        // Nothing but the text says of an enumeration that it is swapped.
        "struct told",
    ];
    let found: Vec<(&str, String)> = names
        .into_iter()
        .flat_map(|name| {
            let of = report["types"].as_array().unwrap().iter();
            let of = of.filter(move |one| one["name"] == name);
            let findings = of.flat_map(|one| one["findings"].as_array().unwrap());
            let told = findings.filter(|one| one["code"] == "width" || one["code"] == "byte-order");
            told.map(move |one| (name, format!("{} {}", one["code"], one["field"])))
        })
        .collect();
    let expected = [
        ("struct be", r#""width" "d""#),
        ("struct outer", r#""byte-order" "b""#),
        ("struct pragma", r#""width" "n""#),
        ("struct plain", r#""byte-order" "a""#),
    ];
    assert_eq!(found, expected.map(|(name, told)| (name, told.to_owned())));
    let types = report["types"].as_array().unwrap();
    let bits = types.iter().find(|one| one["name"] == "struct bits");
    assert_eq!(bits.unwrap()["layouts"], serde_json::json!({}));
}

/// Types of a C library as arguments of templates: several texts with stand-ins are alike, and some of them are refused first. The right answers are those of g++ 12.2 with `-m32` and `-mx32`, and of clang 14 for other machines.
#[test]
fn what_stands_in_for_an_argument_of_a_template_is_called_by_its_real_name_and_read_for_its_own_machine()
 {
    let text = "#include <ctime>\n#include <cstdint>\ntemplate <class T> struct box { T v; uint8_t k; };\nstruct a { box<timespec> at; int n; };\nstruct b { box<time_t> at; int n; };\n";
    let ran = check("boxed.hpp", text, &["--targets", "all"]);
    let report = ran.report();
    let types = report["types"].as_array().unwrap();
    let names: Vec<&str> = types
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    let expected = ["a", "b", "box<long long>", "box<long>", "box<timespec>"];
    assert_eq!(names, expected);
    let size = |name: &str, machine: &str| {
        let of = types.iter().find(|one| one["name"] == name).unwrap();
        of["layouts"][machine]["size"].as_u64()
    };
    for (name, machine, octets) in [
        ("box<long>", X86_64, Some(16)),
        ("box<long>", I686, Some(8)),
        ("box<long>", "x86_64-x32", None),
        ("box<long long>", "x86_64-x32", Some(16)),
        ("box<long long>", X86_64, None),
        ("box<timespec>", X86_64, Some(24)),
        ("box<timespec>", I686, Some(12)),
        ("box<timespec>", ARMV7, Some(12)),
        ("box<timespec>", M68K, Some(10)),
        ("box<timespec>", S390X, Some(24)),
        ("a", I686, Some(16)),
    ] {
        assert_eq!(size(name, machine), octets, "{name} on {machine}");
    }
    for of in types {
        let undecided = of["undecided"].to_string();
        assert!(!undecided.contains("lies as no attributes"), "{undecided}");
        assert!(!undecided.contains("setup --targets"), "{undecided}");
    }
}

#[test]
fn a_name_taken_at_its_word_is_said_so_and_can_be_refused() {
    let text = "typedef unsigned long guint64;\nstruct s { guint64 id; };\n";
    let ran = check("s.h", text, &["--deny", "configured-name"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.contains("taken by its name"), "{}", ran.stdout);
    let conditional = "#ifdef __LP64__\ntypedef unsigned long guint64;\n#else\ntypedef unsigned long long guint64;\n#endif\nstruct s { guint64 id; };\n";
    let ran = check("s.h", conditional, &["--deny", "configured-name"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
}

#[test]
fn declarations_that_come_to_the_same_are_nobodys_trouble() {
    let text = "#include <stdint.h>\nstruct slot {\n#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__\n  uint8_t code : 4, rest : 4;\n#else\n  uint8_t rest : 4, code : 4;\n#endif\n};\n";
    let targets = "x86_64-unknown-linux-gnu,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu";
    let ran = check("slot.h", text, &["--targets", targets, "--deny", "all"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("struct slot: portable, 1 octet; same octets between x86_64, s390x, powerpc"),
        "{}",
        ran.stdout
    );
    let other = text.replace("rest : 4, code : 4", "code : 4, rest : 4");
    let ran = check("slot.h", &other, &["--targets", targets]);
    assert!(codes(&ran, 0).contains("bit-field-order"), "{}", ran.stdout);
}

#[test]
fn a_machine_whose_compiler_nobody_could_ask_is_undecided_where_the_text_asks_it() {
    let text = "#ifdef _MSC_VER\n#pragma pack(1)\n#endif\nstruct s { char c; int n; };\n";
    let ran = check("s.h", text, &["--targets", "ia64-sysv"]);
    let row = &ran.report()["types"][0];
    assert!(row["layouts"]["ia64-sysv"].is_null(), "{row}");
    assert!(
        ran.stdout.contains("0 portable, 0 not, 1 undecided"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_is_packed_on_one_machine_alone_is_told_so() {
    let targets = format!("{X86_64},x86_64-windows");
    let message = |text: &str| {
        let ran = check("s.h", text, &["--targets", &targets]);
        let row = &ran.report()["types"][0]["findings"];
        let mut found = row.as_array().unwrap().iter();
        let of = found.find(|one| one["code"] == "conditional-text").unwrap();
        of["message"].as_str().unwrap().to_owned()
    };
    let record = "struct s { char c; int n; };\n";
    let there = format!("#ifdef _MSC_VER\n#pragma pack(1)\n#endif\n{record}");
    assert_eq!(
        message(&there),
        "declared otherwise on Windows x64: lies packed there"
    );
    // The declaration of the machine that is named first counts as the usual one.
    let here = there.replace("ifdef", "ifndef");
    assert_eq!(
        message(&here),
        "declared otherwise on Windows x64: does not lie packed there"
    );
}

#[test]
fn what_a_c_library_declares_otherwise_is_not_the_programs_own_declaration() {
    // A table is read for the last of them, and then for all.
    let targets = format!("{X86_64},i686-unknown-linux-gnu,wasm32");
    let found = |declared: &str| {
        let text = format!(
            "#include <pthread.h>\n#include <time.h>\n{declared}\nstruct s {{ char c; thread t; struct timespec at; }};\n"
        );
        let ran = check("s.h", &text, &["--targets", &targets]);
        let row = &ran.report()["types"][0]["findings"];
        let found = row.as_array().unwrap().iter();
        let found = found.map(|one| {
            let word = |key: &str| one[key].as_str().unwrap().to_owned();
            (word("code"), word("field"))
        });
        found.collect::<Vec<_>>()
    };
    let has = |found: &[(String, String)], code: &str, field: &str| {
        found.contains(&(code.to_owned(), field.to_owned()))
    };
    let same = found("typedef pthread_t thread;");
    assert!(has(&same, "width", "t"), "{same:?}");
    assert!(has(&same, "width", "at.tv_sec"), "{same:?}");
    assert!(
        same.iter().all(|(code, _)| code != "conditional-text"),
        "{same:?}"
    );
    let other =
        found("#ifdef __i386__\ntypedef char thread[3];\n#else\ntypedef pthread_t thread;\n#endif");
    assert!(has(&other, "conditional-text", "t"), "{other:?}");
}

#[test]
fn a_declaration_that_is_another_one_and_moves_nothing_is_not_told() {
    let targets = format!("{X86_64},avr-gcc,{S390X}");
    let of = |name: &str, word: &str, record: &str| {
        let text = format!(
            "#ifdef __AVR__\ntypedef {word} {name};\n#else\ntypedef unsigned {name};\n#endif\n{record}\n"
        );
        let ran = check("s.h", &text, &["--targets", &targets]);
        let row = &ran.report()["types"][0]["findings"];
        let found = row.as_array().unwrap().iter();
        let of = found.filter(|one| one["code"] == "conditional-text");
        of.map(|one| one["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let messages = |word: &str, record: &str| of("u32", word, record);
    let none = Vec::<String>::new();
    let padded = "struct s { char c; u32 n; };";
    // As wide as elsewhere; that nothing is aligned there is AVR's doing.
    assert_eq!(messages("unsigned long", padded), none);
    let packed = "struct s { char c; u32 n; } __attribute__((packed));";
    assert_eq!(messages("unsigned long", packed), none);
    // A name that says its width is one type, whatever it is declared as.
    let named = padded.replace("u32", "u_int32_t");
    assert_eq!(of("u_int32_t", "unsigned long", &named), none);
    let narrow = messages("unsigned short", padded);
    assert_eq!(
        narrow,
        ["declared otherwise on AVR: unsigned short instead of unsigned int"]
    );
    // The same type by other words, and an attribute that only two of them have.
    let one_of_two = "#ifdef __s390x__\n#define P __attribute__((packed))\n#else\n#define P\n#endif\nstruct s { char c; u32 n; } P;";
    assert_eq!(
        messages("unsigned long", one_of_two),
        ["declared otherwise on s390x: lies packed there"]
    );
}

#[test]
fn what_a_machines_own_headers_do_not_declare_is_undecided_there() {
    let mingw = "x86_64-mingw";
    let text = "#define _GNU_SOURCE\n#include <signal.h>\nstruct s { char c; stack_t at; };\n";
    let ran = check("s.h", text, &["--targets", &format!("{mingw},{X86_64}")]);
    let row = &ran.report()["types"][0];
    assert!(row["layouts"][mingw].is_null(), "{row}");
    assert!(row["undecided"].to_string().contains(mingw), "{row}");
    assert!(!row["layouts"][X86_64].is_null(), "{row}");
}

#[test]
fn a_header_that_one_machine_refuses_is_undecided_there_alone() {
    let text = "#ifdef __s390x__\n#error no such machine\n#endif\n#ifdef __aarch64__\nint f(void) { return __builtin_no_such_thing(; }\n#endif\nstruct s { char a, b; };\n";
    let ran = check("s.h", text, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &ran.report()["types"][0];
    assert!(
        row["layouts"][S390X].is_null() && !row["layouts"][ARMV7].is_null(),
        "{row}"
    );
    let undecided = row["undecided"].to_string();
    assert!(undecided.contains("#error no such machine"), "{undecided}");
}

#[test]
fn times_are_shown_both_ways_unless_the_build_decided() {
    let text = "#include <time.h>\nstruct stamp { time_t at; };\nstruct plain { int a; };\n";
    let targets = &["--targets", ARMV7];
    let ran = check("stamp.h", text, targets);
    let layouts = |number: usize, ran: &Ran| {
        let layouts = ran.report()["types"][number]["layouts"]
            .as_object()
            .unwrap()
            .clone();
        layouts
            .iter()
            .map(|(name, layout)| (name.clone(), layout["size"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    let wide = format!("{ARMV7}+time64");
    assert_eq!(layouts(0, &ran), [(ARMV7.to_owned(), 4)], "{}", ran.stdout);
    assert_eq!(layouts(1, &ran), [(ARMV7.to_owned(), 4), (wide.clone(), 8)]);
    assert!(codes(&ran, 1).contains("time-type"));
    let decided = check(
        "stamp.h",
        text,
        &[
            targets,
            &["-D", "_TIME_BITS=64", "-D", "_FILE_OFFSET_BITS=64"][..],
        ]
        .concat(),
    );
    assert_eq!(layouts(1, &decided), [(ARMV7.to_owned(), 8)]);
    let named = check("stamp.h", text, &["--targets", &wide]);
    assert_eq!(layouts(1, &named), [(wide, 8)]);
}

#[test]
fn who_read_for_a_machine_is_told() {
    let text = "#ifdef __LP64__\ntypedef long word;\n#else\ntypedef int word;\n#endif\nstruct s { word w; };\n";
    let ran = check(
        "s.h",
        text,
        &[
            "--targets",
            "x86_64-unknown-linux-gnu,x86_64-darwin,i686-unknown-linux-gnu",
        ],
    );
    let read_by = ran.report()["types"][0]["read_by"]
        .as_object()
        .unwrap()
        .clone();
    let told = read_by.iter().find(|(_, machines)| {
        machines
            .as_array()
            .unwrap()
            .contains(&"x86_64-darwin".into())
    });
    let (who, _) = told.unwrap_or_else(|| panic!("{read_by:?}"));
    assert!(who.contains("told what its compiler predefines"), "{who}");
    assert!(ran.stdout.contains("read for x86_64 by "), "{}", ran.stdout);
}

#[test]
fn machines_that_nobody_asked_about_are_named() {
    let text = "struct s { char c; };\n";
    let ran = check("s.h", text, &[]);
    for expected in [
        "struct s: portable, 1 octet; same octets between all 14 machines",
        "machines: x86_64, i686, ",
        "62 more with --targets all",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}: {}", ran.stdout);
    }
    let all = check("s.h", text, &["--targets", "all"]);
    for expected in [
        "not looked at unless `--targets` names them: ",
        "arm-oabi (",
        "same octets between all 76 machines",
    ] {
        assert!(all.stdout.contains(expected), "{expected}: {}", all.stdout);
    }
    let named = check("s.h", text, &["--targets", "arm-oabi"]);
    assert!(!named.stdout.contains("not looked at"), "{}", named.stdout);
}

#[test]
fn three_declarations_can_be_read_off_one_screen() {
    let text = "#include <stdint.h>\nstruct seen {\n  uint8_t kind;\n#if defined __x86_64__\n  uint64_t token;\n#elif defined __arm__\n  uint32_t token;\n  uint32_t more;\n#else\n  char token[6];\n#endif\n};\n";
    let targets = "x86_64-unknown-linux-gnu,armv7-unknown-linux-gnueabihf,s390x-unknown-linux-gnu";
    let ran = check("seen.h", text, &["--targets", targets, "--layout"]);
    let table: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| !line.starts_with("read for"))
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn verify_proves_constants_libraries_const_types_and_relative_folders() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("inc")).unwrap();
    std::fs::write(bench.path("inc/base.h"), "typedef unsigned int u32;\n").unwrap();
    let text = "#include \"base.h\"\n#include <pthread.h>\nstruct lock { pthread_mutex_t m; char room[sizeof(long)]; u32 a; };\ntypedef const struct { int low : 3; const char name[4]; short b; } fixed;\nstruct c { double _Complex p; };\n";
    std::fs::write(bench.path("s.h"), text).unwrap();
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    let targets = format!("{},{I686}", native.name);
    let ran = bench.run(&[
        "check",
        "--json",
        "report.json",
        "s.h",
        "-I",
        "inc",
        "--verify",
        "--targets",
        &targets,
    ]);
    let verified = &ran.report()["verified"];
    assert_eq!(
        verified["mismatches"],
        Value::Array(Vec::new()),
        "{}",
        ran.stdout
    );
    assert_eq!(
        verified["other_text"],
        Value::Array(Vec::new()),
        "{}",
        ran.stdout
    );
    assert_eq!(verified["equal"], verified["types"]);
    let could_not_run = verified["could_not_run"].to_string();
    assert!(
        !could_not_run.contains("error:") && !could_not_run.contains("the probe"),
        "{could_not_run}"
    );
    assert!(verified["types"].as_u64().unwrap() >= 3, "{verified:#}");
    assert!(verified["probed"].as_u64().unwrap() >= 10, "{verified:#}");
}

#[test]
fn what_one_compiler_of_a_machine_declares_otherwise_is_found_and_can_be_refused() {
    let text = "#ifdef __clang__\n#define WORD long long\n#else\n#define WORD int\n#endif\nstruct two { char a; WORD b; };\nstruct same { int a; };\n";
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    let ran = check(
        "two.h",
        text,
        &[
            "--verify",
            "--targets",
            &native.name,
            "--deny",
            "conditional-text",
        ],
    );
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    let told = format!("clang sees another declaration of it on {}", native.name);
    assert!(ran.stdout.contains(&told), "{}", ran.stdout);
    assert!(!codes(&ran, 0).contains("conditional-text"));
    let verified = &ran.report()["verified"];
    assert_eq!(verified["mismatches"], Value::Array(Vec::new()));
}

#[test]
fn no_compiler_at_all_is_told_with_what_to_install() {
    let bench = Bench::new().with_variable("PATH", "/nowhere");
    std::fs::write(bench.path("s.h"), "struct s { int a; };\n").unwrap();
    let ran = bench.run(&["check", "s.h"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("install gcc or clang") && ran.stderr.contains("an object file"),
        "{}",
        ran.stderr
    );
    // gcc may be here without its C++.
    std::fs::write(bench.path("s.hpp"), "struct s { int a; };\n").unwrap();
    let ran = bench.run(&["check", "s.hpp"]);
    assert_eq!(ran.status, 2);
    let expected = "no compiler `c++` here: install g++ or clang,";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

#[test]
fn an_alignment_below_that_of_the_compiler_that_reads_is_undecided_and_a_type_that_is_so_everywhere_is_told()
 {
    let alone = compiler_alone();
    let bench = Bench::new().with_variable("PATH", alone.path("").display().to_string());
    let text =
        "#include <stdint.h>\nstruct low { uint8_t k; uint32_t v __attribute__((aligned(2))); };\n";
    std::fs::write(bench.path("low.h"), text).unwrap();
    for (machines, is_known) in [("avr,x86_64", true), ("avr", false)] {
        for format in [&["--layout"][..], &[]] {
            let all = [&["check", "low.h", "--targets", machines], format].concat();
            let ran = bench.run(&all);
            assert_eq!(ran.status, 0, "{ran}");
            assert!(
                ran.stdout
                    .contains("`aligned(2)` may be less than the compiler")
                    && ran.stdout.contains("struct low")
                    && (is_known || ran.stdout.contains("1 undecided")),
                "{ran}"
            );
        }
    }
}

#[test]
fn a_name_that_is_taken_at_its_word_is_compared_with_what_compilers_make_of_it() {
    let bench = Bench::new();
    let text = "typedef unsigned long u64;\nstruct s { char a; u64 b; };\n";
    std::fs::write(bench.path("u.h"), text).unwrap();
    let target = "i686-unknown-linux-gnu";
    let ran = bench.run(&["check", "u.h", "--verify", "--targets", target]);
    assert_eq!(ran.status, 0, "{ran}");
    let equal = "2 layouts by compilers of 1 targets: 2 as the model says";
    assert!(
        !ran.stdout.contains("another declaration") && ran.stdout.contains(equal),
        "{ran}"
    );
}
