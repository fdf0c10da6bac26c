"""hq_server/web/survey_errors.py: each complaint of the checks is told in both languages."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hq_server.errors import InputError
from hq_server.surveys import document
from hq_server.web.survey_errors import survey_error
from hq_server.web.texts import texts

FIRST: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document.first()))
HOURS = {"opens": "08:00", "closes": "22:00"}


@pytest.mark.parametrize(
    "changes",
    [
        {"ask": {"zh-CN": "好吗？"}}, {"ask": {"zh-CN": "好" * 201, "en": "?"}},
        {"faces": FIRST["faces"][:3]}, {"faces": []}, {"unhappy": []},
        {"unhappy": FIRST["unhappy"] * 2}, {"unhappy": [FIRST["unhappy"][0]] * 2},
        {"unhappy": [{**FIRST["unhappy"][0], "topic": "nothing"}]},
        {"unhappy": [{"id": "a"}]}, {"question": ""}, {"question": "a b"}, {"scale": "stars"},
        {"hours": [HOURS, HOURS]}, {"hours": [{**HOURS, "closes": "08:00"}]},
        {"ask": {"zh-CN": "好\0吗", "en": "?"}},
        {"limits": {"note": 0}}, {"limits": {"note": "soon"}}, {"brand": {"logo": "%"}},
    ],
)  # fmt: skip
def test_a_complaint_is_told_in_chinese(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        document.fit(msgspec.json.encode(FIRST | changes))
    said = survey_error(texts("zh-CN"), refused.value)
    assert any("\u4e00" <= character <= "\u9fff" for character in said), refused.value


def test_kinds_of_values_are_named_as_people_name_them() -> None:
    error = InputError("limits.note", "Expected `float`, got `str`")
    said = [survey_error(texts(language), error) for language in ("zh-CN", "en")]
    assert said == ["应为数字，实际是文字", "should be a number, not text"]


def test_what_is_not_known_is_shown_as_it_stands() -> None:
    assert survey_error(texts("zh-CN"), InputError("x", "a new complaint")) == "a new complaint"
