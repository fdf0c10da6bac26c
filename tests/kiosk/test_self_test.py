from dataclasses import replace

import pytest

from kiosk.self_test import COLUMNS, columns, report
from kiosk.standing import Standing
from tests.kiosk.test_figures import figures


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_is_on_paper_and_nothing_beside_it(language: str) -> None:
    many = tuple(f"eth{number} 192.0.2.{number}" for number in range(9))
    shown = replace(figures(Standing()), addresses=many)
    lines = report(shown, language)
    assert all(columns(line) <= COLUMNS for line in lines)
    together = "".join(line.removeprefix("  ") for line in lines)
    for name, value in shown.rows(language):
        assert f"{name}: {value}".replace(" ", "") in together.replace(" ", "")


def test_chinese_takes_two_columns() -> None:
    assert columns("排队 ok") == 7
