from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen_power import DARK_AFTER_S, Commands, ScreenPower


def test_closed_screen_goes_dark_after_a_while_and_is_lit_before_opening() -> None:
    switched: list[bool] = []
    power = ScreenPower(switched.append)
    power.closed(True, 100.0)
    assert power.dark_at == 100.0 + DARK_AFTER_S
    power.passed(100.0 + DARK_AFTER_S - 1)
    assert switched == []
    power.passed(100.0 + DARK_AFTER_S)
    assert switched == [False]
    power.closed(False, 900.0)
    assert switched == [False, True]
    assert power.dark_at is None


def test_touch_lights_it_for_a_while() -> None:
    switched: list[bool] = []
    power = ScreenPower(switched.append)
    power.closed(True, 0.0)
    power.passed(DARK_AFTER_S)
    power.touched(500.0)
    power.passed(500.0 + DARK_AFTER_S)
    assert switched == [False, True, False]


def test_open_store_is_never_dark() -> None:
    switched: list[bool] = []
    power = ScreenPower(switched.append)
    power.touched(1.0)
    power.closed(False, 2.0)
    power.passed(1e9)
    assert switched == []


def test_kiosk_that_ends_leaves_the_light_on() -> None:
    switched: list[bool] = []
    power = ScreenPower(switched.append)
    power.closed(True, 0.0)
    power.passed(DARK_AFTER_S)
    power.stop()
    power.passed(1e9)
    assert switched == [False, True]


STEPS = st.lists(st.sampled_from(["close", "open", "touch", "wait"]), max_size=40)


@given(STEPS)
def test_switch_is_told_changes_only_and_an_open_store_is_lit(steps: list[str]) -> None:
    switched: list[bool] = []
    power = ScreenPower(switched.append)
    now, closed = 0.0, False
    for step in steps:
        now += DARK_AFTER_S if step == "wait" else 1.0
        if step in ("close", "open"):
            closed = step == "close"
            power.closed(closed, now)
        elif step == "touch":
            power.touched(now)
        power.passed(now)
        assert closed or power.lit
    assert switched == [at % 2 == 1 for at in range(len(switched))]


def test_commands_run_in_their_order_and_a_wrong_one_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "log"
    commands = Commands(off=["sh", "-c", f"echo off >> {log}"], on=["/nowhere/on"])
    commands.switch(False)
    commands.switch(True)
    commands.switch(False)
    commands.stop()
    assert log.read_text() == "off\noff\n"
    assert len(caplog.records) == 1
