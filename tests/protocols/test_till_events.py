"""What tills give rise to survives the wire, and what is out of range is refused by field."""

from __future__ import annotations

import msgspec
import pytest

from protocols.errors import MessageError
from protocols.messages import Clock
from protocols.till_events import (
    MAX_SOLD_GOODS,
    InstructionGiven,
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    SoldGoods,
)
from protocols.wire import decode_event, encode_event

AT = Clock(boot="b1", mono_ms=5, wall_ms=1_763_000_000_000)
SEEN = ReceiptSeen(
    id="e1", store="s1", at=AT, receipt="q1", till="4", number="0042", payment="cash",
    goods=(SoldGoods(name="牛奶", quantity="0.856", amount="8.47"),) * MAX_SOLD_GOODS,
)  # fmt: skip


def test_the_longest_receipt_fits_into_an_event() -> None:
    goods = tuple(SoldGoods(name="字" * 40, quantity="9" * 16, amount="9" * 32) for _ in range(60))
    largest = msgspec.structs.replace(SEEN, goods=goods, number="9" * 200, cashier="f" * 64)
    assert decode_event(encode_event(largest)) == largest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goods", [{"name": "x"}] * (MAX_SOLD_GOODS + 1)),
        ("goods", [{"name": "x" * 81}]),
        ("payment", "x" * 33),
        ("receipt", "a/b"),
    ],
)
def test_what_is_out_of_range_is_refused_with_the_field_named(field: str, value: object) -> None:
    tree = msgspec.json.decode(encode_event(SEEN))
    tree[field] = value
    with pytest.raises(MessageError, match=field):
        decode_event(msgspec.json.encode(tree))


def test_a_link_of_an_older_gateway_was_found_by_time() -> None:
    link = ReceiptLinked(
        id="l1", store="s1", at=AT, response="r1", receipt="q1", number="1", till="4", offset_ms=-3
    )
    written = encode_event(link)
    assert "by" not in msgspec.json.decode(written)
    assert decode_event(written) == link
    assert link.by is LinkedBy.TIME


def test_an_instruction_has_its_words_in_each_language() -> None:
    told = InstructionGiven(
        id="i1", store="s1", at=AT, instruction="n1", rule="queue", measure="waiting",
        value=6.25, limit=5.0, text={"zh-CN": "请再开一个收银台", "en": "Open another till"},
    )  # fmt: skip
    assert decode_event(encode_event(told)) == told
