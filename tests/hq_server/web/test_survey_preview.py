"""hq_server/web/survey_preview.py: words are broken into lines that fit, and none is lost."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.surveys import document
from hq_server.web.survey_preview import lines, preview
from protocols.survey import Brand


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("排队太久", ["排队太久"]),
        ("过敏或食品安全问题", ["过敏或食品安", "全问题"]),
        ("Allergy / food safety", ["Allergy /", "food", "safety"]),
        ("Incomprehensibilities", ["Incomprehensibilities"]),
    ],
)
def test_lines_break_between_words(text: str, found: list[str]) -> None:
    assert lines(text, 6) == found


@given(st.text(max_size=80))
def test_nothing_is_lost_in_lines(text: str) -> None:
    assert "".join("".join(lines(text, 6)).split()) == "".join(text.split())


def test_a_survey_is_drawn_in_the_language_of_the_page() -> None:
    survey = msgspec.structs.replace(document.first(), brand=Brand(colour="#00695c"))
    drawn = preview(survey, "en")
    assert (drawn.colour, drawn.faces[0], drawn.mailbox) == (
        "#00695c", "Very bad", "Experience officer's mailbox",
    )  # fmt: skip
    assert preview(survey, "zh-CN").faces[0] == "非常不满"
