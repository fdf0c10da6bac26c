from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.moment import printed_moment


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        (["时间:2026-11-21 18:42:07"], "2026-11-21T18:42:07"),
        (["2026/1/2 8:05"], "2026-01-02T08:05:00"),
        (["2026年11月21日 18时42分"], "2026-11-21T18:42:00"),
        (["21.11.2026 18:42 uhr"], "2026-11-21T18:42:00"),
        (["21.11.26", "18:42"], "2026-11-21T18:42:00"),
        (["11/21/2026 6:42 pm"], "2026-11-21T18:42:00"),
        (["21/11/2026 06:42 am"], "2026-11-21T06:42:00"),
        (["monday 6th of april 2015 02:56:25 pm"], "2015-04-06T14:56:25"),
        (["nov 21, 2026 18:42"], "2026-11-21T18:42:00"),
        (["20261121 18:42"], "2026-11-21T18:42:00"),
        (["2026-11-21"], "2026-11-21"),
        (["2026-13-45 18:42"], None),
        (["12:30"], None),
        (["合计 14.97"], None),
    ],
)
def test_dates_as_tills_print_them(texts: list[str], moment: str | None) -> None:
    assert printed_moment(texts) == moment


@given(st.lists(st.text(alphabet="0123456789-/.: 年月日amp"), max_size=4))
def test_any_lines_give_a_moment_or_none(texts: list[str]) -> None:
    moment = printed_moment(texts)
    assert moment is None or moment[4] == moment[7] == "-"
