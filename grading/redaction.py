"""Masks personal data in a shopper's words before they are stored, logged or sent anywhere.

Masked: mobile and landline numbers (in digits and in Chinese number words), identity numbers, bank
cards, e-mail addresses, number plates, WeChat and QQ ids, addresses of homes. Prices, order
numbers, bar codes, dates and the shop's own places ("till 4", "3号柜台") survive: they help to find
the cause.
"""

from __future__ import annotations

import re
import unicodedata

from protocols.personal import CARD_LENGTHS, EMAIL, is_card

MASK = "***"

# What people put between the digits of a number. No comma and no full stop: "13.50, 12.80" are
# prices. Dots are taken where the groups are those of a mobile number.
_GAP = r"[\s\-‐‑–—_·()（）/|、]{0,3}"
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?"
    rf"(?:1{_GAP}[3-9](?:{_GAP}\d){{9}}|1[3-9]\d\.\d{{4}}\.\d{{4}})(?!\d)"
)
# The same told in words, or half in words: 一三八零零一三八零零零, 幺3八….
_SPOKEN_DIGIT = r"[\d零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
_SPOKEN = re.compile(
    rf"(?<![\d零〇一二三四五六七八九])[1一幺壹]{_GAP}[3-9三四五六七八九叁肆伍陆柒捌玖]"
    rf"(?:{_GAP}{_SPOKEN_DIGIT}){{9}}(?!{_SPOKEN_DIGIT})"
)
# A road with a house number, or a building with a room. A number of the shop's own ("3号柜台",
# "8号收银") has neither.
_HANZI = "[\u4e00-\u9fff]"
_NUMBER = r"[\d一二三四五六七八九十百零]{1,6}"
_ROOM = rf"(?:{_NUMBER}(?:号楼|栋|幢|座|单元|层|楼|室|号|户)?\s?[-—]?){{0,4}}"
_ADDRESS = re.compile(
    rf"(?:{_HANZI}{{2,6}}(?:省|市|区|县|镇|乡|街道)){{0,4}}"
    rf"{_HANZI}{{2,6}}?(?:路|大街|街|巷|大道|胡同|新村|小区|花园|家园|公寓|苑|里弄)"
    rf"\s?{_NUMBER}\s?(?:号楼|号|弄|栋|幢|座)(?![柜台收窗机线楼梯门店货架]){_ROOM}"
)
_BUILDING = re.compile(
    rf"{_NUMBER}(?:号楼|栋|幢)\s?{_NUMBER}(?:单元|室|号)\s?(?:{_NUMBER}(?:室|号|户)?)?"
    rf"|{_NUMBER}单元\s?{_NUMBER}(?:室|号|户)?"
)
_STREET = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:flat|apt|apartment|unit) \w{1,5},? )?\d{1,5}[a-z]? "
    r"(?:[A-Z][a-z']{1,20} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Crescent|Court|Gardens|Terrace|Way)"
    r"(?![A-Za-z])"
)
# Area, birthday, serial, check: without the birthday it is some other long number.
_IDENTITY = re.compile(
    rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}[89]|2{_GAP}0)(?:{_GAP}\d){{2}}"
    rf"{_GAP}[01]{_GAP}\d{_GAP}[0-3](?:{_GAP}\d){{4}}{_GAP}[\dxX](?!\d)"
)
_DIGIT_GROUPS = re.compile(r"\d{1,40}(?:[\s\-.·]{1,2}\d{1,40}){0,40}")
_GROUP = re.compile(r"\d+")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s\-—]{0,2}[1-9]\d{6,7}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"\s?[A-HJ-NP-Za-hj-np-z][\s·.\-]{0,2}(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{4}"
    r"[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])(?![A-Za-z0-9])"
)
_LABELLED = re.compile(
    r"(?<![A-Za-z])((?:微信|薇信|威信|加v|加V|vx|VX|Vx|wx|WX|wechat|WeChat|Wechat|weixin|qq|QQ|Qq|扣扣)"
    r"(?:号码?|群|id|ID)?\s{0,3}(?:是|为|[:：=])?\s{0,3})([A-Za-z0-9][A-Za-z0-9_\-]{4,29})"
)


def redact(text: str) -> str:
    """Return `text` with personal data masked; digits of any script come back as 0 to 9."""
    plain = "".join(_folded(character) for character in text)
    plain = EMAIL.sub(MASK, plain)
    plain = _LABELLED.sub(lambda match: match.group(1) + MASK, plain)
    plain = _IDENTITY.sub(MASK, plain)
    plain = _DIGIT_GROUPS.sub(_without_cards, plain)
    plain = _MOBILE.sub(MASK, plain)
    plain = _SPOKEN.sub(MASK, plain)
    plain = _LANDLINE.sub(MASK, plain)
    plain = _PLATE.sub(MASK, plain)
    for address in (_ADDRESS, _BUILDING, _STREET):
        plain = address.sub(MASK, plain)
    return plain


def _folded(character: str) -> str:
    if character.isdecimal() and not character.isascii():
        return str(unicodedata.digit(character))
    if character == "＠":
        return "@"
    # What cannot be seen can split a number all the same.
    return "" if unicodedata.category(character) == "Cf" else character


def _without_cards(match: re.Match[str]) -> str:
    """Mask each run of groups that is a card, however other numbers stand beside it."""
    text = match.group()
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(text)]
    kept: list[str] = []
    at = index = 0
    while index < len(groups):
        last = _card_end(text, groups, index)
        if last is not None:
            kept += [text[at : groups[index][0]], MASK]
            at, index = groups[last][1], last
        index += 1
    return "".join([*kept, text[at:]])


def _card_end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    digits = ""
    for index in range(first, len(groups)):
        digits += text[slice(*groups[index])]
        if len(digits) > CARD_LENGTHS[-1]:
            return None
        if len(digits) in CARD_LENGTHS and _is_card(digits, whole=index == first):
            return index
    return None


def _is_card(digits: str, *, whole: bool) -> bool:
    # Thirteen digits in one piece are a bar code, and one bar code in ten passes Luhn.
    if len(digits) == CARD_LENGTHS[0] and whole:
        return False
    return is_card(digits)
