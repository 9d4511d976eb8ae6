//! The machines that types are laid out for, as a list for people: those with a target, and those that are only modelled.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use input::machine::{Variants, is_usual, machines, order, other_names, short};
use kit::known::known_by;
use kit::table::{Cell, Table, left, right, sentences};
use layout::Abis;
use layout::abi::Scalar;

/// A row a machine, for a terminal `width` characters wide.
///
/// # Errors
/// Those of `out`.
pub fn write(width: usize, out: &mut impl Write) -> fmt::Result {
    let abis = Abis::builtin();
    let variants = Variants::of(abis, None, &BTreeSet::new());
    let mut all = machines(abis, &variants);
    all.retain(|machine| !machine.is_optional);
    all.sort_by_key(|machine| order(machine.name));
    let mut table = Table::new([
        left("machine"),
        left("ABI"),
        left("order"),
        right("long"),
        right("pointer"),
        right("int64"),
        left("known by"),
        left("since"),
        sentences("other names"),
    ]);
    for machine in &all {
        let abi = machine.abi;
        let mark = if is_usual(machine.name) { " *" } else { "" };
        let own = short(machine.name);
        let mut others = other_names(machine.name);
        others.retain(|name| *name != own);
        if machine.name != own {
            others.insert(0, machine.name);
        }
        let cells: [Cell; 9] = [
            format!("{own}{mark}").into(),
            abi.name().into(),
            abi.byte_order().into(),
            abi.size(Scalar::Long).into(),
            abi.size(Scalar::Pointer).into(),
            format!("{}/{}", abi.size(Scalar::Int64), abi.align(Scalar::Int64)).into(),
            known_by(abi).into(),
            abi.since().unwrap_or_default().into(),
            others.join(", ").into(),
        ];
        table.row(cells);
    }
    table.write(width, out)?;
    writeln!(
        out,
        "\nknown by: programs, which measure it in every matrix that they are in (above); else the compilers that every fact of it is compared with; else what its source says and nobody was asked. since: the version of crossum that had it first.\nEvery name is one for `crossum check --targets`. * is looked at when none is given; `all` is every one but arm-oabi and m68k-align-int."
    )
}
