"""`cbor` by cbor2."""

import cbor2


def write(message):
    return cbor2.dumps(message)


def write_request(a, b):
    return write({"a": a, "b": b})


def read_request(octets):
    message = cbor2.loads(octets)
    return message["a"], message["b"]


def write_sum(total):
    return write({"sum": total})


def write_refused(why):
    return write({"refused": why})


def read_reply(octets):
    ((kind, value),) = cbor2.loads(octets).items()
    return kind, value
