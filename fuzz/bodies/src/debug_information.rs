//! Object files that somebody else wrote: reading their types ends in types or in an error, and what is made of the types ends, too.

use layout::Abis;
use layout::Layouts;
use layout::dwarf::{self, Companions};
use layout::fit::{self, Alignments};

/// A short declaration can have more values than anybody counts.
const LEAVES: usize = 1000;

/// Reads octets as an object file, decides what its debug information leaves open, and lays its types out on an ABI of each kind.
///
/// # Panics
/// When reading does, or a type lies otherwise when it is asked about twice.
pub fn debug_information(octets: &[u8]) {
    // A file may claim to be its own other half.
    let _ = dwarf::links(octets);
    let mut companions = Companions::default();
    companions.alternate = Some(octets);
    companions.split = vec![octets];
    let _ = dwarf::read_with(octets, &companions, |_| true);
    let Ok(mut program) = dwarf::read(octets) else {
        return;
    };
    let abis = Abis::builtin();
    let others = ["i386-sysv", "m68k-sysv", "s390x-elf", "x86_64-windows"];
    let others: Vec<_> = others.iter().filter_map(|name| abis.get(name)).collect();
    let fitted = fit::best(&mut program, abis, &others, &Alignments::default());
    for abi in others {
        let layouts = Layouts::new(abi, &program.types);
        for named in &program.named {
            if let Some(fit) = &fitted {
                let _ = fit.about(&program.types, named.kind);
            }
            let layout = layouts.of(named.kind);
            assert_eq!(layout, Layouts::new(abi, &program.types).of(named.kind));
            if let (Ok(layout), Ok(leaves)) = (layout, layouts.leaves(named.kind)) {
                for leaf in leaves.take(LEAVES) {
                    let end = leaf.bit_offset.saturating_add(leaf.bit_size);
                    let flexible = layout.size == 0 || !leaf.repeated.is_empty();
                    assert!(
                        flexible || end <= layout.size.saturating_mul(8),
                        "{}",
                        leaf.path
                    );
                }
            }
        }
    }
}
