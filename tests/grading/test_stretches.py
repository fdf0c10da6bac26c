import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading import features
from grading.stretches import Stretches


@given(
    st.text(alphabet="好差太贵了 退款\n", min_size=1, max_size=60),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    st.sampled_from([0, 7, 40, 3000]),
)
def test_a_stretch_has_the_pieces_that_its_text_alone_has(
    text: str, offsets: tuple[int, int], most: int
) -> None:
    start, end = sorted(offsets)
    text = text.ljust(end, "快")
    whole = features.buckets(text, "zh", 20)
    parts = Stretches(text, "zh").parts(start, end, most)
    alone = features.buckets(text[start:end], "zh", 20)
    assert [piece for part in parts for piece in whole[part]] == alone[:most]


@given(st.lists(st.text(alphabet="ab'3?. ", max_size=50), min_size=1, max_size=5))
def test_a_stretch_of_words_has_the_pieces_that_its_text_alone_has(clauses: list[str]) -> None:
    text = ",".join(clauses)
    whole = features.buckets(text, "en", 20)
    stretches, start = Stretches(text, "en"), 0
    for clause in clauses:
        parts = stretches.parts(start, start + len(clause), 3000)
        assert [piece for part in parts for piece in whole[part]] == features.buckets(
            clause, "en", 20
        )
        start += len(clause) + 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_has_no_pieces(language: str) -> None:
    assert all(not [1, 2, 3][part] for part in Stretches("", language).parts(0, 0, 9))
