//! Whether second compilers with the same headers of a C library say what the rows say.

use std::collections::BTreeSet;

use crossum_layout::libc::{Layout, Library};

use crate::measured::{asked, measured};

/// Other compilers for the same machines, with the same headers.
const OTHERS: &[(&str, &str, &str, &[&str])] = &[
    (
        "glibc",
        "aarch64-aapcs64",
        "clang",
        &["--target=aarch64-linux-gnu"],
    ),
    ("glibc", "arm-aapcs", "arm-linux-gnueabi-gcc", &[]),
    (
        "glibc",
        "arm-aapcs",
        "clang",
        &["--target=armv7-linux-gnueabihf"],
    ),
    ("glibc", "i386-sysv", "clang", &["--target=i686-linux-gnu"]),
    (
        "glibc",
        "mips-n64-be",
        "clang",
        &["--target=mips64-linux-gnuabi64"],
    ),
    (
        "glibc",
        "mips-o32-be",
        "clang",
        &["--target=mips-linux-gnu"],
    ),
    (
        "glibc",
        "mips-o32-le",
        "clang",
        &["--target=mipsel-linux-gnu"],
    ),
    (
        "glibc",
        "powerpc-sysv",
        "clang",
        &["--target=powerpc-linux-gnu"],
    ),
    (
        "glibc",
        "powerpc64-elfv1",
        "clang",
        &["--target=powerpc64-linux-gnu"],
    ),
    (
        "glibc",
        "powerpc64-elfv2",
        "clang",
        &["--target=powerpc64le-linux-gnu"],
    ),
    (
        "glibc",
        "riscv64-lp64d",
        "clang",
        &[
            "--target=riscv64-linux-gnu",
            "-isystem",
            "/usr/riscv64-linux-gnu/include",
        ],
    ),
    ("glibc", "s390x-elf", "clang", &["--target=s390x-linux-gnu"]),
    (
        "glibc",
        "sparc64-sysv",
        "clang",
        &["--target=sparc64-linux-gnu"],
    ),
    (
        "glibc",
        "x86_64-sysv",
        "clang",
        &["--target=x86_64-linux-gnu"],
    ),
    (
        "musl",
        "aarch64-aapcs64",
        "aarch64-linux-gnu-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/aarch64-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/aarch64-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "arm-aapcs",
        "arm-linux-gnueabihf-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/arm-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/arm-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "i386-musl",
        "zig",
        &["cc", "-target", "x86-linux-musl"],
    ),
    (
        "musl",
        "mips-o32-be",
        "mips-linux-gnu-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/mips-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/mips-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "mips-n64-be",
        "mips64-linux-gnuabi64-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/mips64-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/mips-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "mips-n32-le",
        "mips64el-linux-gnuabi64-gcc",
        &[
            "-mabi=n32",
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/mips64-linux-muslabin32",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/mips-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "powerpc-musl",
        "powerpc-linux-gnu-gcc",
        &[
            "-mlong-double-64",
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/powerpc-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/powerpc-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "powerpc64le-musl",
        "powerpc64le-linux-gnu-gcc",
        &[
            "-mlong-double-64",
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/powerpc64-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/powerpc-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "riscv64-lp64d",
        "riscv64-linux-gnu-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/riscv64-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/riscv-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "s390x-elf",
        "s390x-linux-gnu-gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/s390x-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/s390x-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
    (
        "musl",
        "x86_64-sysv",
        "gcc",
        &[
            "-nostdinc",
            "-isystem",
            "{zig}/libc/include/x86_64-linux-musl",
            "-isystem",
            "{zig}/libc/include/generic-musl",
            "-isystem",
            "{zig}/libc/include/x86-linux-any",
            "-isystem",
            "{zig}/libc/include/any-linux-any",
        ],
    ),
];

/// What compilers decide, and not the library: `max_align_t` is of their own headers, and on i386 gcc's has a member
/// aligned as `__float128` is, Clang's has not (48 octets, 24); `float_t` is what they compute in, which is a
/// `long double` without SSE2 and a `float` with it, as zig has it.
const IS_THE_COMPILERS: &[(&str, &str)] = &[
    ("double_t", "i386-musl"),
    ("float_t", "i386-musl"),
    ("max_align_t", "i386-sysv"),
];

#[test]
fn other_compilers_agree_with_the_rows() {
    let mut disagreements = Vec::new();
    for (library, abi, program, args) in OTHERS {
        let table = &Library::builtin()[library];
        for variant in table.variants() {
            let args: Vec<&str> = args
                .iter()
                .copied()
                .chain(variant.args.iter().map(String::as_str))
                .collect();
            let asked = asked();
            let measured = match measured(program, &args, &asked) {
                Ok(measured) => measured,
                Err(why) => {
                    println!("could not run: {program} {args:?}: {why}");
                    continue;
                }
            };
            // musl does not tell.
            let release = measured.release.unwrap_or_else(|| "1.2.5".to_owned());
            let row = table
                .rows()
                .iter()
                .find(|row| row.abi == *abi && row.release == release);
            let Some(row) = row else {
                println!("could not run: {library} {release} on {abi} has no row");
                continue;
            };
            let names = table
                .types()
                .map(str::to_owned)
                .chain(measured.layouts.keys().cloned());
            for name in names.collect::<BTreeSet<_>>() {
                let (own, other) = (
                    table.layout(&name, row, variant),
                    measured.layouts.get(&name),
                );
                if own != other && !IS_THE_COMPILERS.contains(&(name.as_str(), abi)) {
                    let text = |layout: Option<&Layout>| {
                        layout.map_or("nothing".to_owned(), Layout::to_string)
                    };
                    disagreements.push(format!(
                        "{name} of {library} {release} on {abi}: {}, but {program} {args:?}: {}",
                        text(own),
                        text(other)
                    ));
                }
            }
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}
