"""hq_server/cases/progress.py: what the holder of a code may see, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hq_server.cases.case import Status, Step
from hq_server.cases.progress import CONFIRMED, DENIED, Node, progress
from tests.hq_server.conftest import NOW

ROW: dict[str, Any] = {
    "store_id": "s1", "touchpoint": "till", "channel": "kiosk", "occurred_at": NOW,
    "promised_at": None, "case_id": "c1", "version": 3, "status": "proposed", "grade": "A",
    "respond_by": NOW + timedelta(hours=4), "responded_at": None, "solve_by": None,
    "solved_at": None,
}  # fmt: skip


def _entry(kind: str, minutes: int) -> dict[str, Any]:
    return {"kind": kind, "at": NOW + timedelta(minutes=minutes), "note": "私下的话"}


def test_the_steps_in_order_and_none_of_the_rest() -> None:
    entries = [_entry("contact", 9), _entry("opened", 0), _entry("contact_viewed", 8),
               _entry("alarm_acknowledged", 2), _entry("acknowledge", 5), _entry("contact", 20),
               _entry("raised", 3), _entry("fixed", 4)]  # fmt: skip
    found = progress("CODE", ROW, entries)
    assert [(node.step, node.at) for node in found.nodes] == [
        ("received", NOW),
        ("acknowledge", NOW + timedelta(minutes=2)),
        ("contact", NOW + timedelta(minutes=9)),
        ("contact", NOW + timedelta(minutes=20)),
    ]
    assert found.responded_at == NOW + timedelta(minutes=2)
    assert "私下的话" not in repr(found)


def test_the_kiosks_promise_goes_before_the_policys() -> None:
    assert progress("CODE", ROW, []).promised_at == ROW["respond_by"]
    sooner = NOW + timedelta(hours=1)
    assert progress("CODE", ROW | {"promised_at": sooner}, []).promised_at == sooner


def test_without_a_case_it_was_received() -> None:
    found = progress("CODE", ROW | {"case_id": None}, [])
    assert (found.nodes, found.promised_at) == ((Node(step="received", at=NOW),), None)
    assert not found.asks


@pytest.mark.parametrize("status", Status)
def test_the_shopper_is_asked_when_something_was_done(status: Status) -> None:
    found = progress("CODE", ROW | {"status": str(status)}, [])
    assert found.asks is (status in (Status.PROPOSED, Status.RESOLVED))


def test_once_answered_nothing_is_asked_until_something_new_is_done() -> None:
    for said in (CONFIRMED, DENIED):
        entries = [_entry(Step.PROPOSE, 1), _entry(said, 2)]
        assert not progress("CODE", ROW, entries).asks
        assert progress("CODE", ROW, [*entries, _entry(Step.PROPOSE, 3)]).asks
