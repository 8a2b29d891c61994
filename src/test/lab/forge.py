#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends datagrams as if they came from somebody else, or as oneself.

   forge.py SOURCE:PORT TARGET:PORT FILE...  each a whole IPv4 packet of its own; needs root
   forge.py - TARGET:PORT FILE...            from a socket; prints how many octets came back within a
                                             second of the last that did, and their first lines"""
import socket
import struct
import sys


def host_port(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def forge(source, target, payload):
    length = 8 + len(payload)
    ends = socket.inet_aton(source[0]) + socket.inet_aton(target[0])
    udp = struct.pack("!HHHH", source[1], target[1], length, 0) + payload
    total = checksum(ends + struct.pack("!BBH", 0, socket.IPPROTO_UDP, length) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack("!H", total) + udp[8:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, socket.IPPROTO_UDP, 0) + ends
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(ip + udp, (target[0], 0))        # the kernel fills in the header's checksum


def ask(target, payloads):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.settimeout(1)
        for payload in payloads:
            own.sendto(payload, target)
        count, lines = 0, []
        try:
            while True:
                answer = own.recv(65535)
                count += len(answer)
                lines.append(answer.split(b"\r\n")[0].decode())
        except TimeoutError:
            print(count, *lines, sep="\n")


def content(name):
    with open(name, "rb") as file:
        return file.read()


contents = [content(name) for name in sys.argv[3:]]
if sys.argv[1] == "-":
    ask(host_port(sys.argv[2]), contents)
else:
    for one in contents:
        forge(host_port(sys.argv[1]), host_port(sys.argv[2]), one)
