from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import changes, lexicon
from grading.changes import Changes, read

TABLES, _ = lexicon.shipped()
OWN = '[[rule]]\nid = "own.zh.x"\nlanguage = "zh"\ntopic = "safety"\nkind = "harm"\n'


def problems(text: str) -> list[str]:
    return read(text.encode(), TABLES)[1]


def said(text: str) -> Changes:
    found, faults = read(text.encode(), TABLES)
    assert faults == []
    return found


def test_words_are_kept_in_the_spelling_of_texts() -> None:
    found = said('[[change]]\nrule = "zh.allergy"\nadd = ["起小紅點 ", "ＡＢ"]\nremove = ["紅疹"]')
    assert found.change == {"zh.allergy": {"add": ["ab", "起小红点"], "remove": ["红疹"]}}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[", "TOML: "),
        ("colour = 1", "document: unknown part colour"),
        ("rule = 1", "rule: must be written as [[rule]]"),
        ('[[change]]\nrule = "zh.nope"', "rule zh.nope: unknown rule"),
        ("[[change]]\noff = true", "change number 1: lacks rule"),
        ('[[change]]\nrule = "zh.allergy"\n' * 2, "rule zh.allergy: stands twice"),
        ('[[change]]\nrule = "zh.allergy"\noff = 1', "off: Expected `bool`"),
        ('[[change]]\nrule = "zh.allergy"\nremove = ["起飞"]', "has no word '起飞' to remove"),
        ('[[change]]\nrule = "zh.allergy"\nadd = ["红疹"]\nremove = ["红疹"]', "adds and removes"),
        (f'{OWN}words = ["砸"]\ncolour = 1', "rule own.zh.x: unknown key colour"),
        (f'{OWN}words = ["砸"]\n' * 2, "rule own.zh.x: stands twice"),
        (OWN, "has neither words nor patterns"),
        (f'{OWN}words = [" "]', "is empty"),
        (f'{OWN}words = ["a"]', "single letter"),
        (f'{OWN}words = ["！"]', "single letter"),
        (f'{OWN}words = ["{"砸" * 2 + "坏" * 3}{"砸坏" * 40}"]', "longer than"),
        (f"{OWN}words = {['砸坏'] * 2001}", "length <= 2000"),
        (f'{OWN}patterns = ["排.*队"]', "pattern has no bound: * at character 3: 排.*队"),
        (f'{OWN}patterns = ["«nope»坏"]', "unknown slot nope"),
        (f'{OWN}words = ["砸"]\ndepartment = "nope"', "department: Invalid enum value 'nope'"),
        (f'{OWN}words = ["砸"]\nalso = ["nope"]', "unknown topic nope"),
        (f'{OWN}words = ["砸"]\nonly = {{}}', "only names no category"),
        (
            f'{OWN}words = ["砸"]\nunless = {{city = ["x"]}}',
            "unless: Object contains unknown field",
        ),
        (OWN.replace("own.zh.x", "zh.allergy") + 'words = ["砸"]', "id: Expected `str` matching"),
        (OWN.replace("harm", "evil") + 'words = ["砸"]', "kind: Invalid enum value 'evil'"),
        (OWN.replace('"zh"', '"fr"') + 'words = ["砸"]', "language: Invalid enum value 'fr'"),
        ("policy = 1", "policy: must be a table"),
        ("[policy]\ngrade = 1", "policy.grade: must be a table"),
        ("[policy.nope]\nx = 1", "policy.nope: unknown section"),
        ("[policy.grade]\nurgent_form = 1", "policy.grade: unknown key urgent_form"),
        ("[policy.grade]\nurgent_from = 99", "policy.grade.urgent_from: Expected `float` <= 1.0"),
        (
            "[policy.priority]\nbase = {S = 0, A = 3, B = 5}",
            "policy.priority.base: Expected `int` >= 1",
        ),
        (
            '[policy.priority]\nraised_by = ["moon"]',
            "policy.priority.raised_by: Invalid enum value 'moon'",
        ),
        ('[policy.touchpoint]\nlift = "nope"', "policy.touchpoint.lift: unknown topic nope"),
        ('[policy.touchpoint]\n"a b" = "safety"', "unknown touchpoint a b"),
        ("#" * 131_073, "at most 131072"),
    ],
)
def test_each_fault_is_named_with_its_place(text: str, fault: str) -> None:
    assert any(fault in problem for problem in problems(text)), problems(text)


