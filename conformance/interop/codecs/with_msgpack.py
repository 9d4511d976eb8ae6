"""`msgpack` by msgpack."""

import msgpack


def write_request(a, b):
    return msgpack.packb({"a": a, "b": b})


def read_request(octets):
    message = msgpack.unpackb(octets)
    return message["a"], message["b"]


def write_sum(total):
    return msgpack.packb({"sum": total})


def write_refused(why):
    return msgpack.packb({"refused": why})


def read_reply(octets):
    ((kind, value),) = msgpack.unpackb(octets).items()
    return kind, value
