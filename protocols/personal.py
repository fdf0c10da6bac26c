"""How the numbers of persons look: cards, codes that pay, identity numbers, phones, mail, accounts.

Shared by what masks receipts (`protocols.readers.masking`) and what masks shoppers' words
(`grading.redaction`), which differ in what else they must let live.
"""

from __future__ import annotations

import re

CARD_LENGTHS = range(13, 20)
EMAIL = re.compile(r"[\w.+\-]{1,64}\s?@\s?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")
# WeChat pays by 18 digits from 10 to 15, Alipay by 16 to 24 from 25 to 30, UnionPay by 19 or 20
# from 62, the digital yuan by 19 from 01: each is money in the hand of whoever has it.
PAYMENT_CODE = re.compile(r"1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}|62\d{17,18}|01\d{17}", re.ASCII)
VISITING_CARD = re.compile(
    r"BEGIN:VCARD|MECARD:|BIZCARD:|MATMSG:|WIFI:|(?:mailto|tel|sms|smsto|geo):"
    r"|(?:N|FN|TEL|EMAIL|ADR|ORG|TITLE|NOTE|BDAY)[;:]|@\s*ANSI |wxp:|alipays?:",
    re.IGNORECASE,
)
"""What begins a code that tells of a person, opens a network or asks for money."""
# The networks' leading digits: American Express, Visa, Mastercard, Maestro, UnionPay, JCB, Mir.
_CARD_START = re.compile(r"[34569]|2[2-7]")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_IDENTITY = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_TAIWANESE_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_TAIWANESE_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1, 1)


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Return whether digits can be a bank card: length, a network's beginning, check digit."""
    return len(digits) in CARD_LENGTHS and bool(_CARD_START.match(digits)) and luhn(digits)


def is_chinese_mobile(text: str) -> bool:
    """Return whether a text is a mobile number of the mainland and nothing else."""
    return _CHINESE_MOBILE.fullmatch(text) is not None


def is_chinese_identity(text: str) -> bool:
    """Return whether 18 characters are an identity number of GB 11643: birthday and check digit."""
    if _IDENTITY.fullmatch(text) is None:
        return False
    pairs = zip(text[:17], _IDENTITY_WEIGHTS, strict=True)
    total = sum(int(digit) * weight for digit, weight in pairs)
    return _IDENTITY_CHECKS[total % 11] == text[17].upper()


def is_taiwanese_identity(text: str) -> bool:
    """Return whether a letter and nine digits are an identity number, by its check digit."""
    if re.fullmatch(r"[A-Z][1289]\d{8}", text) is None:
        return False
    letter = 10 + _TAIWANESE_LETTERS.index(text[0])
    pairs = zip(text[1:], _TAIWANESE_WEIGHTS, strict=True)
    total = sum(int(digit) * weight for digit, weight in pairs)
    return (letter // 10 + letter % 10 * 9 + total) % 10 == 0


def is_iban(text: str) -> bool:
    """Return whether letters and digits are a bank account of ISO 13616, by its check digits."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
