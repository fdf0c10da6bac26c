"""hq_server/rulebook/catalogue.py: rules are found by what they know; differences are told."""

from __future__ import annotations

import pytest

from grading.rulebook import built_in
from hq_server.rulebook import catalogue
from hq_server.rulebook.catalogue import Difference, Wanted
from tests.hq_server.rulebook.conftest import WORD, rules

OWN = "own.zh.incident"


def _ids(wanted: Wanted) -> set[str]:
    return {rule.id for rule in catalogue.found(rules(), wanted)}


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        (Wanted(text=WORD), True),
        (Wanted(text="蓝莓"), True),
        (Wanted(text=f"昨天在店里遇到{WORD}了"), True),
        (Wanted(text="INCIDENT"), True),
        (Wanted(text="别的什么"), False),
        (Wanted(topic="safety", kind="harm"), True),
        (Wanted(topic="allergy"), False),
        (Wanted(language="en"), False),
        (Wanted(text=WORD, kind="praise"), False),
    ],
)
def test_a_rule_is_found_by_its_words_its_name_and_what_it_would_say(
    wanted: Wanted, is_found: bool
) -> None:
    assert (OWN in _ids(wanted)) is is_found


def test_differences_name_words_rules_and_thresholds() -> None:
    some = next(rule for rule in catalogue.rules("").values() if len(rule.words) > 2)
    other = next(rule.id for rule in catalogue.rules("").values() if rule.id != some.id)
    after = (
        f'[[change]]\nrule = "{some.id}"\nadd = ["{WORD}"]\nremove = ["{some.words[0]}"]\n'
        f'[[change]]\nrule = "{other}"\noff = true\n' + rules("柠檬事件") + "[policy.grade]\n"
        "complaint_from = 0.4\n"
    )
    found = {each.name: each for each in catalogue.differences("", after)}
    assert found.keys() == {some.id, other, OWN, "grade.complaint_from"}
    assert found[some.id] == Difference(name=some.id, added=(WORD,), removed=(some.words[0],))
    assert found[other].off
    assert (found[OWN].new, found[OWN].added) == (True, ("柠檬事件",))
    assert ("kind", "", "harm") in found[OWN].properties, "a new rule says what it does"
    before = catalogue.thresholds(built_in().policy)["grade.complaint_from"]
    policy = found["grade.complaint_from"]
    assert (policy.before, policy.after, policy.is_rule) == (before, "0.4", False)
    back = {each.name: each for each in catalogue.differences(after, "")}
    assert (back[OWN].gone, back[other].off, back[some.id].removed) == (True, False, (WORD,))
    assert catalogue.differences(after, after) == []


def test_another_kind_is_a_difference_though_no_word_is() -> None:
    (found,) = catalogue.differences(rules(), rules(kind="fault"))
    assert (found.name, found.added) == (OWN, ())
    assert found.properties == (("kind", "harm", "fault"),)


def test_where_a_rule_is_used_is_a_difference() -> None:
    there = rules() + 'doubt = true\nonly = { store = ["s1", "s2"] }\n'
    (found,) = catalogue.differences(rules(), there)
    assert found.properties == (("doubt", "no", "yes"), ("only", "", "store: s1, s2"))
