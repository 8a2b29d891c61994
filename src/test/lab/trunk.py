#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The far end of a SIP trunk: calls numbers at a switch, and is called.

   trunk.py OWN_ADDRESS:PORT SWITCH_ADDRESS:PORT

One UDP socket, one clock. Commands on stdin, a line each:

   call ID NUMBER [at=EPOCH_MS] [cancel=MS] [give-up=MS] [hang-up=MS] [play=WAV] [record=WAV]
        cancel: after the first 180 (none: it goes on ringing); give-up: after
        the INVITE, when nothing has ended it; hang-up: after the answer
   repeat PREFIX NUMBER EVERY_MS [the same] [after=MS] [tell=rang]
        calls PREFIX1, PREFIX2, ..., beside those of other prefixes, the first
        after so long; with tell=rang only "rang" tells of each
   repeat-stop [PREFIX]
   cancel ID, bye ID
   incoming ring|answer|ignore|STATUS [play=WAV] [record=WAV]    what to do when called
   quit

Events on stdout, a JSON object a line, with "at" in epoch milliseconds:
   ready; invite {id,to}; response {id,status,reason}; established {id};
   rung {id,number,from}; answered {id}; cancelled {id}; ended {id}; error {detail};
   rang {id,series,count,invited,after}: "after" milliseconds, a 180 or, with
        "status", the end without one (0: none came)
The id of a call that came in is its Call-ID."""
import heapq
import itertools
import json
import os
import random
import re
import select
import socket
import struct
import sys
import time

import g711

T1, T2 = 0.5, 4.0                       # RFC 3261, 17.1.1.1
FRAME = 160                             # samples in 20 ms


def host_port(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


OWN, SWITCH = host_port(sys.argv[1]), host_port(sys.argv[2])
sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
sip.bind(OWN)
timers, order = [], itertools.count()


def after(seconds, action):
    """Runs the action later; the returned list cancels it when emptied."""
    handle = [action]
    heapq.heappush(timers, (time.time() + seconds, next(order), handle))
    return handle


def event(name, **members):
    print(json.dumps({"at": round(time.time() * 1000, 1), "event": name, **members}), flush=True)


class Message:
    """A SIP message: first line, headers as (lower-case name, value), body."""

    LONG = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
            "c": "content-type"}

    def __init__(self, data):
        head, _, self.body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        self.first, self.headers = lines[0], []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            self.headers.append((self.LONG.get(name, name), value.strip()))
        self.status = int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0
        self.method = self.first.split()[0]

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def get(self, name):
        return (self.all(name) or [""])[0]


def send(first, headers, body="", to=None):
    lines = [first] + [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append("Content-Type: application/sdp")
    lines.append(f"Content-Length: {len(body)}")
    data = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
    sip.sendto(data, to or SWITCH)
    return data


def uri_of(header):
    found = re.search(r"<([^>]+)>", header)
    return found.group(1) if found else header.split(";")[0].strip()


def user_of(uri):
    found = re.match(r"<?sips?:([^@;>]+)@", uri)
    return found.group(1) if found else uri


def destination(uri, fallback):
    """Where a request to this URI goes; names and what cannot be read go to the fallback."""
    found = re.match(r"sips?:(?:[^@]*@)?(\d+\.\d+\.\d+\.\d+)(?::(\d+))?", uri)
    return (found.group(1), int(found.group(2) or 5060)) if found else fallback


class Audio:
    """RTP of one call: plays one WAV in a loop, records what comes by its time stamps."""

    open_ones = {}

    def __init__(self, play, record):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((OWN[0], 0))
        self.port = self.socket.getsockname()[1]
        self.play = g711.read_wav(play) if play else [0] * FRAME
        self.record, self.heard, self.first_stamp = record, [], None
        self.target = None
        self.law = 0
        self.encoded = b""
        self.sent = 0
        self.ssrc, self.sequence = random.getrandbits(32), random.getrandbits(15)
        Audio.open_ones[self.socket] = self

    def describe(self, chosen=None):
        kinds = [chosen] if chosen is not None else [0, 8]
        return "".join(line + "\r\n" for line in [
            "v=0", f"o=- {self.ssrc} 1 IN IP4 {OWN[0]}", "s=-", f"c=IN IP4 {OWN[0]}", "t=0 0",
            f"m=audio {self.port} RTP/AVP " + " ".join(map(str, kinds)),
            *(f"a=rtpmap:{kind} {'PCMU' if kind == 0 else 'PCMA'}/8000" for kind in kinds), "a=sendrecv"])

    def far_end(self, description):
        """Takes the other's description; returns the law both have."""
        address = re.search(r"^c=IN IP4 (\S+)", description, re.M)
        media = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", description, re.M)
        if not address or not media:
            return 0
        kinds = [int(kind) for kind in media.group(2).split()]
        self.law = next((kind for kind in kinds if kind in (0, 8)), 0)
        started = self.target is not None
        self.target = (address.group(1), int(media.group(1)))
        self.encoded = g711.encode(self.law, self.play)
        if not started:
            self.begun = time.time()
            self.tick()
        return self.law

    def tick(self):
        if not self.socket:
            return
        start = self.sent * FRAME % len(self.encoded)
        payload = (self.encoded[start:start + FRAME] + self.encoded[:FRAME])[:FRAME]
        header = struct.pack("!BBHII", 0x80, self.law, (self.sequence + self.sent) & 0xFFFF,
                             self.sent * FRAME & 0xFFFFFFFF, self.ssrc)
        try:
            self.socket.sendto(header + payload, self.target)
        except OSError:
            pass
        self.sent += 1
        after(max(0.0, self.begun + self.sent * 0.02 - time.time()), self.tick)

    def take(self):
        data = self.socket.recv(2048)
        if len(data) < 12 or data[0] >> 6 != 2 or data[1] & 0x7F not in (0, 8):
            return
        stamp = struct.unpack("!I", data[4:8])[0]
        if self.first_stamp is None:
            self.first_stamp = stamp
        offset = stamp - self.first_stamp & 0xFFFFFFFF
        samples = g711.decode(data[1] & 0x7F, data[12 + 4 * (data[0] & 15):])
        if offset > len(self.heard) + 8000 * 60:
            return
        if offset > len(self.heard):
            self.heard.extend([0] * (offset - len(self.heard)))
        self.heard[offset:offset + len(samples)] = samples

    def close(self):
        if self.socket:
            del Audio.open_ones[self.socket]
            self.socket.close()
            self.socket = None
            if self.record:
                g711.write_wav(self.record + ".part", self.heard)
                os.rename(self.record + ".part", self.record)


