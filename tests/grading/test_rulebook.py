from __future__ import annotations

import pytest

from grading.grader import grade
from grading.rulebook import RulebookError, built_in, with_changes
from grading.verdict import Context, Grade

ALLERGY = '[[change]]\nrule = "zh.allergy"\nadd = ["起皮疹了", "浮泡泡"]\n'
SHAMPOO = """
[[rule]]
id = "own.zh.hair"
language = "zh"
topic = "food_safety"
kind = "harm"
words = ["有根卷发"]
unless = { category = ["shampoo"] }
"""


def test_no_changes_are_the_built_in_rulebook() -> None:
    assert with_changes(b"") is built_in()
    assert with_changes(b"# nothing\n[policy.grade]\n").version == built_in().version


def test_changed_words_change_verdicts_and_the_version_of_the_lexicon_alone() -> None:
    changed = with_changes(ALLERGY.encode())
    assert grade("脸上浮泡泡", Context(), changed).grade is Grade.S
    assert (
        grade("脸上浮泡泡", Context()).evidence != grade("脸上浮泡泡", Context(), changed).evidence
    )
    verdict = grade("很好", Context(), changed)
    assert verdict.lexicon_version == changed.lexicon_version != built_in().lexicon_version
    assert verdict.policy_version == changed.policy_version == built_in().policy_version
    assert changed.version != built_in().version


def test_a_rule_that_is_off_says_nothing() -> None:
    off = with_changes(b'[[change]]\nrule = "zh.praise.general"\noff = true\n')
    assert "zh.praise.general" not in off.lexicon.rules
    shown = off.rules["zh.praise.general"]
    assert (shown.off, shown.own) == (True, False)
    assert shown.words == built_in().rules["zh.praise.general"].words


def test_rules_can_be_read_and_compared() -> None:
    book = with_changes(SHAMPOO.encode())
    hair = book.rules["own.zh.hair"]
    assert (hair.own, hair.topics, hair.unless) == (
        True,
        ("food_safety",),
        {"category": ("shampoo",)},
    )
    assert {id_: rule for id_, rule in book.rules.items() if not rule.own} == built_in().rules
    assert not any(id_.startswith("own.") for id_ in built_in().rules)


def test_a_threshold_changes_verdicts_and_the_version_of_the_policy_alone() -> None:
    text = "菠菜黄不拉几的还卖原价"
    lenient = with_changes(b"[policy.grade]\ncomplaint_from = 1\n")
    assert (grade(text, Context()).grade, grade(text, Context(), lenient).grade) == ("A", "B")
    assert lenient.lexicon is built_in().lexicon
    assert lenient.policy_version != built_in().policy_version


def test_the_same_changes_have_the_same_version_however_they_are_laid_out() -> None:
    one = with_changes(ALLERGY.encode())
    other = with_changes(
        '# by hand\n[[change]]\nadd = ["浮泡泡", "起皮疹了"]\nrule = "zh.allergy"'.encode()
    )
    assert one.version == other.version


def test_a_rule_asks_where_the_words_were_written() -> None:
    book = with_changes(SHAMPOO.encode())
    assert grade("里面有根卷发", Context(), book).grade is Grade.S
    assert grade("里面有根卷发", Context(category="noodles"), book).grade is Grade.S
    in_shampoo = grade("里面有根卷发", Context(category="shampoo"), book)
    assert in_shampoo.evidence == grade("里面有根卷发", Context()).evidence


def test_wrong_changes_name_all_problems() -> None:
    with pytest.raises(RulebookError) as caught:
        with_changes(b'[[change]]\nrule = "zh.nope"\n[policy.grade]\nurgent_from = 99\n')
    assert [one.split(":")[0] for one in caught.value.problems] == [
        "rule zh.nope",
        "policy.grade.urgent_from",
    ]
    assert isinstance(caught.value, ValueError)


def test_a_threshold_of_an_earlier_version_is_no_fault_and_says_nothing() -> None:
    old = with_changes(b"[policy.topic]\nopposed_from = 0.2\nmost = 2\n")
    assert old.policy.topic.most == 2
    assert with_changes(b"[policy.polarity]\nopposed_from = 0.2\n").policy == built_in().policy
