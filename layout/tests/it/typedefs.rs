//! What the table says of the C library's and the kernel's typedefs, against the headers that Debian has for each target.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use crossum_layout::abi::Abi;
use crossum_layout::abi::Typedef;

use crate::compilers::{self, Compiler, host};
use crate::random_types::declare::c_name;
use crate::tools;

/// Those of glibc and the kernel; those that mingw-w64 has as well; and those that a compiler brings itself.
const FREESTANDING: &str = "#include <stddef.h>\n#include <stdint.h>\n";
const GLIBC: &str = "#define _GNU_SOURCE\n#include <stddef.h>\n#include <sys/types.h>\n#include <stdint.h>\n#include <time.h>\n\
    #include <wchar.h>\n#include <sys/resource.h>\n#include <sys/statfs.h>\n#include <linux/posix_types.h>\n";

const MINGW: &str = "#include <stddef.h>\n#include <sys/types.h>\n#include <stdint.h>\n#include <time.h>\n\
    #include <wchar.h>\n";

#[test]
fn every_typedef_is_what_the_headers_here_say() {
    let mut disagreements = Vec::new();
    let mut checked = 0;
    // Clang reads the same headers, and those of musl are nowhere.
    let is_gcc_of_glibc = |compiler: &Compiler| {
        compiler.program.contains("gcc") && !compiler.row().name().ends_with("-musl")
    };
    for compiler in compilers::all().filter(is_gcc_of_glibc) {
        match headers(&compiler) {
            Ok(Headers {
                typedefs: Ok(typedefs),
                incomplete,
            }) => {
                checked += typedefs;
                if let Some(why) = incomplete {
                    tools::not_done(format!("headers of {compiler}"), &why);
                }
            }
            Ok(Headers {
                typedefs: Err(says),
                ..
            }) => disagreements.push(format!("{compiler}:\n{says}")),
            Err(error) => tools::not_here(compiler.program, &error),
        }
    }
    println!("{checked} typedefs");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    let host = headers(&host()).expect("the compiler of this machine");
    assert_eq!(host.incomplete, None);
    assert!(host.typedefs.is_ok_and(|typedefs| typedefs > 20));
}

/// What came of the headers that a compiler reads.
struct Headers {
    /// How many typedefs are what the table says; or what the compiler has against it.
    typedefs: Result<usize, String>,
    /// Why only the typedefs that the compiler itself brings could be asked about: there is no C library for its machine.
    incomplete: Option<String>,
}

fn headers(compiler: &Compiler) -> io::Result<Headers> {
    let directory = tempfile::tempdir()?;
    // Debian has the headers of one ABI of several; what they say of the others is all there but these.
    let stubs = directory.path().join("gnu");
    std::fs::create_dir(&stubs)?;
    for name in ["32", "x32", "n32_hard", "lp64_be", "lp64d_be"] {
        std::fs::write(stubs.join(format!("stubs-{name}.h")), "")?;
    }
    let mut incomplete = None;
    for headers in [GLIBC, MINGW, FREESTANDING] {
        // The table is about a library that nobody has asked for times of 64 bits; Debian 13's compilers do by themselves.
        let flags: &[&str] = if headers == FREESTANDING {
            &["-ffreestanding"]
        } else {
            &["-U_TIME_BITS", "-U_FILE_OFFSET_BITS"]
        };
        let asked = compile(compiler, flags, directory.path(), headers)?;
        if let Err(why) = asked.and_then(|()| own_headers(compiler, directory.path())) {
            incomplete = Some(why);
            continue;
        }
        let (program, count) = program(compiler.row(), headers);
        let asked = compile(compiler, flags, directory.path(), &program)?;
        return Ok(Headers {
            typedefs: asked.map(|()| count),
            incomplete: incomplete.filter(|_| headers == FREESTANDING),
        });
    }
    Ok(Headers {
        typedefs: Err(incomplete.unwrap_or_default()),
        incomplete: None,
    })
}

/// Whether the headers that were read are the compiler's own. Without a C library for its machine it may find that of another (Debian's hppa64 has the folder of hppa), which says nothing of its types.
fn own_headers(compiler: &Compiler, directory: &Path) -> Result<(), String> {
    let read = std::fs::read_to_string(directory.join(DEPENDENCIES)).expect("what was read");
    match of_another_machine(&read, machine(compiler.program)) {
        Some(file) => Err(format!("it reads {file}, which is another machine's")),
        None => Ok(()),
    }
}

