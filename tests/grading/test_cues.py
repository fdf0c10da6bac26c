from __future__ import annotations

import pytest

from grading.cues import Clauses
from grading.normalise import normalise
from grading.rulebook import built_in
from grading.verdict import Effect


def effects(text: str) -> dict[str, Effect]:
    plain = normalise(text).text
    lexicon = built_in().lexicon
    found = lexicon.search(plain)
    clauses = Clauses(plain, lexicon, found)
    return {hit.rule.id: clauses.effect(hit) for hit in found.hits}


@pytest.mark.parametrize(
    ("text", "rule", "effect"),
    [
        ("脸上过敏了", "zh.allergy", Effect.HARM),
        ("用了没有过敏", "zh.allergy", Effect.NEGATED),
        ("没有出现任何过敏现象", "zh.allergy", Effect.NEGATED),
        ("没想到过敏这么厉害", "zh.allergy", Effect.HARM),
        ("会不会过敏", "zh.allergy", Effect.ASKED),
        ("孩子用会过敏吗？", "zh.allergy", Effect.ASKED),
        ("万一过敏怎么办", "zh.allergy", Effect.SUPPOSED),
        ("我对花生过敏", "zh.allergy", Effect.SUPPOSED),
        ("对你们的面膜过敏了", "zh.allergy", Effect.HARM),
        ("孩子吃完坚果过敏送医院", "zh.danger.ill", Effect.HARM),
        ("孩子对坚果过敏住院", "zh.danger.ill", Effect.HARM),
        ("听说你们卖假货", "zh.danger.fake", Effect.SUPPOSED),
        ("隔壁卖假货", "zh.danger.fake", Effect.SUPPOSED),
        ("不用担心买到假货", "zh.danger.fake", Effect.NEGATED),
        ("你们卖假货合法吗", "zh.danger.fake", Effect.HARM),
        ("一点都不好吃", "zh.taste", Effect.FAULT),
        ("不干净", "zh.cleanliness", Effect.FAULT),
        ("希望收银台别太慢了", "zh.queue", Effect.SOFTENED),
        ("还不给退款", "zh.money.withheld", Effect.HARM),
        ("i had no rash at all", "en.allergy", Effect.NEGATED),
        ("does it cause a rash?", "en.allergy", Effect.ASKED),
        ("not clean", "en.cleanliness", Effect.FAULT),
        ("apparently they sell fakes", "en.counterfeit", Effect.SUPPOSED),
    ],
)
def test_how_it_is_said_decides_what_it_says(text: str, rule: str, effect: Effect) -> None:
    assert effects(text)[rule] is effect


def test_a_cue_counts_in_its_clause_only() -> None:
    said = effects("这个有没有货？昨天那个吃了食物中毒")
    assert said["zh.danger.ill"] is Effect.HARM


def test_a_condition_reaches_to_the_end_of_the_sentence_and_no_further() -> None:
    assert effects("如果吃坏，算谁的")["zh.food_safety.body"] is Effect.SUPPOSED
    assert effects("如果有问题，孩子吃坏了怎么办")["zh.food_safety.body"] is Effect.SUPPOSED
    assert effects("如果有票就好了。孩子吃坏了")["zh.food_safety.body"] is Effect.HARM


def test_contrast_splits_a_clause() -> None:
    said = effects("味道不错但太贵")
    assert said["zh.price"] is Effect.FAULT
    assert Effect.PRAISE in said.values()
