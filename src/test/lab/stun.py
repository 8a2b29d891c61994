#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The smallest STUN responder (RFC 5389 binding; RFC 3489 too): tells every
   client the address it is seen from. Honours CHANGE-REQUEST for the port only.
   Arguments: the address and the port to listen on."""
import socket, struct, sys

HOST, PORT = sys.argv[1], int(sys.argv[2])
MAGIC = 0x2112A442
main = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
main.bind((HOST, PORT))
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind((HOST, PORT + 1))

def attribute(kind, address, port, xor):
    number = struct.unpack("!I", socket.inet_aton(address))[0]
    if xor:
        number, port = number ^ MAGIC, port ^ (MAGIC >> 16)
    return struct.pack("!HHxBHI", kind, 8, 1, port, number)

while True:
    data, peer = main.recvfrom(2048)
    if len(data) < 20 or data[:2] != b"\0\1":
        continue
    change = b"\0\3\0\4\0\0\0" in data[20:] and data[20:].split(b"\0\3\0\4\0\0\0", 1)[1][0]
    body = attribute(1, *peer, False) + attribute(0x20, *peer, True)
    reply = struct.pack("!HH", 0x0101, len(body)) + data[4:20] + body
    try:
        (other if change else main).sendto(reply, peer)
    except OSError as error:
        print(f"no answer to {peer}: {error}", flush=True)
