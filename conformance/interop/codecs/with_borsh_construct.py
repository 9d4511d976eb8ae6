"""`borsh` by borsh-construct."""

from borsh_construct import CStruct, Enum, I64, TupleStruct, U8

WHYS = ["malformed", "overflow", "too-large"]
Request = CStruct("a" / I64, "b" / I64)
# The reason is an enumeration without fields, which is its number. Version 0.1.0 does not write one within another.
Reply = Enum("Sum" / TupleStruct(I64), "Refused" / TupleStruct(U8), enum_name="Reply")


def write_request(a, b):
    return Request.build({"a": a, "b": b})


def read_request(octets):
    message = Request.parse(octets)
    return message.a, message.b


def write_sum(total):
    return Reply.build(Reply.enum.Sum([total]))


def write_refused(why):
    return Reply.build(Reply.enum.Refused([WHYS.index(why)]))


def read_reply(octets):
    message = Reply.parse(octets)
    (value,) = message.tuple_data
    if isinstance(message, Reply.enum.Sum):
        return "sum", value
    return "refused", WHYS[value]