/// The first file that is in a folder of another machine than `own`.
fn of_another_machine<'a>(read: &'a str, own: &str) -> Option<&'a str> {
    let others: BTreeSet<&str> = compilers::all()
        .map(|compiler| machine(compiler.program))
        .filter(|machine| *machine != own)
        .collect();
    let is_anothers = |file: &&str| file.split('/').any(|folder| others.contains(folder));
    read.split_whitespace().find(is_anothers)
}

#[test]
fn headers_of_another_machine_are_told_from_the_compilers_own() {
    let read = "typedefs.s: typedefs.c /usr/hppa-linux-gnu/include/features.h \\\n /usr/lib/gcc/hppa64-linux-gnu/12/include/stddef.h\n";
    let found = of_another_machine(read, "hppa64-linux-gnu");
    assert_eq!(found, Some("/usr/hppa-linux-gnu/include/features.h"));
    let read = read.replace("/usr/hppa-", "/usr/hppa64-");
    assert_eq!(of_another_machine(&read, "hppa64-linux-gnu"), None);
    // mingw-w64 and newlib have folders of their own.
    let read = "typedefs.s: /usr/share/mingw-w64/include/time.h /usr/include/newlib/time.h";
    assert_eq!(of_another_machine(read, "i686-w64-mingw32"), None);
}

/// What a compiler's name says of its machine, as folders are called: `hppa64-linux-gnu`.
fn machine(program: &str) -> &str {
    match program.split_once("-gcc") {
        Some((machine, _)) => machine,
        None => &HOST_MACHINE,
    }
}

/// As Debian calls the folders of the machine that runs this.
static HOST_MACHINE: LazyLock<String> = LazyLock::new(|| {
    let little = cfg!(target_endian = "little");
    let arch = match std::env::consts::ARCH {
        "powerpc64" if little => "powerpc64le",
        arch => arch,
    };
    format!("{arch}-linux-gnu")
});

fn program(abi: &Abi, headers: &str) -> (String, usize) {
    let of_compiler = [
        Typedef::Size,
        Typedef::Ptrdiff,
        Typedef::Intptr,
        Typedef::Intmax,
    ];
    let mut program = headers.to_owned();
    let mut count = 0;
    for &name in Typedef::ALL {
        let is_there = match headers {
            FREESTANDING => of_compiler.contains(&name),
            MINGW => !name.word().starts_with("__kernel_"),
            _ => true,
        };
        if let Some(scalar) = abi.typedef(name).filter(|_| is_there) {
            count += 1;
            let scalar = c_name(scalar);
            program += &format!(
                "_Static_assert(sizeof({name}) == sizeof({scalar}), \"{name} is {scalar}\");\n\
                 _Static_assert(_Alignof({name}) == _Alignof({scalar}), \"{name} is {scalar}\");\n"
            );
        }
    }
    (program, count)
}

/// Which files the compiler read, in the notation of make.
const DEPENDENCIES: &str = "typedefs.d";

/// Compiles a program, or says what the compiler has against it.
fn compile(
    compiler: &Compiler,
    flags: &[&str],
    directory: &Path,
    program: &str,
) -> io::Result<Result<(), String>> {
    std::fs::write(directory.join("typedefs.c"), program)?;
    let args = ["-std=gnu11", "-w", "-I.", "-MD", "-MF", DEPENDENCIES];
    let files = ["-S", "-o", "typedefs.s", "typedefs.c"];
    // Where the headers of the host are also those of its other ABIs.
    let folder = format!("/usr/include/{}", *HOST_MACHINE);
    let host = ["-idirafter", folder.as_str()];
    let host = if machine(compiler.program) == *HOST_MACHINE {
        &host[..]
    } else {
        &[]
    };
    let args = args.iter().chain(host).chain(flags).chain(&files);
    let output = compiler.run(args.map(OsStr::new), directory)?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let says = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = says
        .lines()
        .filter(|line| line.contains("error: "))
        .collect();
    Ok(Err(errors.join("\n")))
}
