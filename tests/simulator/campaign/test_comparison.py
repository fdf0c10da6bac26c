"""The comparison sees every way in which HQ can differ from what shoppers were thanked for."""

from dataclasses import replace

from simulator.campaign.comparison import HqResponse, Verdict, compare, fell_back
from simulator.campaign.saved_list import SavedRevision

SAVED = {"a": SavedRevision(response="a", rev=2, rating=1, note="hash", urgent=True)}
HELD = HqResponse(response="a", rev=2, rating=1, note="hash", grade="S")


def test_the_same_is_the_same() -> None:
    assert compare(SAVED, [HELD]) == Verdict()
    assert compare(SAVED, [HELD]).complete


def test_what_hq_lacks_is_lost() -> None:
    assert compare(SAVED, []).lost == ("a",)


def test_an_earlier_revision_is_a_loss_and_not_a_wrong_answer() -> None:
    verdict = compare(SAVED, [replace(HELD, rev=1, note=None, rating=5)])
    assert (verdict.lost, verdict.wrong) == (("a",), ())


def test_what_the_campaign_destroyed_is_excused_and_still_counted() -> None:
    verdict = compare(SAVED, [], excused={"a", "b"})
    assert (verdict.lost, verdict.excused, verdict.complete) == ((), ("a",), True)


def test_two_rows_are_twice() -> None:
    assert compare(SAVED, [HELD, HELD]).twice == ("a",)


def test_another_score_note_or_grade_is_wrong() -> None:
    for spoilt in (
        replace(HELD, rating=2),
        replace(HELD, note="other"),
        replace(HELD, note=None),
        replace(HELD, grade="B"),
        replace(HELD, rev=3, rating=2),
    ):
        verdict = compare(SAVED, [spoilt])
        assert verdict.wrong == ("a",)
        assert not verdict.complete


def test_a_later_revision_than_the_list_has_may_say_more() -> None:
    verdict = compare(SAVED, [replace(HELD, rev=3, note="more")])
    assert (verdict.complete, verdict.unlisted) == (True, ("a",))


def test_a_response_that_is_not_on_the_list_is_said() -> None:
    verdict = compare(SAVED, [HELD, replace(HELD, response="b")])
    assert (verdict.complete, verdict.unlisted) == (True, ("b",))


def test_a_revision_that_goes_back_or_vanishes_is_seen() -> None:
    assert fell_back({"a": 2, "b": 1, "c": 1}, {"a": 1, "c": 2}) == {"a", "b"}
