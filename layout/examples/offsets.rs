//! The offsets of a struct on s390x: `cargo run --example offsets`.

use crossum_layout::{Abis, LayoutError, Scalar, Types, lay_out};

fn main() -> Result<(), LayoutError> {
    let s390x = Abis::builtin().get("s390x-elf").expect("a row");
    let mut types = Types::new();
    let packet = types
        .structure()
        .field("op", Scalar::Int8)
        .field("length", Scalar::Long)
        .field("tag", Scalar::Int16)
        .field("value", Scalar::LongDouble)
        .add();
    println!("{}", lay_out(s390x, &types, packet)?);
    Ok(())
}
