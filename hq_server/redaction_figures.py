"""How well redaction does: personal data and look-alikes, made by chance from a seed, counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from grading.redaction import redact

# Four digits of a number are what a shop itself prints; five narrow it down.
_TELLING = 5
_WORDS = "零一二三四五六七八九"
_BEFORE = ("", "请回电", "我的号是", "联系 ", "call me on ", "麻烦打", "（", "电话：")
_AFTER = ("", "谢谢", "，越快越好", "。", " thanks", "）等你们消息")
_ROADS = ("人民路", "解放大道", "中山街", "幸福小区", "建设巷", "阳光花园")
_STREETS = ("Baker Street", "Mill Lane", "Station Road", "Park Avenue")
_PROVINCES = "京沪粤苏浙川"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of one kind came out as they should."""

    kind: str
    right: int
    of: int


def measure(per_kind: int, seed: int) -> list[Share]:
    """Return, by kind, how many personal texts were masked and how many look-alikes survived."""
    random = Random(seed)  # noqa: S311 - a corpus, not a secret
    found: list[Share] = []
    for kind, make in PERSONAL.items():
        right = 0
        for _ in range(per_kind):
            secret = make(random)
            text = random.choice(_BEFORE) + secret + random.choice(_AFTER)
            right += not _leaks(secret, redact(text))
        found.append(Share(kind=f"masked: {kind}", right=right, of=per_kind))
    for kind, make in HARMLESS.items():
        right = 0
        for _ in range(per_kind):
            before = random.choice(("标价", "买了", "单号", ""))
            text = before + make(random) + random.choice(_AFTER)
            right += redact(text) == text
        found.append(Share(kind=f"kept: {kind}", right=right, of=per_kind))
    return found


def _leaks(secret: str, shown: str) -> bool:
    """Tell whether a piece of a secret long enough to help anybody is still there."""
    return any(
        secret[start : start + _TELLING] in shown for start in range(len(secret) - _TELLING + 1)
    )


def _mobile(random: Random) -> str:
    return f"1{random.randint(3, 9)}{random.randint(0, 10**9 - 1):09d}"


def _grouped(random: Random) -> str:
    number, gap = _mobile(random), random.choice((" ", "-", "/", "·", " - "))
    return gap.join((number[:3], number[3:7], number[7:]))


def _spoken(random: Random) -> str:
    return "".join(_WORDS[int(digit)] for digit in _mobile(random))


def _identity(random: Random) -> str:
    area, serial = random.randint(110000, 659999), random.randint(0, 999)
    born = f"{random.randint(1940, 2015)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    return f"{area}{born}{serial:03d}{random.choice('0123456789X')}"


def _card(random: Random) -> str:
    digits = [6, 2, *(random.randint(0, 9) for _ in range(13))]
    total = sum(
        (2 * d - 9 if d > 4 else 2 * d) if place % 2 == 0 else d
        for place, d in enumerate(reversed(digits))
    )
    return "".join(map(str, [*digits, -total % 10]))


def _plate(random: Random) -> str:
    tail = "".join(random.choice(_LETTERS + "0123456789") for _ in range(5))
    return f"{random.choice(_PROVINCES)}{random.choice(_LETTERS)}{tail}"


def _chat(random: Random) -> str:
    name = "".join(random.choice(_LETTERS.lower()) for _ in range(6))
    return f"{random.choice(('微信', 'vx', 'wx:', '加v '))}{name}{random.randint(10, 9999)}"


def _qq(random: Random) -> str:
    return f"{random.choice(('qq', 'QQ号', '扣扣'))}{random.randint(10000, 10**10)}"


def _address(random: Random) -> str:
    room = f"{random.randint(1, 30)}栋{random.randint(1, 4)}单元{random.randint(101, 2904)}室"
    return f"{random.choice(_ROADS)}{random.randint(1, 900)}号{random.choice(('', room))}"


def _street(random: Random) -> str:
    return f"{random.randint(1, 300)} {random.choice(_STREETS)}"


def _email(random: Random) -> str:
    return f"user{random.randint(1, 9999)}@mail.example.cn"


def _price(random: Random) -> str:
    return f"{random.randint(1, 9999)}.{random.randint(0, 99):02d}元"


def _order(random: Random) -> str:
    return (
        f"2026{random.randint(1, 12):02d}{random.randint(1, 28):02d}{random.randint(0, 999999):06d}"
    )


def _date(random: Random) -> str:
    return (
        f"2026-{random.randint(1, 12):02d}-{random.randint(1, 28):02d} 18:{random.randint(10, 59)}"
    )


def _place(random: Random) -> str:
    number = random.randint(1, 40)
    return random.choice((f"{number}号收银台", f"{number}号柜台", f"{number}号货架", f"{number}楼"))


def _count(random: Random) -> str:
    return f"等了{random.randint(2, 90)}分钟，{random.randint(2, 9)}个人"


PERSONAL: dict[str, Callable[[Random], str]] = {
    "mobile": _mobile,
    "mobile in groups": _grouped,
    "mobile in words": _spoken,
    "identity number": _identity,
    "bank card": _card,
    "number plate": _plate,
    "WeChat id": _chat,
    "QQ number": _qq,
    "home address": _address,
    "street address": _street,
    "e-mail": _email,
}
HARMLESS: dict[str, Callable[[Random], str]] = {
    "price": _price,
    "order number": _order,
    "date and time": _date,
    "place in the shop": _place,
    "waiting time": _count,
}
