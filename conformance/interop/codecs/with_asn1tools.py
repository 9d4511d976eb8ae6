"""`der` by asn1tools, which compiles PROTOCOL.md's module."""

import asn1tools

MODULE = """
Sum DEFINITIONS IMPLICIT TAGS ::= BEGIN
  Request ::= SEQUENCE { a INTEGER, b INTEGER }
  Reply ::= CHOICE { sum [0] INTEGER, refused [1] ENUMERATED { malformed(1), overflow(2), tooLarge(3) } }
END
"""
SUM = asn1tools.compile_string(MODULE, "der")
WORDS = {"malformed": "malformed", "overflow": "overflow", "too-large": "tooLarge"}


def write_request(a, b):
    return SUM.encode("Request", {"a": a, "b": b})


def read_request(octets):
    message = SUM.decode("Request", octets)
    return message["a"], message["b"]


def write_sum(total):
    return SUM.encode("Reply", ("sum", total))


def write_refused(why):
    return SUM.encode("Reply", ("refused", WORDS[why]))


def read_reply(octets):
    kind, value = SUM.decode("Reply", octets)
    if kind == "sum":
        return kind, value
    return kind, next(word for word, name in WORDS.items() if name == value)
