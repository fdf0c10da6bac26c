from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from edge_gateway import events as ev
from edge_gateway.cases import (
    ANSWER_WITHIN_MS,
    FORGET_QUESTION_AFTER_MS,
    FRESH_MS,
    MOST_QUESTIONS,
    MOST_RELAYED,
    MOST_TOLD,
    Cases,
    RelayedCode,
)
from edge_gateway.events import Command
from edge_gateway.guesses import FLOOD_A_MINUTE, MOST_A_MINUTE
from edge_gateway.refusals import Kind
from protocols.case_code import block_code
from protocols.messages import CaseAsked, CaseFound, CaseNode, CaseTold, Clock, HqState
from tests.edge_gateway.field import HQ_KEY, START, Store, later, response
from tests.edge_gateway.test_alarms import alarms

CODE, OTHER = block_code(HQ_KEY, 1), block_code(HQ_KEY, 2)
NODES = (CaseNode(step="received", at_ms=1), CaseNode(step="assign", at_ms=2))


def asked(code: str = CODE, nonce: int = 7) -> CaseAsked:
    return CaseAsked(code=code, nonce=nonce)


def relayed(number: int = 1, code: str = CODE, promised_ms: int | None = None) -> RelayedCode:
    return RelayedCode(code=code, response=f"r{number}", received_ms=1234, promised_ms=promised_ms)


def told(commands: Sequence[Command]) -> list[tuple[str, CaseTold]]:
    """Return who was told what."""
    return [
        (one.device, one.message)
        for one in commands
        if isinstance(one, ev.AnswerDevice) and isinstance(one.message, CaseTold)
    ]


class Asking:
    """Cases, with HQ there or not, and an HQ that answers when it is told to."""

    def __init__(self, *, hq_there: bool = True) -> None:
        self.alarms = alarms()
        self.cases = Cases(self.alarms, nonce=100)
        self.hq_there = hq_there
        self.at_hq: list[CaseAsked] = []

    def ask(self, what: CaseAsked | None = None, device: str = "k1", now: Clock = START) -> str:
        """Ask and return what was found, "asked" when HQ is asked, "" when one waits along."""
        commands = self.cases.asked(device, what or asked(), now, hq_there=self.hq_there)
        self.at_hq += [one.asked for one in commands if isinstance(one, ev.AskHq)]
        self.answers = told(commands)
        if self.answers:
            return self.answers[0][1].found
        return "asked" if commands else ""

    def answer(
        self,
        found: CaseFound = CaseFound.FOUND,
        nodes: tuple[CaseNode, ...] = NODES,
        now: Clock = START,
        wait_s: int = 0,
    ) -> list[tuple[str, CaseTold]]:
        question = self.at_hq[-1]
        answer = CaseTold(
            code=question.code, nonce=question.nonce, found=found, nodes=nodes, wait_s=wait_s
        )
        return told(self.cases.told(answer, now))


def test_hq_is_asked_for_the_device_and_its_answer_goes_back_as_it_was_asked() -> None:
    store = Asking()
    typed = CODE.replace("-", "").lower()
    assert store.ask(asked(typed)) == "asked"
    (question,) = store.at_hq
    assert (question.code, question.device) == (CODE, "k1")
    assert store.answer() == [
        ("k1", CaseTold(code=typed, nonce=7, found=CaseFound.FOUND, nodes=NODES))
    ]


def test_those_who_ask_the_same_wait_for_one_answer() -> None:
    store = Asking()
    assert store.ask() == "asked"
    assert store.ask(asked(nonce=9), "k2") == ""
    assert [(device, one.nonce) for device, one in store.answer()] == [("k1", 7), ("k2", 9)]
    assert len(store.at_hq) == 1


def test_what_hq_told_is_remembered_for_five_minutes() -> None:
    store = Asking()
    store.ask()
    store.answer()
    assert store.ask(now=later(FRESH_MS / 1000 - 1)) == "found"
    assert store.ask(now=later(FRESH_MS / 1000)) == "asked"


