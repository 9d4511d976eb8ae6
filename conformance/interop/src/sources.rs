//! The sources of the codecs, as they were when this program was built.

/// Each with its name.
const SOURCES: &[(&str, &str)] = &[
    ("Jackson.java", include_str!("../codecs/Jackson.java")),
    ("codec.mjs", include_str!("../codecs/codec.mjs")),
    ("codec.py", include_str!("../codecs/codec.py")),
    ("rpcgen.c", include_str!("../codecs/rpcgen.c")),
    ("sum.x", include_str!("../codecs/sum.x")),
    ("with_asn1js.mjs", include_str!("../codecs/with_asn1js.mjs")),
    (
        "with_asn1tools.py",
        include_str!("../codecs/with_asn1tools.py"),
    ),
    ("with_borsh.mjs", include_str!("../codecs/with_borsh.mjs")),
    (
        "with_borsh_construct.py",
        include_str!("../codecs/with_borsh_construct.py"),
    ),
    ("with_cbor2.py", include_str!("../codecs/with_cbor2.py")),
    (
        "with_cbor2_indefinite.py",
        include_str!("../codecs/with_cbor2_indefinite.py"),
    ),
    ("with_cborg.mjs", include_str!("../codecs/with_cborg.mjs")),
    ("with_json.mjs", include_str!("../codecs/with_json.mjs")),
    ("with_json.py", include_str!("../codecs/with_json.py")),
    (
        "with_lossless_json.mjs",
        include_str!("../codecs/with_lossless_json.mjs"),
    ),
    (
        "with_msgpack.mjs",
        include_str!("../codecs/with_msgpack.mjs"),
    ),
    ("with_msgpack.py", include_str!("../codecs/with_msgpack.py")),
    ("with_orjson.py", include_str!("../codecs/with_orjson.py")),
    (
        "with_protobuf.py",
        include_str!("../codecs/with_protobuf.py"),
    ),
    (
        "with_protobufjs.mjs",
        include_str!("../codecs/with_protobufjs.mjs"),
    ),
    ("with_pyasn1.py", include_str!("../codecs/with_pyasn1.py")),
    ("with_pycapnp.py", include_str!("../codecs/with_pycapnp.py")),
    ("with_struct.py", include_str!("../codecs/with_struct.py")),
    (
        "with_umsgpack.py",
        include_str!("../codecs/with_umsgpack.py"),
    ),
    ("with_xdrlib3.py", include_str!("../codecs/with_xdrlib3.py")),
];

/// The text of one.
pub(crate) fn source(name: &str) -> Option<&'static str> {
    let mut sources = SOURCES.iter();
    let (_, text) = sources.find(|(one, _)| *one == name)?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_among_them() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codecs");
        let entries = folder.read_dir().unwrap();
        let there: BTreeSet<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let known: BTreeSet<String> = SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(there, known);
    }
}
