use super::*;
use crate::own::Promise;
use crate::own::claim::Claim;
use crate::participant::Build;
use quickcheck::quickcheck;

fn parsed(text: &str) -> Result<File, Unreadable> {
    parse(
        Path::new("participants.toml"),
        PathBuf::from("/project"),
        text,
        Abis::builtin(),
    )
}

const WHOLE: &str = r#"
[variables]
flags = "-O2 {more}"
more = "-Wall"

[[participant]]
name = "station"
build = ["{cc} {flags} station.c -o {out}/station"]
listen = "{out}/station {port} {encoding}"
targets = ["big-endian", "x86_64-unknown-linux-gnu"]

[[participant]]
name = "sensor"
client = "./sensor.sh"
encodings = ["v3"]

[[encoding]]
name = "v1"
family = "raw"
claim = "known-broken"
facts = ["byte-order"]
reason = "issue 12"

[[encoding]]
name = "v3"
family = "explicit"
claim = "correct-everywhere"

[[vector]]
request = "1  2"
reply = " ok 3"

[[vector]]
request = "x"
refused = "malformed"
"#;

#[test]
fn a_file_says_who_takes_part_how_and_what_is_asked() {
    let file = parsed(WHOLE).unwrap();
    let names: Vec<_> = file
        .implementations
        .iter()
        .map(|one| (one.name.as_str(), one.serves(), one.asks()))
        .collect();
    // Sorted, whatever their order in the file is.
    assert_eq!(names, [("sensor", false, true), ("station", true, false)]);
    let encodings: Vec<_> = file
        .implementations
        .iter()
        .map(|one| &one.encodings)
        .collect();
    assert_eq!(
        encodings,
        [
            &vec!["v3".to_owned()],
            &vec!["v1".to_owned(), "v3".to_owned()]
        ]
    );
    assert!(matches!(file.encodings[0].claim, Claim::KnownBroken { .. }));
    assert_eq!(file.encodings[0].line, 18);
    let told: Vec<_> = file
        .vectors
        .iter()
        .map(|vector| (vector.request.as_str(), vector.promise.clone()))
        .collect();
    let expected = [
        ("1 2", Promise::Reply("ok 3".to_owned())),
        ("x", Promise::Refused("malformed".to_owned())),
    ];
    assert_eq!(told, expected);

    let Build::Own(station) = &file.implementations[1].build else {
        panic!("it is the user's own");
    };
    assert_eq!(
        station.build[0].words(),
        ["{cc}", "-O2", "-Wall", "station.c", "-o", "{out}/station"]
    );
    assert_eq!(station.folder, Path::new("/project"));
    let there = |name: &str| {
        let target = cross::target(name).unwrap();
        let abi = layout::Abis::builtin().get(&target.abi).unwrap();
        station.impossible(target, abi).is_none()
    };
    assert!(there("s390x-unknown-linux-gnu") && there("x86_64-unknown-linux-gnu"));
    assert!(!there("i686-unknown-linux-gnu"));
}

#[test]
fn a_program_of_this_machine_is_on_the_host() {
    let list = "targets = [\"big-endian\", \"x86_64-unknown-linux-gnu\"]";
    let file = parsed(&WHOLE.replace(list, "targets = \"host\"")).unwrap();
    let Build::Own(station) = &file.implementations[1].build else {
        panic!("it is the user's own");
    };
    for target in cross::targets() {
        let abi = Abis::builtin().get(&target.abi).unwrap();
        let there = station.impossible(target, abi).is_none();
        assert_eq!(there, target.is_native(), "{}", target.name);
    }
}

#[test]
fn without_encodings_of_its_own_it_implements_those_of_the_protocol() {
    let text =
        "[[participant]]\nname = \"go\"\nserver = \"{out}/go\"\nencodings = [\"xdr\", \"text\"]";
    let file = parsed(text).unwrap();
    assert!(file.encodings.is_empty() && file.vectors.is_empty());
    assert_eq!(file.implementations[0].encodings, ["xdr", "text"]);
}

