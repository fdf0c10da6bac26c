"""A till that prints: real ESC/POS bytes, written to a line at a line's pace.

Time and chance are arguments, so that the same seed prints the same receipts. The line is a file
descriptor that the caller made, usually the master of a pty whose other end a gateway reads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

from simulator.printing.jobs import receipt
from simulator.printing.layout import GoodsStyle, Layout
from simulator.printing.sale import Sale
from simulator.printing.shop import Shop, random_sale
from simulator.printing.shops import ZH_CN

CHUNK_BYTES = 64
# 9600 baud, 8N1: ten bits a byte.
BYTES_PER_SECOND = 960
SUPERMARKET = Layout(
    columns=32,
    colon="：",
    goods=GoodsStyle.SHORT,
    mark="￥",
    words={"number": "单号", "cashier": "收银员"},
)


def chunks(data: bytes, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Return `data` in the pieces in which a line delivers it."""
    return (data[at : at + size] for at in range(0, len(data), size))


class Till:
    """Prints sales onto a line, numbered through its day.

    A line that nobody reads loses what is printed on it, as a serial line does: `lost_bytes`.
    """

    def __init__(  # each option of a till is a parameter
        self,
        fd: int,
        *,
        random: Random,
        till: str = "03",
        shop: Shop = ZH_CN,
        bytes_per_second: float = BYTES_PER_SECOND,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fd = fd
        self._random = random
        self._till = till
        self._shop = shop
        self._seconds_per_byte = 1 / bytes_per_second
        self._sleep = sleep
        self.printed = 0
        self.lost_bytes = 0
        os.set_blocking(fd, False)

    def sell(self, at: datetime) -> Sale:
        """Print the receipt of a sale made at `at`, and return it when its last byte is sent."""
        self.printed += 1
        number = f"{at:%Y%m%d}{self._till}{self.printed:04d}"
        sale = random_sale(self._random, self._shop, number=number, at=at, till=self._till)
        self.send(receipt(sale, self._shop, SUPERMARKET if self._shop is ZH_CN else Layout()))
        return sale

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
