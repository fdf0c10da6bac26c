import pytest

from kiosk.settings import DEFAULT_SURVEY
from kiosk.visit import Origin, Visit, grouped_phone, plausible_phone, to_response
from protocols.messages import Clock, Mark, Misuse, Outcome
from protocols.wire import decode_event, encode_event


@pytest.mark.parametrize(
    "digits", ["13800138000", "01088886666", "02088886666", "07911123456", "2025550143", "87654321"]
)
def test_numbers_that_people_have(digits: str) -> None:
    assert plausible_phone(digits)


@pytest.mark.parametrize(
    "digits", ["", "1", "1380013800", "11111111111", "12345", "1" * 15, "0123", "138001380001"]
)
def test_numbers_that_nobody_has(digits: str) -> None:
    assert not plausible_phone(digits)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("", ""), ("138", "138"), ("13800138000", "138 0013 8000"), ("87654321", "8765 4321")],
)
def test_number_is_shown_in_groups(digits: str, shown: str) -> None:
    assert grouped_phone(digits) == shown


def test_response_says_all_that_the_visit_says() -> None:
    visit = Visit(
        response="r1",
        code="ABCD-1234",
        survey="store-visit",
        survey_version=1,
        question="overall",
        language="en",
        outcome=Outcome.RATED,
        rating=1,
        rev=3,
        reasons=tuple(r for r in DEFAULT_SURVEY.unhappy if r.id == "food_safety"),
        note="nuts in it",
        contact_sealed="c2VhbGVk",
        urgent=True,
        final=True,
    )
    at = Clock(boot="b", mono_ms=1, wall_ms=2)
    origin = Origin(event="e1", store="s1", touchpoint="till-4", at=at)
    response = to_response(visit, origin)
    assert decode_event(encode_event(response)) == response
    assert (response.response, response.rev, response.code) == ("r1", 3, "ABCD-1234")
    assert [(r.topic, r.urgent) for r in response.reasons] == [("food_safety", True)]
    assert (response.contact_consent, response.final) == (True, True)
    assert (response.survey, response.survey_version) == ("store-visit", 1)


def test_number_of_0_to_10_promise_and_doubts_go_with_the_response() -> None:
    visit = Visit(
        response="r1",
        survey="s",
        survey_version=2,
        question="recommend",
        language="en",
        outcome=Outcome.RATED,
        nps=0,
        promised_ms=5,
        marks=(Mark(misuse=Misuse.MASH, weight=0.0),),
    )
    origin = Origin(
        event="e1", store="s1", touchpoint="exit", at=Clock(boot="b", mono_ms=1, wall_ms=2)
    )
    response = to_response(visit, origin)
    assert decode_event(encode_event(response)) == response
    assert (response.question, response.nps, response.rating) == ("recommend", 0, None)
    assert (response.promised_ms, response.marks, response.code) == (5, visit.marks, None)
    assert visit.score == 0
