from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.events import Code, JobKind
from protocols.readers.receipt.amounts import amounts
from protocols.readers.receipt.job import names_sale, read_job
from tests.protocols.readers.receipt.papers.check import differences
from tests.protocols.readers.receipt.papers.chinese import CHINESE
from tests.protocols.readers.receipt.papers.german import GERMAN
from tests.protocols.readers.receipt.papers.korean import KOREAN
from tests.protocols.readers.receipt.papers.others import OTHERS
from tests.protocols.readers.receipt.papers.paper import Paper
from tests.protocols.readers.receipt.papers.rarer import RARER

PAPERS = (*GERMAN, *CHINESE, *KOREAN, *OTHERS, *RARER)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_each_paper_is_read_whole_and_nothing_is_invented(paper: Paper) -> None:
    assert differences(paper) == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_that_lost_a_line_never_gets_a_total_that_it_does_not_say(paper: Paper) -> None:
    said = {amount.lstrip("-") for line in paper.lines for amount in amounts(line)}
    for lost in range(len(paper.lines)):
        lines = [line for at, line in enumerate(paper.lines) if at != lost]
        read = read_job(lines, codes=(), damaged=True, partial=False, currency=None, identify=str)
        assert read.total is None or read.total.lstrip("-") in said


def test_codes_and_names_are_masked_and_numbers_live() -> None:
    read = read_job(
        ["单号：20261121000387", "会员：李雷雷", "李雷雷的咖啡 1 9.00", "合计 9.00"],
        codes=(
            Code(symbology="code128", text="20261121000387"),
            Code(symbology="qr", text="https://shop.example/r?m=13800138000"),
            Code(symbology="qr", text="BEGIN:VCARD\nN:Li\nEND:VCARD"),
        ),
        damaged=False,
        partial=True,
        currency="CNY",
        identify=str,
    )
    assert [one.text for one in read.codes] == [
        "20261121000387",
        "https://shop.example/r?m=138****8000",
        "***",
    ]
    assert read.goods[0].name == "***的咖啡"
    assert (read.currency, read.partial, read.kind) == ("CNY", True, JobKind.RECEIPT)


def test_a_sale_is_whole_with_its_number_and_its_total() -> None:
    assert names_sale(["单号 1", "合计 1.00"])
    assert not names_sale(["单号 1"])
    assert not names_sale(["合计 1.00"])


@given(st.lists(st.text(max_size=60), max_size=12), st.booleans())
@settings(max_examples=60)
def test_any_lines_are_a_job(lines: list[str], damaged: bool) -> None:
    read = read_job(lines, codes=(), damaged=damaged, partial=False, currency=None, identify=str)
    assert read.damaged is damaged