class Outgoing:
    """One call to the switch."""

    def __init__(self, name, number, options):
        self.name, self.number, self.options = name, number, options
        self.branch = f"z9hG4bK{random.getrandbits(64):x}"
        self.tag, self.call_id = f"{random.getrandbits(48):x}", f"{random.getrandbits(64):x}@{OWN[0]}"
        self.uri = f"sip:{number}@{SWITCH[0]}:{SWITCH[1]}"
        self.state = "calling"
        self.quiet, self.told = options.get("tell") == "rang", False
        self.seen, self.remote, self.audio = set(), None, None
        if "play" in options or "record" in options:
            self.audio = Audio(options.get("play"), options.get("record"))
        calls[name] = by_call_id[self.call_id] = self

    def headers(self, method, number=1, branch=None, to=None, routes=()):
        return [("Via", f"SIP/2.0/UDP {OWN[0]}:{OWN[1]};branch={branch or self.branch};rport"),
                ("Max-Forwards", "70"), *(("Route", route) for route in routes),
                ("From", f"<sip:{self.options.get('from', '+15559990000')}@{OWN[0]}>;tag={self.tag}"),
                ("To", to or f"<{self.uri}>"), ("Call-ID", self.call_id),
                ("CSeq", f"{number} {method}"), ("Contact", f"<sip:trunk@{OWN[0]}:{OWN[1]}>")]

    def tell(self, name, **members):
        if not self.quiet:
            event(name, id=self.name, **members)

    def tell_ringing(self, **members):
        if self.quiet and not self.told:
            self.told = True
            now = time.time() * 1000
            event("rang", id=self.name, series=self.options["series"], count=self.options["count"],
                  invited=round(self.invited, 1), after=round(now - self.invited, 1), **members)

    def invite(self):
        self.tell("invite", to=self.number)
        self.invited = time.time() * 1000
        audio = self.audio or Audio(None, None)
        self.request = send(f"INVITE {self.uri} SIP/2.0", self.headers("INVITE"), audio.describe())
        if not self.audio:
            audio.close()
        self.resend(T1)
        if "give-up" in self.options:
            after(float(self.options["give-up"]) / 1000, self.cancel)

    def resend(self, wait):
        def again():
            if self.state == "calling" and not self.seen and wait < 32:
                sip.sendto(self.request, SWITCH)
                self.resend(2 * wait)
        after(wait, again)

    def cancel(self):
        if self.state == "calling":
            self.state = "cancelling"
            if self.seen:
                self.send_cancel()

    def send_cancel(self, wait=T1):
        if self.state == "cancelling" and wait < 32:
            headers = [pair for pair in self.headers("CANCEL") if pair[0] != "Contact"]
            send(f"CANCEL {self.uri} SIP/2.0", headers)
            after(wait, lambda: self.send_cancel(2 * wait))

    def answer(self, message):
        method = message.get("cseq").split()[-1]
        if method == "BYE":
            if self.state == "leaving":
                self.end()
            return
        if method != "INVITE":
            return
        status = message.status
        if status not in self.seen:
            self.tell("response", status=status, reason=message.first.split(None, 2)[-1])
        if status == 180:
            self.tell_ringing()
        first = not self.seen
        fresh = status not in self.seen
        self.seen.add(status)
        if status < 200:
            if self.state == "cancelling" and first:
                self.send_cancel()
            if status == 180 and fresh and "cancel" in self.options and self.state == "calling":
                after(float(self.options["cancel"]) / 1000, self.cancel)
            return
        if status >= 300:
            send(f"ACK {self.uri} SIP/2.0", self.headers("ACK", to=message.get("to"))[:-1])
            self.end()
            return
        self.remote, self.to = uri_of(message.get("contact")) or self.uri, message.get("to")
        self.routes = [route for value in reversed(message.all("record-route"))
                       for route in reversed(value.split(","))]
        self.in_dialog("ACK", 1)
        if self.state == "cancelling":
            self.hang_up()
        elif self.state == "calling":
            self.state = "talking"
            self.tell("established")
            if self.audio:
                self.audio.far_end(message.body)
            if "hang-up" in self.options:
                after(float(self.options["hang-up"]) / 1000, self.hang_up)

    def in_dialog(self, method, number):
        target = destination(uri_of(self.routes[0]) if self.routes else self.remote, SWITCH)
        return send(f"{method} {self.remote} SIP/2.0",
                    self.headers(method, number, f"z9hG4bK{random.getrandbits(64):x}", self.to, self.routes),
                    to=target), target

    def hang_up(self):
        if self.state in ("talking", "cancelling"):
            self.state = "leaving"
            data, target = self.in_dialog("BYE", 2)
            self.resend_bye(data, target, T1)

    def resend_bye(self, data, target, wait):
        def again():
            if self.state == "leaving":
                if wait > 8:
                    self.end()
                else:
                    sip.sendto(data, target)
                    self.resend_bye(data, target, min(2 * wait, 16))
        after(wait, again)

    def end(self):
        if self.state != "ended":
            self.state = "ended"
            if self.audio:
                self.audio.close()
            self.tell_ringing(status=max(self.seen, default=0))
            self.tell("ended")
            after(32, self.forget)

    def forget(self):
        calls.pop(self.name, None)
        by_call_id.pop(self.call_id, None)

    def asked(self, message, source):
        """A request in this call."""
        respond(message, 200, "OK", source)
        if message.method == "BYE":
            self.end()


