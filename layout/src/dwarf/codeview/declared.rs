//! What has a declaration: structs, unions and enumerations.

use std::sync::Arc;

use ms_codeview::types::fields::Field;
use ms_codeview::types::{TypeData, TypeIndex};

use super::super::error::Problem;
use super::super::observed::Observed;
use super::super::program::Enumerator;
use super::super::reader::Resolved;
use super::class::Class;
use super::types::{Declared, Record};
use super::{Reader, own_name, primitive, text};
use crate::types::{Enum, RecordKind, Type};

impl<'a> Reader<'_, 'a> {
    /// What has a declaration: here, or elsewhere in the file.
    pub(super) fn declared(
        &mut self,
        index: TypeIndex,
        record: &Record<'a>,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let Some(declared) = record.declared() else {
            return Ok(self.opaque(format!("`{name}`, whose size is not said"), None));
        };
        let renamed = self.renamed.get(&index.0);
        let tag = own_name(&declared).or_else(|| renamed.cloned());
        let tag = tag.unwrap_or_else(|| Arc::clone(name));
        if declared.is_announced {
            return match self.records.definition(&declared) {
                Some(number) => self.resolve(TypeIndex(number), &tag, false),
                None => {
                    let what = format!("`{tag}`, which is only announced here, or several times");
                    Ok(self.opaque(what, None))
                }
            };
        }
        let fields = self.records.fields(declared.fields)?;
        match record.data() {
            Some(TypeData::Enum(of)) => {
                self.enumeration(of.fixed.underlying_type.get(), &fields, &declared, &tag)
            }
            Some(TypeData::Union(_)) => self.record(RecordKind::Union, &fields, &declared, &tag),
            _ => self.record(RecordKind::Struct, &fields, &declared, &tag),
        }
    }

    fn enumeration(
        &mut self,
        underlying: TypeIndex,
        fields: &[Field<'a>],
        declared: &Declared<'a>,
        tag: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let of = primitive::of(underlying, &self.machine, true);
        let Some(of) = of else {
            return Ok(self.opaque(format!("`{tag}`, an enumeration without a size"), None));
        };
        let mut enumerators = Vec::new();
        for field in fields {
            let Field::Enumerate(one) = field else {
                continue;
            };
            // Clang writes a negative number as one without a sign.
            let value = match i128::try_from(one.value).unwrap_or_default() {
                value if of.signed == Some(true) && of.size == 4 => {
                    u32::try_from(value).map_or(value, |value| value.cast_signed().into())
                }
                value => value,
            };
            enumerators.push(Enumerator {
                name: text(one.name),
                value,
            });
        }
        let values = || enumerators.iter().map(|of| of.value);
        // An `int` is what an enumeration has that asks for nothing; C++ may have asked for it all the same.
        let asks = underlying != TypeIndex::T_INT4;
        let is_cxx = declared.unique.is_some();
        let fixed = (asks || is_cxx).then(|| self.interned.plain(of.kind));
        let kind = Type::Enum(Enum {
            fixed,
            may_be_c: fixed.is_some() && !asks,
            ..Enum::new(
                values().min().unwrap_or_default(),
                values().max().unwrap_or_default(),
            )
        });
        let observed = Observed {
            size: of.size,
            ..Observed::default()
        };
        let id = self.interned.laid_out(kind, observed, tag);
        self.builds.has(id);
        self.interned.enumerators.entry(id).or_insert(enumerators);
        Ok(Resolved::new(id, Some(of.size)))
    }

    fn record(
        &mut self,
        kind: RecordKind,
        fields: &[Field<'a>],
        declared: &Declared<'a>,
        tag: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let mut class = Class::new(self, kind, declared.unique.is_some(), tag);
        for field in fields {
            if let Err(why) = class.add(field)? {
                let what = format!("`{tag}`, {why}");
                return Ok(self.opaque(what, Some(declared.size)));
            }
        }
        let (record, observed, sources, depth) = class.finish(declared.size);
        let id = self.interned.laid_out(Type::Record(record), observed, tag);
        self.builds.has(id);
        self.interned.sources.entry(id).or_insert(sources);
        Ok(Resolved {
            depth: depth + 1,
            ..Resolved::new(id, Some(declared.size))
        })
    }
}
