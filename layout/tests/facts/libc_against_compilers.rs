//! The tables of the C libraries' types, against the compilers with the libraries' own headers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crossum_layout::libc::{Layout, Library, Row, Variant};

use crate::asked::version;
use crate::lines::{self, Answers};
use crate::measured::{Measured, asked, measured};

/// Set it to have the tables written anew, of what the compilers here say; the rows of others stay as they are.
const UPDATE: &str = "UPDATE_LIBC";

macro_rules! libraries {
    ($($test:ident = $name:literal),+) => {
        $(
            #[test]
            fn $test() {
                compare($name);
            }
        )+

        #[test]
        fn every_library_is_compared() {
            let compared = BTreeSet::from([$($name),+]);
            assert_eq!(compared, Library::builtin().keys().copied().collect());
        }
    };
}

libraries! {
    avr_libc_lies_as_its_rows_say = "avr-libc",
    bionic_lies_as_its_rows_say = "bionic",
    darwin_lies_as_its_rows_say = "darwin",
    glibc_lies_as_its_rows_say = "glibc",
    mingw_lies_as_its_rows_say = "mingw",
    musl_lies_as_its_rows_say = "musl",
    newlib_lies_as_its_rows_say = "newlib",
    picolibc_lies_as_its_rows_say = "picolibc",
    wasi_lies_as_its_rows_say = "wasi"
}

fn compare(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/libc/{name}.toml"));
    // Not the one that was compiled in: another system may have written its own rows since.
    let there = std::fs::read_to_string(&path).unwrap();
    let library = &Library::parse(&there).unwrap();
    let mut rows: Vec<Row> = library.rows().to_vec();
    let mut answers = said(library);
    let mut asked = 0;
    let commands: BTreeSet<(&str, &str, &[String])> = library
        .rows()
        .iter()
        .map(|row| (row.abi.as_str(), row.program.as_str(), row.args.as_slice()))
        .collect();
    for (abi, program, args) in commands {
        let same = |row: &&Row| {
            (row.abi.as_str(), row.program.as_str(), row.args.as_slice()) == (abi, program, args)
        };
        let row = library.rows().iter().find(same).unwrap();
        match measure(row, library) {
            Err(why) => println!("could not run: {name} on {abi}: {why}"),
            Ok((row, layouts)) => {
                asked += 1;
                rows.retain(|other| {
                    (&other.abi, &other.release) != (&row.abi, &row.release)
                        && !(other.release.is_empty() && other.abi == row.abi)
                });
                for (variant, layouts) in layouts {
                    answers.insert((row.abi.clone(), row.release.clone(), variant), layouts);
                }
                rows.push(row);
            }
        }
    }
    // Wherever there is a compiler there is a C library, and here it is nearly always this one.
    assert!(asked > 0 || name != "glibc", "no compiler could be asked");
    rows.sort_by(|a, b| (&a.abi, &a.release).cmp(&(&b.abi, &b.release)));
    let text = lines::written(library.variants(), &rows, &answers);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let line = there.lines().zip(text.lines()).position(|(a, b)| a != b);
    assert!(
        there == text,
        "{}: the compilers here say otherwise, first in line {} (0: in their lengths); {UPDATE}=1 writes what they say",
        path.display(),
        line.map_or(0, |line| line + 1),
    );
}

/// What a table says, as if it had been measured.
fn said(library: &Library) -> Answers {
    let mut answers = Answers::new();
    for row in library.rows() {
        for variant in library.variants() {
            let layouts = library.types().filter_map(|name| {
                let layout = library.layout(name, row, variant)?;
                Some((name.to_owned(), layout.clone()))
            });
            let key = (row.abi.clone(), row.release.clone(), variant.name.clone());
            answers.insert(key, layouts.collect());
        }
    }
    answers
}

type Variants = BTreeMap<String, BTreeMap<String, Layout>>;

/// A row with what its compiler says now, for every variant.
fn measure(row: &Row, library: &Library) -> Result<(Row, Variants), String> {
    let version = version(&row.program, &row.args)?;
    let mut row = Row {
        version,
        ..row.clone()
    };
    let mut variants = Variants::new();
    for variant in library.variants() {
        let Measured { release, layouts } = ask(&row, variant)?;
        if let Some(release) = release {
            row.release = release;
        }
        if !layouts.contains_key("fpos_t") {
            return Err("it has no fpos_t: are its headers here?".to_owned());
        }
        variants.insert(variant.name.clone(), layouts);
    }
    Ok((row, variants))
}

fn ask(row: &Row, variant: &Variant) -> Result<Measured, String> {
    let args: Vec<&String> = row.args.iter().chain(&variant.args).collect();
    measured(&row.program, &args, &asked())
}
