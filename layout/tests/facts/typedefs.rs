//! The typedefs of `abis.toml` against the tables of the C libraries: two accounts of the same names.

use std::collections::BTreeMap;

use crossum_layout::abi::{Abi, Abis};
use crossum_layout::libc::Library;

#[test]
fn the_abis_and_the_libraries_agree_about_typedefs() {
    let mut compared = 0;
    let mut disagreements = Vec::new();
    let libraries = libraries();
    for abi in Abis::builtin().iter() {
        let Some((library, table)) = libraries
            .get(abi.name())
            .and_then(|name| Some((name, Library::builtin().get(name.as_str())?)))
        else {
            continue;
        };
        let usual = table.variants().first().unwrap();
        for row in table.rows().iter().filter(|row| row.abi == abi.name()) {
            for typedef in crossum_layout::Typedef::ALL {
                let said = abi.typedef(*typedef);
                let measured = table.layout(typedef.word(), row, usual);
                let (Some(scalar), Some(measured)) = (said, measured) else {
                    continue;
                };
                compared += 1;
                let said = (abi.size(scalar), abi.align(scalar));
                if said != (measured.size, measured.align) {
                    disagreements.push(format!(
                        "{typedef} of {library} {} on {}: {said:?}, measured {measured}",
                        row.release,
                        abi.name()
                    ));
                }
            }
        }
    }
    assert!(compared > 500, "{compared}");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

/// Which C library an ABI has, by the table itself.
fn libraries() -> BTreeMap<String, String> {
    let table: toml::Table = toml::from_str(include_str!("../../abis.toml")).unwrap();
    let library = |abi: &Abi| {
        let library = table["abi"][abi.name()].get("library")?.as_str()?;
        Some((abi.name().to_owned(), library.to_owned()))
    };
    Abis::builtin().iter().filter_map(library).collect()
}