def test_all_faults_are_told_at_once() -> None:
    text = (
        '[[change]]\nrule = "zh.nope"\nadd = ["a"]\n'
        '[[rule]]\nid = "own.zh.x"\nlanguage = "fr"\ntopic = "nope"\nkind = "harm"\n'
        'words = [""]\npatterns = ["a*", "(?:b{0,3}){0,3}"]\n'
        "[policy.grade]\nurgent_from = 99\nurgent_form = 1\n[policy.x]\n"
    )
    assert len(problems(text)) == 10


def test_all_patterns_together_are_bounded() -> None:
    patterns = ["[^,]{0,49}坏[^,]{0,49}" + chr(0x5000 + number) for number in range(17)]
    assert problems(f"{OWN}patterns = {patterns[:15]}") == []
    assert any("all patterns together" in one for one in problems(f"{OWN}patterns = {patterns}"))


def test_applied_changes_leave_the_rest_as_it_is() -> None:
    text = (
        '[[change]]\nrule = "zh.allergy"\nadd = ["起皮"]\nremove = ["红疹"]\n'
        '[[change]]\nrule = "zh.counterfeit"\noff = true\n'
        '[[change]]\nrule = "zh.expired.sold"\nunless = {category = ["wine"]}\n'
        f'{OWN}words = ["砸"]\n'
    )
    after = changes.applied(said(text), TABLES)
    rules = {row["id"]: row for table in after.values() for row in table["rule"]}
    before = {row["id"]: row for table in TABLES.values() for row in table.get("rule", ())}
    assert rules.keys() ^ before.keys() == {"own.zh.x"}
    assert rules["zh.counterfeit"]["off"]
    assert set(rules["zh.allergy"]["words"]) ^ set(before["zh.allergy"]["words"]) == {
        "起皮",
        "红疹",
    }
    assert rules["zh.expired.sold"]["unless"] == {"category": ["wine"]}
    assert rules["zh.price"] == before["zh.price"]


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_changes_or_say_why_not(content: bytes) -> None:
    found, faults = read(content, TABLES)
    assert faults or not found.rule


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    # JSON's lists, texts and numbers are TOML's, but for a lone delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


KEYS = [
    "rule",
    "add",
    "remove",
    "off",
    "id",
    "language",
    "topic",
    "kind",
    "words",
    "patterns",
    "only",
]
VALUES = st.one_of(
    st.booleans(),
    st.integers(-9, 9),
    st.text(max_size=6),
    st.sampled_from(["zh", "zh.allergy", "own.zh.x", "safety", "harm", "过敏"]),
    st.lists(st.one_of(st.text(max_size=6), st.just("过敏"), st.integers()), max_size=3),
    st.dictionaries(st.sampled_from(["store", "x"]), st.lists(st.text(max_size=3)), max_size=2),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES), max_size=3), st.booleans())
def test_rows_of_any_shape_are_read_or_refused(rows: list[dict[str, object]], own: bool) -> None:
    part = "rule" if own else "change"
    lines = [
        f"[[{part}]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in row.items())
        for row in rows
    ]
    text = "".join(lines)
    tomllib.loads(text)
    found, faults = read(text.encode(), TABLES)
    assert all(": " in fault for fault in faults)
    if not faults:
        lexicon.Lexicon(changes.applied(found, TABLES), "v").check()
