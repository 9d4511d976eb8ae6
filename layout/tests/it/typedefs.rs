//! What the table says of the C library's and the kernel's typedefs, against the headers that Debian has for each target.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use crossum_layout::abi::Abi;
use crossum_layout::abi::Typedef;

use crate::compilers::{self, Compiler, host};
use crate::random_types::declare::c_name;

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
        match refusal(&compiler) {
            Ok(Headers::Agree(typedefs)) => checked += typedefs,
            Ok(Headers::NotHere(says)) => println!("could not run: {compiler}: {says}"),
            Ok(Headers::Disagree(says)) => disagreements.push(format!("{compiler}:\n{says}")),
            Err(error) => println!("could not run: {compiler}: {error}"),
        }
    }
    println!("{checked} typedefs");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    match refusal(&host()) {
        Ok(Headers::Agree(typedefs)) => assert!(typedefs > 20),
        _ => panic!("the headers of this machine"),
    }
}

enum Headers {
    Agree(usize),
    Disagree(String),
    NotHere(String),
}

fn refusal(compiler: &Compiler) -> io::Result<Headers> {
    let directory = tempfile::tempdir()?;
    // Debian has the headers of one ABI of several; what they say of the others is all there but these.
    let stubs = directory.path().join("gnu");
    std::fs::create_dir(&stubs)?;
    for name in ["32", "x32", "n32_hard", "lp64_be", "lp64d_be"] {
        std::fs::write(stubs.join(format!("stubs-{name}.h")), "")?;
    }
    let mut missing = String::new();
    for headers in [GLIBC, MINGW, FREESTANDING] {
        let freestanding = (headers == FREESTANDING).then_some("-ffreestanding");
        let compile = |program: &str| compile(compiler, freestanding, directory.path(), program);
        let probe = compile(headers)?;
        if let Some(says) = probe {
            missing = says;
            continue;
        }
        let (program, count) = program(compiler.row(), headers);
        return Ok(match compile(&program)? {
            None => Headers::Agree(count),
            Some(says) => Headers::Disagree(says),
        });
    }
    Ok(Headers::NotHere(missing))
}

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

/// What the compiler has against it.
fn compile(
    compiler: &Compiler,
    freestanding: Option<&str>,
    directory: &Path,
    program: &str,
) -> io::Result<Option<String>> {
    std::fs::write(directory.join("typedefs.c"), program)?;
    let args = [
        "-std=gnu11",
        "-w",
        "-I.",
        // Where the headers of the host are also those of its other ABIs.
        "-idirafter",
        "/usr/include/x86_64-linux-gnu",
        "-S",
        "-o",
        "typedefs.s",
        "typedefs.c",
    ];
    let args = args.iter().copied().chain(freestanding);
    let output = compiler.run(args.map(OsStr::new), directory)?;
    let says = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = says
        .lines()
        .filter(|line| line.contains("error: "))
        .collect();
    Ok((!output.status.success()).then(|| errors.join("\n")))
}
