//! The crate of Rust that a unit is of.

use std::sync::Arc;

use super::error::Problem;
use super::files;
use super::language::Language;
use super::reader::Reader;
use super::unit::Unit;

/// What rustc puts between the file that a crate begins with and the name of a codegen unit (`compile_unit_metadata` of rustc_codegen_llvm).
const BETWEEN: &str = "/@/";

impl<'a> Reader<'_, 'a> {
    /// Its name, and the file that it begins with; `None` for a unit in another language.
    ///
    /// # Errors
    /// A string is damaged.
    pub(super) fn crate_of(&self, unit: &Unit<'a>) -> Result<Option<(String, Arc<str>)>, Problem> {
        let (Language::Rust, Some(name)) = (unit.language, &unit.name) else {
            return Ok(None);
        };
        let place = unit.spot(unit.header.root_offset());
        let string = |value| {
            let string = self.info.string(unit, value);
            string.map_err(|error| place.found(error))
        };
        let name = string(name)?.unwrap_or_default();
        let Some((root, codegen_unit)) = name.split_once(BETWEEN) else {
            return Ok(None);
        };
        let folder = match &unit.directory {
            Some(folder) => string(folder)?,
            None => None,
        };
        let root = files::joined([folder.as_deref(), Some(root)].into_iter().flatten());
        let name = codegen_unit.split('.').next().unwrap_or_default();
        Ok(Some((name.to_owned(), root.into())))
    }
}
