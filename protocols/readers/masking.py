"""Takes everything that belongs to a person out of a receipt, before it becomes an event.

What looks like a person's number is masked wherever it stands: bank cards, identity numbers,
mobile phones, mail addresses, accounts, the tracks of a card. What stands after a label of a
person (cashier, member, customer, delivery) is masked whatever it looks like, and so is the same
name elsewhere on the receipt. Receipt numbers, bar codes, prices and dates live on: an EAN-13
passes a card's check one time in ten, so thirteen and fourteen digits are masked only beside a
card's label or cut up like a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from protocols.personal import (
    EMAIL,
    is_card,
    is_chinese_identity,
    is_iban,
    is_taiwanese_identity,
)
from protocols.readers.labels.finding import Found, labels_in
from protocols.readers.labels.meaning import MONEY, Meaning
from protocols.readers.receipt.line import LONGEST_LINE, Line, fold, is_east_asian, read_line

MASK = "***"
_TRACK = re.compile(r"%?[Bb]\d{12,19}\^[^?\n]{0,80}\??|;?(?<!\d)\d{12,19}[=D]\d{4,40}\??", re.ASCII)
_RESIDENT = re.compile(r"(?<!\d)\d{2}[01]\d[0-3]\d\s?-\s?[1-8]\d{6}(?!\d)")
_TAIWANESE = re.compile(r"(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?![A-Za-z0-9])")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])"
)
_EIGHTEEN = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_SPLIT_EIGHTEEN = re.compile(r"(?<!\d)\d{6}[ -]\d{8}[ -]\d{3}[\dXx](?![\dA-Za-z])")
_DIGITS = re.compile(r"(?<!\d)\d{15,19}(?!\d)")
_GAP = r"(?:[ ]{1,2}|\s?-\s?)"
_SPLIT_CARD = re.compile(
    rf"(?<![\d.,])(\d{{3,6}}(?:{_GAP}\d{{3,7}}){{2,5}}(?:{_GAP}\d{{1,3}})?|\d{{6}}{_GAP}\d{{7,13}})(?![\d,]|\.\d)"
)
_FOURS = re.compile(rf"\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?")
_SINGLE_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]\d){12,18}(?![ -]?\d)")
_CHINESE_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d)([- ]?)\d{4}\2(\d{4})(?!\d)")
_MOBILES = re.compile(
    r"(?<![\d.,])(?:"
    r"(?:\+?886[- ]?|0)9\d{2}[- ]\d{3}[- ]?\d{3}|\+?8869\d{8}"
    # Delivery services give a mobile a number of their own, 0502 to 0508.
    r"|(?:\+?82[- ]?|0)(?:1[016789]|50\d)[-. ]\d{3,4}[-. ]\d{4}"
    r"|(?:\+?81[- ]?|0)[789]0[- ]\d{4}[- ]\d{4}"
    r"|(?:\+|00)49[ (/\-]{0,2}0?[)]?[ ]?1[5-7]\d[ /\-]?\d{1,4}(?:[ /\-]?\d{2,4}){1,3}"
    r"|01[5-7]\d{1,2}[ ]?[/\- ][ ]?\d{3,8}(?:[ \-]\d{2,5}){0,2}"
    r"|07\d{3}[ ]\d{3}[ ]?\d{3}|\+447\d{3}[ ]?\d{6}"
    r")(?![\d])"
)
# Without a separator they are masked only where no receipt number can stand.
_BARE_MOBILES = re.compile(
    r"(?<![\d.,])(?:09\d{8}|01[016789]\d{7,8}|0[789]0\d{8}|01[5-7]\d{8})(?![\d])"
)
_CALLED = re.compile(
    r"(?<![A-Za-z])((?:Herrn?|Frau|Hr\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?|Miss)\s)"
    r"([A-ZÄÖÜ][\w'’-]{1,30}(?: [A-ZÄÖÜ][\w'’-]{1,30})?)"
    r"|((?:尊敬的|亲爱的|親愛的|Dear |Hallo |Hello |Liebe |Lieber ))"
    r"([\u4e00-\u9fff]{2,4}?(?=会员|客户|顾客|贵宾|您|[，,：:!！]|$)"
    r"|[A-ZÄÖÜ][a-zäöüß]{1,30}(?=[ ,!]|$))"
    r"|([\u4e00-\u9fff]{1,3}?)([(（]?(?:先生|女士|小姐|太太|同学|師傅)[)）]?)"
    r"|([가-힣]{2,4})(\s?(?:고객님|회원님|님)(?![가-힣]))"
    r"|((?<![\u3041-\u9fff])[\u3041-\u30fa\u4e00-\u9fff]{1,6}?\s?)(様(?![\u3041-\u9fff]))"
)
# In each way to address somebody: its two groups, and which of them is the name.
_ADDRESSES = ((1, 2, 2), (3, 4, 4), (5, 6, 5), (7, 8, 7), (9, 10, 9))
_NOT_NAMES = frozenset(
    {"고객", "회원", "손님", "お客", "お客さ", "お得意", "皆", "会員",
     "各位", "尊敬的", "亲爱的", "顾客", "客户", "会员", "贵宾", "朋友", "各位顾客", "新老顾客",
     "Customer", "Guest", "Valued", "Member",
     "Sir", "Madam", "Client", "Shopper", "Gast", "Kunde", "Kunden", "Kundin", "Gäste"}
)  # fmt: skip
_FAMILY_NAMES = frozenset(
    # The hundred that nine Chinese in ten have.
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮許鄧呂蘇盧蔣賈葉閻鍾陸"
)
_LONG_FAMILY_NAMES = frozenset(
    {"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "慕容", "令狐", "司徒", "公孙", "歐陽", "諸葛"}
)
_KEPT = re.compile(
    r"20\d\d\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}[日일]?|\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d(?!\d)|\d{1,2}:\d\d(?::\d\d)?"
    r"|(?<![\w.,])[-+]?[¥$€£₩]?\d{1,6}[.,]\d{2}(?![\d.,])|\d{1,3}(?:,\d{3})+(?!\d)"
)
_PAN = re.compile(r"\d[\d \-]{5,30}\d")
_SEPARATORS = re.compile(r"[\s:：#.=\-/()（）\[\]]*")
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[가-힣]{2,5}|[\u3041-\u30fa]{2,8}|[^\W\d_\u2e80-\uffff]{3,30}|\d{6,20}"
)
_PRIVATE = (Meaning.PERSON, Meaning.CASHIER, Meaning.ADDRESS, Meaning.CONTACT)
_NUMBERS = (Meaning.NUMBER, Meaning.ORDER, Meaning.TERMINAL)
_SIGNED = re.compile(
    r"^(\d{1,2}:\d\d(?::\d\d)?\s{1,8})([\u4e00-\u9fff]{2,3}|[A-Z][a-z]{2,15})$", re.ASCII
)
_VISITING_CARD = re.compile(r"\s*(?:BEGIN:VCARD|MECARD:|BIZCARD:)", re.IGNORECASE)
_BAR_CODE = re.compile(r"\d{8}|\d{12,14}")
_ADDRESS_LINES = 4
_NEAR_LINES = 4
_FEWEST_DIGITS = 9
_GOODS_END = re.compile(
    r"\d[.,]\d{2}\s?[A-Z*€元]{0,3}$|\s{2}\d{1,6}$|\s\d{1,3}(?:,\d{3})+$|[¥$€₩]\s?\d|\d원$"
)
# A street with its number, a town with its code, a building with a room; and their own label.
_HOME = re.compile(
    r"^(?:地址|住所|주소|adresse|anschrift|address)\s*:"
    r"|(?:str\.|straße|strasse|gasse|weg|allee|platz|ring|damm|ufer|chaussee)\s?\d"
    r"|^(?:d-)?\d{5} [a-zäöü]{2}|\d{1,5} [a-z' ]{2,30} (?:street|road|avenue|lane|st|rd|ave)\b"
    r"|(?:路|街|道|巷|弄)\s?\d{1,5}\s?[号號弄]|\d(?:号楼|號樓|栋|棟|幢|座|单元|室|號)"
    r"|(?:로|길)\s?\d{1,4}|\d동\s?\d|\d호(?:\s|$)|丁目|\d番地|\d号室"
)
# Building and door: nobody's shop.
_FLAT = re.compile(
    r"\d(?:号楼|號樓|栋|棟|幢|座|单元)\s?-?\d{1,4}(?:室|号|號|户)|\d동\s?\d{1,4}호|\d号室$"
)


class Mask:
    """Masks one job: its lines, and then whatever is read of it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._names: set[str] = set()
        self._numbers: set[str] = set()
        masked = list(_with_blocks([_without_marked(line) for line in lines]))
        self.private = frozenset(index for index, (_, private) in enumerate(masked) if private)
        """The lines that are a person's altogether: the rest of an address."""
        said = [MASK if private else self._line(line) for line, private in masked]
        self._names.update(_recipients(masked))
        self._known = self._pattern()
        self.lines = tuple(map(self._without_names, said))

    def text(self, text: str) -> str:
        """Return a text of this job without anything of a person."""
        if _VISITING_CARD.match(text):
            return MASK
        return self._without_names(masked(fold(text), numbered=self._is_own_number(text)))

    def field(self, value: str | None) -> str | None:
        """Return a field of this job; None when it is a person's number or name."""
        if value is None or self._without_names(masked(value, numbered=True)) != value:
            return None
        return value

    def _is_own_number(self, text: str) -> bool:
        return any(number in text for number in self._numbers)

    def _line(self, line: Line) -> str:
        """Return a line, piece by piece: what stands after a label is masked by what it means."""
        pieces: list[str] = []
        place = 0
        label: Found | None = None
        for found in line.labels:
            begin, end = line.at[found.start], line.at[found.end - 1] + 1
            pieces.append(self._piece(label, line.printed[place:begin]))
            pieces.append(line.printed[begin:end])
            place, label = end, found
        return "".join([*pieces, self._piece(label, line.printed[place:])])

    def _piece(self, label: Found | None, text: str) -> str:
        if label is None:
            return masked(text, numbered=False)
        if label.means(*_NUMBERS):
            self._numbers.update(re.findall(r"[A-Za-z0-9\-]{4,}", text))
        if label.means(Meaning.PAN):
            return _without_pan(text)
        if label.means(*_PRIVATE) and _is_told(label, text):
            self._remember(label, text)
            return _hidden(text)
        return masked(text, numbered=label.means(*_NUMBERS))

    def _remember(self, label: Found, text: str) -> None:
        told = not label.means(Meaning.CONTACT) or re.match(r"\s*[:：#]", text)
        if not told and not _is_name(text.strip()):
            return
        self._names.update(_names_in(_KEPT.sub(" ", text)))

    def _pattern(self) -> re.Pattern[str] | None:
        if not self._names:
            return None
        names = sorted(self._names, key=len, reverse=True)
        whole = (
            re.escape(one) if is_east_asian(one[0]) else rf"(?<![\w.]){re.escape(one)}(?!\w|[.,]\d)"
            for one in names
        )
        return re.compile("|".join(whole), re.IGNORECASE)

    def _without_names(self, text: str) -> str:
        return self._known.sub(MASK, text) if self._known else text


