"""hq_server/ingest/asked.py: who has the code learns the steps, and who guesses waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.database import Database
from hq_server.ingest.asked import (
    FORGOTTEN_AFTER,
    LONGEST_WAIT,
    WRONG_OF_A_DEVICE,
    WRONG_OF_A_GATEWAY,
    Guesses,
    answer,
)
from hq_server.ingest.intake import Answer
from hq_server.tables import feedback
from protocols import case_code
from protocols.messages import CaseAsked, CaseFound, CaseTold
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
CODE, OTHER, WRONG = (case_code.mint_random(n * 7919**9) for n in (1, 2, 3))
NOTE = "收银排队太久，我的电话是***"


@pytest.fixture
def said(take: Take) -> None:
    promised = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    unhappy = response("r1", rating=1, note=NOTE, code=CODE, promised_ms=promised)
    take(taken(batch(unhappy, response("r2", rating=5, code=OTHER))))


def ask(code: str, device: str | None = "k1") -> CaseAsked:
    return CaseAsked(code=code, nonce=7, device=device)


@pytest.mark.usefixtures("said")
def test_a_gateway_is_answered_on_its_own_topic(take: Take) -> None:
    (told,) = take(taken(ask(CODE.replace("-", "").lower()), gateway="g2"))
    assert told.gateway == "g2"
    assert isinstance(told.message, CaseTold)
    assert (told.message.found, told.message.code, told.message.nonce) == (
        CaseFound.FOUND, CODE, 7,
    )  # fmt: skip
    assert [node.step for node in told.message.nodes] == ["received"]
    assert told.message.promised_ms == int((NOW + timedelta(hours=1)).timestamp() * 1000)


@pytest.mark.usefixtures("said")
def test_feedback_without_a_case_was_received_and_an_unknown_code_was_not(
    database: Database,
) -> None:
    guesses = Guesses()
    with database.reading() as connection:
        received = answer(connection, ask(OTHER), "g1", guesses, NOW)
        unknown = answer(connection, ask(WRONG), "g1", guesses, NOW)
        damaged = answer(connection, ask("not a code"), "g1", guesses, NOW)
    assert ([node.step for node in received.nodes], received.promised_ms) == (["received"], None)
    assert unknown.found is damaged.found is CaseFound.UNKNOWN
    assert unknown.nodes == ()


@pytest.mark.usefixtures("said")
def test_who_guesses_waits_even_for_a_right_code_and_others_do_not(database: Database) -> None:
    guesses = Guesses()
    with database.reading() as connection:
        for _ in range(WRONG_OF_A_DEVICE):
            assert answer(connection, ask(WRONG), "g1", guesses, NOW).found is CaseFound.UNKNOWN
        slow = answer(connection, ask(CODE), "g1", guesses, NOW)
        assert (slow.found, slow.wait_s) == (CaseFound.SLOW_DOWN, 30)
        assert answer(connection, ask(CODE, "k2"), "g1", guesses, NOW).found is CaseFound.FOUND
        assert answer(connection, ask(CODE), "g2", guesses, NOW).found is CaseFound.FOUND
        later = NOW + timedelta(seconds=30)
        assert answer(connection, ask(WRONG), "g1", guesses, later).found is CaseFound.UNKNOWN
        assert answer(connection, ask(CODE), "g1", guesses, later).wait_s == 60


def test_made_up_device_names_do_not_help_a_gateway() -> None:
    guesses = Guesses()
    for number in range(WRONG_OF_A_GATEWAY):
        assert guesses.wait("g1", f"k{number}", NOW) <= timedelta(0)
        guesses.wrong("g1", f"k{number}", NOW)
    assert guesses.wait("g1", "another", NOW) > timedelta(0)
    assert guesses.wait("g2", "another", NOW) <= timedelta(0)


@given(st.integers(0, 200))
def test_a_wait_doubles_up_to_an_hour_and_is_forgotten(times: int) -> None:
    guesses = Guesses()
    for _ in range(times):
        guesses.wrong("g1", None, NOW)
    wait = guesses.wait("g1", None, NOW)
    assert wait <= LONGEST_WAIT
    assert (wait > timedelta(0)) == (times >= WRONG_OF_A_DEVICE)
    later = NOW + FORGOTTEN_AFTER + timedelta(seconds=1)
    guesses.wrong("g1", None, later)
    assert guesses.wait("g1", None, later) <= timedelta(0)


@pytest.mark.usefixtures("said")
def test_asking_changes_nothing(database: Database, take: Take) -> None:
    before = rows(database, feedback)
    take(taken(ask(CODE)))
    assert rows(database, feedback) == before
