"""The same, by the contract of PARTICIPANTS.md with JSON lines: `contract.py abi`, `serve ENC ...`, `drive`."""

import ctypes
import json
import signal
import socket
import struct
import sys
import threading


def say(**line):
    print(json.dumps(line), flush=True)


def abi():
    pair = type("Pair", (ctypes.Structure,), {"_fields_": [("c", ctypes.c_char), ("n", ctypes.c_int64)]})
    # Python does not show the sign of a plain char; this machine's is known from its name.
    signed = not any(name in __import__("platform").machine() for name in ("arm", "aarch64", "ppc", "s390", "riscv"))
    facts = {"byte-order": sys.byteorder, "size.long": ctypes.sizeof(ctypes.c_long)}
    say(**facts, **{"align.int64": pair.n.offset, "char-signed": signed})


def answer(listener, encoding):
    while True:
        peer, address = listener.accept()
        with peer:
            request = peer.recv(8, socket.MSG_WAITALL)
            if len(request) == 8:
                peer.sendall(struct.pack("!I", sum(struct.unpack("!II", request)) % 2**32))
            elif request:
                say(short=encoding, peer="%s:%d" % address, got=len(request), want=8)


def serve(words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asked = [word.partition("=")[::2] for word in words]
    unknown = [name for name, _ in asked if name != "network"]
    for name in unknown:
        say(unsupported=name)
    if unknown:
        sys.exit(127)
    for name, address in asked:
        host, _, port = (address or "127.0.0.1:0").rpartition(":")
        listener = socket.create_server((host, int(port)))
        say(listening=name, address="%s:%d" % listener.getsockname())
        threading.Thread(target=answer, args=(listener, name), daemon=True).start()
    say(ready=True)
    signal.pause()


def drive():
    for order in map(json.loads, sys.stdin):
        if order["encoding"] != "network":
            say(id=order["id"], outcome="unsupported")
            continue
        host, port = order["address"].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            sent = struct.pack("!II", *map(int, order["request"]))
            server.sendall(sent)
            received = server.recv(4, socket.MSG_WAITALL)
            ends = {"sent": sent.hex(), "received": received.hex(), "from": "%s:%d" % server.getsockname()}
        if len(received) == 4:
            say(id=order["id"], reply=str(*struct.unpack("!I", received)), **ends)
        else:
            say(id=order["id"], outcome="closed", **ends)


command, *arguments = sys.argv[1:]
{"abi": abi, "serve": lambda: serve(arguments), "drive": drive}[command]()
