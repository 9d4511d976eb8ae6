"""`der` by pyasn1."""

from pyasn1.codec.der import decoder, encoder
from pyasn1.type import namedtype, namedval, tag, univ


def tagged(kind, number):
    return kind.subtype(implicitTag=tag.Tag(tag.tagClassContext, tag.tagFormatSimple, number))


class Request(univ.Sequence):
    componentType = namedtype.NamedTypes(
        namedtype.NamedType("a", univ.Integer()), namedtype.NamedType("b", univ.Integer())
    )


class Why(univ.Enumerated):
    namedValues = namedval.NamedValues(("malformed", 1), ("overflow", 2), ("too-large", 3))


class Reply(univ.Choice):
    componentType = namedtype.NamedTypes(
        namedtype.NamedType("sum", tagged(univ.Integer(), 0)), namedtype.NamedType("refused", tagged(Why(), 1))
    )


def decode(octets, kind):
    message, rest = decoder.decode(octets, asn1Spec=kind)
    if rest:
        raise ValueError("%d octets are left over" % len(rest))
    return message


def write_request(a, b):
    request = Request()
    request["a"], request["b"] = a, b
    return encoder.encode(request)


def read_request(octets):
    request = decode(octets, Request())
    return int(request["a"]), int(request["b"])


def write_reply(kind, value):
    reply = Reply()
    reply[kind] = value
    return encoder.encode(reply)


def write_sum(total):
    return write_reply("sum", total)


def write_refused(why):
    return write_reply("refused", why)


def read_reply(octets):
    reply = decode(octets, Reply())
    kind = reply.getName()
    value = reply.getComponent()
    return kind, int(value) if kind == "sum" else value.prettyPrint()
