"""hq_server/rulebook/replaying.py: numbers and texts of what would change; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.feedback import repository as feedback
from hq_server.rulebook import replaying
from hq_server.rulebook.moves import Move
from protocols.messages import Reason
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken
from tests.hq_server.rulebook.conftest import WORD, Replayed, rules

Take = Callable[..., object]
Published = Callable[[str], int]
BOTH = rules(kind="mention") + rules("柠檬事件", name="lemon")


@pytest.fixture
def said(take: Take, published: Published) -> None:
    """Six responses under a revision by which WORD is harm."""
    published(rules())
    take(taken(batch(
        response("r1", rating=2, note=f"遇到{WORD}"),
        response("r2", rating=2, note="遇到柠檬事件"),
        response("r3", rating=5), response("r4", rating=1),
        response("r5", rating=2, reasons=(Reason(id="q", topic="queue_checkout"),)),
        response("r6", rating=2, note=f"又是{WORD}"),
    )))  # fmt: skip


@pytest.mark.usefixtures("said")
def test_what_leaves_s_comes_first_with_both_verdicts_and_their_reasons(
    database: Database, replayed: Replayed
) -> None:
    with database.reading() as connection:
        before = feedback.facts(connection, ["r1", "r2"])
    found = replayed(BOTH)
    assert (found.finished, found.done, found.total) == (True, 6, 6)
    assert (found.leaves_s, found.becomes_s, found.changed) == (2, 1, 3)
    assert found.count(Move.BECOMES_S) == 1
    with database.reading() as connection:
        texts = replaying.changed(connection, EVERYTHING, found, None, 10)
        assert [each.move for each in texts] == [Move.LEAVES_S, Move.LEAVES_S, Move.BECOMES_S]
        assert texts[2].said["note"] == "遇到柠檬事件"
        assert texts[2].said["after"]["grade"] == "S"
        rules_after = {one["rule"] for one in texts[2].said["after"]["evidence"]}
        rules_before = {one["rule"] for one in texts[2].said["before"]["evidence"]}
        assert rules_after - rules_before >= {"own.zh.lemon"}
        one = replaying.changed(connection, EVERYTHING, found, Move.BECOMES_S, 10)
        assert [each.said["response_id"] for each in one] == ["r2"]
        elsewhere = Scope(frozenset({"s2"}))
        assert replaying.changed(connection, elsewhere, found, None, 10) == []
        assert feedback.facts(connection, ["r1", "r2"]) == before, "feedback stays as it is"


@pytest.mark.usefixtures("said")
def test_batches_and_the_bound_on_kept_texts_do_not_change_the_numbers(
    replayed: Replayed, monkeypatch: pytest.MonkeyPatch, count: Callable[[str], int]
) -> None:
    monkeypatch.setattr(replaying, "TEXTS_AT_ONCE", 2)
    monkeypatch.setattr(replaying, "KEPT_OF_EACH", 1)
    monkeypatch.setattr(replaying, "_WRITTEN_EVERY_S", 0.0)
    found = replayed(BOTH)
    assert (found.done, found.leaves_s, found.becomes_s) == (6, 2, 1)
    assert count("rulebook_changed") == 2


def test_the_same_replay_is_not_begun_twice_and_a_silent_one_is_begun_anew(
    database: Database,
) -> None:
    with database.writing() as connection:
        first, ours = replaying.begin(connection, rules(), "a", NOW)
        again, ours_again = replaying.begin(connection, rules(), "b", NOW)
        later = NOW + timedelta(minutes=5)
        third, ours_later = replaying.begin(connection, rules(), "b", later)
    assert (ours, ours_again, ours_later) == (True, False, True)
    assert first.id == again.id != third.id
    assert first.running(NOW)
    assert not first.running(later)


def test_one_runs_at_a_time_and_the_last_that_ended_are_kept(
    database: Database, replayed: Replayed, count: Callable[[str], int]
) -> None:
    kept = replayed(rules("第零事件"))
    with database.writing() as connection:
        first, _ = replaying.begin(connection, rules("第一事件"), "a", NOW)
        replaying.begin(connection, rules("第二事件"), "a", NOW)
        assert replaying.one(connection, kept.id).finished
    done = replaying.run(database, first, lambda: NOW)
    assert (done.failed, done.finished) == (True, False)
    for number in "三四五六七":
        replayed(rules(f"第{number}事件"))
    assert count("rulebook_replays") == 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("said")
def test_a_replay_runs_in_a_process_of_its_own(database: Database) -> None:
    with database.writing() as connection:
        begun, _ = replaying.begin(connection, BOTH, "a", NOW)
    process = replaying.start(database.url, begun)
    process.wait(30)
    with database.reading() as connection:
        found = replaying.one(connection, begun.id)
    assert (found.finished, found.leaves_s, found.becomes_s) == (True, 2, 1)
    assert found.percent == 100
