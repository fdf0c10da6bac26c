"""What a word on a receipt means to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from protocols.readers.events import JobKind


class Meaning(StrEnum):
    """The role of a label; the longest label at a place decides ("合计数量" is no "合计")."""

    # Money, by what it says about the sale.
    PAID = "paid"
    """What the shopper pays, after every discount."""
    DUE = "due"
    SUM = "sum"
    """What the goods cost: the total where nothing better is printed."""
    PART = "part"
    """A sum of something else: subtotals, taxes, net amounts, savings, points."""
    TENDERED = "tendered"
    """What the shopper hands over."""
    CHANGE = "change"
    DISCOUNT = "discount"
    DISCOUNT_SUM = "discount_sum"
    """All discounts together: counts where it is printed, instead of each."""

    # Ways to pay; beside an amount they are money handed over.
    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    VOUCHER = "voucher"
    MEMBER = "member"
    OTHER = "other"

    # What identifies the sale.
    NUMBER = "number"
    ORDER = "order"
    """A number of the sale that stands behind a receipt's own."""
    WEAK_NUMBER = "weak_number"
    """A number of the sale only at the start of a line: elsewhere it numbers other things."""
    TILL = "till"
    TABLE = "table"
    CASHIER = "cashier"
    METHOD = "method"
    ITEMS = "items"

    # Time.
    TIME = "time"
    OPENED = "opened"
    """Another time than that of the sale: seated, ordered, printed, signed."""
    EXPIRY = "expiry"
    """A time that is none of the sale's: valid until, opening hours."""

    # What belongs to a person.
    PERSON = "person"
    """A name or number of a shopper stands after it."""
    CONTACT = "contact"
    """Like PERSON, only after a colon, a blank or digits: the word stands in sentences, too."""
    ADDRESS = "address"
    """A delivery address stands after it and below it."""
    PAN = "pan"
    """The number of a bank card stands after it."""
    PHONE = "phone"

    HEADING = "heading"
    """A column of the goods table."""
    QUANTITY = "quantity"
    """The column of quantities."""
    PRICE = "price"
    """The column of single prices."""
    TERMINAL = "terminal"
    """A card terminal prints it."""
    ASIDE = "aside"
    """Holds one of the other words and means something else."""


TENDERS = (
    Meaning.CASH,
    Meaning.CARD,
    Meaning.WECHAT,
    Meaning.ALIPAY,
    Meaning.UNIONPAY,
    Meaning.VOUCHER,
    Meaning.MEMBER,
    Meaning.OTHER,
)
MONEY = frozenset(
    {
        Meaning.PAID,
        Meaning.DUE,
        Meaning.SUM,
        Meaning.PART,
        Meaning.TENDERED,
        Meaning.CHANGE,
        Meaning.DISCOUNT,
        Meaning.DISCOUNT_SUM,
        *TENDERS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language, as lines are compared: lower case, NFKC, hanzi closed up."""

    language: str
    labels: Mapping[Meaning, tuple[str, ...]]
    """Within a meaning, order is rank."""
    titles: Mapping[JobKind, tuple[str, ...]] = field(default_factory=dict)
    """What a job is when a line says this and nothing else."""
    heads: Mapping[JobKind, tuple[str, ...]] = field(default_factory=dict)
    """What a job is when this stands anywhere in its head."""
    anywhere: Mapping[JobKind, tuple[str, ...]] = field(default_factory=dict)
    """What a job is when this stands anywhere; an end of day begins two lines with such words."""


def words(text: str) -> tuple[str, ...]:
    """Return the words between the bars of `text`."""
    return tuple(word.strip() for word in text.split("|") if word.strip())
