import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.cd5220 import Cd5220Reader
from protocols.readers.events import Doubt, ItemShown, ReaderEvent, Suspected, TotalShown
from tests.protocols.readers.feeding import PIECES, check_pieces, fed, streams

CLEAR = b"\x0c"
COLA = ItemShown(name="可乐330ml", price="3.50")
MILK = ItemShown(name="蒙牛纯牛奶", price="7.00")
TOTAL = TotalShown(total="10.50")


def upper(text: str, encoding: str = "gb18030") -> bytes:
    return b"\x1bQA" + text.encode(encoding).ljust(20) + b"\r"


def lower(text: str, encoding: str = "gb18030") -> bytes:
    return b"\x1bQB" + text.encode(encoding).rjust(20) + b"\r"


SHOWS_COLA = upper("可乐330ml") + lower("3.50")
SHOWS_MILK = upper("蒙牛纯牛奶") + lower("2x3.50    7.00")
SHOWS_TOTAL = upper("合计") + lower("10.50")
WELCOME = CLEAR + b"\x1bQD" + "欢迎光临 会员日全场8.8折".encode("gb18030") + b"\r"


def display(encoding: str = "gb18030") -> Cd5220Reader:
    return Cd5220Reader(encoding=encoding)


def shown(*pictures: bytes, encoding: str = "gb18030") -> list[ReaderEvent]:
    """Return the events of pictures with a pause after each."""
    reader, events = display(encoding), list[ReaderEvent]()
    for at, picture in enumerate(pictures):
        events += reader.feed(picture, float(at))
    return events + reader.idle(99.0)


def test_a_sale() -> None:
    pictures = (WELCOME, SHOWS_COLA, SHOWS_MILK, SHOWS_TOTAL, CLEAR + WELCOME)
    assert shown(*pictures) == [COLA, MILK, TOTAL]


def test_a_till_without_pauses_loses_nothing() -> None:
    assert shown(SHOWS_COLA + SHOWS_MILK + SHOWS_TOTAL) == [COLA, MILK, TOTAL]
    cleared = CLEAR + SHOWS_COLA + CLEAR + SHOWS_MILK + b"\x1b@" + SHOWS_TOTAL
    assert shown(cleared) == [COLA, MILK, TOTAL]


def test_it_is_told_when_the_till_pauses() -> None:
    reader = display()
    assert reader.feed(SHOWS_COLA, 0.0) == []
    assert reader.idle(0.1) == []
    assert reader.idle(0.15) == [COLA]
    assert reader.idle(9.0) == []
    assert reader.close() == []


def test_a_refresh_of_the_same_goods_is_one_event() -> None:
    assert shown(SHOWS_COLA, SHOWS_COLA, CLEAR + SHOWS_COLA, CLEAR, SHOWS_COLA) == [COLA]


def test_the_same_goods_in_the_next_sale_are_another_event() -> None:
    assert shown(SHOWS_COLA, SHOWS_TOTAL, SHOWS_COLA) == [COLA, TOTAL, COLA]
    assert shown(SHOWS_COLA, CLEAR + WELCOME, SHOWS_COLA) == [COLA, COLA]


def test_a_new_name_never_gets_the_old_price() -> None:
    assert shown(SHOWS_COLA, upper("蒙牛纯牛奶"), lower("7.00")) == [COLA, MILK]
    assert shown(SHOWS_COLA, upper("欢迎光临")) == [COLA]


def test_a_new_quantity_below_the_same_name() -> None:
    twice = ItemShown(name="可乐330ml", price="7.00")
    assert shown(SHOWS_COLA, lower("2x3.50 7.00")) == [COLA, twice]


def test_advertising_that_scrolls_gives_nothing() -> None:
    advert = b"\x1bQD" + "可乐 3.50".encode("gb18030") + b"\r"
    assert shown(advert) == shown(CLEAR + advert + lower("香蕉 1.99")) == []
    assert shown(advert + lower("合计 10.50")) == [TOTAL]
    assert shown(advert + SHOWS_COLA) == [COLA]
    assert shown(b"\x1buD" + b"Cola 3.50\r", b"\x1buE12:30\r", b"\x1buFCola 3.50\r") == []


