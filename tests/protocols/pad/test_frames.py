from __future__ import annotations

import binascii
import json
import os
import re
import struct
import subprocess
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.pad import frames
from simulator.pad import Noise, micropython
from tests.architecture.sources import ROOT
from tests.protocols.pad.on_micropython import run

VECTORS = ROOT / "protocols" / "pad" / "vectors.json"
NAMES = sorted({one["name"] for one in json.loads(VECTORS.read_text("utf-8"))})
ACK = frames.encode(frames.ACK, 0x5EED0001, 3)

some_fields: dict[str, st.SearchStrategy[int | bytes]] = {
    "B": st.integers(0, 2**8 - 1),
    "H": st.integers(0, 2**16 - 1),
    "I": st.integers(0, 2**32 - 1),
    "Q": st.integers(0, 2**64 - 1),
    "s": st.binary(min_size=8, max_size=8),
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[int, tuple[int | bytes, ...]]:
    kind = draw(st.sampled_from(sorted(frames.FIELDS)))
    codes = frames.FIELDS[kind].replace(">", "").replace("8s", "s")
    return kind, tuple(draw(some_fields[code]) for code in codes)


def wire(payload: bytes) -> bytes:
    """Return a whole frame of any payload."""
    return b"\x00" + frames.stuff(payload + struct.pack("<I", binascii.crc32(payload))) + b"\x00"


def test_both_pythons_make_and_read_every_vector() -> None:  # P1
    vectors = json.loads(VECTORS.read_text("utf-8"))
    count = len(vectors)
    assert {getattr(frames, one["name"]) for one in vectors} == set(frames.FIELDS)
    assert run(str(VECTORS)) == count
    script = ROOT / "tests" / "protocols" / "pad" / "on_micropython.py"
    done = subprocess.run(
        [str(micropython()), str(script), str(VECTORS)],
        env={**os.environ, "MICROPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(count), done.stderr


def test_the_document_shows_every_vector() -> None:
    page = (ROOT / "docs" / "pad-protocol.md").read_text("utf-8")
    lacking = [
        one["name"] for one in json.loads(VECTORS.read_text("utf-8")) if one["frame"] not in page
    ]
    assert not lacking


def test_the_document_has_each_body_as_it_is() -> None:
    page = (ROOT / "docs" / "pad-protocol.md").read_text("utf-8")
    codes = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "8 bytes": "8s"}
    rows = re.findall(r"^\| ([0-9A-F]{2}) \| `([A-Z_]+)` \| (pad|host) \| (.+) \|$", page, re.M)
    told = {
        int(kind, 16): (
            name,
            ">" + "".join(codes[one] for one in re.findall(r"u\d+|8 bytes", body)),
        )
        for kind, name, _, body in rows
    }
    assert told == {
        kind: (next(name for name in NAMES if getattr(frames, name) == kind), body)
        for kind, body in frames.FIELDS.items()
    }
    assert all((int(kind, 16) < frames.WHO) == (who == "pad") for kind, _, who, _ in rows)


def test_each_rule_is_named_by_a_test() -> None:
    page = (ROOT / "docs" / "pad-protocol.md").read_text("utf-8")
    rules = set(re.findall(r"^\| (P\d+) \|", page, re.M))
    folders = (ROOT / "tests" / "protocols" / "pad", ROOT / "tests" / "firmware" / "pad")
    tests = "".join(path.read_text("utf-8") for one in folders for path in one.glob("test_*.py"))
    assert rules <= set(re.findall(r"\bP\d+\b", tests))
    assert len(rules) == 26


@settings(max_examples=150, deadline=None)
@given(st.lists(messages(), max_size=5), st.data())
def test_what_was_said_is_heard_however_it_is_cut(
    said: list[tuple[int, tuple[int | bytes, ...]]], data: st.DataObject
) -> None:
    line = b"".join(frames.encode(kind, *fields) for kind, fields in said)
    reader, heard, at = frames.Frames(), [], 0
    while at < len(line):
        size = data.draw(st.integers(1, 40))
        heard += reader.receive(line[at : at + size])
        at += size
    assert heard == said
    assert reader.damaged == 0


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=1_200), st.integers(1, 300))
def test_any_bytes_are_counted_and_the_next_frame_is_heard(noise: bytes, size: int) -> None:
    reader, heard = frames.Frames(), []
    for at in range(0, len(noise), size):
        heard += reader.receive(noise[at : at + size])
    assert heard == []
    assert reader.receive(b"\x00" + ACK) == [(frames.ACK, (0x5EED0001, 3))]  # P6
    assert reader.dropped_bytes == len(noise) - noise.count(b"\x00")


@given(st.binary(max_size=frames.MOST_BYTES))
def test_stuffing_has_no_zero_and_comes_back(plain: bytes) -> None:
    stuffed = frames.stuff(plain)
    assert b"\x00" not in stuffed
    assert len(stuffed) == len(plain) + 1
    assert frames.unstuff(stuffed) == plain


def test_no_damaged_frame_is_ever_taken_for_whole() -> None:  # P2
    random, noise, reader = Random(11), Noise(flipped=0.02, dropped=0.01), frames.Frames()
    said = [frames.encode(frames.ACK, 7, number) for number in range(3_000)]
    heard = [fields for one in said for _, fields in reader.receive(noise.on(one, random))]
    numbers = [number for _, number in heard]
    assert numbers == sorted(set(numbers))
    assert all(epoch == 7 for epoch, _ in heard)
    assert 1_000 < len(heard) < 3_000
    assert reader.damaged > 500


@pytest.mark.parametrize(
    ("payload", "counted"),
    [
        (bytes([1, frames.ACK]) + bytes(7), "damaged"),  # P4: a byte too few
        (bytes([1, frames.ACK]) + bytes(9), "damaged"),
        (bytes([1, 0x55]) + bytes(8), "unknown"),  # P5
        (bytes([2, frames.ACK]) + bytes(8), "unknown"),
        (b"\x01", "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_whole_frame_must_also_be_one_of_ours(payload: bytes, counted: str) -> None:
    reader = frames.Frames()
    assert reader.receive(wire(payload)) == []
    assert {"damaged": reader.damaged, "unknown": reader.unknown}[counted] == 1
    assert reader.damaged + reader.unknown == 1


def test_memory_is_bounded() -> None:  # P3
    reader = frames.Frames()
    for _ in range(1_000):
        assert reader.receive(b"x" * 1_000) == []
    assert reader.dropped_bytes == 1_000_000
    assert reader.receive(b"\x00" + ACK)
    longest = bytes([1, 0x55]) + bytes(frames.MOST_BYTES - 6)
    assert reader.receive(wire(longest)) == []
    assert reader.unknown == 1
    assert reader.receive(wire(longest + b"x")) == []
    assert reader.unknown == 1
