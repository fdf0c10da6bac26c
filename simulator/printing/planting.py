"""Personal data as it gets onto receipts, and numbers that only look like it.

Everything is made up: names from a list, numbers by chance with right check digits. What must be
gone from an event and what must survive in it stand beside the lines that carry them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from protocols.personal import is_chinese_identity, luhn
from simulator.printing.layout import Layout
from simulator.printing.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Lines for a receipt, what of them must never leave the reader, and what must."""

    lines: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()


_MOBILES: dict[str, Callable[[Random], str]] = {
    "zh-CN": lambda random: _digits(random, "1", 1, "3456789") + _any(random, 9),
    "zh-TW": lambda random: "-".join(("09" + _any(random, 2), _any(random, 3), _any(random, 3))),
    "en": lambda random: f"07{_any(random, 3)} {_any(random, 3)} {_any(random, 3)}",
    "de": lambda random: f"01{random.choice('567')}{_any(random, 1)}/{_any(random, 7)}",
    "ko": lambda random: f"010-{_any(random, 4)}-{_any(random, 4)}",
    "ja": lambda random: f"0{random.choice('789')}0-{_any(random, 4)}-{_any(random, 4)}",
}
_HOMES = {
    "zh-CN": ("文三路88号翠苑小区3栋502室",),
    "zh-TW": ("台北市大安區和平東路二段106號9樓",),
    "en": ("221B Baker Street", "London NW1 6XE"),
    "de": ("Lindenallee 17a", "50668 Köln"),
    "ko": ("경기도 성남시 분당구 판교로 256", "102동 1503호"),
    "ja": ("大阪府大阪市北区梅田3-4-5", "グランハイツ1203号"),
}
_CARD_STARTS = ("4", "51", "55", "62", "6222", "6011", "35", "37")
_SPLITS = (" ", "-", "  ", "")


def plant(random: Random, shop: Shop, layout: Layout) -> list[Planted]:
    """Return some of what a receipt of this shop may carry, in this till's words."""
    every: Sequence[Callable[[Random, Shop, Layout], Planted]] = (
        _member,
        _member_number,
        _card,
        _bare_card,
        _short_card,
        _track,
        _mail,
        _identity,
        _mobile,
        _home,
        _cashier,
        _order,
        _article,
        _masked_card,
    )
    return [make(random, shop, layout) for make in random.sample(every, random.randint(3, 7))]


def card_number(random: Random, length: int) -> str:
    """Return the digits of a bank card that does not exist, with a right check digit."""
    start = random.choice(_CARD_STARTS)
    body = start + _any(random, length - 1 - len(start))
    return next(body + check for check in "0123456789" if luhn(body + check))


def identity_number(random: Random) -> str:
    """Return 18 characters with an area, a birthday and a right check digit."""
    body = (
        f"330106{random.randint(1950, 2008)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    )
    body += _any(random, 3)
    return next(body + check for check in "0123456789X" if is_chinese_identity(body + check))


def _any(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _digits(random: Random, before: str, count: int, among: str) -> str:
    return before + "".join(random.choice(among) for _ in range(count))


def _labelled(shop: Shop, layout: Layout, thing: str, value: str) -> str:
    return f"{layout.word(shop, thing)}{layout.colon}{value}"


def _member(random: Random, shop: Shop, layout: Layout) -> Planted:
    name = random.choice(shop.people)
    line = _labelled(shop, layout, "member", name)
    thanks = f"{name} 您好" if shop.language == "zh-CN" else name
    lines = (line, thanks) if random.random() < 0.3 else (line,)
    return Planted(lines=lines, secrets=(name,))


def _member_number(random: Random, shop: Shop, layout: Layout) -> Planted:
    number = "88" + _any(random, 8)
    return Planted(lines=(_labelled(shop, layout, "member", number),), secrets=(number,))


def _card(random: Random, shop: Shop, layout: Layout) -> Planted:
    digits = card_number(random, random.choice((15, 16, 16, 18, 19)))
    said = _split(digits, random.choice(_SPLITS))
    return Planted(lines=(_labelled(shop, layout, "card", said),), secrets=(said, digits))


def _bare_card(random: Random, shop: Shop, layout: Layout) -> Planted:
    del shop, layout
    digits = card_number(random, random.choice((16, 19)))
    said = _split(digits, random.choice(_SPLITS))
    return Planted(lines=(f"{random.choice(('VISA ', '', 'PAN '))}{said}",), secrets=(said, digits))


def _short_card(random: Random, shop: Shop, layout: Layout) -> Planted:
    digits = card_number(random, random.choice((13, 14)))
    return Planted(lines=(_labelled(shop, layout, "card", digits),), secrets=(digits,))


def _track(random: Random, shop: Shop, layout: Layout) -> Planted:
    del shop, layout
    digits = card_number(random, 16)
    return Planted(
        lines=(f";{digits}=28121010000012345678?",), secrets=(digits, "28121010000012345678")
    )


def _mail(random: Random, shop: Shop, layout: Layout) -> Planted:
    del shop, layout
    mail = f"shopper{_any(random, 3)}@mail.example.com"
    return Planted(lines=(f"E-Mail: {mail}",), secrets=(mail,))


def _identity(random: Random, shop: Shop, layout: Layout) -> Planted:
    del shop, layout
    number = identity_number(random)
    return Planted(lines=(random.choice(("ID: ", "")) + number,), secrets=(number,))


def _mobile(random: Random, shop: Shop, layout: Layout) -> Planted:
    number = _MOBILES[shop.language](random)
    bare = random.random() < 0.3
    line = number if bare else _labelled(shop, layout, "phone", number)
    return Planted(lines=(line,), secrets=(number,))


def _home(random: Random, shop: Shop, layout: Layout) -> Planted:
    home = _HOMES[shop.language]
    name = random.choice(shop.people)
    lines = (
        (layout.word(shop, "address"), name, *home)
        if random.random() < 0.5
        else (_labelled(shop, layout, "address", home[0]), *home[1:])
    )
    return Planted(lines=lines, secrets=home if name not in lines else (*home, name))


def _cashier(random: Random, shop: Shop, layout: Layout) -> Planted:
    name = random.choice(shop.people)
    said = random.choice((name, f"{_any(random, 4)} {name}", f"{name}({_any(random, 2)})"))
    return Planted(lines=(_labelled(shop, layout, "cashier", said),), secrets=(name,))


def _order(random: Random, shop: Shop, layout: Layout) -> Planted:
    """A receipt number as long as a card's, sometimes with the same check digit."""
    number = f"20261121{_any(random, random.choice((4, 6, 8)))}"
    return Planted(lines=(_labelled(shop, layout, "number", number),), survivors=(number,))


def _article(random: Random, shop: Shop, layout: Layout) -> Planted:
    """A bar code that is a right EAN-13 and passes a card's check as well."""
    del shop, layout
    while True:
        body = "6" + _any(random, 11)
        odd = sum(int(digit) for digit in body[::2])
        even = sum(int(digit) for digit in body[1::2])
        code = body + str(-(odd + 3 * even) % 10)
        if luhn(code):
            return Planted(lines=(code,), survivors=(code,))


def _masked_card(random: Random, shop: Shop, layout: Layout) -> Planted:
    said = f"6222 **** **** {_any(random, 4)}"
    return Planted(lines=(_labelled(shop, layout, "card", said),), survivors=(said,))


def _split(digits: str, mark: str) -> str:
    return mark.join(digits[at : at + 4] for at in range(0, len(digits), 4))
