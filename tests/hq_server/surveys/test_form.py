"""hq_server/surveys/form.py: a form gives back what it was made of, or what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hq_server.errors import InputError
from hq_server.surveys import document, form
from hq_server.surveys.form import Draft
from protocols.survey import Survey


def _flat(at: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give the fields that show a value at a place of the form."""
    if at.endswith("touchpoints"):
        yield at, ", ".join(value)
    elif at.endswith(".days"):
        yield from ((f"{at[:-5]}.day{day}", "on") for day in value)
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in pairs:
            yield from _flat(f"{at}.{key}", each)
    else:
        yield at, str(value)


def fields_of(draft: Draft) -> dict[str, str]:
    """Return what a browser sends of the form that shows a draft."""
    rest = form.rest_of(draft)
    shown = {key: value for key, value in draft.items() if f'"{key}":' not in rest}
    shown["questions"] = [
        {key: question[key] for key in ("id", "touchpoints", "ask", "scale")}
        | {form.REST: form.rest_of_question(question)}
        for question in draft["questions"]
    ]
    return {form.REST: rest} | {
        at: said for key, value in shown.items() for at, said in _flat(key, value)
    }


@pytest.fixture
def draft() -> Draft:
    """A survey with everything in it."""
    survey = form.draft_of(document.first())
    questions = [{**question, "scale": "faces5"} for question in survey["questions"]]
    questions[0] |= {"unhappy": survey["unhappy"][:2]}
    return survey | {
        "questions": questions,
        "hours": [{"days": "12345", "opens": "08:00", "closes": "22:00"}],
        "brand": {"colour": "#00695c", "name": {"zh-CN": "大胖", "en": "Dapang"}},
        "texts": {"en": {"skip": "Not now"}},
    }


def _read(draft: Draft) -> Survey:
    return document.read(form.body_of(draft))


def test_a_form_gives_back_what_it_was_made_of(draft: Draft) -> None:
    assert _read(form.of_fields(fields_of(draft))) == _read(draft)


def test_json_gives_back_what_it_was_made_of(draft: Draft) -> None:
    assert _read(form.of_json(form.as_json(draft))) == _read(draft)


@pytest.mark.parametrize("text", ["", "[]", "7", "{", '{"a":' * 5000, "\udc00"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        form.of_json(text)


def test_rows_are_added_moved_and_removed(draft: Draft) -> None:
    ids = [row["id"] for row in draft["unhappy"]]
    moved = form.changed(draft, "down.unhappy.0")
    assert [row["id"] for row in moved["unhappy"]][:2] == [ids[1], ids[0]]
    assert form.changed(moved, "up.unhappy.1")["unhappy"] == draft["unhappy"]
    assert form.changed(draft, "up.unhappy.0")["unhappy"] == draft["unhappy"]
    assert len(form.changed(draft, "remove.hours.0")["hours"]) == 0
    assert len(form.changed(draft, "add.questions")["questions"]) == 3
    assert "mailbox" not in form.changed(draft, "remove.mailbox")
    assert "mailbox" in form.changed(form.changed(draft, "remove.mailbox"), "add.mailbox")
    for nonsense in ("", "up", "up.unhappy.99", "up.unhappy.x", "fly.unhappy.1", "add.languages"):
        assert form.changed(draft, nonsense) == draft


@pytest.mark.parametrize(("scale", "kept"), [("faces4", [0, 1, 3, 4]), ("nps", [0, 4])])
def test_another_scale_keeps_the_labels_that_it_needs(
    draft: Draft, scale: str, kept: list[int]
) -> None:
    fewer = form.of_fields(fields_of(draft) | {"scale": scale})
    assert fewer["faces"] == [draft["faces"][number] for number in kept]
    again = form.of_fields(fields_of(fewer) | {"scale": "faces5"})
    assert len(again["faces"]) >= len(kept)


def test_what_is_half_filled_in_is_kept_and_refused_by_its_name(draft: Draft) -> None:
    fields = fields_of(draft) | {"limits.note": "soon", "ask.en": "Well?"}
    kept = form.of_fields(fields)
    assert (kept["limits"]["note"], kept["ask"]["en"]) == ("soon", "Well?")
    with pytest.raises(InputError, match=r"limits\.note"):
        document.fit(form.body_of(kept))


@pytest.mark.parametrize(
    ("field", "why", "located"),
    [
        ("unhappy", "chip service has no text in en", "unhappy.1.label.en"),
        ("unhappy", "chip nobody has no text in en", "unhappy.en"),
        ("survey", "ask has no text in zh-CN", "ask.zh-CN"),
        ("survey", "face 3 has no text in en", "faces.2.en"),
        ("mailbox", "name has no text in en", "mailbox.name.en"),
        ("unhappy[2].icon", "Expected `str` of length >= 1", "unhappy.2.icon"),
    ],
)
def test_a_complaint_is_shown_at_its_field(
    draft: Draft, field: str, why: str, located: str
) -> None:
    assert form.located(draft, InputError(field, why)) == located
