//! A typedef is what its file declares, and what a C library has under its name only where that library declares it.

use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments};
use crossum_layout::types::TypeId;
use crossum_layout::{Abi, Abis, LayoutError, Layouts};

use crate::compiled::{Compiler, HOST};

fn read(compiler: Compiler, source: &str, options: &[&str]) -> Option<Program> {
    let options = [&["-g"], options].concat();
    match compiler.object("c", source, &options) {
        Ok(object) => Some(dwarf::read(&object).expect("a program")),
        Err(why) => {
            why.name(&compiler.to_string(), compiler.program);
            None
        }
    }
}

fn id(program: &Program, name: &str) -> TypeId {
    program.of_name(name).next().expect("the type").kind
}

/// Size and offsets of members, in octets.
fn numbers(layouts: &Layouts<'_>, id: TypeId) -> Result<(u64, Vec<u64>), LayoutError> {
    let layout = layouts.of(id)?;
    let offsets = layout.members.iter().map(|member| member.bit_offset / 8);
    Ok((layout.size, offsets.collect()))
}

fn on(abi: &str, program: &Program, name: &str) -> Result<(u64, Vec<u64>), LayoutError> {
    let abi = Abis::builtin().get(abi).expect("a row");
    numbers(&Layouts::new(abi, &program.types), id(program, name))
}

#[test]
fn a_programs_own_typedefs_are_what_it_declares_on_every_machine() {
    let source = "typedef unsigned __kernel_dev_t; typedef __kernel_dev_t dev_t;
        typedef long long off_t; typedef unsigned short mode_t; typedef long time_t; typedef short wchar_t;
        struct inode { char c; dev_t d; off_t o; mode_t m; time_t t; wchar_t w; } inode;
        struct plain { char c; unsigned d; long long o; unsigned short m; long t; short w; } plain;";
    for program in [
        "gcc",
        "clang",
        "i686-linux-gnu-gcc",
        "arm-linux-gnueabi-gcc",
        "powerpc-linux-gnu-gcc",
    ] {
        let compiler = Compiler { program, args: &[] };
        let Some(program) = read(compiler, source, &[]) else {
            continue;
        };
        for abi in Abis::builtin().iter() {
            let layouts = Layouts::new(abi, &program.types);
            let inode = numbers(&layouts, id(&program, "inode")).expect("a layout");
            let plain = numbers(&layouts, id(&program, "plain")).expect("a layout");
            assert_eq!(inode, plain, "{compiler}, on {}", abi.name());
        }
    }
}

#[test]
fn a_c_librarys_typedefs_are_each_machines_own() {
    let source =
        "#include <sys/types.h>\nstruct inode { char c; dev_t d; off_t o; size_t s; } inode;";
    let program = read(HOST, source, &[]).expect("the compiler of this machine");
    assert_eq!(
        on("x86_64-sysv", &program, "inode"),
        Ok((32, vec![0, 8, 16, 24]))
    );
    assert_eq!(
        on("i386-sysv", &program, "inode"),
        Ok((20, vec![0, 4, 12, 16]))
    );
    assert_eq!(
        on("x86_64-darwin", &program, "inode"),
        Ok((24, vec![0, 4, 8, 16]))
    );
}

#[test]
fn what_is_called_as_a_c_librarys_header_and_may_be_the_programs_is_undecided_where_it_matters() {
    let folder = tempfile::tempdir().expect("a folder");
    let headers = folder.path().join("include/sys");
    std::fs::create_dir_all(&headers).expect("a folder");
    std::fs::write(headers.join("types.h"), "typedef unsigned dev_t;\n").expect("a header");
    let include = format!("-I{}/include", folder.path().display());
    let source = "#include <sys/types.h>\nstruct inode { char c; dev_t d; } inode;";
    let mut program = read(HOST, source, &[&include]).expect("the compiler of this machine");
    let fit = best(&mut program);
    let own = Layouts::as_declared(&fit.own[0].abi, &program.types);
    assert_eq!(numbers(&own, id(&program, "inode")), Ok((8, vec![0, 4])));
    // Darwin's dev_t has 4 octets, too.
    assert_eq!(on("x86_64-darwin", &program, "inode"), Ok((8, vec![0, 4])));
    let elsewhere = on("i386-sysv", &program, "inode");
    let Err(LayoutError::Opaque { what }) = elsewhere else {
        panic!("{elsewhere:?}");
    };
    assert!(
        what.contains("`dev_t`, the C library's or the program's own"),
        "{what}"
    );
}

fn best(program: &mut Program) -> fit::Fit {
    let all: Vec<&Abi> = Abis::builtin().iter().collect();
    fit::best(program, Abis::builtin(), &all, &Alignments::default()).expect("a row")
}

#[test]
fn times_and_offsets_of_64_bits_are_so_in_their_object_and_undecided_where_they_are_an_option() {
    let source = "#include <sys/types.h>\n#include <sys/time.h>\nstruct stamp { char c; time_t t; char d; off_t o; char e; suseconds_t u; } stamp;";
    let options = ["-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64"];
    for (program, row, own_numbers) in [
        (
            "arm-linux-gnueabi-gcc",
            "arm-aapcs",
            (40, vec![0, 8, 16, 24, 32, 36]),
        ),
        (
            "i686-linux-gnu-gcc",
            "i386-sysv",
            (32, vec![0, 4, 12, 16, 24, 28]),
        ),
        (
            "powerpc-linux-gnu-gcc",
            "powerpc-sysv",
            (40, vec![0, 8, 16, 24, 32, 36]),
        ),
    ] {
        let compiler = Compiler { program, args: &[] };
        let Some(mut program) = read(compiler, source, &options) else {
            continue;
        };
        let fit = best(&mut program);
        let own = &fit.own[0].abi;
        assert_eq!(own.name(), row);
        let layouts = Layouts::as_declared(own, &program.types);
        assert_eq!(numbers(&layouts, id(&program, "stamp")), Ok(own_numbers));
        for abi in ["arm-aapcs", "i386-sysv", "mips-o32-be"] {
            let elsewhere = on(abi, &program, "stamp");
            let is_undecided = matches!(&elsewhere, Err(LayoutError::Opaque { what }) if what.contains("_TIME_BITS=64"));
            assert!(is_undecided, "{compiler} on {abi}: {elsewhere:?}");
        }
        // There it is no option.
        assert_eq!(
            on("aarch64-aapcs64", &program, "stamp"),
            Ok((48, vec![0, 8, 16, 24, 32, 40]))
        );
    }
}
