"""`network` by Python's own struct."""

import struct

WHYS = ["sum", "malformed", "overflow", "too-large"]


def write_request(a, b):
    return struct.pack("!qq", a, b)


def read_request(octets):
    return struct.unpack("!qq", octets)


def write_sum(total):
    return struct.pack("!qq", 0, total)


def write_refused(why):
    return struct.pack("!qq", WHYS.index(why), 0)


def read_reply(octets):
    status, total = struct.unpack("!qq", octets)
    return ("sum", total) if status == 0 else ("refused", WHYS[status])
