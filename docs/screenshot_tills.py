"""What the tills of the pictures say: a receipt with goods, their readers, an instruction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hq_server.database import new_id
from protocols.events import Event
from protocols.messages import Clock, ReaderStanding, ReaderState
from protocols.till_events import (
    InstructionAcknowledged,
    InstructionEnded,
    InstructionGiven,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
    SoldGoods,
    WhyUnlinked,
)

GOODS = (
    SoldGoods(name="婴儿润肤面霜50g", quantity="1", amount="128.00"),
    SoldGoods(name="纯棉口水巾3条", quantity="2", amount="38.00"),
    SoldGoods(name="农夫山泉550ml", quantity="1", amount="2.00"),
)
TEXT = {"zh-CN": "请再开一个收银台", "en": "Open another till"}


def receipt(
    base: dict[str, Any],
    at: Clock,
    response: str,
    printed: tuple[str, str],
    goods: tuple[SoldGoods, ...],
) -> list[Event]:
    """Return a receipt of this number and total, and that a rating 40 s later belongs to it."""
    id_, (number, total) = new_id(), printed
    return [
        ReceiptSeen(
            **base, id=new_id(), at=at, receipt=id_, till="till-3", number=number, total=total,
            currency="CNY", payment="wechat", items=4, cashier="5fd2a7c0", goods=goods,
        ),
        ReceiptLinked(
            **base, id=new_id(), at=at, response=response, receipt=id_, number=number,
            till="till-3", offset_ms=40_000,
        ),
    ]  # fmt: skip


def why_none(store: str, response: str, at: Clock) -> Event:
    """Return why a rating at a till has no receipt."""
    why = WhyUnlinked.AMBIGUOUS
    return ReceiptUnlinked(id=new_id(), store=store, at=at, response=response, why=why)


def instructions(store: str, ended: Clock, given: Clock, taken: Clock, now: Clock) -> list[Event]:
    """Return one instruction that is over, and one that somebody took charge of."""
    events: list[Event] = []
    for number, (at, waiting) in enumerate(((ended, 7.2), (given, 6.1))):
        instruction = new_id()
        events.append(
            InstructionGiven(
                id=new_id(), store=store, at=at, touchpoint="till-3", instruction=instruction,
                rule="open_another_till", measure="waiting", value=waiting, limit=5, text=TEXT,
            )
        )  # fmt: skip
        if number:
            events.append(
                InstructionAcknowledged(
                    id=new_id(), store=store, at=taken, instruction=instruction, by="李店长"
                )
            )
        else:
            events.append(
                InstructionEnded(id=new_id(), store=store, at=now, instruction=instruction)
            )
    return events


def readers(now: datetime) -> tuple[ReaderState, ...]:
    """Return the readers of a store: well, set wrongly, recording and gone."""
    last = int((now - timedelta(seconds=40)).timestamp() * 1000)
    until = int((now + timedelta(minutes=25)).timestamp() * 1000)
    return (
        ReaderState(
            name="till-3", driver="escpos", standing=ReaderStanding.READING,
            touchpoint="till-3", messages=1187, damaged=2, last_ms=last, skew_s=-4,
        ),
        ReaderState(
            name="till-4", driver="escpos", standing=ReaderStanding.SUSPECT, messages=204,
            damaged=11, last_ms=last, skew_s=251, recording_until_ms=until,
            trouble="encoding: big5 would read well",
        ),
        ReaderState(
            name="service-keys", driver="keypad", standing=ReaderStanding.GONE,
            trouble="/dev/serial/by-path/…: there is no such port",
        ),
    )  # fmt: skip
