from __future__ import annotations

from random import Random

from protocols.personal import is_card, is_chinese_identity
from simulator.printing.layout import random_layout
from simulator.printing.planting import card_number, identity_number, plant
from simulator.printing.shops import SHOPS


def test_planted_numbers_are_as_right_as_real_ones() -> None:
    random = Random(1)
    assert all(is_card(card_number(random, length)) for length in (13, 14, 15, 16, 19))
    assert is_chinese_identity(identity_number(random))


def test_what_is_planted_stands_in_the_lines() -> None:
    for seed, shop in enumerate(SHOPS.values()):
        for one in plant(Random(seed), shop, random_layout(Random(seed), shop)):
            text = "\n".join(one.lines)
            digits = "".join(filter(str.isdigit, text))
            assert all(secret in text or secret in digits for secret in one.secrets)
            assert all(survivor in text for survivor in one.survivors)
            assert one.secrets or one.survivors
