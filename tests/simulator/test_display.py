from pathlib import Path

import pytest

from protocols.readers.cd5220 import Cd5220Reader
from protocols.readers.events import ItemShown, TotalShown
from simulator.display import DisplayHabit, DisplayMode, DisplayTill
from tests.simulator.played import opened


@pytest.mark.parametrize("mode", list(DisplayMode))
def test_a_sale_over_a_real_line(tmp_path: Path, mode: DisplayMode) -> None:
    till = DisplayTill(tmp_path / "display", mode)
    reader = Cd5220Reader(encoding="gb18030")
    name = "" if mode is DisplayMode.LED8N else "可乐330ml"
    with opened(tmp_path / "display") as port:
        if mode is not DisplayMode.LED8N:
            till.welcome("欢迎光临 全场八折")
        till.item("可乐330ml", "3.50", DisplayHabit.REFRESH)
        assert port.read(reader) == [ItemShown(name=name, price="3.50")]
        till.total("合计", "3.50", DisplayHabit.CLEAR_FIRST)
        assert port.read(reader, 20.0) == [TotalShown(total="3.50")]
    till.close()


@pytest.mark.parametrize("habit", list(DisplayHabit))
def test_a_bad_habit_costs_at_most_that_picture(tmp_path: Path, habit: DisplayHabit) -> None:
    till = DisplayTill(tmp_path / "display")
    reader = Cd5220Reader(encoding="gb18030")
    lost = habit is DisplayHabit.HALF
    with opened(tmp_path / "display") as port:
        till.item("可乐330ml", "3.50", habit)
        assert len(port.read(reader)) == (0 if lost else 1)
        till.total("合计", "10.50")
        assert port.read(reader, 20.0) == [TotalShown(total="10.50")]
    till.close()