def test_a_cut_off_store_says_what_it_was_told_last_however_old() -> None:
    store = Asking()
    store.ask()
    store.answer()
    store.hq_there = False
    assert store.ask(now=later(86_400)) == "found"
    assert store.answers[0][1].nodes == NODES
    assert store.ask(asked(OTHER), now=later(86_400)) == "away"


def test_a_cut_off_store_knows_what_it_relayed_and_who_took_charge() -> None:
    store = Asking(hq_there=False)
    store.cases.relayed(relayed(promised_ms=9_000))
    assert store.ask() == "found"
    assert store.answers[0][1].nodes == (CaseNode(step="received", at_ms=1234),)
    assert store.answers[0][1].promised_ms == 9_000
    finding = store.alarms.consider(response(1, urgent=True), START)
    assert finding is not None
    store.alarms.acknowledge(finding.alarm.alarm, "王", later(60))
    store.ask()
    (_, answer), *_ = store.answers
    assert [one.step for one in answer.nodes] == ["received", "acknowledge"]
    assert answer.nodes[1].at_ms == later(60).wall_ms
    assert answer.promised_ms is None  # it is answered


def test_a_revision_came_when_its_response_first_came() -> None:
    store = Asking(hq_there=False)
    store.cases.relayed(relayed())
    store.cases.relayed(replace(relayed(promised_ms=9_000), received_ms=5_000))
    store.ask()
    assert store.answers[0][1].nodes[0].at_ms == 1234
    assert store.answers[0][1].promised_ms == 9_000


def test_after_three_seconds_without_an_answer_hq_is_away() -> None:
    store = Asking()
    store.ask()
    store.cases.relayed(relayed(code=OTHER))
    store.ask(asked(OTHER, nonce=8))
    assert told(store.cases.tick(later(ANSWER_WITHIN_MS / 1000 - 0.001))) == []
    late = told(store.cases.tick(later(ANSWER_WITHIN_MS / 1000)))
    assert [(one.nonce, one.found) for _, one in late] == [(7, "away"), (8, "found")]
    assert store.cases.tick(later(4)) == []


def test_an_answer_that_comes_late_is_remembered_and_told_to_nobody() -> None:
    store = Asking()
    store.ask()
    store.cases.tick(later(5))
    assert store.answer(now=later(10)) == []
    assert store.ask(now=later(11)) == "found"


def test_an_answer_that_nobody_asked_for_is_nothing() -> None:
    store = Asking()
    store.ask()
    stray = CaseTold(code=CODE, nonce=1, found=CaseFound.FOUND, nodes=NODES)
    assert store.cases.told(stray, START) == []
    store.cases.tick(later(FORGET_QUESTION_AFTER_MS / 1000))
    assert store.answer() == []
    store.hq_there = False
    assert store.ask(now=later(100)) == "away"


def test_what_hq_does_not_have_yet_was_received_here() -> None:
    store = Asking()
    store.cases.relayed(relayed())
    for n in range(12):
        store.ask(now=later(7 * n))
        ((_, answer),) = store.answer(CaseFound.UNKNOWN, ())
        assert (answer.found, answer.nodes[0].step) == ("found", "received")


def test_wrong_codes_are_told_so_and_slow_their_device_down() -> None:
    store = Asking()
    for n in range(9):
        store.ask(now=later(7 * n))
        ((_, answer),) = store.answer(CaseFound.UNKNOWN, (), later(7 * n))
        assert answer.found == "unknown"
    assert store.ask(asked("no code at all"), now=later(70)) == "unknown"
    assert store.ask(now=later(71)) == "slow_down"
    assert store.answers[0][1].wait_s == 29
    assert store.ask(device="k2", now=later(71)) == "asked"
    assert store.ask(now=later(100)) == "asked"