@pytest.mark.parametrize(
    "picture",
    [
        CLEAR + b"Cola 330ml          " + b"                3.50",
        b"Cola 330ml\r\n3.50\r\n",
        b"\x1b@\x0bCola 330ml\x1bl\x01\x023.50",
        b"\x1b[HCola 330ml\x1f$\x01\x023.50",
        b"\x0c\x1b[KX\x0b\x1f\x01\x1b_\x00\x1b*\x03Cola 330ml\x1f$\x01\x023.50 \x1b[R ",
        b"\x1buACola 330ml\r\x1buB3.50\r",
        b"\x1bQACola 330ml          \x1bQB                3.50\x1b@",
    ],
)
def test_other_ways_to_write_the_same(picture: bytes) -> None:
    assert shown(picture) == [ItemShown(name="Cola 330ml", price="3.50")]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "合计"),
        ("big5", "應付"),
        ("cp437", "Total"),
        ("cp1252", "Zu zahlen"),
        ("cp949", "합계"),
        ("shift_jis", "合計"),
    ],
)
def test_six_languages_in_their_encodings(encoding: str, text: str) -> None:
    picture = upper(text, encoding) + lower("10.50", encoding)
    assert shown(picture, encoding=encoding) == [TOTAL]


def test_eight_digits_and_lamps() -> None:
    price, sum_, given = b"\x1bQA3.50\r\x1bs1", b"\x1bQA10.50\r\x1bs2", b"\x1bQA20.00\r\x1bs3"
    change = b"\x1bQA9.50\r\x1bs4"
    assert shown(b"\x1b@", price, sum_, given, change, CLEAR) == [
        ItemShown(name="", price="3.50"),
        TOTAL,
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "cp949"])
def test_no_shopper_is_named(encoding: str) -> None:
    picture = upper("13800138000 x", "ascii") + lower("3.50")
    assert all("13800138000" not in repr(event) for event in shown(picture, encoding=encoding))


def test_half_a_line_is_no_price() -> None:
    reader = display()
    events = reader.feed(upper("可乐330ml") + b"\x1bQB              3", 0.0) + reader.idle(1.0)
    assert events == []
    assert (reader.counts.damaged, reader.counts.resyncs) == (1, 1)
    assert shown(upper("可乐330ml") + b"\x1bQB   3\x1b@") == []
    assert reader.feed(CLEAR + SHOWS_MILK, 2.0) + reader.idle(3.0) == [MILK]


def test_unknown_commands_cost_two_bytes() -> None:
    reader = display()
    assert fed(reader, b"\x1bz" + SHOWS_COLA) == [COLA]
    assert (reader.counts.damaged, reader.counts.dropped_bytes) == (1, 2)


def test_a_wrong_speed_is_suspected() -> None:
    reader, events = display(), list[ReaderEvent]()
    for t in range(4):
        events += reader.feed(b"\x05\xf8\x06\x1b\x80", float(t)) + reader.idle(t + 0.5)
    assert events == [Suspected(doubt=Doubt.BAUD)]


def test_bounded_memory() -> None:
    reader = display()
    for unit in (b"\x1bQA" + b"x" * 5000, b"\x1b" * 5000, b"y" * 5000):
        for _ in range(5):
            reader.feed(unit, 0.0)
            assert len(reader._pending) < 300
    assert reader.feed(CLEAR + SHOWS_COLA, 0.0) + reader.idle(1.0) == [COLA]


COMMANDS = (b"\x1bQA", b"\x1b", b"\x1f", b"\x1bl\x01", b"\x1bs2", b"\x1f$\x01\x02", b"\r\n")


@given(streams(CLEAR, SHOWS_COLA, SHOWS_MILK, SHOWS_TOTAL, WELCOME, *COMMANDS), PIECES)
@settings(max_examples=150)
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, sizes: list[int]) -> None:
    check_pieces(display, data, sizes)


@given(st.binary(max_size=60))
@settings(max_examples=60)
def test_a_damaged_picture_costs_only_itself(noise: bytes) -> None:
    reader = display()
    reader.feed(noise, 0.0)
    reader.idle(1.0)
    assert MILK in reader.feed(CLEAR + SHOWS_MILK, 2.0) + reader.idle(3.0)
