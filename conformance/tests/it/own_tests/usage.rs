//! What is wrong with the project or with the command line is said at once, with exit status 2.

use super::{FOUR, fixture};
use crate::bench::Bench;

#[test]
fn without_a_project_or_with_arguments_that_cannot_be_it_is_the_users_mistake() {
    let empty = Bench::new();
    let ran = empty.run(&["test"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("could not find `Cargo.toml`"), "{ran}");
    let bench = fixture();
    for (args, message) in [
        (&["--abi", "big-endain"][..], "did you mean `big-endian`?"),
        (
            &["--targets", "s390-unknown-linux-gnu"],
            "did you mean `s390x-unknown-linux-gnu`?",
        ),
        (
            &["--targets", FOUR, "--abi", "64-bit,32-bit"],
            "no target is left",
        ),
        (&["--", "--target", "x"], "`--target` cannot be given on"),
        (
            &[
                "--targets",
                "x86_64-unknown-linux-gnu",
                "--",
                "--no-such-option",
            ],
            "--no-such-option",
        ),
    ] {
        let ran = bench.run(&[&["test"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}: {ran}");
        assert!(ran.stderr.contains(message), "{args:?}: {ran}");
    }
    std::fs::write(bench.path("crossum.toml"), "[test]\nexcludes = []").unwrap();
    let ran = bench.run(&["test"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("line 2"), "{ran}");
}
