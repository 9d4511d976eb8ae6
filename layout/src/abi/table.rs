//! `layout/abis.toml`: reading the table of ABIs, and refusing what cannot be one.

mod typedefs;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{
    Abi, Dialect, Extent, Extents, LongDoubleFormat, PodRule, RustAligns, Scalar, UnknownWord,
    align_for,
};
use typedefs::Typedefs;

/// A table of ABIs, sorted by name.
///
/// ```
/// use crossum_layout::Abis;
///
/// for abi in Abis::builtin().iter() {
///     println!("{}: {}", abi.name(), abi.source());
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abis {
    by_name: BTreeMap<String, Abi>,
}

impl Abis {
    /// The table that comes with this crate: `abis.toml` beside its sources. It is read once, when it is first asked for.
    pub fn builtin() -> &'static Abis {
        static BUILTIN: LazyLock<Abis> = LazyLock::new(|| {
            Abis::parse(include_str!("../../abis.toml")).expect("a test reads the built-in table")
        });
        &BUILTIN
    }

    /// Reads a table in TOML. Its notation is explained at the top of `abis.toml`, the table that comes with this crate.
    ///
    /// ```
    /// use crossum_layout::{Abis, Scalar};
    ///
    /// let table = Abis::parse(
    ///     r#"
    ///     [abi.mine]
    ///     source = "the manual of my compiler, 3.2"
    ///     byte-order = "little"
    ///     align-at-most = 2
    ///     int128 = false
    ///     float128 = false
    ///     char-signed = true
    ///     wchar-signed = false
    ///     long-double-format = "ieee-double"
    ///     bit-field-order = "low-first"
    ///     bit-field-packing = "sysv"
    ///     compiler = "gcc"
    ///     enum-rule = "int"
    ///     [abi.mine.size]
    ///     bool = 1
    ///     char = 1
    ///     short = 2
    ///     int = 2
    ///     long = 4
    ///     long-long = 8
    ///     int64 = 8
    ///     pointer = 2
    ///     float = 4
    ///     double = 8
    ///     long-double = 8
    ///     wchar = 2
    ///     enum = 2
    ///     "#,
    /// )?;
    /// assert_eq!(table.get("mine").unwrap().align(Scalar::Long), 2);
    /// # Ok::<(), crossum_layout::abi::AbiError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AbiError`], at the first thing that is missing, unknown, or not possible.
    pub fn parse(text: &str) -> Result<Abis, AbiError> {
        let File {
            common,
            library,
            abi,
        } = toml::from_str(text).map_err(|error| AbiError::Toml { says: says(&error) })?;
        let common = Row::read("common", common)?;
        common.refuse_source()?;
        let abis = abi.into_iter().map(|(name, row)| {
            let row = Row::read(&name, row)?;
            let abi = Reader {
                name: &name,
                row: &row,
                common: &common,
                libraries: &library,
            }
            .abi()?;
            Ok((name, abi))
        });
        Ok(Abis {
            by_name: abis.collect::<Result<_, AbiError>>()?,
        })
    }

    /// The ABI of this name; `None` where the table has no such row.
    pub fn get(&self, name: &str) -> Option<&Abi> {
        self.by_name.get(name)
    }

    /// All of them, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &Abi> {
        self.by_name.values()
    }
}

/// What is wrong with a table of ABIs. Always the fault of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AbiError {
    /// The text is no TOML, or no table of ABIs.
    #[error("the table of ABIs: {says}")]
    Toml {
        /// Where, and what is wrong there.
        says: String,
    },
    /// A row has an unknown key, or a value of the wrong type.
    #[error("ABI `{row}`: {says}")]
    Shape {
        /// The row.
        row: String,
        /// The key, what was found and what was expected.
        says: String,
    },
    /// Neither the row nor `[common]` says it.
    #[error("ABI `{row}`: `{key}` is missing here and in [common], expected {expected}")]
    Missing {
        /// The row.
        row: String,
        /// The key.
        key: String,
        /// What could be there.
        expected: String,
    },
    /// No ABI can have this.
    #[error("ABI `{row}`: `{key}`: found {found}, expected {expected}")]
    Value {
        /// The row.
        row: String,
        /// The key.
        key: String,
        /// What is there.
        found: String,
        /// What could be there.
        expected: String,
    },
}

/// The file, its rows still unread: so an error in a row can name the row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    common: toml::Table,
    #[serde(default)]
    library: BTreeMap<String, Typedefs>,
    abi: BTreeMap<String, toml::Table>,
}