class Incoming:
    """One call from the switch."""

    def __init__(self, invite, source, how, options):
        self.invite, self.source, self.how = invite, source, how
        self.name = invite.get("call-id")
        self.tag, self.state, self.last = f"{random.getrandbits(48):x}", "ringing", None
        calls[self.name] = by_call_id[self.name] = self
        event("rung", id=self.name, number=user_of(invite.first.split()[1]), **{"from": user_of(uri_of(invite.get("from")))})
        self.audio = None
        if how.isdigit():
            self.state = "refused"
            self.last = (int(how), "Refused", "")
            self.answer()
        elif how != "ignore":
            self.last = (180, "Ringing", "")
            self.answer()
            if how == "answer":
                self.audio = Audio(options.get("play"), options.get("record"))
                law = self.audio.far_end(invite.body)
                self.last = (200, "OK", self.audio.describe(law))
                self.state = "answered"
                self.answer()
                self.resend(T1)
                event("answered", id=self.name)

    def answer(self):
        if self.last:
            status, reason, body = self.last
            respond(self.invite, status, reason, self.source, self.tag, body)

    def resend(self, wait):
        def again():
            if self.state == "answered" and wait < 32:
                self.answer()
                self.resend(min(2 * wait, T2) if wait < T2 else wait + T2)
        after(wait, again)

    def asked(self, message, source):
        if message.method == "INVITE":
            if message.get("cseq") == self.invite.get("cseq"):
                self.answer()
            else:
                respond(message, 200, "OK", source, None, self.audio.describe(self.audio.law) if self.audio else "")
        elif message.method == "ACK":
            if self.state == "answered":
                self.state = "talking"
        elif message.method == "CANCEL":
            respond(message, 200, "OK", source, self.tag)
            if self.state == "ringing":
                self.state = "cancelled"
                self.last = (487, "Request Terminated", "")
                self.answer()
                event("cancelled", id=self.name)
                self.end()
        else:
            respond(message, 200, "OK", source)
            if message.method == "BYE":
                self.end()

    def hang_up(self):
        if self.state in ("answered", "talking"):
            self.state = "leaving"
            target = uri_of(self.invite.get("contact"))
            routes = [route for value in self.invite.all("record-route") for route in value.split(",")]
            send(f"BYE {target} SIP/2.0", [
                ("Via", f"SIP/2.0/UDP {OWN[0]}:{OWN[1]};branch=z9hG4bK{random.getrandbits(64):x};rport"),
                ("Max-Forwards", "70"), *(("Route", route) for route in routes),
                ("From", self.invite.get("to") + f";tag={self.tag}"), ("To", self.invite.get("from")),
                ("Call-ID", self.name), ("CSeq", "1 BYE")],
                to=destination(uri_of(routes[0]) if routes else target, SWITCH))
            self.end()

    cancel = hang_up

    def end(self):
        if self.audio:
            self.audio.close()
            self.audio = None
        event("ended", id=self.name)
        after(32, lambda: by_call_id.pop(self.name, None) and calls.pop(self.name, None))


