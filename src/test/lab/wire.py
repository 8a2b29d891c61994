#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A long wire between two network devices: every Ethernet frame that enters at
   one leaves at the other DELAY milliseconds later, or is lost with LOSS
   percent probability, each way by itself. For kernels without netem.

   wire.py DEVICE_A DEVICE_B DELAY_MS LOSS_PERCENT
   wire.py --plain DEVICE      DEVICE shall send no unfinished frames

   A frame's delay counts from the kernel's own receive time stamp, so it does
   not grow with the load on this process; where this process stood still for
   so long that a frame leaves late all the same, it says so. --plain turns off what a veth would
   leave to a real card: half-made checksums and frames longer than the MTU.
   Every device that sends towards the wire needs it."""
import collections
import ctypes
import fcntl
import os
import random
import select
import socket
import struct
import sys
import time

SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
SIOCETHTOOL = 0x8946
# Checksums, TCP segmentation, generic segmentation; turned off in this order.
ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO = 0x17, 0x1F, 0x24, 0x2C
LATE = 100_000_000              # ns; what is later than this is no wire's doing, and is told
MOST_WAITING = 20000            # frames a direction; beyond it a real line drops too


def plain(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for command in (ETHTOOL_SGRO, ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_STXCSUM):
            value = ctypes.create_string_buffer(struct.pack("=II", command, 0))
            request = struct.pack("16sP8x", device.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(control, SIOCETHTOOL, request)
            except OSError as error:
                if command == ETHTOOL_STXCSUM:
                    raise SystemExit(f"{device}: cannot turn off checksum offload: {error}")


class End:
    """One end of the wire, with the frames that are to leave at it."""

    def __init__(self, device):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((device, ETH_P_ALL))
        self.socket.setblocking(False)
        self.waiting = collections.deque()

    def take(self, far, delay, loss):
        """Everything that has come in goes to the far end's queue."""
        while True:
            try:
                frame, ancillary, _, _ = self.socket.recvmsg(65536, 64)
            except BlockingIOError:
                return
            except OSError:
                return                                # the device is down for a moment
            if loss and random.random() < loss:
                continue
            now = time.time_ns()
            came = now
            for _, kind, data in ancillary:
                if kind == SO_TIMESTAMPNS:
                    seconds, nanos = struct.unpack("@qq", data[:16])
                    came = seconds * 1_000_000_000 + nanos
            if not now - 1_000_000_000 <= came <= now:
                came = now                            # somebody set the clock
            if len(far.waiting) < MOST_WAITING:
                far.waiting.append((came + delay, frame))

    def send(self):
        """What is due leaves; returns the seconds until the next is, or None."""
        while self.waiting:
            due, frame = self.waiting[0]
            left = due - time.time_ns()
            if left > 0:
                return min(left / 1e9, 1.0)
            if left < -LATE:
                print(f"late by {-left // 1_000_000} ms", flush=True)
            self.waiting.popleft()
            try:
                self.socket.send(frame)
            except OSError:
                pass                                  # as lost as on a real wire
        return None


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--plain":
        plain(sys.argv[2])
        return
    if len(sys.argv) != 5:
        raise SystemExit(__doc__)
    delay, loss = int(float(sys.argv[3]) * 1e6), float(sys.argv[4]) / 100
    left, right = End(sys.argv[1]), End(sys.argv[2])
    try:
        os.nice(-15)
    except OSError:
        pass
    print("wired", flush=True)
    while True:
        waits = [wait for wait in (left.send(), right.send()) if wait is not None]
        select.select([left.socket, right.socket], [], [], min(waits) if waits else None)
        left.take(right, delay, loss)
        right.take(left, delay, loss)


main()
