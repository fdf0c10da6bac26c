"""hq_server/text_files.py: lines of JSON are read as one type, and faults are placed."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import msgspec
import pytest

from hq_server.text_files import TextFileError, lines


class Line(msgspec.Struct):
    n: int
    words: str = ""


def test_a_packed_file_reads_as_a_plain_one(tmp_path: Path) -> None:
    content = b'{"n": 1}\n\n{"n": 2, "more": true}\n'
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.xz"
    plain.write_bytes(content)
    packed.write_bytes(lzma.compress(content))
    assert [one.n for one in lines(plain, Line)] == [1, 2]
    assert list(lines(packed, Line)) == list(lines(plain, Line))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nonsense", "not JSON"),
        (b'{"n": 1', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"n": 1, "words": "\xff"}', "not JSON"),
        (b"[1]", "Expected `object`"),
        (b'{"n": "x"}', r"at `\$.n`"),
        (json.dumps({}).encode(), "field `n`"),
    ],
)
def test_a_wrong_line_is_placed(tmp_path: Path, line: bytes, why: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"n": 1}\n\n' + line + b"\n")
    with pytest.raises(TextFileError, match=rf"in\.jsonl, line 3: .*{why}") as found:
        list(lines(path, Line))
    assert found.value.line == 3


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    damaged, short = tmp_path / "damaged.jsonl.xz", tmp_path / "short.jsonl.xz"
    damaged.write_bytes(b"no archive")
    short.write_bytes(lzma.compress(b'{"n": 1}\n' * 9)[:-9])
    for path, why in (
        (tmp_path / "none.jsonl", "No such file"),
        (tmp_path, "directory"),
        (damaged, "format"),
        (short, "ended"),
    ):
        with pytest.raises(TextFileError, match=f"{path.name}: .*{why}") as found:
            list(lines(path, Line))
        assert found.value.line is None
