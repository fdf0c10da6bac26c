"""hq_server/web/rulebook_faults.py: every fault of a check in the reader's words, at its line."""

from __future__ import annotations

import pytest

from grading.rulebook import RulebookError, with_changes
from hq_server.errors import InputError, NotReplayedError
from hq_server.web.rulebook_faults import refusal, rules_fault, shown_faults
from hq_server.web.texts import LANGUAGES, texts

FAULTY = """\
[[change]]
rule = "zh.alergy"
add = [""]
nonsense = 1

[[rule]]
id = "mine"
language = "zh"
topic = "weather"
kind = "awful"
words = ["a"]
patterns = ["坏*", "(坏", "坏?", "«无此表»坏", "(坏{1,9}){1,9}掉", "坏{1,99}"]

[[rule]]
id = "own.zh.empty"
language = "zh"
topic = "safety"
kind = "harm"

[policy.grade]
urgent_from = "low"

[weather]
"""


def _problems(toml: str) -> tuple[str, ...]:
    with pytest.raises(RulebookError) as error:
        with_changes(toml.encode())
    return error.value.problems


OTHERS = (
    "[[change]\n", "policy = 1", "rule = 1", '[[change]]\nrule = "zh.allergy"\nonly = {}\n',
    '[policy.touchpoint]\n"?" = "safety"\n', '[[change]]\nrule = "zh.allergy"\nadd = "x"\n',
)  # fmt: skip


@pytest.mark.parametrize("toml", [FAULTY, *OTHERS])
def test_what_a_check_complains_of_is_said_in_chinese(toml: str) -> None:
    for fault in shown_faults(texts("zh-CN"), toml, _problems(toml)):
        assert any("一" <= letter <= "鿿" for letter in fault.said), fault


def test_a_fault_names_its_line_and_the_field_of_a_form() -> None:
    found = {fault.place: fault for fault in shown_faults(texts("en"), FAULTY, _problems(FAULTY))}
    policy = found["policy.grade.urgent_from"]
    assert (policy.line, policy.excerpt, policy.field) == (
        21, 'urgent_from = "low"', "grade.urgent_from",
    )  # fmt: skip
    (empty,) = (fault for place, fault in found.items() if place.endswith("own.zh.empty"))
    assert (empty.line, empty.field) == (15, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gateways_reason_is_told_too_and_what_is_not_known_stands_as_it_is(language: str) -> None:
    t = texts(language)
    said = "revision 3 of the rules: rule zh.x: unknown rule; rule zh.y: something new"
    told = rules_fault(t, said)
    assert t("rulebook_fault.unknown_rule") in told
    assert told.endswith("something new")
    assert rules_fault(t, "HQ did not sign it") == "HQ did not sign it"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (InputError("note", "say why: it stands in the history"), "note"),
        (InputError("note", "at most 500 characters are allowed"), "note_long"),
        (InputError("revision", "these rules are in force already"), "in_force"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_form_was_refused_is_said_in_the_readers_language(
    wrong: InputError, key: str, language: str
) -> None:
    t = texts(language)
    assert refusal(t, wrong) == t(f"rulebook_fault.{key}", most=500)
    assert refusal(t, NotReplayedError()) == ""
