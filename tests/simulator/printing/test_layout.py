from __future__ import annotations

from random import Random

from simulator.printing.layout import Layout, random_layout
from simulator.printing.shops import DE


def test_a_till_keeps_its_words_and_there_are_many_tills() -> None:
    layout = random_layout(Random(1), DE)
    assert layout == random_layout(Random(1), DE)
    assert layout.word(DE, "sum") in DE.words["sum"]
    assert Layout().word(DE, "sum") == "SUMME"
    assert len({repr(random_layout(Random(seed), DE)) for seed in range(60)}) == 60
