//! Objects for a BSD: that of FreeBSD says so, and its C library counts; one that says nothing is taken for Linux's.

use crossum_layout::abi::{Abis, Typedef};
use crossum_layout::dwarf;
use crossum_layout::fit::{self, Alignments};

use crate::compiled::Compiler;

#[test]
fn an_object_is_for_the_bsd_that_it_names() {
    for (args, expected) in [
        (&["--target=x86_64-unknown-freebsd"][..], "x86_64-freebsd"),
        (&["--target=i386-unknown-freebsd"], "i386-freebsd"),
        (&["--target=aarch64-unknown-freebsd"], "aarch64-freebsd"),
        (&["--target=x86_64-unknown-openbsd"], "x86_64-sysv"),
        (&["--target=x86_64-unknown-linux-gnu"], "x86_64-sysv"),
        // There is no row of its own.
        (&["--target=powerpc64le-unknown-freebsd"], "powerpc64-elfv2"),
    ] {
        let compiler = Compiler {
            program: "clang",
            args,
        };
        let source = "struct s { char c; long l; } s;\n";
        let object = match compiler.object("c", source, &["-g", "-ffreestanding"]) {
            Ok(object) => object,
            Err(why) => {
                why.name(&compiler.to_string(), compiler.program);
                continue;
            }
        };
        let mut program = dwarf::read(&object).expect("a program");
        let found = fit::best(&mut program, Abis::builtin(), &[], &Alignments::default());
        let own = found.expect("a row").own;
        let names: Vec<&str> = own.iter().map(|own| own.abi.name()).collect();
        assert_eq!(names, [expected], "{compiler}");
    }
}

#[test]
fn the_bsds_have_typedefs_of_their_own() {
    let size = |abi: &str, name| {
        let abi = Abis::builtin().get(abi).expect("a row");
        abi.typedef(name).map(|scalar| abi.size(scalar))
    };
    for (name, freebsd, netbsd, openbsd, linux) in [
        (Typedef::Time, Some(4), Some(8), Some(8), Some(4)),
        (Typedef::Off, Some(8), Some(8), Some(8), Some(4)),
        (Typedef::Mode, Some(2), Some(4), Some(4), Some(4)),
        (Typedef::Nlink, Some(8), Some(4), Some(4), Some(4)),
        (Typedef::Dev, Some(8), Some(8), Some(4), Some(8)),
        (Typedef::Clock, Some(4), Some(4), Some(8), Some(4)),
        (Typedef::IntFast16, Some(4), None, Some(4), Some(4)),
    ] {
        let found = ["i386-freebsd", "i386-netbsd", "i386-openbsd", "i386-sysv"];
        let found = found.map(|abi| size(abi, name));
        assert_eq!(found, [freebsd, netbsd, openbsd, linux], "{}", name.word());
    }
}