def respond(request, status, reason, to, tag=None, body=""):
    target = request.get("to")
    if tag and ";tag=" not in target:
        target += f";tag={tag}"
    via = request.all("via")
    via[0] = re.sub(r";rport(?=;|$)", f";rport={to[1]}", via[0]) + f";received={to[0]}"
    send(f"SIP/2.0 {status} {reason}", [*(("Via", value) for value in via), ("From", request.get("from")),
         ("To", target), ("Call-ID", request.get("call-id")), ("CSeq", request.get("cseq")),
         *(("Record-Route", value) for value in request.all("record-route")),
         ("Contact", f"<sip:trunk@{OWN[0]}:{OWN[1]}>")], body, to)


def receive(data, source):
    if len(data) < 20:
        return                                            # a keep-alive
    message = Message(data)
    call = by_call_id.get(message.get("call-id"))
    if message.status:
        if isinstance(call, Outgoing):
            call.answer(message)
    elif call:
        call.asked(message, source)
    elif message.method == "INVITE":
        Incoming(message, source, *incoming)
    elif message.method == "OPTIONS":
        respond(message, 200, "OK", source, "options")
    elif message.method != "ACK":
        respond(message, 481, "Call Does Not Exist", source, "none")


calls, by_call_id = {}, {}
incoming = ("ring", {})
repeating = {}


def repeat(run, count, due):
    prefix, number, every, options = run
    if repeating.get(prefix) is run:
        Outgoing(f"{prefix}{count}", number, {**options, "series": prefix, "count": count}).invite()
        due += every
        after(max(0.0, due - time.time()), lambda: repeat(run, count + 1, due))


def command(line):
    global incoming
    words = line.split()
    plain = [word for word in words if "=" not in word]
    options = dict(word.split("=", 1) for word in words if "=" in word)
    if not plain:
        return
    if plain[0] == "call":
        start = float(options.pop("at", 0)) / 1000
        call = Outgoing(plain[1], plain[2], options)
        after(max(0.0, start - time.time()), call.invite)
    elif plain[0] == "repeat":
        run = (plain[1], plain[2], float(plain[3]) / 1000, options)
        repeating[plain[1]] = run
        first = time.time() + float(options.pop("after", 0)) / 1000
        after(max(0.0, first - time.time()), lambda: repeat(run, 1, first))
    elif plain[0] == "repeat-stop":
        for prefix in plain[1:] or list(repeating):
            repeating.pop(prefix, None)
    elif plain[0] == "cancel":
        calls[plain[1]].cancel()
    elif plain[0] == "bye":
        calls[plain[1]].hang_up()
    elif plain[0] == "incoming":
        incoming = (plain[1], options)
    elif plain[0] == "quit":
        raise SystemExit(0)
    else:
        event("error", detail=f"unknown command: {line}")


def main():
    typed = b""
    g711.encode(0, [])                                     # builds the table before the first call
    event("ready")
    while True:
        while timers and (timers[0][0] <= time.time() or not timers[0][2]):
            _, _, handle = heapq.heappop(timers)
            if handle:
                handle[0]()
        wait = max(0.0, timers[0][0] - time.time()) if timers else None
        readable, _, _ = select.select([sip, sys.stdin.fileno(), *Audio.open_ones], [], [], wait)
        for ready in readable:
            try:
                if ready is sip:
                    receive(*sip.recvfrom(65536))
                elif ready in Audio.open_ones:
                    Audio.open_ones[ready].take()
                elif ready == sys.stdin.fileno():
                    chunk = os.read(ready, 65536)
                    if not chunk:
                        return
                    typed += chunk
                    *lines, typed = typed.split(b"\n")
                    for line in lines:
                        command(line.decode())
            except (OSError, ValueError, KeyError, IndexError) as error:
                event("error", detail=f"{type(error).__name__}: {error}")


main()
