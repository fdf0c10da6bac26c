from __future__ import annotations

import json
from pathlib import Path

import pytest

from grading.lexicon import Kind, Lexicon, LexiconError, Where, parsed
from grading.normalise import normalise
from grading.rulebook import built_in
from grading.verdict import Context

LEXICON = built_in().lexicon

CUES = "[cues]\nquestion = ['吗$']\n"


def lexicon(rule: str, cues: str = CUES) -> Lexicon:
    text = f'language = "zh"\n[[rule]]\nid = "r"\ntopic = "safety"\nkind = "harm"\n{rule}\n{cues}'
    return Lexicon(*parsed({"zh.toml": text.encode()}))


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.rule.id, text[hit.start : hit.end]) for hit in LEXICON.search(text).hits]


def test_the_shipped_lexicon_knows_the_named_words() -> None:
    assert [found(word)[0][0] for word in ("过敏", "假货", "退款")] == [
        "zh.allergy",
        "zh.counterfeit",
        "zh.about.refund",
    ]
    assert {rule.kind for rule in LEXICON.rules.values()} == set(Kind)


def test_the_longest_word_wins() -> None:
    assert found("快过期") == [("zh.expired.near", "快过期")]
    assert found("不新鲜") == [("zh.freshness", "不新鲜")]


def test_latin_words_match_whole_words() -> None:
    assert found("rat in the aisle")[0] == ("en.food_safety.vermin", "rat")
    assert found("rather congratulated") == []
    assert ("en.about.refund", "refund") in found("refunds")


def test_version_is_the_hash_of_the_content() -> None:
    one, other = lexicon("words = ['砸到']"), lexicon("words = ['砸伤']")
    assert one.version == lexicon("words = ['砸到']").version
    assert one.version != other.version
    assert len(LEXICON.version) == 16


def test_a_back_reference_survives_joining() -> None:
    cues = "[cues]\nquestion = ['(a)b\\1', '(退|换)不\\1']\n"
    joined = lexicon("words = ['砸到']", cues).cues["question"]
    assert joined.search("还退不退")
    assert not joined.search("还退不换")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("patterns = ['排.*队']", "no bound"),
        ("patterns = ['a{2,}']", "no bound"),
        ("also = ['nonsense']", "nonsense"),
        (
            "words=['砸到']\n[[rule]]\nid='r'\ntopic='safety'\nkind='harm'\nwords=['砸伤']",
            "twice",
        ),
    ],
)
def test_a_wrong_rule_is_named(rule: str, said: str) -> None:
    with pytest.raises(LexiconError, match=said):
        lexicon(rule)


def test_a_pattern_that_cannot_work_is_named_by_the_check() -> None:
    LEXICON.check()
    for pattern, said in (("a?", "no bound below"), ("(?:a", "pattern of r")):
        with pytest.raises(LexiconError, match=said):
            lexicon(f"patterns = ['{pattern}']").check()


def test_a_slot_stands_for_its_words() -> None:
    rules = """
language = "zh"
[slots]
food = ["饭", "菜"]
[[rule]]
id = "r"
topic = "food_safety"
kind = "harm"
patterns = ["«food»里有虫"]
"""
    files = {"zh_rules.toml": rules.encode(), "zh_cues.toml": f'language = "zh"\n{CUES}'.encode()}
    with_slots = Lexicon(*parsed(files))
    assert [hit.rule.id for hit in with_slots.search("这饭里有虫").hits] == ["r"]
    assert with_slots.search("桌里有虫").hits == []
    with pytest.raises(LexiconError, match="unknown slot drink"):
        lexicon("patterns = ['«drink»里有虫']")


def test_search_is_linear_in_hostile_text() -> None:
    hits = LEXICON.search("退款" * 2000).hits
    assert len(hits) <= 4000


def test_a_rule_is_used_only_where_its_conditions_hold() -> None:
    only = lexicon("words = ['砸到']\nonly = {store = ['s1'], touchpoint = ['till-1', 'till-2']}")
    assert only.search("砸到").hits == []
    assert only.search("砸到", Context(store="s1", touchpoint="fresh")).hits == []
    assert len(only.search("砸到", Context(store="s1", touchpoint="till-2")).hits) == 1
    unless = lexicon("words = ['头发']\nunless = {category = ['shampoo']}")
    assert len(unless.search("头发").hits) == 1
    assert unless.search("头发", Context(category="shampoo")).hits == []


def test_a_rule_that_is_not_used_covers_no_other() -> None:
    rules = "words = ['不新鲜']\nonly = {store = ['s1']}\n[[rule]]\nid = 'q'\ntopic = 'freshness'\n"
    both = lexicon(rules + "kind = 'harm'\nwords = ['新鲜']")
    assert [hit.rule.id for hit in both.search("不新鲜").hits] == ["q"]
    assert [hit.rule.id for hit in both.search("不新鲜", Context(store="s1")).hits] == ["r"]


def test_a_condition_without_a_list_holds_everywhere() -> None:
    assert Where().holds(Context())
    assert not Where(category=frozenset({"x"})).holds(Context())


SENTENCES = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "sentences" / "tune.jsonl").read_text("utf-8").splitlines()
]


def test_a_cue_is_only_where_a_word_of_it_stands() -> None:
    said = 0
    for text in [normalise(one).text for one in SENTENCES]:
        found = LEXICON.search(text)
        for cue, pattern in LEXICON.cues.items():
            if pattern.search(text):
                assert cue in found.may
                said += LEXICON.says(cue, text, found)
    assert said > 100
    assert not LEXICON.unguarded


def test_a_cue_without_a_word_may_be_anywhere() -> None:
    one = lexicon("words = ['砸到']", "[cues]\nquestion = ['吗$', '[^a-z]{2}$']\n")
    assert one.unguarded == {"question"}
    assert one.says("question", "好的", one.search("好的"))
