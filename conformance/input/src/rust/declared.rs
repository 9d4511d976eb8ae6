//! A type as its source declares it.

use std::path::Path;
use std::sync::Arc;

use layout::dwarf::Place;
use syn::spanned::Spanned as _;

use super::repr::Repr;

/// A struct, a union or an enumeration.
#[derive(Clone)]
pub(super) struct Declared {
    pub(super) place: Place,
    pub(super) repr: Repr,
    /// Whether it is `pub`, whatever its modules are.
    pub(super) is_public: bool,
    /// How many lifetimes it has.
    pub(super) lifetimes: usize,
    /// The parameters that stand for types or constants.
    pub(super) parameters: Vec<String>,
    /// The modules that it is in, without the crate: `a::b`.
    pub(super) module: String,
    pub(super) contents: Contents,
}

/// What is in it.
#[derive(Clone)]
pub(super) enum Contents {
    /// A struct or a union: its fields.
    Fields(Vec<Field>),
    /// An enumeration: its variants, by their names.
    Variants(Vec<(String, Vec<Field>)>),
}

/// A field.
#[derive(Clone)]
pub(super) struct Field {
    /// As rustc calls it in debug information: `__0` is the first of a tuple.
    pub(super) name: String,
    pub(super) kind: syn::Type,
    /// From 1.
    pub(super) line: u64,
    /// From 1, in octets.
    pub(super) column: u64,
}

impl Declared {
    /// A declaration in a file; `None` for what declares no type.
    pub(super) fn of(
        item: &syn::Item,
        module: &str,
        file: &Arc<str>,
    ) -> Option<(String, Declared)> {
        let (name, is_public, attributes, generics, contents) = match item {
            syn::Item::Struct(of) => {
                let fields = Contents::Fields(fields(&of.fields));
                (&of.ident, &of.vis, &of.attrs, &of.generics, fields)
            }
            syn::Item::Union(of) => {
                let fields = of.fields.named.iter().enumerate();
                let fields = fields.map(|(place, field)| self::field(place, field));
                let fields = Contents::Fields(fields.collect());
                (&of.ident, &of.vis, &of.attrs, &of.generics, fields)
            }
            syn::Item::Enum(of) => {
                let variants = of.variants.iter().map(|variant| {
                    let name = variant.ident.to_string();
                    (name, fields(&variant.fields))
                });
                let variants = Contents::Variants(variants.collect());
                (&of.ident, &of.vis, &of.attrs, &of.generics, variants)
            }
            _ => return None,
        };
        let types = generics.type_params().map(|one| one.ident.to_string());
        let constants = generics.const_params().map(|one| one.ident.to_string());
        Some((
            name.to_string(),
            Declared {
                place: Place {
                    file: Arc::clone(file),
                    line: line(name.span()),
                },
                repr: Repr::of(attributes),
                is_public: matches!(is_public, syn::Visibility::Public(_)),
                lifetimes: generics.lifetimes().count(),
                parameters: types.chain(constants).collect(),
                module: module.to_owned(),
                contents,
            },
        ))
    }
}

fn fields(fields: &syn::Fields) -> Vec<Field> {
    let fields = fields.iter().enumerate();
    fields.map(|(place, one)| field(place, one)).collect()
}

fn field(place: usize, field: &syn::Field) -> Field {
    let (name, span) = match &field.ident {
        Some(name) => (name.to_string(), name.span()),
        None => (format!("__{place}"), field.ty.span()),
    };
    Field {
        // Debug information has raw identifiers without their mark.
        name: name.trim_start_matches("r#").to_owned(),
        kind: field.ty.clone(),
        line: line(span),
        column: u64::try_from(span.start().column).map_or(0, |column| column + 1),
    }
}

fn line(span: proc_macro2::Span) -> u64 {
    u64::try_from(span.start().line).unwrap_or_default()
}

/// A file as reports name it.
pub(super) fn name(file: &Path) -> Arc<str> {
    file.to_string_lossy().into()
}
