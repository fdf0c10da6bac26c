"""hq_server/surveys/document.py: what kiosks could not show is refused by the name of its field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.errors import InputError
from hq_server.surveys import document

FIRST: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document.first()))


def _body(**changes: Any) -> bytes:
    return msgspec.json.encode(FIRST | changes)


def test_the_first_survey_is_fit_and_reads_back() -> None:
    survey = document.fit(_body())
    assert document.read(document.written(survey, 7)).version == 7
    assert document.fit(document.legible(document.written(survey, 7))).questions == survey.questions


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"ask": {"zh-CN": "好吗？"}}, "survey", "ask has no text in en"),
        ({"faces": FIRST["faces"][:4]}, "faces", "5 labels"),
        ({"question": "a b"}, "question", "regex"),
        ({"unhappy": [{**FIRST["unhappy"][0], "topic": "nothing"}]}, "unhappy", "no topic"),
        ({"limits": {"note": 0}}, "limits.note", ">= 1"),
        ({"languages": ["fr"]}, "languages", "speak"),
        ({"brand": {"logo": "AAAA"}}, "brand: logo", "PNG"),
    ],
)
def test_a_flaw_is_named(changes: dict[str, Any], field: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        document.fit(_body(**changes))
    assert refused.value.field == field


@given(st.binary(max_size=200))
def test_anything_is_a_survey_or_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        document.fit(body)
