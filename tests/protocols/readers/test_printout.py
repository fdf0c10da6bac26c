from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.printout import MAX_EVIDENCE, MAX_LINES, Printout


def test_a_character_may_arrive_in_two_pieces() -> None:
    printout = Printout("gb18030")
    printout.text(b"\xb1")
    printout.text(b"\xe3\n")
    assert printout.lines == ["便"]
    assert printout.damage == 0


def test_what_cannot_be_decoded_is_damage() -> None:
    printout = Printout("gb18030")
    printout.text(b"\xff\n")
    assert (printout.damage, printout.unreadable) == (1, 1)
    printout.start_job()
    assert (printout.lines, printout.damage, printout.unreadable) == ([], 0, 0)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r", b"\x0c", b"\x0b"])
def test_every_line_end_ends_a_line(end: bytes) -> None:
    printout = Printout("cp437")
    printout.text(b"a\tb" + end + b"\x00\x01c" + end)
    assert printout.lines == ["a  b", "c"]
    assert printout.odd_bytes == 2


def test_a_line_and_a_job_are_bounded() -> None:
    printout = Printout("cp437")
    for _ in range(1200):
        printout.text(b"x" * 5000)
        printout.text(b"y\n")
    assert len(printout.lines) == MAX_LINES
    assert max(map(len, printout.lines)) == 512
    assert printout.damage
    assert len(printout.evidence) == MAX_EVIDENCE


def test_columns_are_put_in_order_of_their_place() -> None:
    printout = Printout("gb18030")
    printout.move_to(300)
    printout.text(b"14.97")
    printout.move_to(0)
    printout.text("实付".encode("gb18030"))
    printout.move_by()
    printout.text(b"RMB\n")
    assert printout.lines == ["实付  RMB  14.97"]


def test_what_is_printed_twice_at_one_place_is_bold() -> None:
    printout = Printout("cp437")
    for _ in range(2):
        printout.move_to(0)
        printout.text(b"TOTAL")
    printout.text(b"\n")
    assert printout.lines == ["TOTAL"]


def test_many_moves_in_a_line_are_bounded() -> None:
    printout = Printout("gb18030")
    for at in range(3000):
        printout.move_to(at)
        printout.move_by()
        printout.text(b"a")
        printout.double_byte(at % 2 == 0)
    printout.text(b"\n")
    assert printout.lines
    assert len(printout.lines[0]) <= 512


def test_ank_mode_reads_the_page_and_kanji_mode_the_set() -> None:
    printout = Printout("gb18030")
    printout.double_byte(False)
    printout.text(b"\xc4" * 4 + b"\n")
    printout.page_number(16)
    printout.text(b"\x80 1,50\n")
    printout.double_byte(True)
    printout.text("合计".encode("gb18030") + b"\n")
    assert printout.lines == ["────", "€ 1,50", "合计"]


def test_a_page_unknown_to_the_make_is_the_tills_own_set() -> None:
    printout = Printout("cp1252", "citizen")
    printout.page_number(200)
    printout.text(b"\x80\n")
    assert printout.lines == ["€"]


def test_utf_8_has_no_pages() -> None:
    printout = Printout("utf-8")
    printout.page_number(0)
    printout.text("合计\n".encode())
    assert printout.lines == ["合计"]


def test_shift_jis_is_on_whatever_fs_says() -> None:
    printout = Printout("shift_jis")
    printout.double_byte(False)
    printout.shift_jis(True)
    printout.double_byte(False)
    printout.text("合計\n".encode("shift_jis"))
    printout.shift_jis(False)
    printout.page_number(1)
    printout.text(b"\x95" * 9 + b"\n")
    assert printout.lines == ["合計", "─" * 9]
    other = Printout("gb18030")
    other.shift_jis(False)
    other.text("合计\n".encode("gb18030"))
    assert other.lines == ["合计"]


@pytest.mark.parametrize(
    ("encoding", "money"), [("shift_jis", "¥"), ("cp949", "₩"), ("gb18030", "\\")]
)
def test_a_backslash_is_money_in_japan_and_korea(encoding: str, money: str) -> None:
    printout = Printout(encoding)
    printout.text(b"\\100\n")
    printout.move_to(9)
    printout.text(b"\\200\n")
    printout.begin_page()
    printout.text(b"\\300")
    printout.print_page(stay=False)
    assert printout.lines == [f"{money}100", f"{money}200", f"{money}300"]


def test_a_rule_of_a_sign_that_the_set_lacks_is_no_damage() -> None:
    printout = Printout("big5")
    printout.text(b"\x95" * 42 + b"\nA-0412\n")
    assert (printout.lines, printout.damage) == (["A-0412"], 0)


def test_damage_puts_the_modes_back() -> None:
    printout = Printout("gb18030")
    printout.double_byte(False)
    printout.damage = 1
    printout.start_job()
    printout.text("合计\n".encode("gb18030"))
    assert printout.lines == ["合计"]


def test_a_page_is_read_from_its_top() -> None:
    printout = Printout("gb18030")
    printout.text(b"before\n")
    printout.begin_page()
    printout.page_area(0, 100)
    printout.down(60, by=False)
    printout.text("实付".encode("gb18030"))
    printout.move_to(200)
    printout.text(b"14.97\nchange 0.03\n")
    printout.page_area(0, 0)
    printout.text(b"No. A-0412")
    printout.down(30, by=True)
    printout.text(b"two")
    printout.text(b"\x0cafter\n")
    assert printout.lines == ["before", "No. A-0412", "two", "实付  14.97", "change 0.03", "after"]


def test_cancel_and_standard_mode_drop_the_page() -> None:
    printout = Printout("cp437")
    printout.begin_page()
    printout.text(b"gone\x18kept")
    printout.print_page(stay=True)
    printout.text(b"gone too")
    printout.drop_page()
    printout.text(b"on paper\n")
    assert printout.lines == ["kept", "on paper"]


TEXT = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b"\n", b"\r\n", b"\t", b"\x18", b"\x0c", b"\xb1\xe3", b"x" * 700, b"\xff"]),
)
MOVES = ("move_by", "begin_page", "drop_page", "end_line")


@given(
    st.sampled_from(["gb18030", "big5", "cp949", "shift_jis", "cp437", "utf-8"]),
    st.lists(st.one_of(TEXT, st.sampled_from(MOVES), st.integers(0, 600)), max_size=12),
    st.integers(1, 5),
)
@settings(max_examples=150)
def test_text_in_pieces_is_the_same_text(
    encoding: str, steps: list[bytes | str | int], size: int
) -> None:
    whole, pieces = Printout(encoding), Printout(encoding)
    for step in steps:
        for printout in (whole, pieces):
            if isinstance(step, str):
                getattr(printout, step)()
            elif isinstance(step, int):
                printout.move_to(step)
        if isinstance(step, bytes):
            whole.text(step)
            for at in range(0, len(step), size):
                pieces.text(step[at : at + size])
    for printout in (whole, pieces):
        printout.print_page(stay=False)
    assert pieces.lines == whole.lines
    assert (pieces.damage, pieces.unreadable) == (whole.damage, whole.unreadable)
    assert (pieces.odd_bytes, pieces.evidence) == (whole.odd_bytes, whole.evidence)
