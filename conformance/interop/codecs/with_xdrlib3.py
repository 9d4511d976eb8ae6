"""`xdr` by xdrlib3."""

import xdrlib3

WHYS = ["sum", "malformed", "overflow", "too-large"]


def write_request(a, b):
    packer = xdrlib3.Packer()
    packer.pack_hyper(a)
    packer.pack_hyper(b)
    return packer.get_buffer()


def read_request(octets):
    unpacker = xdrlib3.Unpacker(octets)
    a, b = unpacker.unpack_hyper(), unpacker.unpack_hyper()
    unpacker.done()
    return a, b


def write_sum(total):
    packer = xdrlib3.Packer()
    packer.pack_enum(0)
    packer.pack_hyper(total)
    return packer.get_buffer()


def write_refused(why):
    packer = xdrlib3.Packer()
    packer.pack_enum(WHYS.index(why))
    return packer.get_buffer()


def read_reply(octets):
    unpacker = xdrlib3.Unpacker(octets)
    status = unpacker.unpack_enum()
    reply = ("sum", unpacker.unpack_hyper()) if status == 0 else ("refused", WHYS[status])
    unpacker.done()
    return reply
