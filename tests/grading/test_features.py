from hypothesis import given
from hypothesis import strategies as st

from grading import features


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_each_piece_has_a_bucket_and_a_place(text: str, language: str) -> None:
    found = features.buckets(text, language, 12)
    places = features.spans(text, language)
    assert len(found) == len(places)
    assert all(0 <= one < 1 << 12 for one in found)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert found == features.buckets(text, language, 12)


def test_a_typo_keeps_most_pieces() -> None:
    right, wrong = (set(features.buckets(one, "en", 18)) for one in ("rude cashier", "rude cashir"))
    assert len(right & wrong) > len(right) // 2


def test_a_finding_has_a_bucket_of_its_own() -> None:
    assert features.named("allergy harm", 15) != features.named("allergy negated", 15)
