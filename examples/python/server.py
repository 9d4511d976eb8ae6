"""Adds two numbers of 32 bits for each client: `server.py PORT`."""

import contextlib
import socket
import struct
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        peer, _ = listener.accept()
        # A client that resets its connection costs nobody else an answer.
        with peer, contextlib.suppress(ConnectionError):
            request = peer.recv(8, socket.MSG_WAITALL)
            if len(request) == 8:
                a, b = struct.unpack("!II", request)
                peer.sendall(struct.pack("!I", (a + b) % 2**32))