def mask(text: str) -> str:
    """Return a text that stands for itself (a display's line, a code) without anybody's data."""
    if _VISITING_CARD.match(text):
        return MASK
    if len(text) > LONGEST_LINE:
        return masked(fold(text), numbered=False)
    return "".join(Mask([read_line(text)]).lines)


def masked(text: str, *, numbered: bool) -> str:
    """Return text without the numbers of persons; `numbered`: a receipt's number stands here."""
    # No number of a person is shorter.
    if "@" not in text and sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
        return _CALLED.sub(_uncalled, text)
    plain = _TRACK.sub(MASK, text)
    plain = EMAIL.sub(MASK, plain)
    plain = _IBAN.sub(lambda match: _if(is_iban(match[0].replace(" ", "")), match[0]), plain)
    plain = _RESIDENT.sub(MASK, plain)
    plain = _TAIWANESE.sub(lambda match: _if(is_taiwanese_identity(match[0]), match[0]), plain)
    plain = _SPLIT_EIGHTEEN.sub(
        lambda match: _if(is_chinese_identity(re.sub(r"[ -]", "", match[0])), match[0]), plain
    )
    if not numbered:
        plain = _EIGHTEEN.sub(lambda match: _if(is_chinese_identity(match[0]), match[0]), plain)
        plain = _DIGITS.sub(lambda match: _card(match[0]), plain)
    plain = _SINGLE_DIGITS.sub(lambda match: _card(match[0]), plain)
    plain = _SPLIT_CARD.sub(
        lambda match: match[0] if numbered and not _FOURS.fullmatch(match[1]) else _card(match[0]),
        plain,
    )
    plain = _CHINESE_MOBILE.sub(r"\1****\3", plain)
    plain = _MOBILES.sub(MASK, plain)
    if not numbered:
        plain = _BARE_MOBILES.sub(MASK, plain)
    return _CALLED.sub(_uncalled, plain)


