//! Each finding in the smallest type that has it, on every ABI of the table.

use std::collections::BTreeSet;

use input::Subject;
use input::machine::{Variants, machines};
use input::reading::Readings;
use input::subjects::Subjects;
use layout::Abis;
use layout::abi::Scalar;
use layout::abi::Typedef;
use layout::types::{Count, Enum, Type, TypeId, Types};

use super::{Finding, of};
use crate::case::Models;
use crate::islands::islands;

/// A struct of these members; a number is the width of a bit-field.
fn record(types: &mut Types, members: &[(&str, Type, Option<u32>)], packed: bool) -> TypeId {
    let mut record = types.structure();
    for (name, kind, bits) in members {
        record = match *bits {
            Some(bits) => record.bits(name, kind.clone(), bits),
            None => record.field(name, kind.clone()),
        };
    }
    if packed { record.packed() } else { record }.add()
}

fn subject(kind: TypeId) -> Subject {
    Subject {
        name: "struct it".to_owned(),
        declared: None,
        kind,
        build: 0,
        ambiguities: Vec::new(),
        conditional: None,
    }
}

fn findings(types: &Types, subject: &Subject) -> (Vec<Finding>, usize) {
    let variants = Variants::of(Abis::builtin(), None, &BTreeSet::new());
    let machines = machines(Abis::builtin(), &variants);
    let subjects = Subjects {
        types: types.clone(),
        subjects: vec![subject.clone()],
        ..Subjects::default()
    };
    let readings = Readings::only(subjects, "gcc".to_owned());
    let models = Models::new(&readings, &machines);
    let case = models.case(&readings.rows[0]).unwrap();
    (of(&case), islands(&case).len())
}

fn codes(members: &[(&str, Type, Option<u32>)], packed: bool) -> BTreeSet<&'static str> {
    let mut types = Types::new();
    let it = record(&mut types, members, packed);
    let (findings, _) = findings(&types, &subject(it));
    findings.iter().map(|finding| finding.rule.code).collect()
}

/// The cure that is given for a field.
fn cures(members: &[(&str, Type, Option<u32>)], code: &str, field: &str) -> Vec<&'static str> {
    let mut types = Types::new();
    let it = record(&mut types, members, false);
    let (findings, _) = findings(&types, &subject(it));
    let found = findings
        .iter()
        .filter(|of| of.rule.code == code && of.found.field == field);
    found.map(Finding::cure).collect()
}

#[test]
fn how_wide_a_field_is_does_not_depend_on_one_that_leaves_the_type_undecided() {
    let width = |members: &[(&str, Type, Option<u32>)]| {
        let mut types = Types::new();
        let it = record(&mut types, members, false);
        let (findings, _) = findings(&types, &subject(it));
        let mut all = findings.into_iter();
        let of_n = all.find(|one| one.rule.code == "width" && one.found.field == "n");
        let found = of_n.unwrap().found;
        (found.message, found.targets)
    };
    let n = ("n", Type::Scalar(Scalar::Long), None);
    let t = ("t", Type::Typedef(Typedef::named("time_t").unwrap()), None);
    let unknown = Abis::builtin()
        .iter()
        .any(|abi| abi.typedef(Typedef::named("time_t").unwrap()).is_none());
    assert!(unknown, "no machine leaves it undecided");
    assert_eq!(width(&[t, n.clone()]), width(&[n]));
}

#[test]
fn a_cure_that_would_not_help_is_not_given() {
    let scalar = Type::Scalar;
    let double = [("a", scalar(Scalar::Double), None)];
    assert!(
        cures(&double, "width", "a")[0].starts_with("float"),
        "avr's double has 4 octets"
    );
    let long = [("a", scalar(Scalar::Long), None)];
    assert!(cures(&long, "width", "a")[0].contains("int32_t"));
    // The unit of an `unsigned` is kept free on Windows: no order of fields changes that.
    let bits = [
        ("version", scalar(Scalar::Int), Some(2)),
        ("type", scalar(Scalar::Int), Some(7)),
        ("sequence", scalar(Scalar::Int16), None),
    ];
    assert!(cures(&bits, "bit-field-packing", "sequence")[0].starts_with("one declared type"));
    assert_eq!(cures(&bits, "padding", "sequence"), [""; 0]);
    // Elsewhere it is the alignment of what lies behind.
    let wide = [
        ("flag", scalar(Scalar::Int8), Some(2)),
        ("stamp", scalar(Scalar::Int64), None),
    ];
    assert_eq!(cures(&wide, "padding", "stamp").len(), 1);
}

#[test]
fn an_order_that_a_type_declares_is_no_finding() {
    let mut types = Types::new();
    let of = types.add(Scalar::Int32);
    let ordered = Type::Ordered {
        of,
        order: layout::ByteOrder::Big,
        octets: None,
    };
    let it = types.structure().field("length", ordered).add();
    let (findings, islands) = findings(&types, &subject(it));
    let codes: Vec<_> = findings.iter().map(|finding| finding.rule.code).collect();
    assert!(!codes.contains(&"byte-order"), "{codes:?}");
    assert_eq!(islands, 1);
}

