"""What two lines of a customer display mean: goods with their price, the total, or neither.

Labels are whole lines' beginnings with nothing but an amount behind them, so that yoghurt of the
brand Total stays goods. zh-CN, zh-TW, en, de, ko, ja.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from protocols.readers.masking import mask

LONGEST_NAME = 40


class Lamp(Enum):
    """Which word is lit beside the digits of a LED8N display."""

    PRICE = auto()
    TOTAL = auto()
    RECEIVED = auto()
    CHANGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An amount, with the name of what costs it; None: it is the total."""

    name: str | None
    amount: str


class _About(Enum):
    """What a line is about."""

    TOTAL = auto()
    OTHER_SUM = auto()
    """Received, change, subtotal: an amount that nobody is to pay."""
    AMOUNT = auto()
    """A price, perhaps with quantity and unit."""
    WORDS = auto()
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    about: _About
    text: str
    """What of it has the amount."""


_TOTAL = (
    "合计 合計 总计 總計 总额 總額 共计 共計 应付 應付 应收 應收 实付 實付 付款金额 总金额 總金額"
    " 应付金额 應付金額 实付金额 實付金額 合计金额 合計金額 应收金额 應收金額"
    " 总计金额 總計金額 应付款 應付款 实付款 實付款"
    " total ttl grand&total total&due amount&due balance&due balance due to&pay please&pay"
    " summe gesamt gesamtsumme zu&zahlen endbetrag gesamtbetrag zahlbetrag"
    " 합계 총액 총금액 총계 결제금액 결제하실금액 받을금액 받으실금액 청구금액"
    " 총&금액 결제&금액 받을&금액 받으실&금액 청구&금액"
    " 総計 総額 お会計 お買上 お買上げ お買上計 お買い上げ ご請求 お支払 お支払い 現計"
    " ご請求額 お支払額 お買上額 お会計額 合計額"
)
_OTHER_SUM = (
    "找零 找赎 找贖 找續 找回 收款 实收 實收 收您 现金 現金 刷卡 微信 支付宝 余额 餘額"
    " 小计 小計 优惠 優惠 折扣 件数 件數 总件数 總件數 合计件数 合計件數"
    " 合计数量 合計數量 总数量 總數量"
    " change cash received tendered tender paid card subtotal sub&total discount saved points"
    " total&items total&qty total&discount total&saved total&points"
    " rückgeld rueckgeld zurück gegeben bar karte zwischensumme rabatt"
    " 거스름돈 거스름 받은금액 받은돈 현금 카드 소계 할인"
    " お釣り おつり 釣銭 お釣 お預り お預かり 預り 割引"
)
# What may stand beside an amount in its line.
_BESIDE_AMOUNT = (
    "rmb cny eur usd krw twd nt hk hkd chf gbp jpy yen won 元 圆 圓 円 원 kg g l ml"
    " x st stk stück pcs pc ea"
    " qty menge anzahl items item artikel price preis 件 个 個 点 개 数量 數量 수량"
    " 单价 單價 価格 単価 价格 價格 金额 金額 단가 가격 금액 价 共"
)


def _alternatives(words: str) -> str:
    listed = (word.replace("&", " ") for word in words.split())
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))


_LABEL = re.compile(
    rf"(?<![^\W\d_])(?:(?:{_alternatives(_OTHER_SUM)})|(?P<total>{_alternatives(_TOTAL)}))"
    r"(?![^\W\d_])"
)
_BESIDE = re.compile(rf"(?<![^\W\d_])(?:{_alternatives(_BESIDE_AMOUNT)})(?![^\W\d_])")
_HAN = "\u3040-\u9fff\uac00-\ud7a3"
_SPREAD = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: +[{_HAN}])+(?![{_HAN}])")
_NUMBER = re.compile(r"-?\d+(?:[.,']\d+)*")
_ORNAMENT = re.compile(r"^(?:[*=:. ]|-(?!\d))+")
_DECIMALS = re.compile(r"(-?[\d.,']*\d)[.,](\d{1,2})")