def _if(private: bool, text: str) -> str:
    return MASK if private else text


def _card(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"****{digits[-4:]}" if is_card(digits) else text


def _without_pan(text: str) -> str:
    """Whatever stands after a card's label goes, save its last four digits; stars stay."""

    def hidden(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return f"****{digits[-4:]}" if len(digits) >= 8 else match[0]

    return _PAN.sub(hidden, masked(text, numbered=False))


def _uncalled(match: re.Match[str]) -> str:
    """Mask the name beside a form of address, whichever stands first."""
    for first, second, name in _ADDRESSES:
        if match[first] is None:
            continue
        before, after = match[first], match[second]
        if (before if name == first else after).strip() in _NOT_NAMES:
            return match[0]
        return f"{MASK}{after}" if name == first else f"{before}{MASK}"
    return match[0]


def _is_told(label: Found, text: str) -> bool:
    """Whether a person follows; the shorter labels stand in sentences, too."""
    if label.meanings[0] is not Meaning.CONTACT:
        return True
    if not text or text[0] in " :：#.=(（0123456789":
        return True
    # A name without anything between: "会员张三".
    name = re.match(r"[\u4e00-\u9fff]{2,3}(?![\u4e00-\u9fff])", text)
    return name is not None and text[0] in _FAMILY_NAMES


def _hidden(text: str) -> str:
    """Return what is left of a person's value: dates, amounts, seven digits of a mobile."""
    text = _CHINESE_MOBILE.sub(lambda match: f"\x00{match[1]}****{match[3]}\x00", text)
    pieces: list[str] = []
    at = 0
    for match in re.finditer(rf"\x00[^\x00]*\x00|{_KEPT.pattern}", text):
        pieces += [_blank(text[at : match.start()]), match[0].strip("\x00")]
        at = match.end()
    return "".join([*pieces, _blank(text[at:])])


def _blank(text: str) -> str:
    if not any(map(str.isalnum, text)):
        return text
    lead = _SEPARATORS.match(text)
    start = lead.end() if lead else 0
    end = len(text.rstrip())
    return f"{text[:start]}{MASK}{text[end:]}"


def _without_marked(line: Line) -> Line:
    """Mask what its own marks show: a mail address, a card's track, a form of address.

    They have words in them that are no labels here.
    """
    plain = EMAIL.sub(MASK, _TRACK.sub(MASK, line.printed))
    plain = _CALLED.sub(_uncalled, plain)
    plain = _SIGNED.sub(_unsigned, plain)
    return line if plain == line.printed else read_line(plain)


def _unsigned(match: re.Match[str]) -> str:
    """Mask a name alone beside a time, as slips for the kitchen have the waiter's."""
    name = match[2]
    is_name = name[0] in _FAMILY_NAMES or (name.isascii() and not labels_in(name.lower()))
    return f"{match[1]}{MASK}" if is_name and name != "Uhr" else match[0]


def _names_in(text: str) -> Iterator[str]:
    for word in _NAME.findall(text):
        if not any(one.label == word.lower() for one in labels_in(word.lower())):
            yield word


def _is_name(text: str) -> bool:
    """Whether a text is a name and nothing else, as far as its look tells."""
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text):
        return text[0] in _FAMILY_NAMES or text[:2] in _LONG_FAMILY_NAMES
    return re.fullmatch(r"[가-힣]{2,4}|(?:[A-ZÄÖÜ][a-zäöüß'’-]+ ?){2,3}", text) is not None


def _recipients(lines: Sequence[tuple[Line, bool]]) -> Iterator[str]:
    """Yield the names that stand alone below a label: of a recipient, not of a street."""
    for (_, before), (line, private) in pairwise(lines):
        if private and not before and not any(map(str.isdigit, line.text)):
            yield from _names_in(line.printed)


def _with_blocks(lines: Sequence[Line]) -> Iterator[tuple[Line, bool]]:
    """Yield each line, and whether it goes on with what a label above it began."""
    remaining = near = 0
    for line in lines:
        near = _NEAR_LINES if _names_shopper(line) else near - 1
        home = _HOME if near > 0 else _FLAT
        if home.search(line.text) and not _GOODS_END.search(line.printed):
            yield line, True
            continue
        if remaining and _goes_on(line):
            remaining -= 1
            # Under a label of its own, a name is masked as such.
            first = line.first()
            yield line, first is None or first.means(Meaning.PHONE)
            continue
        remaining = _opens(line)
        yield line, False


def _names_shopper(line: Line) -> bool:
    """Whether a shopper, not one of the staff, is named on a line."""
    first = line.first()
    if first is None or not any(map(str.isalnum, line.text[first.end :])):
        return False
    return first.meanings[0] in (Meaning.PERSON, Meaning.CONTACT, Meaning.ADDRESS)


def _opens(line: Line) -> int:
    """Return how many lines below belong to the person a line names."""
    last = line.labels[-1] if line.labels else None
    if last is None or not last.means(Meaning.PERSON, Meaning.CASHIER, Meaning.ADDRESS):
        return 0
    if last.means(Meaning.ADDRESS):
        return _ADDRESS_LINES
    value = line.text[last.end :]
    alone = line.first() == last and not any(map(str.isalnum, value))
    return 1 if alone else 0


def _goes_on(line: Line) -> bool:
    if not any(map(str.isalnum, line.text)) or _GOODS_END.search(line.printed):
        return False
    if _BAR_CODE.fullmatch(line.text):
        return False
    first = line.first()
    if first is None:
        return True
    return first.means(Meaning.PHONE, Meaning.PERSON, Meaning.CONTACT) and not first.means(*MONEY)
