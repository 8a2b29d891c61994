# SPDX-License-Identifier: Apache-2.0
"""G.711 in both laws, and WAV files of 8 kHz, mono, 16 bit."""
import struct
import wave


def _decode_ulaw(code):
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return 0x84 - magnitude if code & 0x80 else magnitude - 0x84


def _decode_alaw(code):
    code ^= 0x55
    segment, value = (code & 0x70) >> 4, ((code & 0x0F) << 4) + 8
    if segment:
        value = (value + 0x100) << (segment - 1)
    return value if code & 0x80 else -value


DECODE = {0: [_decode_ulaw(code) for code in range(256)],      # RTP payload types
          8: [_decode_alaw(code) for code in range(256)]}


def _nearest(table):
    """The code of every 16-bit sample, indexed by sample + 32768."""
    order = sorted(range(256), key=lambda code: table[code])
    codes, at = bytearray(65536), 0
    for sample in range(-32768, 32768):
        while at < 255 and abs(table[order[at + 1]] - sample) <= abs(table[order[at]] - sample):
            at += 1
        codes[sample + 32768] = order[at]
    return bytes(codes)


_codes = {}


def encode(payload_type, samples):
    if payload_type not in _codes:
        _codes[payload_type] = _nearest(DECODE[payload_type])
    codes = _codes[payload_type]
    return bytes(codes[sample + 32768] for sample in samples)


def decode(payload_type, data):
    table = DECODE[payload_type]
    return [table[code] for code in data]


def read_wav(path):
    with wave.open(path, "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (8000, 1, 2):
            raise SystemExit(f"{path}: 8 kHz, mono, 16 bit is what is wanted")
        count = file.getnframes()
        return list(struct.unpack(f"<{count}h", file.readframes(count)))


def write_wav(path, samples):
    with wave.open(path, "wb") as file:
        file.setframerate(8000)
        file.setnchannels(1)
        file.setsampwidth(2)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
