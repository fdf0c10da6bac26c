"""Events that tills give rise to: receipts, which rating belongs to which, what a store is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from protocols.messages import EventBase, ShortText
from protocols.survey import Id


class SoldGoods(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One line of goods on a receipt; quantity and amount are decimal text."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    quantity: Annotated[str, msgspec.Meta(max_length=16)] | None = None
    amount: Annotated[str, msgspec.Meta(max_length=32)] | None = None


MAX_SOLD_GOODS = 60


class ReceiptSeen(EventBase, frozen=True, kw_only=True, tag="receipt_seen"):
    """A till printed a receipt: one sale, however often it is printed again."""

    receipt: Id
    """UUIDv7 of this sighting."""
    till: Id
    number: ShortText
    total: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    """Decimal text, as printed."""
    currency: Annotated[str, msgspec.Meta(max_length=8)] | None = None
    printed_at: ShortText | None = None
    """The till's own time, as printed."""
    items: Annotated[int, msgspec.Meta(ge=0)] | None = None
    damaged: bool = False
    cashier: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """The store's HMAC of the staff number."""
    table: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    discount: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    payment: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    """cash, card, wechat, alipay, unionpay, voucher, member, other."""
    goods: Annotated[tuple[SoldGoods, ...], msgspec.Meta(max_length=MAX_SOLD_GOODS)] = ()


class LinkedBy(StrEnum):
    """How a rating found its receipt; what the shopper showed is worth more than the time."""

    TIME = "time"
    """Exactly one fell into the window."""
    TYPED = "typed"
    SCANNED = "scanned"


class ReceiptLinked(EventBase, frozen=True, kw_only=True, tag="receipt_linked"):
    """A rating belongs to a receipt. A link by what the shopper showed replaces one by time."""

    response: Id
    receipt: Id
    number: ShortText
    till: Id
    offset_ms: int
    """Rating minus receipt, milliseconds; negative when the rating came first."""
    by: LinkedBy = LinkedBy.TIME


class WhyUnlinked(StrEnum):
    """Why a rating at a till has no receipt."""

    NO_RECEIPT = "no_receipt"
    """None was printed around it."""
    AMBIGUOUS = "ambiguous"
    """Several receipts or several ratings fit: never a guess."""
    TIME_UNKNOWN = "time_unknown"
    """Nobody can tell when it was given."""
    NOT_FOUND = "not_found"
    """No receipt of this store has what the shopper showed."""


class ReceiptUnlinked(EventBase, frozen=True, kw_only=True, tag="receipt_unlinked"):
    """A rating where a till prints stays without its receipt; a later link replaces this."""

    response: Id
    why: WhyUnlinked


class InstructionGiven(EventBase, frozen=True, kw_only=True, tag="instruction_given"):
    """The gateway told the store to do something now, by a rule of its own (R035)."""

    instruction: Id
    rule: Id
    measure: Id
    """What the rule looked at: waiting, wait_s, pace, arrivals."""
    value: float
    limit: float
    text: Annotated[dict[str, ShortText], msgspec.Meta(max_length=8)]
    """By language."""


class InstructionAcknowledged(EventBase, frozen=True, kw_only=True, tag="instruction_acknowledged"):
    """Somebody in the store said that it is being done."""

    instruction: Id
    by: ShortText


class InstructionEnded(EventBase, frozen=True, kw_only=True, tag="instruction_ended"):
    """What the instruction was given for is over; or the gateway was restarted meanwhile."""

    instruction: Id
    value: float | None = None
