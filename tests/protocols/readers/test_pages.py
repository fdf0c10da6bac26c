from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.commands import EPSON, STAR
from protocols.readers.pages import KATAKANA, PAGE_TABLES, decoded, dialect, is_double_byte

ENCODINGS = ("gb18030", "gbk", "big5", "cp949", "shift_jis", "utf-8", "cp437")


def test_which_sets_fs_switches_on() -> None:
    assert is_double_byte("GB18030")
    assert is_double_byte("big5")
    assert not is_double_byte("cp437")
    with pytest.raises(LookupError):
        is_double_byte("klingon")


def test_every_page_of_every_make_can_be_read() -> None:
    every = bytes(range(256))
    for make, pages in PAGE_TABLES.items():
        for number, page in pages.items():
            text = decoded(every, page)
            # The Arabic page 864 has a percent sign of its own.
            ascii_half = text[:128].replace("٪", "%")
            assert (len(text), ascii_half) == (256, every[:128].decode("ascii")), (make, number)
            assert page == KATAKANA or codecs.lookup(page)


def test_makers_number_differently() -> None:
    euro = b"\x80 14,30"
    assert decoded(euro, PAGE_TABLES["epson"][16]) == "€ 14,30"
    assert decoded(euro, PAGE_TABLES["zjiang"][71]) == "€ 14,30"
    assert decoded(euro, PAGE_TABLES["wincor"][8]) == "€ 14,30"
    assert decoded(euro, PAGE_TABLES["star"][32]) == "€ 14,30"


def test_katakana_stand_between_rules_and_signs() -> None:
    assert decoded(b"\xb1\xb2\xb3 \x95\x95 \xf2", KATAKANA) == "ｱｲｳ ── 年"


def test_only_a_star_has_commands_of_its_own() -> None:
    assert dialect("star") is STAR
    assert all(dialect(make) is EPSON for make in PAGE_TABLES if make != "star")


@given(st.sampled_from(ENCODINGS), st.lists(st.binary(max_size=8), max_size=6))
@settings(max_examples=150)
def test_lines_decode_alike_alone_and_together(encoding: str, lines: list[bytes]) -> None:
    lines = [line.replace(b"\n", b"") for line in lines]
    together = decoded(b"\n".join(lines), encoding).split("\n") if lines else []
    assert together == [decoded(line, encoding) for line in lines]