#[test]
fn each_finding_is_found_in_the_smallest_type_that_has_it() {
    let scalar = Type::Scalar;
    let small = Enum::new(0, 1);
    for (code, members) in [
        ("byte-order", vec![("a", scalar(Scalar::Int32), None)]),
        ("vtable", vec![("_vptr", Type::VtablePointer, None)]),
        (
            "unspecified-layout",
            vec![(
                "a",
                Type::Unspecified {
                    what: "a tuple".to_owned(),
                },
                None,
            )],
        ),
        ("width", vec![("a", scalar(Scalar::Long), None)]),
        ("width", vec![("a", Type::Typedef(Typedef::Size), None)]),
        (
            "padding",
            vec![
                ("a", scalar(Scalar::Int8), None),
                ("b", scalar(Scalar::Int64), None),
            ],
        ),
        ("bit-field-order", vec![("a", scalar(Scalar::Int), Some(3))]),
        (
            "bit-field-packing",
            vec![
                ("a", scalar(Scalar::Int), Some(20)),
                ("b", scalar(Scalar::Int), Some(20)),
            ],
        ),
        ("enum-size", vec![("a", Type::Enum(small), None)]),
        ("plain-char", vec![("a", scalar(Scalar::Char), None)]),
        ("pointer", vec![("a", scalar(Scalar::Pointer), None)]),
        ("pointer", vec![("a", Type::Typedef(Typedef::Intptr), None)]),
        (
            "long-double-format",
            vec![("a", scalar(Scalar::LongDouble), None)],
        ),
        ("wchar_t", vec![("a", scalar(Scalar::Wchar), None)]),
        ("time-type", vec![("a", Type::Typedef(Typedef::Time), None)]),
        (
            "padding-leak",
            vec![
                ("a", scalar(Scalar::Int8), None),
                ("b", scalar(Scalar::Int32), None),
            ],
        ),
    ] {
        let codes = codes(&members, false);
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    let packed = [
        ("a", scalar(Scalar::Int8), None),
        ("b", scalar(Scalar::Int32), None),
    ];
    assert!(codes(&packed, true).contains("alignment"));
    assert!(!codes(&packed, false).contains("alignment"));
    assert!(!codes(&packed, true).contains("padding-leak"));
}

#[test]
fn a_declaration_with_conditions_is_one_wherever_it_lies() {
    let mut types = Types::new();
    let kind = record(&mut types, &[("a", Type::Scalar(Scalar::Int8), None)], true);
    let conditional = Subject {
        conditional: Some(7),
        ..subject(kind)
    };
    let (found, islands) = findings(&types, &conditional);
    let [one] = found.as_slice() else {
        panic!("{} findings", found.len());
    };
    assert_eq!((one.rule.code, islands), ("conditional-text", 1));
    assert!(
        one.found.message.ends_with("line 7"),
        "{}",
        one.found.message
    );
}

#[test]
fn octets_alone_are_the_same_everywhere_and_so_is_text() {
    let mut types = Types::new();
    let element = types.add(Type::Scalar(Scalar::Char));
    let text = Type::Array {
        element,
        count: Count::Fixed(16),
    };
    let octet = Type::Scalar(Scalar::Int8);
    let kind = record(
        &mut types,
        &[("name", text, None), ("rest", octet, None)],
        true,
    );
    let (found, islands) = findings(&types, &subject(kind));
    let codes: Vec<_> = found.iter().map(|finding| finding.rule.code).collect();
    assert_eq!((codes, islands), (Vec::<&str>::new(), 1));
}

#[test]
fn what_differs_is_told_with_those_that_differ_from_most() {
    let mut types = Types::new();
    let kind = record(
        &mut types,
        &[("a", Type::Scalar(Scalar::Int32), None)],
        false,
    );
    let (found, islands) = findings(&types, &subject(kind));
    let byte_order = found
        .iter()
        .find(|finding| finding.rule.code == "byte-order");
    let targets = &byte_order.unwrap().found.targets;
    assert!(
        targets.contains(&"s390x-unknown-linux-gnu".to_owned()),
        "{targets:?}"
    );
    assert!(
        !targets.contains(&"x86_64-unknown-linux-gnu".to_owned()),
        "{targets:?}"
    );
    assert!(islands >= 2);
}

#[test]
fn codes_are_used_once_and_every_one_is_explained() {
    let codes: BTreeSet<_> = super::all().iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), super::all().len());
    for rule in super::all() {
        assert!(
            rule.explain.len() > 100 && !rule.cure.is_empty(),
            "{}",
            rule.code
        );
    }
}
