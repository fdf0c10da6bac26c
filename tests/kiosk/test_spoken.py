from dataclasses import replace

import pytest

from kiosk.events import Picture, Promise, State
from kiosk.questions import Mood, asked_at
from kiosk.settings import DEFAULT_SURVEY
from kiosk.spoken import focused, not_found, prompt, spelled
from protocols.briefs import Problem
from protocols.messages import CaseFound, CaseNode, CaseTold
from protocols.survey import Brand


def picture(state: State, language: str = "en") -> Picture:
    return Picture(
        state=state,
        language=language,
        languages=("zh-CN", "en"),
        asked=asked_at(DEFAULT_SURVEY, "till-4"),
        brand=Brand(),
        texts={},
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("state", sorted(set(State) - {State.SAVING, State.STAFF}))
def test_every_screen_says_what_it_is(state: State, language: str) -> None:
    assert prompt(picture(state, language))


@pytest.mark.parametrize("state", State)
def test_what_was_typed_is_never_said(state: State) -> None:
    typed = replace(
        picture(state), note="zebra", digits="13800138000", code_typed="7Q2MKX", code="7Q2M-KX4D-PR"
    )
    said = prompt(typed)
    assert "zebra" not in said
    assert "138" not in said
    assert "7Q2MKX" not in said


@pytest.mark.parametrize("state", [State.CONTACT, State.STAFF])
def test_digits_of_a_number_or_a_pin_are_not_said(state: State) -> None:
    assert focused(picture(state), "digit:7", "7") == ""
    assert focused(picture(state), "erase", "Erase") == "Erase"


def test_the_receipt_that_was_shown_is_not_read_out() -> None:
    shown = replace(picture(State.REASONS), receipt="0387")
    assert focused(shown, "receipt", "Receipt …0387") == shown.say("receipt_key")


def test_candidates_are_what_was_written_and_not_said() -> None:
    assert focused(picture(State.NOTE), "candidate:1", "排队") == ""
    assert focused(picture(State.NOTE), "key:a", "a") == "a"


def test_keys_without_words_say_what_they_do() -> None:
    shown = picture(State.NOTE)
    assert focused(shown, "erase", "") == shown.say("erase")
    assert focused(shown, "candidates:more", "") == shown.say("key_more")


def test_vote_says_which_problem_it_is_about() -> None:
    problem = Problem(problem="p1", topic="t", text={}, ask={"en": "Still a queue?"})
    shown = replace(picture(State.ATTRACT), problems=(problem,))
    assert focused(shown, "me_too:1", "Me too") == "Still a queue? Me too."
    assert focused(shown, "fixed_now:2", "Fixed now") == "Fixed now"


def test_what_is_chosen_is_said_to_be() -> None:
    shown = replace(picture(State.REASONS), chosen=frozenset({"queue"}))
    assert focused(shown, "reason:queue", "Long queue") == "Long queue. chosen."
    assert focused(shown, "reason:price", "Price") == "Price"
    agreed = replace(picture(State.CONTACT, "zh-CN"), consent=True)
    assert focused(agreed, "consent", "同意") == "同意. 已选."


def test_question_follows_the_mood() -> None:
    said = {prompt(replace(picture(State.REASONS), mood=mood)) for mood in Mood}
    assert len(said) == 3


def test_thanks_tell_the_promise_and_spell_the_code() -> None:
    thanked = replace(picture(State.THANKS), promise=Promise.UNHAPPY, code="7Q2M-KX4D-PR")
    assert "7 Q 2 M , K X 4 D" in prompt(thanked)
    assert "15:12" in prompt(replace(thanked, promised="15:12"))
    assert spelled("AB-C") == "A B , C"


def test_case_tells_the_last_step_it_has_words_for() -> None:
    nodes = (CaseNode(step="resolve", at_ms=1), CaseNode(step="teleport", at_ms=2))
    told = CaseTold(code="x", nonce=1, found=CaseFound.FOUND, nodes=nodes)
    said = prompt(replace(picture(State.CASE), case=told))
    assert prompt(picture(State.CASE)) != said
    assert "teleport" not in said


@pytest.mark.parametrize("found", sorted(set(CaseFound) - {CaseFound.FOUND}))
def test_why_a_code_is_not_found_is_said(found: CaseFound) -> None:
    told = CaseTold(code="x", nonce=1, found=found, wait_s=30)
    said = prompt(replace(picture(State.LOOKUP), case=told))
    assert said != prompt(picture(State.LOOKUP))
    assert ("30" in said) == (found is CaseFound.SLOW_DOWN)


@pytest.mark.parametrize(
    ("wait_s", "said"), [(90, "in 90 s"), (91, "in 2 min"), (120, "in 2 min"), (3600, "in 60 min")]
)
def test_long_wait_is_told_in_minutes(wait_s: int, said: str) -> None:
    told = CaseTold(code="x", nonce=1, found=CaseFound.SLOW_DOWN, wait_s=wait_s)
    assert not_found(replace(picture(State.LOOKUP), case=told)).endswith(said)


def test_warning_is_said_over_any_screen() -> None:
    warned = replace(picture(State.NOTE), warning=True)
    assert prompt(warned) == warned.say("still_there")
