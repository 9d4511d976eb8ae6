"""Carries out orders with a codec: `codec.py CODEC ORDERS framed|bare`.

CODEC is a file beside this one, ORDERS a file of lines. Each order is answered by a line, in the same order:

    write request A B       octets HEX
    write sum N             octets HEX
    write refused WHY       octets HEX
    read request HEX        request A B
    read reply HEX          sum N, or refused WHY

or by `failed WHAT`, where the library raises. In `framed` a message is behind its length, as PROTOCOL.md has it.
"""

import importlib.util
import struct
import sys


def codec(path):
    spec = importlib.util.spec_from_file_location("codec_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def carry_out(codec, order, is_framed):
    verb, what, *rest = order.split()
    if verb == "write":
        if what == "request":
            content = codec.write_request(*map(int, rest))
        elif what == "sum":
            content = codec.write_sum(int(*rest))
        else:
            content = codec.write_refused(*rest)
        content = bytes(content)
        return "octets " + ((struct.pack("!I", len(content)) if is_framed else b"") + content).hex()
    message = bytes.fromhex(*rest)
    if is_framed:
        length = struct.unpack_from("!I", message)[0]
        message = message[4:]
        if length != len(message):
            raise ValueError("the length is %d, and %d octets follow" % (length, len(message)))
    if what == "request":
        return "request %d %d" % tuple(map(integer, codec.read_request(message)))
    kind, value = codec.read_reply(message)
    return "sum %d" % integer(value) if kind == "sum" else "refused %s" % value


def integer(value):
    if type(value) is not int:
        raise TypeError("%r is no integer" % (value,))
    return value


def main(path, orders, form):
    under_test = codec(path)
    with open(orders, encoding="ascii") as lines:
        for order in lines:
            try:
                answer = carry_out(under_test, order, form == "framed")
            except Exception as error:
                said = str(error).splitlines()
                answer = "failed " + ascii("%s: %s" % (type(error).__name__, said[0] if said else ""))
            print(answer)


main(*sys.argv[1:])
