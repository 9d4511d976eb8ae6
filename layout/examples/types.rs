//! All types of a file with debug information, on three ABIs: `cargo run --example types -- FILE`, or its own types.

use crossum_layout::{Abis, dwarf, fit, lay_out};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().next_back().ok_or("no file")?;
    let mut program = dwarf::read(&std::fs::read(file)?)?;
    let abis = ["x86_64-sysv", "s390x-elf", "m68k-sysv"];
    let abis = abis.map(|name| Abis::builtin().get(name).expect("a row"));
    let fit = fit::best(&mut program, Abis::builtin(), &abis, &Default::default())
        .ok_or_else(|| format!("no ABI is known for {}", program.machine))?;
    for named in &program.named {
        for abi in abis {
            let layout = lay_out(abi, &program.types, named.kind);
            let layout = layout.map_or_else(|error| error.to_string(), |layout| layout.to_string());
            println!("{} on {}: {layout}", named.name, abi.name());
        }
        for ambiguity in fit.about(&program.types, named.kind) {
            println!("ambiguous on {:?}: {}", ambiguity.abis, ambiguity.why);
        }
    }
    Ok(())
}
