"""`msgpack` by u-msgpack-python."""

import umsgpack


def write_request(a, b):
    return umsgpack.packb({"a": a, "b": b})


def read_request(octets):
    message = umsgpack.unpackb(octets)
    return message["a"], message["b"]


def write_sum(total):
    return umsgpack.packb({"sum": total})


def write_refused(why):
    return umsgpack.packb({"refused": why})


def read_reply(octets):
    ((kind, value),) = umsgpack.unpackb(octets).items()
    return kind, value
