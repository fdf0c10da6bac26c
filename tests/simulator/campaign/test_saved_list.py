"""The shoppers' list survives the death of its writer, and the highest revision counts."""

from pathlib import Path

from kiosk.visit import Visit
from protocols.messages import Outcome
from protocols.survey import ReasonChoice
from simulator.campaign.saved_list import SavedList, SavedRevision, highest, note_hash, read

CHIP = ReasonChoice(id="food_safety", topic="food_safety", icon="x", label={}, urgent=True)


def visit(rev: int, note: str | None = None) -> Visit:
    return Visit(
        response="r1",
        code="A-1",
        survey="s",
        survey_version=1,
        question="overall",
        language="en",
        outcome=Outcome.RATED,
        rating=2,
        rev=rev,
        note=note,
        reasons=(CHIP,),
    )


def test_what_was_saved_is_read_back_without_a_shoppers_words(tmp_path: Path) -> None:
    path = tmp_path / "new" / "kiosk.jsonl"
    SavedList(path).add(visit(2, "milk was expired"))
    assert b"milk" not in path.read_bytes()
    assert read([path]) == [
        SavedRevision(
            response="r1", rev=2, rating=2, note=note_hash("milk was expired"), urgent=True
        )
    ]


def test_a_line_torn_by_a_kill_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.jsonl"
    SavedList(path).add(visit(1))
    with path.open("ab") as torn:
        torn.write(b'{"response":"r9","re')
    SavedList(path).add(visit(2))
    assert [each.rev for each in read([path])] == [1, 2]


def test_the_highest_revision_counts_in_whatever_order_they_stand() -> None:
    revisions = [SavedRevision(response=name, rev=rev) for name, rev in (("a", 2), ("a", 1))]
    assert highest(revisions) == {"a": revisions[0]}


def test_no_note_has_no_hash() -> None:
    assert note_hash(None) is None
    assert note_hash("a") != note_hash("b")