/// The file above with one line changed, or one more.
#[test]
fn what_is_wrong_is_told_with_its_line() {
    let mut otherwise = Vec::new();
    for (line, instead, at, why) in [
        (
            "claim = \"correct-everywhere\"",
            "claims = \"x\"",
            27,
            "unknown field `claims`",
        ),
        (
            "name = \"sensor\"",
            "nam = \"sensor\"",
            13,
            "unknown field `nam`",
        ),
        (
            "name = \"sensor\"",
            "name = \"a sensor\"",
            13,
            "`a sensor` is no name",
        ),
        (
            "name = \"sensor\"",
            "name = \"station\"",
            13,
            "a participant `station` already",
        ),
        (
            "client = \"./sensor.sh\"",
            "",
            13,
            "`sensor` has no command to start it",
        ),
        (
            "client = \"./sensor.sh\"",
            "client = \"{out\"",
            14,
            "without its other half",
        ),
        (
            "client = \"./sensor.sh\"",
            "client = \"\"",
            14,
            "an empty command",
        ),
        (
            "client = \"./sensor.sh\"",
            "client = \"x {port}\"",
            14,
            "{port} has no value in this command",
        ),
        (
            "client = \"./sensor.sh\"",
            "ask = \"x {port}\"",
            14,
            "{request} is missing",
        ),
        (
            "listen = \"{out}/station {port} {encoding}\"",
            "listen = \"x {encoding}\"",
            9,
            "{port} or {address} is missing",
        ),
        (
            "listen = \"{out}/station {port} {encoding}\"",
            "listen = \"x {port}\"",
            9,
            "{encoding} is missing",
        ),
        (
            "listen = \"{out}/station {port} {encoding}\"",
            "listen = \"x {port} {encoding} {request}\"",
            9,
            "{request} has no value",
        ),
        (
            "more = \"-Wall\"",
            "more = \"{flags}\"",
            3,
            "in a loop: flags -> more -> flags",
        ),
        (
            "more = \"-Wall\"",
            "more = \"{out_}\"",
            3,
            "no variable `{out_}`, did you mean `out`?",
        ),
        (
            "more = \"-Wall\"",
            "target = \"x\"",
            3,
            "no variable `{more}`",
        ),
        (
            "more = \"-Wall\"",
            "more = \"\"\ntarget = \"x\"",
            5,
            "`target` is there already",
        ),
        (
            "encodings = [\"v3\"]",
            "encodings = [\"v4\"]",
            15,
            "no encoding of this file is `v4`",
        ),
        (
            "targets = [\"big-endian\", \"x86_64-unknown-linux-gnu\"]",
            "targets = [\"big-endina\"]",
            10,
            "did you mean `big-endian`?; there are the properties big-endian, little-endian,",
        ),
        (
            "targets = [\"big-endian\", \"x86_64-unknown-linux-gnu\"]",
            "targets = \"this\"",
            10,
            "and `host`, which is this machine",
        ),
        (
            "targets = [\"big-endian\", \"x86_64-unknown-linux-gnu\"]",
            "targets = 3",
            10,
            "`targets` is a word",
        ),
        (
            "facts = [\"byte-order\"]",
            "facts = [\"endianness\"]",
            21,
            "no fact `endianness`; there are align.double, ",
        ),
        (
            "facts = [\"byte-order\"]",
            "facts = [\"byte-ordre\"]",
            21,
            "no fact `byte-ordre`, did you mean `byte-order`?",
        ),
        (
            "facts = [\"byte-order\"]",
            "",
            18,
            "`known-broken` needs `facts`",
        ),
        (
            "reason = \"issue 12\"",
            "",
            18,
            "`known-broken` needs a `reason`",
        ),
        (
            "name = \"v3\"",
            "name = \"v1\"",
            25,
            "an encoding `v1` already",
        ),
        (
            "claim = \"correct-everywhere\"",
            "claim = \"correct\"",
            27,
            "unknown variant `correct`",
        ),
        (
            "claim = \"correct-everywhere\"",
            "claim = \"correct-everywhere\"\nfacts = [\"byte-order\"]",
            25,
            "`facts` are for",
        ),
        (
            "refused = \"malformed\"",
            "",
            34,
            "either a `reply` or a `refused`",
        ),
        ("request = \"x\"", "request = \" \"", 34, "an empty request"),
        (
            "claim = \"correct-everywhere\"",
            "claim = \"correct-everywhere\"\ntype = \"struct sample\"",
            28,
            "`struct sample` is no type: a header and a name in it",
        ),
        (
            "claim = \"correct-everywhere\"",
            "claim = \"correct-everywhere\"\ntype = { server = \"a.h: b\" }",
            28,
            "a type is \"HEADER: NAME\", or { server = ..., client = ... }",
        ),
    ] {
        assert!(WHOLE.contains(line), "{line}");
        let read = parsed(&WHOLE.replacen(line, instead, 1));
        let told = read.unwrap_err().to_string();
        let place = format!("participants.toml:{at}: ");
        if !told.starts_with(&place) || !told.contains(why) {
            otherwise.push(format!("{instead}: {told}"));
        }
    }
    assert_eq!(otherwise, [""; 0]);
}

#[test]
fn a_file_of_nobody_is_told_so() {
    for (text, why) in [
        ("", "no [[participant]]"),
        ("[[participant", "participants.toml:1: "),
        (
            "[[participant]]\nname = \"x\"\nserver = \"x\"",
            "its `encodings` are missing",
        ),
        (
            "[[encoding]]\nname = \"x\"\nfamily = \"raw\"\nclaim = \"correct-everywhere\"",
            "no [[vector]]",
        ),
        (
            "[[vector]]\nrequest = \"x\"\nreply = \"y\"",
            "there is no [[encoding]]",
        ),
    ] {
        let told = parsed(text).unwrap_err().to_string();
        assert!(told.contains(why), "{text}: {told}");
    }
}

quickcheck! {
    fn whatever_the_text_is_it_is_read_or_refused(text: String, cut: usize) -> bool {
        let _ = parsed(&text);
        let end = cut % WHOLE.len();
        let _ = parsed(&format!("{}{text}", &WHOLE[..end]));
        true
    }
}
