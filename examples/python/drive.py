"""A client by the contract in JSON lines, and nothing more: `drive.py drive`. It waits for ever for a server that hangs."""

import json
import socket
import struct
import sys

for order in map(json.loads, sys.stdin):
    answer = {"id": order["id"]}
    if order["encoding"] == "network":
        host, port = order["address"].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            sent = struct.pack("!II", *map(int, order["request"]))
            server.sendall(sent)
            received = server.recv(4, socket.MSG_WAITALL)
            answer.update({"sent": sent.hex(), "received": received.hex(), "from": "%s:%d" % server.getsockname()})
        answer.update({"reply": str(*struct.unpack("!I", received))} if len(received) == 4 else {"outcome": "closed"})
    else:
        answer["outcome"] = "unsupported"
    print(json.dumps(answer), flush=True)