def goods_or_total(lines: tuple[str, str], lamp: Lamp | None = None) -> Shown | None:
    """Return what a display of these two lines shows; None when it is neither."""
    upper, lower = (_normal(line) for line in lines)
    if lamp is not None and not any(sign.isalpha() for sign in upper + lower):
        return _by_lamp(upper + " " + lower, lamp)
    first, second = _read(upper), _read(lower)
    if first.about is _About.WORDS:
        return _goods(lines[0], first, second)
    if second.about is _About.WORDS:
        return _goods(lines[1], second, first)
    return _total(first, second) or _total(second, first)


def _by_lamp(digits: str, lamp: Lamp) -> Shown | None:
    amount = _amount(digits, whole=True)
    if amount is None or lamp in (Lamp.RECEIVED, Lamp.CHANGE):
        return None
    return Shown(name="" if lamp is Lamp.PRICE else None, amount=amount)


def _total(line: _Line, other: _Line) -> Shown | None:
    """Return the total that a line says, or that it has the label of."""
    if line.about is not _About.TOTAL:
        return None
    amount = _amount(line.text, whole=True)
    if amount is None and other.about is _About.AMOUNT:
        amount = _amount(other.text, whole=True)
    return None if amount is None else Shown(name=None, amount=amount)


def _goods(name: str, line: _Line, other: _Line) -> Shown | None:
    """Return goods by the line that names them and the other one."""
    own = _amount(line.text, whole=False)
    if other.about is _About.AMOUNT:
        price = _amount(other.text, whole=True)
        return None if price is None else Shown(name=_name(name), amount=price)
    if own is not None and other.about is not _About.WORDS:
        # Behind the price of the goods, the lower line may have what all cost so far.
        return Shown(name=_name(_without_amount(name)), amount=own)
    return _total(other, _Line(_About.BLANK, ""))


def _read(line: str) -> _Line:
    """Return what a line is about, with the text that has its amount."""
    labels = list(_LABEL.finditer(line))
    if labels and not _has_words(line[: labels[0].start()]):
        ends = [label.start() for label in labels[1:]] + [len(line)]
        amounts = [line[label.end() : end] for label, end in zip(labels, ends, strict=True)]
        if not any(map(_has_words, amounts)):
            totals = [
                amount for label, amount in zip(labels, amounts, strict=True) if label["total"]
            ]
            return _Line(_About.TOTAL, totals[0]) if totals else _Line(_About.OTHER_SUM, line)
    if _has_words(line):
        return _Line(_About.WORDS, line)
    return _Line(_About.AMOUNT if _NUMBER.search(line) else _About.BLANK, line)


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in _BESIDE.sub(" ", text))


def _amount(line: str, *, whole: bool) -> str | None:
    """Return the last amount of a line, above zero; one without decimals only when `whole`."""
    numbers = [found[0] for found in _NUMBER.finditer(line)]
    exact = [number for number in numbers if _DECIMALS.fullmatch(number)]
    if not exact and not (whole and numbers):
        return None
    said = (exact or numbers)[-1]
    decimals = _DECIMALS.fullmatch(said)
    before, after = (decimals[1], "." + decimals[2]) if decimals else (said, "")
    amount = str(int(re.sub(r"[.,']", "", before))) + after
    return amount if float(amount) > 0 else None


def _without_amount(name: str) -> str:
    numbers = [found for found in _NUMBER.finditer(name) if _DECIMALS.fullmatch(found[0])]
    return name[: numbers[-1].start()] if numbers else name


def _name(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(sign if sign.isprintable() and sign != "\ufffd" else " " for sign in plain)
    return mask(" ".join(plain.split()).rstrip(" ¥￥$€₩*:"))[:LONGEST_NAME]


def _normal(line: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", line).casefold().split())
    # Tills spread short words over the line: 合   计.
    return _ORNAMENT.sub("", _SPREAD.sub(lambda word: word[0].replace(" ", ""), plain))
