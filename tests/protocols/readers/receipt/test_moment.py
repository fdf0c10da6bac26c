from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.receipt.moment import MONTHS, names_day, printed_moment
from protocols.readers.receipt.page import read_page


def moment(*lines: str, month_first: bool = False) -> str | None:
    return printed_moment(read_page(lines), month_first=month_first)


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["时间:2026-11-21 18:42:07"], "2026-11-21T18:42:07"),
        (["2026/1/2 8:05"], "2026-01-02T08:05:00"),
        (["2026年11月21日 18时42分"], "2026-11-21T18:42:00"),
        (["21.11.2026 18:42 uhr"], "2026-11-21T18:42:00"),
        (["21.11.2026 07.42 Uhr"], "2026-11-21T07:42:00"),
        (["21.11.26", "18:42"], "2026-11-21T18:42:00"),
        (["Datum: 21.11.2026", "Uhrzeit: 18:42:07 Uhr"], "2026-11-21T18:42:07"),
        (["monday 6th of april 2015 02:56:25 pm"], "2015-04-06T14:56:25"),
        (["nov 21, 2026 18:42"], "2026-11-21T18:42:00"),
        (["21 Nov 2026 18:42"], "2026-11-21T18:42:00"),
        (["20261121 18:42"], "2026-11-21T18:42:00"),
        (["일시: 2026년 11월 21일 오후 6:42"], "2026-11-21T18:42:00"),
        (["합계 9,000", "26/11/21 18:42"], "2026-11-21T18:42:00"),
        (["統一編號 1", "日期:115/11/21 12:30"], "2026-11-21T12:30:00"),
        (["115年11-12月", "统一編號", "2026-11-21"], "2026-11-21"),
        (["2026-11-21T17:42:07.000Z", "21.11.26 18:42"], "2026-11-21T18:42:00"),
        (["21.11.26", "17:42:07Z", "18:42"], "2026-11-21T18:42:00"),
        (["2026-11-21T17:42:07Z"], "2026-11-21T17:42:07"),
        (["开台：2026-11-21 17:31", "结账：2026-11-21 19:00"], "2026-11-21T19:00:00"),
        (["입차 2026-11-21 10:00", "출차 2026-11-21 12:10"], "2026-11-21T12:10:00"),
        (["Einfahrt 21.11.2026 10:01", "Ausfahrt 21.11.2026 12:11"], "2026-11-21T12:11:00"),
        (["2026-13-45 18:42"], None),
        (["12:30"], None),
        (["合计 14.97"], None),
        (["Serial: 2025-01-05-001"], None),
    ],
)
def test_dates_as_tills_print_them(lines: list[str], when: str | None) -> None:
    assert moment(*lines) == when


def test_the_country_decides_which_comes_first() -> None:
    assert moment("11/05/2026 7:42 pm", month_first=True) == "2026-11-05T19:42:00"
    assert moment("11/05/2026 7:42 pm") == "2026-05-11T19:42:00"
    assert moment("11/21/2026 7:42 pm") == "2026-11-21T19:42:00"


def test_the_sale_is_not_when_one_sat_down_nor_when_the_coupon_ends() -> None:
    assert (
        moment("开台时间：2026-11-21 18:02:11", "结账时间：2026-11-21 19:42:07")
        == "2026-11-21T19:42:07"
    )
    assert moment("有效期至2026-12-31 23:59", "2026-11-21 19:42") == "2026-11-21T19:42:00"
    assert (
        moment("TSE-Start: 2026-11-21T18:41:01.000", "21.11.2026  18:42") == "2026-11-21T18:42:00"
    )
    assert moment("打印时间 2026-11-21 19:42") == "2026-11-21T19:42:00"
    assert moment("21.11.2026", "Mo-Fr 8:00-20:00", "7:42") == "2026-11-21T07:42:00"


def test_months_and_days_are_known() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert names_day("21.11.2026", "de")
    assert not names_day("1 x 2,00", "de")


@given(st.lists(st.text(alphabet="0123456789-/.: 年月日amp", max_size=30), max_size=4))
@settings(max_examples=60)
def test_any_lines_give_a_moment_or_none(lines: list[str]) -> None:
    when = moment(*lines)
    assert when is None or when[4] == when[7] == "-"
