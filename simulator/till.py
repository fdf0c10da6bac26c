"""A till that prints: Chinese receipts as real ESC/POS bytes, written to a line at a line's pace.

Time and chance are arguments, so that the same seed prints the same receipts. The line is a file
descriptor that the caller made, usually the master of a pty whose other end a gateway reads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
ENCODING = "gb18030"
# A 58 mm printer has 32 columns in font A; a hanzi takes two.
COLUMNS = 32
CHUNK_BYTES = 64
# 9600 baud, 8N1: ten bits a byte.
BYTES_PER_SECOND = 960

_INITIALISE = ESC + b"@" + FS + b"&"
_CENTRE, _LEFT = ESC + b"a\x01", ESC + b"a\x00"
_BOLD, _PLAIN = ESC + b"E\x01", ESC + b"E\x00"
_DOUBLE, _SINGLE = GS + b"!\x11", GS + b"!\x00"
_FEED_AND_CUT = ESC + b"d\x03" + GS + b"VB\x00"
_OPEN_DRAWER = ESC + b"p\x00\x19\xfa"
_CASH = "现金"
_SHELF = (
    ("农夫山泉550ml", 200),
    ("蒙牛纯牛奶250ml", 350),
    ("全麦吐司", 1290),
    ("鸡蛋10枚", 1580),
    ("红富士苹果", 898),
    ("洗衣液2kg", 3990),
    ("抽纸3包", 1490),
    ("五香瓜子", 760),
    ("东北大米5kg", 4580),
    ("酸辣粉", 650),
)
_PAYMENTS = ("微信支付", "支付宝", _CASH, "银行卡")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of goods."""

    name: str
    quantity: int
    price_fen: int

    @property
    def amount_fen(self) -> int:
        """What the line costs."""
        return self.quantity * self.price_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a till prints for one sale."""

    number: str
    printed_at: datetime
    items: tuple[Item, ...]
    discount_fen: int = 0
    payment: str = "微信支付"
    shop: str = "便民超市（人民路店）"
    till: str = "03"
    cashier: str = "1023"

    @property
    def sum_fen(self) -> int:
        """What the goods cost before the discount."""
        return sum(item.amount_fen for item in self.items)

    @property
    def paid_fen(self) -> int:
        """What the shopper pays."""
        return self.sum_fen - self.discount_fen

    @property
    def total(self) -> str:
        """What the shopper pays, as printed."""
        return money(self.paid_fen)


def money(fen: int) -> str:
    """Return an amount as a receipt shows it."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def random_receipt(random: Random, *, number: str, at: datetime, till: str = "03") -> Receipt:
    """Return a sale of one to six goods."""
    goods = random.sample(_SHELF, random.randint(1, 6))
    items = tuple(
        Item(name=name, quantity=random.choice((1, 1, 1, 2, 3)), price_fen=price)
        for name, price in goods
    )
    # The cheapest basket costs 2.00: a discount never makes it free.
    discount = random.choice((0, 0, 0, 50, 100))
    return Receipt(
        number=number,
        printed_at=at,
        items=items,
        discount_fen=discount,
        payment=random.choice(_PAYMENTS),
        till=till,
    )


def receipt_bytes(receipt: Receipt) -> bytes:
    """Return what the till sends to its printer for a sale."""
    head = [
        _INITIALISE + _CENTRE + _DOUBLE + _BOLD + _text(receipt.shop),
        _SINGLE + _PLAIN + _LEFT + _text(f"单号：{receipt.number}"),
        _text(f"时间：{receipt.printed_at:%Y-%m-%d %H:%M:%S}"),
        _row(f"款台：{receipt.till}", f"收银员：{receipt.cashier}"),
        _rule(),
        _row("商品", "数量   金额"),
        _rule(),
    ]
    goods = [
        _row(item.name, f"{item.quantity:>4}{money(item.amount_fen):>9}") for item in receipt.items
    ]
    pieces = sum(item.quantity for item in receipt.items)
    cash = receipt.payment == _CASH
    foot = [
        *_sums(receipt),
        _row("支付方式", receipt.payment),
        _text(f"总件数：{pieces}"),
        _CENTRE + _text("谢谢惠顾，欢迎评价") + _LEFT,
        _FEED_AND_CUT + (_OPEN_DRAWER if cash else b""),
    ]
    return b"".join([*head, *goods, _rule(), *foot])


def chunks(data: bytes, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Return `data` in the pieces in which a line delivers it."""
    return (data[at : at + size] for at in range(0, len(data), size))


class Till:
    """Prints sales onto a line, numbered through its day.

    A line that nobody reads loses what is printed on it, as a serial line does: `lost_bytes`.
    """

    def __init__(
        self,
        fd: int,
        *,
        random: Random,
        till: str = "03",
        bytes_per_second: float = BYTES_PER_SECOND,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fd = fd
        self._random = random
        self._till = till
        self._seconds_per_byte = 1 / bytes_per_second
        self._sleep = sleep
        self.printed = 0
        self.lost_bytes = 0
        os.set_blocking(fd, False)

    def sell(self, at: datetime) -> Receipt:
        """Print the receipt of a sale made at `at`, and return it when its last byte is sent."""
        self.printed += 1
        number = f"{at:%Y%m%d}{self._till}{self.printed:04d}"
        receipt = random_receipt(self._random, number=number, at=at, till=self._till)
        self.send(receipt_bytes(receipt))
        return receipt

    def send(self, data: bytes) -> None:
        """Write bytes at the pace of the line."""
        for chunk in chunks(data):
            self._write(chunk)
            self._sleep(len(chunk) * self._seconds_per_byte)

    def _write(self, chunk: bytes) -> None:
        try:
            written = os.write(self._fd, chunk)
        except BlockingIOError:
            written = 0
        self.lost_bytes += len(chunk) - written


def _sums(receipt: Receipt) -> list[bytes]:
    rows = [_row("合计", money(receipt.sum_fen))]
    if receipt.discount_fen:
        rows.append(_row("会员优惠", money(-receipt.discount_fen)))
    rows.append(_BOLD + _row("实付", f"￥{receipt.total}") + _PLAIN)
    if receipt.payment == _CASH:
        # The next note: a hundred yuan more than enough at most.
        given = -(-receipt.paid_fen // 10_000) * 10_000
        rows += [_row("现金", money(given)), _row("找零", money(given - receipt.paid_fen))]
    return rows


def _text(text: str) -> bytes:
    return text.encode(ENCODING) + b"\n"


def _row(left: str, right: str) -> bytes:
    """One line with its second part at the right edge; a hanzi has two bytes and two columns."""
    start, end = left.encode(ENCODING), right.encode(ENCODING)
    return start + b" " * max(1, COLUMNS - len(start) - len(end)) + end + b"\n"


def _rule() -> bytes:
    return b"-" * COLUMNS + b"\n"
