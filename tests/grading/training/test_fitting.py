import numpy as np

from grading import features
from grading.model import Table
from grading.training.fitting import Recipe, coarse, fit

TEXTS = ["很好很喜欢", "喜欢这家店", "非常好", "太差了", "差劲失望", "很失望"]
PLEASED = [True, True, True, False, False, False]
RECIPE = Recipe(bits=8, penalty=1.0, balanced=True)


def weights() -> bytes:
    found = [features.buckets(text, "zh", RECIPE.bits) for text in TEXTS]
    return fit(found, {"positive": PLEASED, "never": [False] * len(TEXTS)}, RECIPE)


def test_the_same_texts_give_the_same_bytes() -> None:
    assert weights() == weights()


def test_what_was_learnt_is_known() -> None:
    table = Table(weights())
    for text, pleased in zip(TEXTS, PLEASED, strict=True):
        margins = table.score(features.buckets(text, "zh", RECIPE.bits))
        assert (margins["positive"] > 0) is pleased
        assert margins["never"] < 0


def test_pieces_may_be_worth_what_they_tell_apart() -> None:
    by_ratio = Recipe(bits=12, penalty=1.0, balanced=False, by_ratio=True, faintest=0)
    found = [features.buckets(text, "zh", by_ratio.bits) for text in TEXTS]
    table = Table(fit(found, {"positive": PLEASED, "never": [False] * len(TEXTS)}, by_ratio))
    for text, pleased in zip(TEXTS, PLEASED, strict=True):
        assert (table.score(features.buckets(text, "zh", 12))["positive"] > 0) is pleased


def test_what_few_texts_have_is_left_out() -> None:
    found = [features.buckets(text, "zh", 16) for text in TEXTS]
    common = Recipe(bits=16, penalty=1.0, balanced=True, least=2, faintest=0)
    table = Table(fit(found, {"positive": PLEASED}, common))
    (alone,) = features.buckets("差", "zh", 16)
    (rare,) = features.buckets("劲", "zh", 16)
    assert table.weights("positive", table.rows([rare])) == (128,)
    assert table.weights("positive", table.rows([alone])) != (128,)


def test_weights_stand_on_steps_and_the_faintest_are_left_out() -> None:
    fine = np.arange(-127, 128, dtype=np.int16)
    whole = coarse(fine, Recipe(bits=8, penalty=1.0, balanced=True, faintest=0))
    assert whole.tolist() == fine.tolist()
    stepped = coarse(fine, Recipe(bits=8, penalty=1.0, balanced=True, faintest=5, step=0.25))
    assert sorted(set(np.abs(stepped).tolist()))[:5] == [0, 6, 8, 10, 12]
    pairs = zip(fine.tolist(), stepped.tolist(), strict=True)
    assert all(abs(to - was) <= 0.15 * abs(was) for was, to in pairs if abs(was) > 5)
    assert np.array_equal(stepped, -stepped[::-1])
