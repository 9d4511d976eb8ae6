"""`json` by Python's own json."""

import json


def write_request(a, b):
    return json.dumps({"a": a, "b": b}).encode()


def read_request(octets):
    message = json.loads(octets)
    return message["a"], message["b"]


def write_sum(total):
    return json.dumps({"sum": total}).encode()


def write_refused(why):
    return json.dumps({"refused": why}).encode()


def read_reply(octets):
    ((kind, value),) = json.loads(octets).items()
    return kind, value
