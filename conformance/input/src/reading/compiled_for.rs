//! The machine that a build's compiler compiles for.

use cross::Host;
use layout::dwarf;
use layout::fit::{self, Alignments};
use layout::{Abi, Abis};

use super::front_end::Driver;
use crate::source::{Compile, Kind};

/// Its scalars tell the data models of a processor from each other; what it is compiled for is in the object's head.
const PROBE: &str =
    "struct crossum_probe { char c; long l; long long w; double d; long double x; void *p; };\n";

/// The name of the ABI that a source is compiled for; `None` where its compiler is not here or refuses even a struct, which reading the source says better.
///
/// What the compiler calls its machine (`-dumpmachine`) knows no options: `gcc -m32` says `x86_64-linux-gnu`.
pub async fn abi<'a>(
    compile: &Compile,
    kind: Kind,
    abis: &'a Abis,
    host: &Host,
) -> Option<&'a str> {
    let is_usual = compile.compiler.is_none() && compile.flags.of_compiler().next().is_none();
    if is_usual {
        let mut targets = cross::targets();
        let here = targets.find(|target| target.is_native())?;
        return abis.get(&here.abi).map(Abi::row);
    }
    let words = compile.command(kind, host).ok()?;
    let driver = Driver {
        words: &words,
        lists_macros: false,
    };
    let object = driver.object(PROBE, kind, compile).await.ok()?;
    let mut program = dwarf::read(&object).ok()?;
    let fit = fit::best(&mut program, abis, &[], &Alignments::default())?;
    abis.get(fit.own.first()?.abi.row()).map(Abi::row)
}
