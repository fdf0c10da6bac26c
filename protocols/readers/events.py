"""What readers tell: one value for each thing that happened at a till. Nothing here names anybody.

Numbers of people (cashiers, cards) are gone before an event is made: a reader gets an `Identify`,
which turns them into the store's own HMAC. Text is masked (`protocols.readers.masking`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Identify = Callable[[str], str]
"""Turns a cashier's or card's number into what may leave the reader: the store's HMAC of it."""


class JobKind(StrEnum):
    """What a print job is; only RECEIPT is a sale of its own."""

    RECEIPT = "receipt"
    REPRINT = "reprint"
    REFUND = "refund"
    KITCHEN = "kitchen"
    DAY_END = "day_end"
    PAYMENT = "payment"
    """The slip of a card terminal: the sale has its own receipt."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One line of goods; quantity and amount are decimal text with a full stop."""

    name: str
    quantity: str | None = None
    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A bar code or QR as it was printed or scanned."""

    symbology: str
    """ean13, ean8, upca, upce, code128, gs1_128, code39, itf, codabar, qr, data_matrix, pdf417,
    databar; "" when nothing tells."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A print job ended: by a cut, by silence or with the line."""

    kind: JobKind
    number: str | None = None
    till: str | None = None
    """The till as printed."""
    cashier: str | None = None
    """HMAC of the staff number; a name is never read."""
    table: str | None = None
    printed_at: str | None = None
    """The till's own time, ISO 8601 without zone: "2026-11-21T18:42:07"."""
    goods: tuple[Goods, ...] = ()
    items: int | None = None
    """Pieces as printed, or else lines of goods."""
    total: str | None = None
    """What the shopper pays: decimal text with a full stop, "14.97"."""
    discount: str | None = None
    currency: str | None = None
    payment: str | None = None
    """cash, card, wechat, alipay, unionpay, voucher, member, other."""
    codes: tuple[Code, ...] = ()
    lines: tuple[str, ...] = ()
    """What the paper says, masked; shown by tools, sent nowhere."""
    damaged: bool = False
    """Bytes were lost or unreadable: a field may be missing."""
    partial: bool = False
    """It had begun before anybody listened: its head may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerOpened:
    """The till opened its cash drawer."""


class ScanKind(StrEnum):
    """What a scanned code is good for."""

    ARTICLE = "article"
    """EAN or UPC with a right check digit."""
    RECEIPT = "receipt"
    """The address or number on one of our receipts: the shopper's proof."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A scanner read a code."""

    code: Code
    kind: ScanKind
    check_ok: bool | None = None
    """Whether its check digit is right; None: it has none."""
    repeated: bool = False
    """The same code again at once, by a scanner that looks all the time: not another piece."""


class NoAnswer(StrEnum):
    """Why a question that was asked has no score; the numbers are TruRating's."""

    OTHER_KEY = "other_key"
    """-1: a key that means nothing."""
    TIMED_OUT = "timed_out"
    """-2: the device itself gave up waiting."""
    NOT_SHOWN = "not_shown"
    """-4: the device could not ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed:
    """A key of a keypad or button box: a score, or why there is none."""

    key: str
    score: int | None = None
    """1 worst to 5 best."""
    no_answer: NoAnswer | None = None
    address: int | None = None
    """Which box on a shared bus, where the frame says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPresented:
    """A card was held to a reader; once until it is taken away."""

    technology: str
    """em4100, iso14443a."""
    card: str
    """HMAC of its UID; the UID leaves nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """The customer display shows a piece of goods: a sale is under way."""

    name: str
    price: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalShown:
    """The customer display shows what is to be paid."""

    total: str


class Doubt(StrEnum):
    """Why a port seems to be set wrongly."""

    BAUD = "baud"
    """Mostly bytes that no such device sends: another speed, parity or driver."""
    ENCODING = "encoding"
    """Text that another encoding reads better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """A setting of the port looks wrong; told once until it changes."""

    doubt: Doubt | None
    """None: it looks right again."""
    guess: str | None = None
    """The encoding that would read well."""


ReaderEvent = (
    Printed
    | DrawerOpened
    | Scanned
    | KeyPressed
    | CardPresented
    | ItemShown
    | TotalShown
    | Suspected
)
