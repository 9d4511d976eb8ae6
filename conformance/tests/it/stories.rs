//! What `predict` and `explain` tell, word for word.

use crate::bench::Bench;

fn told(args: &[&str]) -> String {
    let ran = Bench::new().run(args);
    assert_eq!(ran.status, 0, "{ran}");
    ran.stdout
}

fn explained(server: &str, client: &str, encoding: &str, vector: &str) -> String {
    told(&[
        "explain",
        "--server",
        server,
        "--client",
        client,
        "--encoding",
        encoding,
        "--vector",
        vector,
    ])
}

#[test]
fn the_books_run() {
    let text = told(&[
        "explain",
        "--server",
        "c-gcc@i686-unknown-linux-gnu",
        "--client",
        "c-gcc@powerpc-unknown-linux-gnu",
        "--encoding",
        "raw-long",
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn a_hang() {
    insta::assert_snapshot!(explained(
        "rust@x86_64-unknown-linux-gnu",
        "c-gcc@m68k-unknown-linux-gnu",
        "raw-long",
        "1,2"
    ));
}

#[test]
fn padding() {
    insta::assert_snapshot!(explained(
        "c-gcc@i686-unknown-linux-gnu",
        "c-gcc@x86_64-unknown-linux-gnu",
        "raw-mixed",
        "1,2"
    ));
}

#[test]
fn the_wrong_character_set() {
    insta::assert_snapshot!(explained(
        "rust@x86_64-unknown-linux-gnu",
        "rust@s390x-unknown-linux-gnu",
        "text-ebcdic",
        "1,2"
    ));
}

#[test]
fn a_width_that_is_the_machines_own() {
    insta::assert_snapshot!(explained(
        "rust@i686-unknown-linux-gnu",
        "rust@s390x-unknown-linux-gnu",
        "usize",
        "1,-2"
    ));
}

#[test]
fn a_length_in_the_other_byte_order() {
    insta::assert_snapshot!(explained(
        "rust@powerpc-unknown-linux-gnu",
        "rust@x86_64-unknown-linux-gnu",
        "length-native",
        "1,2"
    ));
}

#[test]
fn the_matrix_of_the_c_participant() {
    insta::assert_snapshot!(told(&["predict", "--participants", "c-gcc"]));
}
