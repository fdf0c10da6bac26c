from __future__ import annotations

from simulator.printing.corpus import receipt_figures


def test_nothing_planted_leaves_the_reader_and_what_must_live_lives() -> None:
    figures = receipt_figures(240, seed=1)
    assert figures.leaks == []
    assert figures.lost == []
    assert figures.wrong == []
    assert figures.lines()[0] == "240 receipts in 240 layouts and six languages"
    assert (figures.receipts, figures.layouts) == (240, 240)
    assert figures.secrets > 1000
    assert figures.survivors > 1000