def test_a_device_may_ask_ten_times_a_minute_and_a_flood_ends_its_link() -> None:
    store = Asking(hq_there=False)
    found = [store.ask() for _ in range(FLOOD_A_MINUTE - 1)]
    assert found == ["away"] * MOST_A_MINUTE + ["slow_down"] * (FLOOD_A_MINUTE - 1 - MOST_A_MINUTE)
    (refused,) = store.cases.asked("k1", asked(), START, hq_there=True)
    assert isinstance(refused, ev.RefuseDevice)
    assert refused.kind is Kind.QUESTIONS


def test_when_hq_wants_no_questions_it_gets_none() -> None:
    store = Asking()
    store.ask()
    ((_, answer),) = store.answer(CaseFound.SLOW_DOWN, (), wait_s=40)
    assert (answer.found, answer.wait_s) == ("slow_down", 40)
    assert store.ask(asked(OTHER), "k2", later(10)) == "slow_down"
    assert store.answers[0][1].wait_s == 30
    assert store.ask(asked(OTHER), "k2", later(40)) == "asked"


@pytest.mark.parametrize("found", [CaseFound.AWAY, CaseFound.SLOW_DOWN])
def test_a_refusal_of_hq_is_no_wrong_guess(found: CaseFound) -> None:
    store = Asking()
    for n in range(15):
        store.ask(now=later(7 * n))
        ((_, answer),) = store.answer(found, (), wait_s=int(found == "slow_down"))
        assert answer.found == found


def test_memory_is_bounded() -> None:
    store = Asking()
    for n in range(MOST_RELAYED + 10):
        store.cases.relayed(relayed(n, block_code(HQ_KEY, n)))
    for n in range(MOST_TOLD + 10):
        store.ask(asked(block_code(HQ_KEY, 10_000 + n)), f"k{n}")
        store.answer()
    for n in range(MOST_QUESTIONS + 10):
        store.ask(asked(block_code(HQ_KEY, 20_000 + n)), f"k{n}")
    assert store.ask(asked(block_code(HQ_KEY, 30_000)), "k-last") == "away"
    store.hq_there = False
    assert store.ask(asked(block_code(HQ_KEY, 0)), "kx") == "away"
    assert store.ask(asked(block_code(HQ_KEY, MOST_RELAYED)), "kx") == "found"
    assert store.ask(asked(block_code(HQ_KEY, 10_000)), "kx") == "away"
    assert store.ask(asked(block_code(HQ_KEY, 10_000 + MOST_TOLD)), "kx") == "found"
    assert store.cases.counts[CaseFound.AWAY] == 13


def test_in_the_gateway_a_kiosk_asks_hq_and_a_cut_off_store_knows_what_passed(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    store.post(ev.DeviceConnected("k1"))
    store.hand_over(response(1, code=CODE))
    store.post(ev.CaseAskedArrived("k1", asked()))
    assert [one.step for one in last_told(store).nodes] == ["received"]
    store.post(ev.CaseAskedArrived("k1", asked(OTHER)))
    assert last_told(store).found == "away"
    store.post(ev.BrokerUp())
    store.post(ev.HqStateArrived("i1", HqState(online=True, boot="b1")))
    store.post(ev.CaseAskedArrived("k1", asked(OTHER, nonce=9)))
    (question,) = store.asked
    answer = CaseTold(code=OTHER, nonce=question.nonce, found=CaseFound.FOUND, nodes=NODES)
    store.post(ev.CaseToldArrived(answer))
    assert (last_told(store).nonce, last_told(store).nodes) == (9, NODES)
    store.post(ev.CaseAskedArrived("k1", asked(block_code(HQ_KEY, 3), nonce=10)))
    store.now = later(3)
    store.post(ev.Tick())
    assert (last_told(store).nonce, last_told(store).found) == (10, "away")


def last_told(store: Store) -> CaseTold:
    return [one for one in store.sent["k1"] if isinstance(one, CaseTold)][-1]
