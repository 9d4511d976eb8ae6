//! Where a function of a program is, by its name in the source.

use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SymbolKind};

/// The code of a function: where the program has it in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The address of its first instruction.
    pub address: u64,
    /// Its octets.
    pub size: u64,
}

impl Function {
    /// Whether the instruction at this address is of the function.
    pub fn contains(&self, pc: u64) -> bool {
        pc.checked_sub(self.address)
            .is_some_and(|offset| offset < self.size)
    }
}

/// There is no such function.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFunction {
    /// No program.
    #[error("it is no program that can be read: {0}")]
    Unreadable(String),
    /// It is loaded somewhere else each time.
    #[error("it is position-independent: a program at fixed addresses was expected")]
    Moving,
    /// Its symbols do not name the function once.
    #[error("its symbol table names the function `{name}` {times} times, where once was expected")]
    Named {
        /// The name.
        name: String,
        /// How often it is there.
        times: usize,
    },
    /// What its symbol says leads nowhere.
    #[error("the symbol of `{0}` leads to no code")]
    Nowhere(String),
}

/// Looks for a function of a program that is linked to fixed addresses; `name` is as Rust has it, such as `program::mark`.
///
/// # Errors
/// [`NoFunction`].
pub fn find(program: &[u8], name: &str) -> Result<Function, NoFunction> {
    let unreadable = |error: object::Error| NoFunction::Unreadable(error.to_string());
    let file = object::File::parse(program).map_err(unreadable)?;
    if file.kind() != object::ObjectKind::Executable {
        return Err(NoFunction::Moving);
    }
    let is_it = |symbol: &object::Symbol<'_, '_>| {
        symbol.kind() == SymbolKind::Text
            && symbol.is_definition()
            && symbol
                .name()
                // Without the hash at the end.
                .is_ok_and(|mangled| format!("{:#}", rustc_demangle::demangle(mangled)) == name)
    };
    let symbols: Vec<_> = file.symbols().filter(is_it).collect();
    let [symbol] = symbols.as_slice() else {
        return Err(NoFunction::Named {
            name: name.to_owned(),
            times: symbols.len(),
        });
    };
    let nowhere = || NoFunction::Nowhere(name.to_owned());
    let address = match symbol.section_index() {
        Some(index) => {
            let section = file.section_by_index(index).map_err(unreadable)?;
            if section.name() == Ok(".opd") {
                described(&file, &section, symbol.address()).ok_or_else(nowhere)?
            } else {
                symbol.address()
            }
        }
        None => symbol.address(),
    };
    // ARM's lowest bit says that the code is Thumb's.
    let thumb = u64::from(file.architecture() == object::Architecture::Arm);
    let size = symbol.size();
    (size > 0)
        .then_some(Function {
            address: address & !thumb,
            size,
        })
        .ok_or_else(nowhere)
}

/// On 64-bit PowerPC's first ELF ABI a function's symbol is that of its descriptor, whose first word is the code's address.
fn described(
    file: &object::File<'_>,
    section: &object::Section<'_, '_>,
    address: u64,
) -> Option<u64> {
    let word = section.data_range(address, 8).ok()??.try_into().ok()?;
    Some(if file.is_little_endian() {
        u64::from_le_bytes(word)
    } else {
        u64::from_be_bytes(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_where_its_octets_do() {
        let function = Function {
            address: 16,
            size: 4,
        };
        let inside: Vec<_> = (0..32).filter(|pc| function.contains(*pc)).collect();
        assert_eq!(inside, [16, 17, 18, 19]);
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(matches!(find(b"", "x"), Err(NoFunction::Unreadable(_))));
        let garbage = [b"\x7fELF\x02\x01\x01", &[0xff_u8; 200][..]].concat();
        assert!(matches!(
            find(&garbage, "x"),
            Err(NoFunction::Unreadable(_))
        ));
    }

    #[test]
    fn a_program_that_moves_is_refused() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(find(&this, "main"), Err(NoFunction::Moving));
    }
}
