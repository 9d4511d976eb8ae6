"""`json` by orjson."""

import orjson


def write_request(a, b):
    return orjson.dumps({"a": a, "b": b})


def read_request(octets):
    message = orjson.loads(octets)
    return message["a"], message["b"]


def write_sum(total):
    return orjson.dumps({"sum": total})


def write_refused(why):
    return orjson.dumps({"refused": why})


def read_reply(octets):
    ((kind, value),) = orjson.loads(octets).items()
    return kind, value
