"""hq_server/rulebook/service.py: one draft, revisions that never change, one of them in force."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec
import pytest

from hq_server.briefs import repository as briefs
from hq_server.briefs.composing import Composer
from hq_server.database import Database
from hq_server.errors import (
    DraftChangedError,
    FaultyRulesError,
    InputError,
    LeavesSError,
    NotFoundError,
    NotReplayedError,
)
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.grading_by import in_force
from hq_server.rulebook.service import Draft, Signed
from hq_server.settings import Settings
from protocols.briefs import BriefKind, RulebookChanges
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken
from tests.hq_server.rulebook.conftest import FAULTY, SIGNED, WORD, Replayed, rules

Published = Callable[[str], int]


def _seen(database: Database) -> str:
    with database.reading() as connection:
        return rulebook.draft(connection).seen


def _save(database: Database, toml: str, seen: str | None = None, author: str = "admin") -> Draft:
    seen = _seen(database) if seen is None else seen
    with database.writing() as connection:
        return rulebook.save(connection, toml, seen, author, NOW)


def test_the_first_edit_makes_the_draft_and_the_later_of_two_people_is_told(
    database: Database,
) -> None:
    with database.reading() as connection:
        assert rulebook.draft(connection) == Draft(toml="", edits=0, made_from=0)
    before = _seen(database)
    assert _save(database, rules()).edits == 1
    for seen in (before, "else"):
        with pytest.raises(DraftChangedError) as told:
            _save(database, rules("别的事件"), seen, "late")
        assert (told.value.author, told.value.at) == ("admin", NOW)
    assert _save(database, rules("别的事件"), None, "late").author == "late"


def test_a_form_of_an_earlier_draft_changes_nothing_of_the_next(
    database: Database, published: Published
) -> None:
    nothing = _seen(database)
    _save(database, rules())
    old = _seen(database)
    with database.writing() as connection:
        rulebook.discard(connection, old)
    published(rules("第三件事"))
    # In force is another text now than when the form was shown that would begin a draft.
    with pytest.raises(DraftChangedError):
        _save(database, rules("别的事件"), nothing)
    assert _save(database, rules("别的事件")).edits == 1
    with pytest.raises(DraftChangedError):
        _save(database, rules("又一件事"), old)
    for act in (rulebook.discard, lambda at, seen: rulebook.publish(at, seen, 0, SIGNED)):
        with pytest.raises(DraftChangedError), database.writing() as connection:
            act(connection, old)


def test_what_grading_cannot_use_is_no_draft(
    database: Database, count: Callable[[str], int]
) -> None:
    with pytest.raises(FaultyRulesError) as faulty:
        _save(database, FAULTY)
    assert "zh.nothing: unknown rule" in faulty.value.problems[0]
    with pytest.raises(InputError):
        _save(database, "#" * (rulebook.MOST_BYTES + 1))
    assert count("rulebook_drafts") == 0


def test_a_draft_is_put_in_force_after_a_replay_of_exactly_it(
    database: Database, replayed: Replayed
) -> None:
    _save(database, rules())
    seen = _seen(database)
    replayed(rules("别的事件"))
    with pytest.raises(NotReplayedError), database.writing() as connection:
        rulebook.publish(connection, seen, 0, SIGNED)
    replayed(rules())
    for sent, note, error in ((seen, " ", InputError), ("else", "why", DraftChangedError)):
        signed = Signed(author="admin", note=note, at=NOW)
        with pytest.raises(error), database.writing() as connection:
            rulebook.publish(connection, sent, 0, signed)
    with database.writing() as connection:
        assert rulebook.publish(connection, seen, 0, SIGNED) == 1
        assert (in_force(connection).revision, in_force(connection).toml) == (1, rules())
        assert rulebook.revision(connection, 1).note == "why"
        assert rulebook.draft(connection) == Draft(toml=rules(), edits=0, made_from=1)


def test_a_replay_counts_against_what_is_in_force_then(
    database: Database, replayed: Replayed, published: Published
) -> None:
    _save(database, rules())
    replayed(rules())
    published(rules("别的事件"))
    seen = _seen(database)
    with pytest.raises(NotReplayedError), database.writing() as connection:
        rulebook.publish(connection, seen, 0, SIGNED)


@pytest.mark.parametrize("agreed", [0, 2])
def test_who_lets_texts_leave_s_says_how_many(
    database: Database,
    take: Callable[..., object],
    published: Published,
    replayed: Replayed,
    agreed: int,
) -> None:
    published(rules())
    take(taken(batch(response("r1", rating=2, note=f"遇到{WORD}"))))
    assert replayed(rules(kind="mention")).leaves_s == 1
    with pytest.raises(LeavesSError) as told, database.writing() as connection:
        rulebook.publish_changes(connection, rules(kind="mention"), 1, agreed, SIGNED)
    assert told.value.count == 1
    with database.writing() as connection:
        assert rulebook.publish_changes(connection, rules(kind="mention"), 1, 1, SIGNED) == 2


def test_of_two_who_put_rules_in_force_at_once_the_later_one_sees_the_first(
    database: Database, published: Published
) -> None:
    published(rules())
    inside = threading.Event()

    def first() -> None:
        with database.writing() as connection:
            rulebook.roll_back(connection, 0, SIGNED)
            inside.set()
            time.sleep(0.2)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(InputError, match="in force already"), database.writing() as connection:
        rulebook.roll_back(connection, 0, SIGNED)
    thread.join()


def test_an_older_revision_is_put_in_force_again_with_a_reason(
    database: Database, published: Published
) -> None:
    published(rules())
    published(rules("别的事件"))
    with database.writing() as connection:
        rulebook.roll_back(connection, 1, SIGNED)
        assert in_force(connection).toml == rules()
        rulebook.roll_back(connection, 0, SIGNED)
        assert (in_force(connection).revision, in_force(connection).toml) == (0, "")
        assert [each.revision for each in rulebook.history(connection)] == [0, 1, 2, 1]
    for number, note, error in (
        (7, "why", NotFoundError), (1, "", InputError), (0, "why", InputError),
        (2**31, "why", NotFoundError),
    ):  # fmt: skip
        signed = Signed(author="admin", note=note, at=NOW)
        with pytest.raises(error), database.writing() as connection:
            rulebook.roll_back(connection, number, signed)


def test_every_store_is_told_and_told_again_when_it_is_taken_back(
    database: Database, settings: Settings, published: Published
) -> None:
    composer = Composer(settings)
    with database.writing() as connection:
        composer.refresh(connection, ["s1", "s2"], NOW)
        kinds = {kind for _, kind in briefs.wanted_versions(connection, ["s1", "s2"])}
        assert BriefKind.RULEBOOK not in kinds, "nothing was ever published"
    published(rules())
    with database.writing() as connection:
        assert {store for store, _ in briefs.to_compose(connection, NOW)} == {"s1", "s2"}
        composer.refresh(connection, ["s1", "s2"], NOW)
        wanted = briefs.wanted_versions(connection, ["s1", "s2"])
        versions = {version for (_, kind), version in wanted.items() if kind == "rulebook"}
        assert len(versions) == 1
        body = briefs.body(connection, versions.pop())
        rulebook.roll_back(connection, 0, SIGNED)
        assert rulebook.document(connection) == rulebook.brief_body(0, "")
    told = msgspec.json.decode(body or b"", type=RulebookChanges)
    assert told == RulebookChanges(revision=1, toml=rules())


def test_a_grading_names_its_revision(
    database: Database, take: Callable[..., object], published: Published
) -> None:
    take(taken(batch(response("r1", rating=2))))
    published(rules())
    take(taken(batch(response("r2", rating=2), first=2)))
    with database.writing() as connection:
        rulebook.roll_back(connection, 0, SIGNED)
    from hq_server.feedback import repository  # noqa: PLC0415

    with database.reading() as connection:
        rows = {row["id"]: row["grading"] for row in repository.facts(connection, ["r1", "r2"])}
        assert rulebook.revision_of(connection, rows["r1"]) == 0
        assert rulebook.revision_of(connection, rows["r2"]) == 1
        assert rulebook.revision_of(connection, {"lexicon_version": "x"}) is None
        assert rulebook.revision_of(connection, None) is None
