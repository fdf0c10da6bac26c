from dataclasses import replace
from pathlib import Path

import pytest

from edge_gateway import events as ev
from edge_gateway.instructions import MOST_FROM_HQ
from edge_gateway.till_floor import LOOK_EVERY_MS
from edge_gateway.wait_radar.radar import Measures
from edge_gateway.wait_radar.rules import Rule
from protocols.events import Event
from protocols.messages import Clock, Instruction, Lane
from protocols.till_events import InstructionAcknowledged, InstructionEnded, InstructionGiven
from tests.edge_gateway.field import Store, later

RULE = Rule(rule="open", measure="waiting", above=5, for_s=10, clear=2, quiet_s=100,
            text={"zh-CN": "请再开一个收银台", "en": "Open another till"})  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, rules=(RULE,))


def line(waiting: float) -> dict[str, Measures]:
    one = Measures(waiting=waiting, wait_s=60 * waiting, pace=None, arrivals=60, busy=1, sales=9)
    return {"till-4": one, "till-5": replace(one, waiting=0.0)}


def look(store: Store, waiting: float, at_s: float) -> None:
    """Let the gateway look at a line of so many people."""
    store.now = later(at_s)
    for command in store.gateway.floor.instructions.look(line(waiting), store.now):
        store._do(command)
    store.flush()


def told(store: Store) -> list[tuple[str, bool]]:
    return [(one.text["en"], one.ended) for one in store.broadcast if isinstance(one, Instruction)]


def urgent(store: Store) -> list[Event]:
    return store.own(Lane.URGENT)


def test_a_line_that_stays_too_long_is_an_instruction_with_sound_and_an_event(
    store: Store,
) -> None:
    look(store, 9, 0)
    look(store, 9, 9)
    assert told(store) == []
    look(store, 9, 10)
    assert told(store) == [("Open another till", False)]
    assert store.shown[-1] is True
    (given,) = urgent(store)
    assert isinstance(given, InstructionGiven)
    assert (given.rule, given.measure, given.value, given.limit) == ("open", "waiting", 9, 5)
    assert (given.touchpoint, given.text["zh-CN"]) == ("till-4", "请再开一个收银台")
    look(store, 9, 20)
    assert len(urgent(store)) == 1


def test_it_ends_when_the_line_is_short_and_not_before(store: Store) -> None:
    look(store, 9, 0)
    look(store, 9, 10)
    look(store, 3, 20)
    assert told(store)[-1] == ("Open another till", False)
    look(store, 2, 30)
    assert told(store)[-1] == ("Open another till", True)
    ended = urgent(store)[-1]
    assert isinstance(ended, InstructionEnded)
    assert ended.value == 2
    assert store.gateway.floor.instructions.standing() == []


def test_who_is_on_it_is_known_and_kiosks_call_for_nobody_any_more(store: Store) -> None:
    look(store, 9, 0)
    look(store, 9, 10)
    (standing,) = store.gateway.floor.instructions.standing()
    for by in ("王店长", "zu spät"):
        store.post(ev.InstructionAcknowledgedAtBoard(standing.instruction, by))
    store.post(ev.InstructionAcknowledgedAtBoard("none", "x"))
    taken = [one for one in urgent(store) if isinstance(one, InstructionAcknowledged)]
    assert [(one.by, one.instruction) for one in taken] == [("王店长", standing.instruction)]
    assert told(store)[-1] == ("Open another till", True)
    assert store.gateway.floor.instructions.standing()[0].by == "王店长"
    store.post(ev.DeviceConnected("k9"))
    assert not [one for one in store.sent["k9"] if isinstance(one, Instruction)]


def test_after_that_nothing_of_it_is_said_for_a_while(store: Store) -> None:
    look(store, 9, 0)
    look(store, 9, 10)
    (standing,) = store.gateway.floor.instructions.standing()
    store.post(ev.InstructionAcknowledgedAtBoard(standing.instruction, "王"))
    look(store, 0, 20)
    look(store, 9, 30)
    look(store, 9, 109)
    assert store.gateway.floor.instructions.given == 1
    look(store, 9, 110)
    assert store.gateway.floor.instructions.given == 2


def test_a_kiosk_that_connects_hears_of_what_stands(store: Store) -> None:
    look(store, 9, 0)
    look(store, 9, 10)
    store.post(ev.DeviceConnected("k9"))
    assert [type(one) for one in store.sent["k9"]] == [Instruction]


def test_what_stood_when_the_gateway_ended_is_ended_at_its_next_start(store: Store) -> None:
    look(store, 9, 0)
    look(store, 9, 10)
    given = urgent(store)[0]
    assert isinstance(given, InstructionGiven)
    for _ in range(2):
        store.restart()
        store.now = later(20 + LOOK_EVERY_MS / 1000)
        store.post(ev.Tick())
    ended = urgent(store)[1:]
    assert [type(one) for one in ended] == [InstructionEnded]
    assert isinstance(ended[0], InstructionEnded)
    assert (ended[0].instruction, ended[0].value) == (given.instruction, None)


def test_of_hq_the_latest_are_kept_until_their_time_or_their_end(store: Store) -> None:
    def hq(now: Clock) -> list[str]:
        return [one.instruction for one in store.gateway.floor.instructions.from_hq(now)]

    for number in range(MOST_FROM_HQ + 2):
        until = store.now.wall_ms + 5_000 if number == 11 else None
        new = Instruction(instruction=f"i{number}", text={"en": "x"}, until_ms=until)
        store.post(ev.InstructionArrived(new))
    assert hq(store.now) == [f"i{number}" for number in range(11, 1, -1)]
    store.post(ev.InstructionArrived(Instruction(instruction="i10", text={}, ended=True)))
    assert hq(later(6)) == [f"i{number}" for number in range(9, 1, -1)]
