//! JSON Schemas (draft 2020-12) of the machine-readable reports, for tests: they are derived from the types that write a report, and committed in `docs/schemas`, where other tools find them.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::saved_report::VERSION;

/// With this variable, tests write the schemas instead of comparing them.
const UPDATE: &str = "CROSSUM_UPDATE_SCHEMAS";

/// Where the schema of a format is committed.
pub fn path(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schemas")
        .join(format)
        .with_extension("json")
}

/// The schema of a document that is written by `T` and calls itself `format`, in this version.
fn schema<T: JsonSchema>(format: &str, version: u32) -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = Value::from(generator.into_root_schema_for::<T>());
    let facts = [
        ("/title", json!(format)),
        ("/properties/format", json!({ "const": format })),
        ("/properties/version", json!({ "const": version })),
    ];
    for (place, fact) in facts {
        // Every document has these.
        if let Some(old) = schema.pointer_mut(place) {
            *old = fact;
        }
    }
    format!("{schema:#}\n")
}

/// Compares the schema of a format with the one that is committed.
///
/// # Errors
/// They are not the same, or none is committed; what to do about it.
pub fn compare<T: JsonSchema>(format: &str) -> Result<(), String> {
    compare_version::<T>(format, format, VERSION)
}

/// Compares the schema of a version of a format with the one that is committed under `name`.
///
/// # Errors
/// As [`compare`].
pub fn compare_version<T: JsonSchema>(
    name: &str,
    format: &str,
    version: u32,
) -> Result<(), String> {
    let (path, schema) = (path(name), schema::<T>(format, version));
    if std::env::var_os(UPDATE).is_some() {
        return std::fs::write(&path, schema).map_err(|error| error.to_string());
    }
    match std::fs::read_to_string(&path) {
        Ok(committed) if committed == schema => Ok(()),
        Ok(_) => Err(format!(
            "docs/schemas/{name}.json is not what the types say: where the change is meant (fields may be added, and keep their meaning), run this test again with {UPDATE}=1"
        )),
        Err(error) => Err(format!(
            "docs/schemas/{name}.json: {error}; run this test again with {UPDATE}=1"
        )),
    }
}