/// A row, or what rows have in common: everything may be left out here.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    source: Option<String>,
    compared: Vec<String>,
    since: Option<String>,
    apart: Option<String>,
    byte_order: Option<String>,
    size: BTreeMap<String, i64>,
    align: BTreeMap<String, i64>,
    first_align: BTreeMap<String, i64>,
    align_at_most: Option<i64>,
    mode_align_at_most: Option<i64>,
    int128: Option<bool>,
    float128: Option<bool>,
    char_signed: Option<bool>,
    wchar_signed: Option<bool>,
    long_double_format: Option<String>,
    bit_field_order: Option<String>,
    bit_field_packing: Option<String>,
    empty_bit_field_align: Option<i64>,
    record_align_at_least: Option<i64>,
    compiler: Option<String>,
    enum_rule: Option<String>,
    pod_rule: Option<String>,
    rust_align: BTreeMap<String, i64>,
    go_port: Option<bool>,
    library: Option<String>,
    typedef: Typedefs,
}

impl Row {
    fn read(name: &str, table: toml::Table) -> Result<Row, AbiError> {
        let row: Row = table.try_into().map_err(|error| AbiError::Shape {
            row: name.to_owned(),
            says: says(&error),
        })?;
        for (keys, of) in [
            (&row.size, "size"),
            (&row.align, "align"),
            (&row.first_align, "first-align"),
        ] {
            for key in keys.keys() {
                refuse_unless_tabled(name, of, key)?;
            }
        }
        Ok(row)
    }

    /// Two ABIs are never defined by one sentence.
    fn refuse_source(&self) -> Result<(), AbiError> {
        match &self.source {
            None => Ok(()),
            Some(source) => Err(wrong(
                "common",
                "source",
                format!("`{source}`"),
                "a source in each row",
            )),
        }
    }
}

/// A size or alignment must be one of a scalar that has its own: `int32` is an `int`.
fn refuse_unless_tabled(row: &str, of: &str, key: &str) -> Result<(), AbiError> {
    let tabled = |scalar: &Scalar| !matches!(scalar, Scalar::Int8 | Scalar::Int16 | Scalar::Int32);
    match Scalar::from_str(key) {
        Ok(scalar) if tabled(&scalar) => Ok(()),
        _ => {
            let expected: Vec<&str> = Scalar::ALL
                .iter()
                .filter(|s| tabled(s))
                .map(|s| s.word())
                .collect();
            Err(wrong(
                row,
                of,
                format!("`{key}`"),
                format!("one of: {}", expected.join(", ")),
            ))
        }
    }
}

/// One row together with what is common to all: makes the [`Abi`].
struct Reader<'a> {
    name: &'a str,
    row: &'a Row,
    common: &'a Row,
    libraries: &'a BTreeMap<String, Typedefs>,
}

