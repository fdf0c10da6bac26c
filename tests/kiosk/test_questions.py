"""Each touchpoint asks its own question, and each score has its mood, chips and consequences."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.questions import SCORES, Mood, asked_at
from kiosk.settings import DEFAULT_SURVEY
from protocols.survey import Question, ReasonChoice, Scale

CHECKOUT = Question(id="checkout", touchpoints=("till-*", "self-1"), ask={"en": "How was paying?"})
NPS = Question(
    id="nps",
    touchpoints=("exit",),
    ask={"en": "Would you recommend us?"},
    scale=Scale.NPS,
    faces=({"en": "never"}, {"en": "surely"}),
    unhappy=(ReasonChoice(id="x", topic="general", icon="i", label={"en": "x"}),),
)
SURVEY = msgspec.structs.replace(DEFAULT_SURVEY, questions=(CHECKOUT, NPS))


@pytest.mark.parametrize(
    ("touchpoint", "asked"),
    [("till-4", "checkout"), ("self-1", "checkout"), ("exit", "nps"), ("fitting", "overall")],
)
def test_first_question_that_fits_the_touchpoint_is_asked(touchpoint: str, asked: str) -> None:
    assert asked_at(SURVEY, touchpoint).id == asked


def test_question_takes_from_the_survey_what_it_does_not_say() -> None:
    checkout, nps = asked_at(SURVEY, "till-4"), asked_at(SURVEY, "exit")
    assert (checkout.faces, checkout.unhappy) == (DEFAULT_SURVEY.faces, DEFAULT_SURVEY.unhappy)
    assert [chip.id for chip in nps.unhappy] == ["x"]
    assert (nps.happy, len(nps.faces)) == (DEFAULT_SURVEY.happy, 2)


def test_moods_of_faces_and_of_0_to_10() -> None:
    faces, nps = asked_at(SURVEY, "till-4"), asked_at(SURVEY, "exit")
    assert [faces.mood(score) for score in faces.scores] == [
        *[Mood.UNHAPPY] * 2,
        Mood.MIDDLING,
        *[Mood.HAPPY] * 2,
    ]
    assert [nps.mood(score) for score in nps.scores] == [
        *[Mood.UNHAPPY] * 5,
        *[Mood.MIDDLING] * 2,
        *[Mood.HAPPY] * 4,
    ]


@pytest.mark.parametrize("touchpoint", ["till-4", "exit"])
def test_happy_chips_are_for_4_and_5_and_for_7_to_10(touchpoint: str) -> None:
    asked = asked_at(SURVEY, touchpoint)
    happy_from = 7 if touchpoint == "exit" else 4
    for score in asked.scores:
        assert (asked.choices(score) == asked.happy) == (score >= happy_from)


def test_who_is_called_and_who_gets_a_code() -> None:
    faces, nps = asked_at(SURVEY, "till-4"), asked_at(SURVEY, "exit")
    assert [score for score in faces.scores if faces.is_low(score)] == [1, 2]
    assert [score for score in faces.scores if faces.wants_answer(score)] == [1, 2, 3]
    assert [score for score in nps.scores if nps.is_low(score)] == list(range(7))
    assert [score for score in nps.scores if nps.wants_answer(score)] == list(range(7))


def test_four_faces_have_no_middle() -> None:
    assert SCORES[Scale.FACES_4] == (1, 2, 4, 5)


def test_open_topics_come_first_for_the_unhappy_alone_and_other_stays_last() -> None:
    asked = asked_at(DEFAULT_SURVEY, "door")
    open_topics = ("general", "quality", "stock_out")
    chips = [chip.id for chip in asked.choices(1, open_topics)]
    assert chips[:3] == ["quality", "stock", "queue"]
    assert chips[-1] == "other"
    assert asked.choices(5, ("freshness",)) == asked.happy


@given(st.lists(st.sampled_from([chip.topic for chip in DEFAULT_SURVEY.unhappy]), unique=True))
def test_order_loses_no_chip_and_keeps_the_rest_as_it_was(topics: list[str]) -> None:
    asked = asked_at(DEFAULT_SURVEY, "door")
    chips = asked.choices(2, topics)
    assert sorted(chip.id for chip in chips) == sorted(chip.id for chip in asked.unhappy)
    closed = [chip for chip in asked.unhappy if chip.topic not in topics]
    assert [chip for chip in chips if chip.topic not in topics] == closed
