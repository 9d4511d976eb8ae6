//! What can go wrong when a type crosses machines: one file a finding.

mod alignment;
mod bit_field_order;
pub(crate) mod bit_field_packing;
mod byte_order;
mod compiler_disagreement;
mod conditional_text;
mod configured_name;
mod enum_size;
pub(crate) mod groups;
pub(crate) mod in_rust;
mod ioctl_number;
pub(crate) mod library_class;
mod long_double;
mod pack_left_open;
mod padding;
mod padding_leak;
mod plain_char;
mod pointer;
#[cfg(test)]
mod tests;
mod time;
mod two_declarations;
pub(crate) mod unspecified_layout;
mod vtable;
mod wchar;
mod width;

use layout::abi::Scalar;
use layout::types::Type;

use self::groups::Groups;
use super::Case;
use super::anatomy::{Field, Whole, is_inside_library};
use super::case::On;

/// A way in which types break.
pub struct Rule {
    /// Its name on command lines and in reports, which stays.
    pub code: &'static str,
    /// What it is, in a line.
    pub title: &'static str,
    /// What it is, why it breaks, and what to do: for `crossum check --explain`.
    pub explain: &'static str,
    /// What to do, in a line.
    pub cure: &'static str,
    /// Looks for it.
    pub find: fn(&Case<'_>) -> Vec<Found>,
}

/// Where a rule applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The field's path; empty for the type itself.
    pub field: String,
    /// What is the case, in words.
    pub message: String,
    /// Where it is so: for what differs, the machines that differ from most. Sorted.
    pub targets: Vec<String>,
    /// What to do here, where what the rule says in general would not help.
    pub cure: Option<&'static str>,
}

/// A rule that applies.
#[derive(Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Where.
    pub found: Found,
}

impl Finding {
    /// What to do, in a line.
    pub fn cure(&self) -> &'static str {
        self.found.cure.unwrap_or(self.rule.cure)
    }
}

/// All rules, in the order in which they are told.
pub fn all() -> &'static [Rule] {
    ALL
}

/// The rule of this code.
///
/// # Errors
/// There is none, and which is nearest.
pub fn named(code: &str) -> Result<&'static Rule, UnknownCode> {
    let mut rules = all().iter();
    rules.find(|rule| rule.code == code).ok_or_else(|| {
        let codes = all().iter().map(|rule| rule.code);
        let nearest = cross::target::nearest(code, codes);
        let nearest = nearest.map(|nearest| format!(", did you mean `{nearest}`?"));
        UnknownCode(format!("`{code}`{}", nearest.unwrap_or_default()))
    })
}

/// There is no rule of this code.
#[derive(Debug, thiserror::Error)]
#[error("unknown finding {0}; `crossum check --explain` lists them")]
pub struct UnknownCode(String);

static ALL: &[Rule] = &[
    byte_order::RULE,
    width::RULE,
    padding::RULE,
    alignment::RULE,
    bit_field_order::RULE,
    bit_field_packing::RULE,
    enum_size::RULE,
    plain_char::RULE,
    unspecified_layout::RULE,
    library_class::RULE,
    vtable::RULE,
    pointer::RULE,
    long_double::RULE,
    wchar::RULE,
    time::RULE,
    padding_leak::RULE,
    conditional_text::RULE,
    configured_name::RULE,
    pack_left_open::RULE,
    ioctl_number::RULE,
    two_declarations::RULE,
    compiler_disagreement::RULE,
];

/// Everything that any rule finds, in the order of the rules, then of the fields.
pub fn of(case: &Case<'_>) -> Vec<Finding> {
    let is_rust = in_rust::is_rust(case);
    let rules = all().iter();
    rules
        .flat_map(|rule| {
            let in_rust = in_rust::cure(rule.code).filter(|_| is_rust);
            let found = (rule.find)(case).into_iter();
            found.map(move |found| Finding {
                rule,
                found: Found {
                    cure: in_rust.or(found.cure),
                    ..found
                },
            })
        })
        .collect()
}

/// The fields of such a kind that do not have the same size everywhere.
fn sizes(case: &Case<'_>, such: impl Fn(&Type) -> bool) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let Some((first, field)) = on.first() else {
            continue;
        };
        if field.is_bit_field || !such(&field.kind) {
            continue;
        }
        let is_library = is_inside_library(&field.path);
        let size = |field: &Field| match is_library {
            true => field.extent().0 / 8,
            false => field.bit_size / 8,
        };
        let known = on
            .iter()
            .map(|(on, field)| (size(field), on.machines.as_slice()));
        let elsewhere = sizes_elsewhere(case, first, field).filter(|_| !is_library);
        let sizes = Groups::of(known.chain(elsewhere));
        if sizes.differ() {
            all.push(Found {
                field: field.path.clone(),
                message: sizes.told(|octets| {
                    format!("{octets} octet{}", if *octets == 1 { "" } else { "s" })
                }),
                targets: sizes.minority(),
                cure: match is_library {
                    true => Some(OF_LIBRARY),
                    false => cure(&field.kind),
                },
            });
        }
    }
    all
}

/// The octets of a field where another one leaves the type without a layout: how wide a number is its own type says, whatever lies before it.
fn sizes_elsewhere<'c>(
    case: &'c Case<'_>,
    first: &'c On<'_>,
    field: &'c Field,
) -> impl Iterator<Item = (u64, &'c [&'c str])> {
    let is_same = |on: &On<'_>| match (on.read, first.read) {
        (Some(one), Some(other)) => {
            std::ptr::eq(one.types, other.types) && one.declaration == other.declaration
        }
        _ => false,
    };
    let is_undecided = |on: &On<'_>| {
        matches!(&*on.anatomy, Err(why @ Whole::NoLayout(_)) if !why.is_refused())
            && !on.is_ambiguous()
    };
    // The name that a swapped number was declared under is lost, and the name says how wide it is.
    let has_name = field.order.is_none();
    let elsewhere = case.on.iter().filter(move |_| has_name);
    let elsewhere = elsewhere.filter(move |on| is_undecided(on) && is_same(on));
    elsewhere.filter_map(|on| {
        let scalar = match &field.kind {
            Type::Scalar(scalar) => *scalar,
            Type::Typedef(name) => on.abi.typedef(*name)?,
            _ => return None,
        };
        let octets = u64::try_from(on.abi.size(scalar)).ok()?;
        Some((octets, on.machines.as_slice()))
    })
}

/// What a C library declares nobody else can mend.
pub(crate) const OF_LIBRARY: &str =
    "keep it out of what leaves the machine: each C library declares it in its own way";

/// An integer of fixed width is no cure for a number that is none.
fn cure(kind: &Type) -> Option<&'static str> {
    match kind {
        Type::Scalar(Scalar::Double) => Some(
            "float, which has 32 bits everywhere, or an integer of fixed width in a smaller unit",
        ),
        Type::Complex(_) => Some("two numbers whose widths are the same everywhere"),
        _ => None,
    }
}

/// `3 octets`, `5 bits`.
fn octets_or_bits(bits: u64) -> String {
    let (count, unit) = if bits.is_multiple_of(8) {
        (bits / 8, "octet")
    } else {
        (bits, "bit")
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
