from __future__ import annotations

import pytest

from protocols.readers.receipt.page import read_page


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["单号：1", "合计 9.00", "收银员 3"], "zh-CN"),
        (["統一編號：12345678", "收銀員 3", "實付 9"], "zh-TW"),
        (["Receipt no 1", "Subtotal 1.00", "Change 2.00"], "en"),
        (["Rechnung Nr. 1", "Rückgeld 1,00", "MwSt 19%"], "de"),
        (["영수증번호 1", "합계 9,000"], "ko"),
        (["レシート番号 1", "お釣り 5", "合計 9"], "ja"),
        ([], "en"),
    ],
)
def test_a_page_tells_its_language(lines: list[str], language: str) -> None:
    assert read_page(lines).language == language


def test_empty_lines_are_left_out() -> None:
    page = read_page(["", "Summe 9,00", "  "])
    assert page.texts == ["summe 9,00"]
    assert page.comma
