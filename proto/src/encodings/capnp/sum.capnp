# The sum protocol's messages (PROTOCOL.md, "capnp"). `sum_capnp.rs` is made from this, and committed:
#
#     capnp compile -orust sum.capnp      (capnproto 0.9 and `cargo install capnpc`, of the capnp crate's version)

@0xc85fd6c8e6ebdf8e;

# rust.capnp's own, so that nothing need be imported: where the generated module stands in the crate.
annotation parentModule @0xabee386cd1450364 (file) :Text;
$parentModule("encodings::capnp");

struct Request {
  a @0 :Int64;
  b @1 :Int64;
}

struct Reply {
  union {
    sum @0 :Int64;
    refused @1 :Why;
  }
}

enum Why {
  malformed @0;
  overflow @1;
  tooLarge @2;
}
