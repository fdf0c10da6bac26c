from hypothesis import given
from hypothesis import strategies as st

from grading import features
from grading.reading import table
from grading.stretches import Stretches


@given(
    st.text(alphabet="好差太贵了 退款\n", min_size=1, max_size=60),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_a_stretch_has_the_margin_that_its_text_alone_has(text: str, one: int, other: int) -> None:
    start, end = min(one, other), max(one, other)
    text = text.ljust(end, "快")
    for name, head in (("polarity", "positive"), ("heads", "delivery")):
        weights = table("zh", name)
        alone = weights.score(features.buckets(text[start:end], "zh", weights.bits))
        assert Stretches(weights, head, text).margin(start, end) == alone[head]
