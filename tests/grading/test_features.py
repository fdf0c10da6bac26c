from hypothesis import given
from hypothesis import strategies as st

from grading import features


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_each_piece_has_a_bucket_and_a_place(text: str, language: str) -> None:
    found = features.buckets(text, language, 12)
    places = features.spans(text, language, range(len(found)))
    assert len(found) == len(places)
    assert all(0 <= one < 1 << 12 for one in found)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert found == features.buckets(text, language, 12)


def test_a_typo_keeps_most_pieces() -> None:
    right, wrong = (set(features.buckets(one, "en", 18)) for one in ("rude cashier", "rude cashir"))
    assert len(right & wrong) > len(right) // 2


def test_a_finding_has_a_bucket_of_its_own() -> None:
    assert features.named("allergy harm", 15) != features.named("allergy negated", 15)


def test_a_piece_of_chinese_is_hashed_from_its_characters() -> None:
    # Weights are fitted to these very numbers.
    one, two, three = map(ord, "太差了")
    sums = [
        *(each * 2654435761 for each in (one, two, three)),
        *(a * 2654435761 + b * 2246822519 for a, b in ((one, two), (two, three))),
        one * 2654435761 + two * 2246822519 + three * 3266489917,
    ]
    assert features.buckets("太 差了", "zh", 19) == [each >> 16 & (1 << 19) - 1 for each in sums]


@given(st.text(max_size=80), st.integers(1, 24))
def test_a_text_is_hashed_as_its_characters_one_by_one(text: str, bits: int) -> None:
    dense = [ord(one) for one in text if not one.isspace()]
    factors = (2654435761, 2246822519, 3266489917)
    sums = [
        sum(code * factor for code, factor in zip(dense[start:], factors[:width], strict=False))
        for width in (1, 2, 3)
        for start in range(len(dense) - width + 1)
    ]
    assert features.buckets(text, "zh", bits) == [each >> 16 & (1 << bits) - 1 for each in sums]
