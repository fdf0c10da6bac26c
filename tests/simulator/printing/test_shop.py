from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from simulator.printing.shop import random_sale
from simulator.printing.shops import DE, KO, ZH_CN

AT = datetime(2026, 11, 21, tzinfo=UTC)


def test_each_country_writes_money_its_own_way() -> None:
    assert DE.money(123456) == "1.234,56"
    assert ZH_CN.money(-5) == "-0.05"
    assert KO.money(12500) == "12,500"


def test_the_same_seed_sells_the_same_and_a_discount_never_makes_it_free() -> None:
    one, other = (random_sale(Random(7), DE, number="1", at=AT) for _ in range(2))
    assert one == other
    for seed in range(50):
        assert random_sale(Random(seed), KO, number="1", at=AT).paid > 0
