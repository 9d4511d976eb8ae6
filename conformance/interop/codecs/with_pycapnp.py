"""`capnp` by pycapnp, which is the C++ library. It writes the form of a stream, as its `to_bytes` does, and reads ours, the canonical one, as what it is: one segment."""

import pathlib
import tempfile

import capnp

SCHEMA = """@0xc85fd6c8e6ebdf8e;
struct Request { a @0 :Int64; b @1 :Int64; }
struct Reply { union { sum @0 :Int64; refused @1 :Why; } }
enum Why { malformed @0; overflow @1; tooLarge @2; }
"""
with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder, "sum.capnp")
    file.write_text(SCHEMA)
    sums = capnp.load(str(file))
WORDS = {"malformed": "malformed", "overflow": "overflow", "too-large": "tooLarge"}


def write_request(a, b):
    return sums.Request.new_message(a=a, b=b).to_bytes()


def read_request(octets):
    message = sums.Request.from_segments([octets])
    return message.a, message.b


def write_sum(total):
    return sums.Reply.new_message(sum=total).to_bytes()


def write_refused(why):
    return sums.Reply.new_message(refused=WORDS[why]).to_bytes()


def read_reply(octets):
    message = sums.Reply.from_segments([octets])
    kind = str(message.which())
    if kind == "sum":
        return kind, message.sum
    return kind, next(word for word, name in WORDS.items() if name == str(message.refused))
