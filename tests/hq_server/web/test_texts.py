"""hq_server/web/texts.py: both languages say all there is to say."""

from __future__ import annotations

import re
from importlib import resources
from string import Formatter

import pytest

from grading.topics import Department
from grading.verdict import Effect
from hq_server.cases.case import Status, Step
from hq_server.cases.opening import Because
from hq_server.sla.policy import Target
from hq_server.web.texts import chosen, texts
from protocols.messages import Outcome


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_names() -> None:
    chinese, english = texts("zh-CN").by_key, texts("en").by_key
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        assert _names(text) == _names(english[key]), key


def test_every_word_of_the_domain_has_a_text() -> None:
    wanted = {
        *(f"status.{each}" for each in Status), *(f"step.{each}" for each in Step),
        *(f"entry.{each}" for each in Step), *(f"because.{each}" for each in Because),
        *(f"target.{each}" for each in Target), *(f"effect.{each}" for each in Effect),
        *(f"department.{each}" for each in Department), *(f"outcome.{each}" for each in Outcome),
    }  # fmt: skip
    assert wanted <= texts("en").by_key.keys()


def test_every_key_in_a_template_has_a_text() -> None:
    known = texts("en").by_key
    folder = resources.files("hq_server.web").joinpath("templates")
    for file in folder.iterdir():
        for key in re.findall(r"\bt\('([a-z_]+\.[a-z_0-9]+)'\s*[,)]", file.read_text("utf-8")):
            assert key in known, f"{file.name}: {key}"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("en", "zh-CN", "en"), (None, "en-GB,en;q=0.9", "en"), (None, "zh-TW", "zh-CN"),
        (None, "fr", "zh-CN"), ("xx", "", "zh-CN"),
    ],
)  # fmt: skip
def test_the_language_of_a_page(cookie: str | None, accepted: str, language: str) -> None:
    assert chosen(cookie, accepted, "zh-CN") == language


def test_a_name_in_another_language_is_better_than_none() -> None:
    assert texts("en").name({"zh-CN": "金水店"}, "s1") == "金水店"
    assert texts("en").name({}, "s1") == "s1"
