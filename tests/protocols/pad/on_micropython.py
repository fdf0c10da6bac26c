"""Encodes and decodes every vector; runs on MicroPython as on CPython: `… vectors.json`."""

import binascii
import json
import sys

from protocols.pad import frames


def run(path: str) -> int:
    """Return how many vectors came out right."""
    right = 0
    with open(path) as file:  # noqa: PTH123 (MicroPython has no pathlib)
        vectors = json.load(file)
    for vector in vectors:
        kind = getattr(frames, vector["name"])
        fields = [binascii.unhexlify(x) if isinstance(x, str) else x for x in vector["fields"]]
        frame = binascii.unhexlify(vector["frame"])
        reader = frames.Frames()
        told = [reader.receive(bytes([byte])) for byte in b"noise" + frame]
        found = [one for some in told for one in some]
        right += frames.encode(kind, *fields) == frame and found == [(kind, tuple(fields))]
        harmed = bytearray(frame)
        harmed[len(harmed) // 2] ^= 1
        right -= len(frames.Frames().receive(bytes(harmed)))
    return right


if __name__ == "__main__":
    print(run(sys.argv[1]))