impl Reader<'_> {
    fn abi(&self) -> Result<Abi, AbiError> {
        let align_at_most = self.align_at_most()?;
        let or = |align: Result<Option<usize>, AbiError>, otherwise| {
            Ok::<_, AbiError>(align?.unwrap_or(otherwise))
        };
        let extents = Extents::try_from_fn(|scalar| self.extent(scalar, align_at_most))?;
        Ok(Abi {
            name: self.name.to_owned(),
            source: self.source()?,
            compared: self.compared()?,
            since: self.either(|row| row.since.clone()),
            apart: self.row.apart.clone(),
            byte_order: self.word("byte-order", |row| &row.byte_order)?,
            long_double_format: self.long_double_format(extents.long_double.size)?,
            first_aligns: self.first_aligns(&extents)?,
            extents,
            align_at_most,
            mode_align_at_most: or(
                self.align("mode-align-at-most", |row| row.mode_align_at_most),
                align_at_most,
            )?,
            int128: self.flag("int128", |row| row.int128)?,
            float128: self.flag("float128", |row| row.float128)?,
            char_signed: self.flag("char-signed", |row| row.char_signed)?,
            wchar_signed: self.flag("wchar-signed", |row| row.wchar_signed)?,
            bit_field_order: self.word("bit-field-order", |row| &row.bit_field_order)?,
            bit_field_packing: self.word("bit-field-packing", |row| &row.bit_field_packing)?,
            empty_bit_field_align: or(
                self.align("empty-bit-field-align", |row| row.empty_bit_field_align),
                1,
            )?,
            pack_struct: None,
            record_align_at_least: or(
                self.align("record-align-at-least", |row| row.record_align_at_least),
                1,
            )?,
            compiler: self.word("compiler", |row| &row.compiler)?,
            enum_rule: self.word("enum-rule", |row| &row.enum_rule)?,
            pod_rule: match self.either(|row| row.pod_rule.as_ref()) {
                Some(_) => self.word("pod-rule", |row| &row.pod_rule)?,
                None => PodRule::Cpp03,
            },
            rust: self.rust_aligns()?,
            go_port: self.either(|row| row.go_port).unwrap_or_default(),
            typedefs: self.typedefs()?,
        })
    }

    fn rust_aligns(&self) -> Result<RustAligns, AbiError> {
        const NUMBERS: [&str; 4] = ["int64", "float", "double", "int128"];
        let keys = self.row.rust_align.keys();
        if let Some(key) = keys.clone().find(|key| !NUMBERS.contains(&key.as_str())) {
            let expected = format!("one of: {}", NUMBERS.join(", "));
            return Err(self.wrong("rust-align", format!("`{key}`"), expected));
        }
        let of = |number: &str| {
            let key = format!("rust-align.{number}");
            self.align(&key, |row| row.rust_align.get(number).copied())
        };
        Ok(RustAligns {
            int64: of("int64")?,
            float: of("float")?,
            double: of("double")?,
            int128: of("int128")?.unwrap_or(16),
        })
    }

    /// More than its own alignment, and no more than its size.
    fn first_aligns(&self, extents: &Extents) -> Result<BTreeMap<Scalar, usize>, AbiError> {
        let rows = self.row.first_align.iter();
        let known = |(word, &found): (&String, &i64)| {
            let scalar = Scalar::from_str(word).ok()?;
            let Extent { size, align } = extents.of(scalar);
            let wished = align_in_octets(found).filter(|&first| first > align && first <= size);
            Some((scalar, wished.ok_or((found, size, align))))
        };
        let known = rows.filter_map(known).map(|(scalar, wished)| {
            let wrong = |(found, size, align)| {
                let expected = format!("a power of two, more than align.{scalar} = {align} and at most size.{scalar} = {size}");
                self.wrong(&format!("first-align.{scalar}"), found, expected)
            };
            Ok((scalar, wished.map_err(wrong)?))
        });
        known.collect()
    }

    /// An alignment that need not be said.
    fn align(
        &self,
        key: &str,
        of: impl Fn(&Row) -> Option<i64>,
    ) -> Result<Option<usize>, AbiError> {
        let Some(found) = self.either(of) else {
            return Ok(None);
        };
        let align = align_in_octets(found);
        let wrong = || self.wrong(key, found, "a power of two, at most 16");
        align.map(Some).ok_or_else(wrong)
    }

    fn source(&self) -> Result<String, AbiError> {
        let expected = "the document that defines the ABI, and where in it";
        match &self.row.source {
            None => Err(self.missing("source", expected)),
            Some(source) if source.trim().is_empty() => {
                Err(self.wrong("source", "nothing", expected))
            }
            Some(source) => Ok(source.clone()),
        }
    }

    fn compared(&self) -> Result<Vec<Dialect>, AbiError> {
        let compilers = self.row.compared.iter();
        let known = compilers.map(|word| {
            word.parse().map_err(|unknown: UnknownWord| {
                let expected = format!("one of: {}", unknown.expected.join(", "));
                self.wrong("compared", format!("`{word}`"), expected)
            })
        });
        known.collect()
    }

    fn align_at_most(&self) -> Result<usize, AbiError> {
        let expected = "a power of two, at most 16";
        let found = self
            .either(|row| row.align_at_most)
            .ok_or_else(|| self.missing("align-at-most", expected))?;
        align_in_octets(found).ok_or_else(|| self.wrong("align-at-most", found, expected))
    }

    /// The alignment is what the row says, or `[common]`; else the size, as far as `align-at-most` lets it.
    fn extent(&self, scalar: Scalar, align_at_most: usize) -> Result<Extent, AbiError> {
        let key = format!("size.{scalar}");
        let possible = possible_sizes(scalar);
        let expected = format!("octets: {}", or(possible));
        let found = self.either(|row| row.size.get(scalar.word()).copied());
        let found = found.ok_or_else(|| self.missing(&key, &expected))?;
        let size = usize::try_from(found)
            .ok()
            .filter(|size| possible.contains(size));
        let size = size.ok_or_else(|| self.wrong(&key, found, expected))?;

        let align = match self.either(|row| row.align.get(scalar.word()).copied()) {
            None => align_for(size, align_at_most),
            Some(found) => {
                // An array has no gaps, so the size must be a multiple.
                let align = align_in_octets(found).filter(|&align| align == align_for(size, align));
                let expected = format!("a power of two that divides size.{scalar} = {size}");
                align.ok_or_else(|| self.wrong(&format!("align.{scalar}"), found, expected))?
            }
        };
        Ok(Extent { size, align })
    }

    fn long_double_format(&self, size: usize) -> Result<LongDoubleFormat, AbiError> {
        let key = "long-double-format";
        let format: LongDoubleFormat = self.word(key, |row| &row.long_double_format)?;
        let possible: &[usize] = match format {
            LongDoubleFormat::IeeeSingle => &[4],
            LongDoubleFormat::IeeeDouble => &[8],
            LongDoubleFormat::X87Extended | LongDoubleFormat::M68kExtended => &[12, 16],
            LongDoubleFormat::IbmDoubleDouble | LongDoubleFormat::IeeeQuad => &[16],
        };
        if possible.contains(&size) {
            return Ok(format);
        }
        let found = format!("{format} with size.long-double = {size}");
        Err(self.wrong(
            key,
            found,
            format!("a format of {size} octets; {format} has {}", or(possible)),
        ))
    }

    fn word<T: FromStr<Err = UnknownWord>>(
        &self,
        key: &str,
        of: impl Fn(&Row) -> &Option<String>,
    ) -> Result<T, AbiError> {
        let one_of = |words: &[&str]| format!("one of: {}", words.join(", "));
        let Some(found) = of(self.row).as_ref().or(of(self.common).as_ref()) else {
            // The list of words comes with the refusal of a word that is none.
            let expected = T::from_str("")
                .err()
                .map(|unknown| one_of(unknown.expected));
            return Err(self.missing(key, expected.unwrap_or_default()));
        };
        T::from_str(found)
            .map_err(|unknown| self.wrong(key, format!("`{found}`"), one_of(unknown.expected)))
    }

    fn flag(&self, key: &str, of: impl Fn(&Row) -> Option<bool>) -> Result<bool, AbiError> {
        self.either(of)
            .ok_or_else(|| self.missing(key, "true or false"))
    }

    /// The row's own, or what is common.
    fn either<'a, T>(&'a self, of: impl Fn(&'a Row) -> Option<T>) -> Option<T> {
        of(self.row).or_else(|| of(self.common))
    }

    fn missing(&self, key: &str, expected: impl Display) -> AbiError {
        AbiError::Missing {
            row: self.name.to_owned(),
            key: key.to_owned(),
            expected: expected.to_string(),
        }
    }

    fn wrong(&self, key: &str, found: impl Display, expected: impl Display) -> AbiError {
        wrong(self.name, key, found, expected)
    }
}

