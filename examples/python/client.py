"""Asks for the sum of two numbers, and prints it: `client.py PORT A B`."""

import socket
import struct
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as server:
    server.sendall(struct.pack("!II", int(sys.argv[2]), int(sys.argv[3])))
    reply = server.recv(4, socket.MSG_WAITALL)
if len(reply) != 4:
    sys.exit("no reply")
print(*struct.unpack("!I", reply))
