"""Events are spoilt where nobody has sent them yet, and pages of an outbox really break it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kiosk.visit import Origin, Visit, to_response
from outbox import Outbox
from protocols.errors import MessageError
from protocols.messages import Clock, Lane, Outcome
from protocols.wire import decode_event, encode_event
from simulator.campaign.fault_files import is_broken, overwrite_page, spoil_newest, unsent


def event(response: str) -> bytes:
    visit = Visit(
        response=response,
        survey="s",
        survey_version=1,
        question="overall",
        language="en",
        outcome=Outcome.RATED,
        rating=3,
    )
    at = Clock(boot="b", mono_ms=1, wall_ms=1)
    origin = Origin(event=f"e-{response}", store="s", touchpoint="t", at=at)
    return encode_event(to_response(visit, origin))


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    outbox = Outbox.open(tmp_path / "outbox.db", device="k1", program="test")
    for number in range(1, 4):
        outbox.append(Lane.BULK, event(f"r{number}"), number)
    outbox.commit_through(outbox.stream(Lane.BULK), 1)
    outbox.close()
    yield tmp_path / "outbox.db"


def payloads(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT payload FROM events ORDER BY seq").fetchall()
    return [bytes(row[0]) for row in rows]


def test_the_newest_event_becomes_unreadable_and_no_other(path: Path) -> None:
    assert spoil_newest(path) == "r3"
    first, second, third = payloads(path)
    assert (first, second) == (event("r1"), event("r2"))
    with pytest.raises(MessageError):
        decode_event(third)


def test_nothing_is_spoilt_that_hq_has(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE streams SET committed = head")
    assert spoil_newest(path) is None
    assert payloads(path)[-1] == event("r3")


def test_what_hq_may_lack_is_known(path: Path) -> None:
    assert unsent(path) == {"r2", "r3"}


def test_a_page_is_overwritten_and_the_first_never(path: Path) -> None:
    with sqlite3.connect(path) as file:
        (size,) = file.execute("PRAGMA page_size").fetchone()
    assert not is_broken(path)
    before = path.read_bytes()
    page = overwrite_page(path, Random(1))
    after = path.read_bytes()
    changed = {at // size + 1 for at in range(len(after)) if before[at] != after[at]}
    assert page >= 2
    assert is_broken(path)
    assert changed - {1} == {page}  # the first page says that the log was written back
    assert after[:16] == b"SQLite format 3\x00"
