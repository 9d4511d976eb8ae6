//! The names of entries, and their paths of namespaces.

use std::borrow::Cow;
use std::sync::Arc;

use gimli::constants as c;

use super::entry::{self, Entry};
use super::error::Problem;
use super::language::Language;
use super::reader::{Open, Reader};
use super::scan;
use super::template_names::canonical;

use super::unit::Unit;

impl<'a> Reader<'_, 'a> {
    /// The name that an entry has by itself.
    pub(super) fn own_name(
        &mut self,
        unit: &Unit<'a>,
        entry: &Entry<'a>,
    ) -> Result<Option<Cow<'a, str>>, Problem> {
        let name = self.text(unit, entry, c::DW_AT_name)?;
        let name = name.filter(|name| !name.is_empty());
        Ok(name.map(|name| spelled(unit, name)))
    }

    /// The mangled name of a function.
    pub(super) fn linkage_name(
        &mut self,
        unit: &Unit<'a>,
        entry: &Entry<'a>,
    ) -> Result<Option<Cow<'a, str>>, Problem> {
        self.text(unit, entry, c::DW_AT_linkage_name)
    }

    fn text(
        &mut self,
        unit: &Unit<'a>,
        entry: &Entry<'a>,
        attribute: gimli::DwAt,
    ) -> Result<Option<Cow<'a, str>>, Problem> {
        let Some(value) = entry::value(entry.attrs(), attribute) else {
            return Ok(None);
        };
        let place = unit.spot(entry.offset());
        let name = self
            .info
            .string(unit, &value)
            .map_err(|error| place.found(error))?;
        // Short entries may share one long name.
        self.budget
            .take(name.as_ref().map_or(0, |name| name.len() / 16), place)?;
        Ok(name)
    }

    /// The name of an entry with its namespaces; `None` when it has none of its own.
    pub(super) fn path(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
    ) -> Result<Option<Arc<str>>, Problem> {
        let announced = scan::specification(entry.attrs());
        let mut name = self.own_name(&open.unit, entry)?;
        if let (None, Some(announced)) = (&name, announced) {
            let announced = self.entry(&open.unit, announced)?;
            name = self.own_name(&open.unit, &announced)?;
        }
        let Some(name) = name else {
            return Ok(None);
        };
        let place = open.unit.spot(entry.offset());
        let mut path = String::new();
        for scope in open.scan.around(announced.unwrap_or(entry.offset())) {
            let scope = match scope {
                Some(scope) => self
                    .info
                    .string(&open.unit, scope)
                    .map_err(|error| place.found(error))?,
                None => None,
            };
            let scope = scope.map(|scope| spelled(&open.unit, scope));
            path.push_str(scope.as_deref().unwrap_or("(anonymous)"));
            path.push_str("::");
        }
        self.budget.take(path.len() / 16, place)?;
        path.push_str(&name);
        Ok(Some(path.into()))
    }
}

/// A name as every compiler's is spelled here.
fn spelled<'a>(unit: &Unit<'_>, name: Cow<'a, str>) -> Cow<'a, str> {
    match unit.language == Language::Cpp && name.contains('<') {
        true => Cow::Owned(canonical(&name)),
        false => name,
    }
}
