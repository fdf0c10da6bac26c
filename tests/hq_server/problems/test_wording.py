"""hq_server/problems/wording.py: every topic has its words, and few of them are for everybody."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from grading.topics import TOPICS
from hq_server.problems import wording

PLACE = {"zh-CN": "生鲜称重", "en": "Fresh weighing"}
# About a person, about crime or harm, or one shopper's own affair.
PERSONAL = {
    "allergy", "food_safety", "safety", "discrimination", "privacy", "counterfeit", "expired",
    "service_attitude", "staff_expertise", "refund", "invoice", "lost_found", "general",
}  # fmt: skip


def test_every_topic_has_words_in_both_languages_and_no_other_is_named() -> None:
    file = resources.files("hq_server.problems").joinpath("wording.toml")
    found = tomllib.loads(file.read_text("utf-8"))
    assert found.keys() == TOPICS.keys()
    for topic, words in found.items():
        assert words.keys() == {"shown", "zh", "en"}, topic
        for language in ("zh", "en"):
            assert all(words[language][key] for key in ("text", "ask", "anywhere")), topic
            assert "{place}" in words[language]["ask"], topic


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_words_are_short_enough_for_a_key_on_a_screen(topic: str) -> None:
    for place in (None, PLACE):
        assert len(wording.ask(topic, place)["zh-CN"]) <= 20
        assert len(wording.ask(topic, place)["en"]) <= 60


def test_nothing_personal_is_shown() -> None:
    assert not [topic for topic in PERSONAL if wording.shown(topic)]
    assert wording.shown("queue_checkout")
    assert not wording.shown("a topic of a newer survey")


def test_how_a_problem_reads() -> None:
    assert wording.ask("queue_checkout", PLACE)["zh-CN"] == "生鲜称重还排队吗？"
    assert wording.ask("queue_checkout", None)["zh-CN"] == "结账还排队吗？"
    assert wording.text("queue_checkout", PLACE) == {
        "zh-CN": "生鲜称重 · 排队", "en": "Fresh weighing · Queue",
    }  # fmt: skip