fn wrong(row: &str, key: &str, found: impl Display, expected: impl Display) -> AbiError {
    AbiError::Value {
        row: row.to_owned(),
        key: key.to_owned(),
        found: found.to_string(),
        expected: expected.to_string(),
    }
}

/// In octets. What C allows and some machine has or had; sizes that no integer of ours has are left out.
fn possible_sizes(scalar: Scalar) -> &'static [usize] {
    match scalar {
        Scalar::Char | Scalar::Int8 => &[1],
        Scalar::Bool => &[1, 4],
        Scalar::Short | Scalar::Int16 => &[2],
        Scalar::Int => &[2, 4, 8],
        Scalar::Int32 | Scalar::Float => &[4],
        Scalar::Long | Scalar::Double => &[4, 8],
        Scalar::LongLong | Scalar::Int64 => &[8],
        Scalar::Pointer => &[2, 4, 8],
        Scalar::LongDouble => &[4, 8, 12, 16],
        Scalar::Wchar => &[1, 2, 4],
        Scalar::Enum => &[1, 2, 4, 8],
    }
}

fn align_in_octets(found: i64) -> Option<usize> {
    usize::try_from(found)
        .ok()
        .filter(|align| align.is_power_of_two() && *align <= 16)
}

fn or(numbers: &[usize]) -> String {
    numbers
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join(" or ")
}

/// Our errors are one line each.
fn says(error: &toml::de::Error) -> String {
    error.to_string().trim_end().replace('\n', " ")
}
