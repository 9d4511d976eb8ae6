//! The names of source files: the head of a unit's line table (DWARF 5, 6.2.4).

use std::collections::HashSet;
use std::sync::Arc;

use gimli::{AttributeValue, DebugLineOffset, LineProgramHeader, SectionId};

use super::budget::Budget;
use super::error::{Problem, Spot};
use super::info::Info;
use super::sections::Octets;
use super::unit::Unit;

/// A table of files: the section that it is in, and where.
type Table = (usize, DebugLineOffset<usize>);

/// The tables of files that were asked for last, and each path once.
#[derive(Default)]
pub(super) struct Files<'a> {
    recent: Option<(Table, LineProgramHeader<Octets<'a>>)>,
    /// The path that was made last, and for what: neighbours are mostly declared in one file.
    last: Option<(Table, u64, Arc<str>)>,
    paths: HashSet<Arc<str>>,
}

impl<'a> Files<'a> {
    /// The path of a file by its number in a unit's table; `None` where the unit has no such table or file.
    ///
    /// It is as absolute as the compiler made it: a file below its folder, below the folder of the compilation (6.2.4.1).
    ///
    /// # Errors
    /// The table is damaged.
    pub(super) fn path(
        &mut self,
        info: &Info<'a>,
        unit: &Unit<'a>,
        number: u64,
        budget: &mut Budget,
    ) -> Result<Option<Arc<str>>, Problem> {
        let (Some(offset), Some(line)) = (unit.lines, info.line(unit)) else {
            return Ok(None);
        };
        let table = (unit.tables, offset);
        if let Some((of, its, path)) = &self.last
            && (*of, *its) == (table, number)
        {
            return Ok(Some(Arc::clone(path)));
        }
        let place = Spot {
            section: SectionId::DebugLine.name(),
            offset: offset.0,
        };
        let header = match self.recent.take() {
            Some((of, header)) if of == table => header,
            _ => {
                let size = unit.header.address_size();
                let program = line.program(offset, size, None, None);
                let program = program.map_err(|error| place.found(error))?;
                budget.take(program.header().header_length() / 4, place)?;
                program.header().clone()
            }
        };
        let path = join(info, unit, &header, number).map_err(|error| place.found(error))?;
        self.recent = Some((table, header));
        let Some(path) = path else {
            return Ok(None);
        };
        budget.take(path.len() / 16, place)?;
        let path = match self.paths.get(path.as_str()) {
            Some(path) => Arc::clone(path),
            None => {
                let path: Arc<str> = path.into();
                self.paths.insert(Arc::clone(&path));
                path
            }
        };
        self.last = Some((table, number, Arc::clone(&path)));
        Ok(Some(path))
    }
}

fn join<'a>(
    info: &Info<'a>,
    unit: &Unit<'a>,
    header: &LineProgramHeader<Octets<'a>>,
    number: u64,
) -> gimli::Result<Option<String>> {
    let string = |value: Option<&AttributeValue<_>>| match value {
        Some(value) => info.string(unit, value),
        None => Ok(None),
    };
    // Before DWARF 5 files are counted from 1, and 0 says that nothing is known.
    let Some(file) = header.file(number) else {
        return Ok(None);
    };
    let Some(name) = string(Some(&file.path_name()))? else {
        return Ok(None);
    };
    let folder = string(header.directory(file.directory_index()).as_ref())?;
    let compilation = string(unit.directory.as_ref())?;
    let parts = [compilation, folder, Some(name)];
    Ok(Some(joined(parts.iter().flatten())))
}

/// Paths, each below the one before it.
pub(super) fn joined(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut path = String::new();
    for part in parts {
        let part = part.as_ref();
        if is_absolute(part) {
            path.clear();
        } else if !path.is_empty() && !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(part);
    }
    path
}

/// On the machine of the compiler, which may have been Windows.
fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\'])
        || path
            .get(1..3)
            .is_some_and(|drive| matches!(drive, ":\\" | ":/"))
}
