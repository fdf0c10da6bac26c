"""hq_server/rulebook/editing.py: forms write into the TOML and leave the rest as it is."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.normalise import normalise
from hq_server.errors import FaultyRulesError
from hq_server.rulebook import catalogue, editing
from hq_server.rulebook.editing import WordsOf
from hq_server.rulebook.grading_by import rulebook_of
from tests.hq_server.rulebook.conftest import WORD, rules

BASE = next(rule for rule in catalogue.rules("").values() if len(rule.words) > 3)
OWN: dict[str, Any] = {
    "id": "own.zh.new", "language": "zh", "topic": "safety", "also": [], "kind": "fault",
    "words": ["柠檬事件"], "patterns": [], "department": "", "doubt": False, "strong": True,
}  # fmt: skip


def _words(toml: str, id_: str = BASE.id) -> set[str]:
    return set(catalogue.rules(toml)[id_].words)


def test_words_go_in_and_out_and_back() -> None:
    gone = BASE.words[0]
    first = editing.change_words("# ours\n", WordsOf(rule=BASE.id, add=[WORD], take_out=[gone]))
    assert first.startswith("# ours\n")
    assert _words(first) == {*BASE.words, WORD} - {gone}
    second = editing.change_words(first, WordsOf(rule=BASE.id, take_out=[WORD], put_back=[gone]))
    assert second.strip() == "# ours", "what changes nothing is not kept"
    third = editing.change_words(first, WordsOf(rule=BASE.id, add=[gone]))
    assert _words(third) == {*BASE.words, WORD}, "to add what was taken out puts it back"


def test_a_rule_is_switched_off_and_on() -> None:
    off = editing.change_words("", WordsOf(rule=BASE.id, off=True))
    assert catalogue.rules(off)[BASE.id].off
    assert editing.change_words(off, WordsOf(rule=BASE.id)) == ""


def test_a_rule_of_our_own_is_made_changed_and_taken_back() -> None:
    made = editing.put_rule(rules(), OWN)
    assert set(tomllib.loads(made)["rule"][1]) == {
        "id", "language", "topic", "kind", "words", "strong",
    }  # fmt: skip
    more = editing.change_words(made, WordsOf(rule="own.zh.new", add=["橘子事件"]))
    assert _words(more, "own.zh.new") == {"柠檬事件", "橘子事件"}
    again = editing.put_rule(more, OWN | {"kind": "harm", "strong": False})
    assert catalogue.rules(again)["own.zh.new"].kind == "harm"
    assert [row["id"] for row in tomllib.loads(again)["rule"]] == ["own.zh.incident", "own.zh.new"]
    assert editing.undo(again, "own.zh.new").strip() == rules().strip()


def test_thresholds_are_set_and_cleared() -> None:
    some = editing.set_thresholds(
        rules(), {"grade.urgent_from": "0.3", "topic.most": "3", "polarity.told_from": ""}
    )
    assert tomllib.loads(some)["policy"] == {
        "grade": {"urgent_from": 0.3}, "topic": {"most": 3},
    }  # fmt: skip
    assert editing.set_thresholds(some, {"grade.urgent_from": " ", "topic.most": ""}) == rules()
    assert editing.undo(some, "topic.most").count("policy.") == 1
    with pytest.raises(FaultyRulesError):
        rulebook_of(editing.set_thresholds("", {"grade.urgent_from": "low"}))


def test_what_is_no_toml_is_said() -> None:
    with pytest.raises(FaultyRulesError, match="TOML: "):
        editing.change_words("[[", WordsOf(rule=BASE.id))


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        ("TOML: Expected ']]' (at line 1, column 9)", 1),
        ("rule zh.alergy: unknown rule", 3),
        ("change zh.alergy: unknown rule", 3),
        ("policy.grade.urgent_from: Expected `float`, got `str`", 7),
        ("policy.grade: unknown key x; known: y", 6),
        ("rule zh.other: stands twice", None),
        ("document: unknown part x; known: change, rule, policy", None),
    ],
)
def test_a_fault_is_shown_at_its_line(problem: str, line: int | None) -> None:
    toml = (
        '# ours\n[[change]]\nrule = "zh.alergy"\nadd = ["某"]\n\n'
        '[policy.grade]\nurgent_from = "x"\n'
    )
    assert editing.line_of(toml, problem) == line


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_word_that_is_typed_comes_through_as_it_is(typed: str) -> None:
    words = editing.words_in(typed)
    assert all(word == word.strip() and word for word in words)
    toml = editing.change_words("", WordsOf(rule=BASE.id, add=words))
    kept = tomllib.loads(toml).get("change", [{}])[0].get("add", [])
    assert len(kept) <= len(words)
    assert set(kept) <= set(words)


@given(
    st.lists(
        st.text(st.sampled_from("排队慢aB ，,、；;\n\u3000"), min_size=1, max_size=6), max_size=5
    )
)
@settings(max_examples=60, deadline=None)
def test_words_of_a_rule_stay_whole_when_its_form_is_saved_unchanged(words: list[str]) -> None:
    toml = editing.put_rule("", OWN | {"words": words})
    kept = editing.words_of(toml, "own.zh.new")

    def line(word: str) -> str:
        return " ".join(normalise(word).text.split())

    form = "\n".join(map(line, kept))
    told = editing.words_in(form, kept)
    assert set(map(line, told)) == set(map(line, kept)) - {""}, "in two spellings it is one"
    assert set(told) <= set(kept)


def test_a_word_with_a_comma_stays_whole_and_new_ones_may_have_commas_between_them() -> None:
    typed = "等了，很久\r\n柠檬事件，橘子事件\n"
    assert editing.words_in(typed, ["等了，很久"]) == ["等了，很久", "柠檬事件", "橘子事件"]
    assert editing.words_in("等了, 很久", ["等了，\n很久"]) == ["等了，\n很久"], "of one spelling"
    assert editing.words_of("", "own.zh.new") == []


INLINE = (
    f'change = [{{rule = "{BASE.id}", add = ["{WORD}"]}}]\n'
    'rule = [{id = "own.a", language = "zh", topic = "safety", kind = "harm", words = ["某事"]}]\n'
    "policy = {grade = {complaint_from = 0.4}}\n"
)
DOTTED = (
    "policy.grade.complaint_from = 0.4\npolicy.topic.best_from = 0.3\n"
    f'[[change]]\nrule = "{BASE.id}"\nadd = ["{WORD}"]\n[change.only]\nstore = ["s1"]\n'
)


@pytest.mark.parametrize("written", [INLINE, DOTTED])
def test_however_people_write_toml_forms_can_write_into_it(written: str) -> None:
    other = next(rule.id for rule in catalogue.rules("").values() if rule.id != BASE.id)
    for toml in (
        editing.change_words(written, WordsOf(rule=other, off=True)),
        editing.change_words(written, WordsOf(rule=BASE.id, add=["柠檬事件"], take_out=[WORD])),
        editing.put_rule(written, OWN),
        editing.set_thresholds(written, {"polarity.told_from": "0.4", "topic.best_from": ""}),
        editing.set_thresholds(written, {"grade.complaint_from": ""}),
        editing.undo(written, BASE.id),
    ):
        assert catalogue.differences(written, toml), toml
