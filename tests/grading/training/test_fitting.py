from grading import features
from grading.model import Table
from grading.training.fitting import Recipe, fit

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
