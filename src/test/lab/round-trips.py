#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures round trips by UDP, 5 ms apart.
   round-trips.py serve            answers on port 7007
   round-trips.py ADDRESS COUNT    prints the milliseconds of each that came back"""
import select
import socket
import sys
import time

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1] == "serve":
    sock.bind(("", 7007))
    print("ready", flush=True)
    while True:
        data, peer = sock.recvfrom(2048)
        sock.sendto(data, peer)

count, sent, due = int(sys.argv[2]), 0, time.monotonic()
last = due + count * 0.005 + 1.0
while time.monotonic() < last:
    if sent < count and time.monotonic() >= due:
        sock.sendto(repr(time.monotonic()).encode(), (sys.argv[1], 7007))
        sent, due = sent + 1, due + 0.005
    until = due if sent < count else last
    if select.select([sock], [], [], max(0, until - time.monotonic()))[0]:
        data = sock.recv(2048)
        print((time.monotonic() - float(data)) * 1000)
