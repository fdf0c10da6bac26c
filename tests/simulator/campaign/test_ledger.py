"""The audit's numbers are held against the outboxes and the shoppers' list."""

import msgspec
import pytest

from simulator.campaign.ledger import Ledger, LedgerLine, Totals, disagreements, read

KEY = ("k1", "e1", "bulk")


def ledger(committed: int = 5, **of_totals: int) -> Ledger:
    line = LedgerLine(
        device="k1", epoch="e1", lane="bulk", committed=committed, missing=0, waiting=0
    )
    figures = {"accepted": committed, "committed": committed, "missing": 0, "waiting": 0}
    return Ledger(totals=Totals(**(figures | of_totals)), streams=[line])


def test_a_ledger_that_is_right_agrees() -> None:
    assert disagreements(ledger(), {KEY: 5}, {"k1": 4}) == []


def test_missing_and_waiting_and_what_was_accepted_only_are_said() -> None:
    for wrong in ({"missing": 1}, {"waiting": 1}, {"accepted": 6}):
        assert disagreements(ledger(**wrong), {KEY: 5}, {}) != []


def test_what_waits_of_a_stream_that_no_disk_holds_any_more_is_no_disagreement() -> None:
    found = ledger(waiting=1)
    found.streams.append(
        LedgerLine(device="g1", epoch="e0", lane="bulk", committed=0, missing=0, waiting=1)
    )
    assert disagreements(found, {KEY: 5}, {"k1": 5}) == []
    still_there = {KEY: 5, ("g1", "e0", "bulk"): 0}
    assert len(disagreements(found, still_there, {})) == 1


def test_a_sum_that_is_none_is_said() -> None:
    wrong = ledger()
    wrong.totals.accepted = wrong.totals.committed = 6
    assert disagreements(wrong, {}, {}) == ["committed 6 is not the sum of the streams"]


def test_what_lies_on_a_disk_and_not_in_the_ledger_is_said() -> None:
    assert disagreements(ledger(), {KEY: 6}, {}) == ["k1/e1/bulk: accepted 6, the ledger has 5"]
    other = ("k1", "e2", "bulk")
    assert disagreements(ledger(), {other: 1}, {}) == ["k1/e2/bulk: accepted 1, the ledger has 0"]


def test_more_saved_than_committed_is_said() -> None:
    assert disagreements(ledger(), {}, {"k1": 6}) == ["k1: 6 saved, the ledger has 5"]


def test_the_last_ledger_among_other_lines_is_read() -> None:
    lines = [msgspec.json.encode(each).decode() for each in (ledger(4), ledger(5))]
    assert read("\n".join(["a warning", *lines])).totals.committed == 5
    with pytest.raises(msgspec.DecodeError):
        read("nothing of the kind")
