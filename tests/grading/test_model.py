import lzma
from collections.abc import Sequence
from importlib import resources
from math import isclose, sqrt

import pytest

from grading.model import Table, WeightsError, load, pack
from grading.words import LANGUAGES


def table(rows: list[list[int]], buckets: Sequence[int] = (0, 1, 2, 3)) -> Table:
    width = len(rows[0])
    said = {
        "bits": 3,
        "heads": [f"h{n}" for n in range(width)],
        "scales": [0.5] * width,
        "biases": [1.0] * width,
    }
    return Table(pack(said, buckets, bytes(weight + 128 for row in rows for weight in row)))


SHIPPED = (resources.files("grading") / "weights" / "en_heads.bin").read_bytes()
ROWS = [[1, -2, 3], [127, -128, 0], [-5, 5, 5], [0, 0, 7]]


@pytest.mark.parametrize("count", [1, 3, 255, 256, 257, 2000])
def test_margins_are_the_sums_of_the_weights(count: int) -> None:
    pieces = [piece % 4 for piece in range(count)]
    found = table(ROWS).score(pieces)
    for place in range(3):
        total = sum(ROWS[piece][place] for piece in pieces)
        assert isclose(found[f"h{place}"], total * 0.5 / sqrt(count) + 1.0)


@pytest.mark.parametrize("count", [0, 1, 7, 400])
@pytest.mark.parametrize("least", [-30.0, 0.0, 0.25, 1.0, 9.0])
def test_the_margins_above_a_bar_are_found_without_working_out_all(
    count: int, least: float
) -> None:
    found = table(ROWS).score([piece * piece % 4 for piece in range(count)])
    assert found.above(least) == [
        (margin, head) for head, margin in found.items() if margin >= least
    ]


def test_the_loudest_pieces_are_those_that_add_most() -> None:
    one = table(ROWS)
    assert one.loudest("h2", one.rows([0, 1, 2, 3, 3]), 2) == [
        (3, 3.5 / sqrt(5)),
        (4, 3.5 / sqrt(5)),
    ]
    # As loud as the last of them counts as loud; what adds nothing never does.
    assert [number for number, _ in one.loudest("h2", one.rows([3, 3, 3, 1]), 2)] == [0, 1, 2]
    assert one.loudest("h1", one.rows([0, 1]), 2) == []
    everything = one.loudest("h0", one.rows([0, 1]), 9)
    assert isclose(sum(weight for _, weight in everything) + 1.0, one.score([0, 1])["h0"])


def test_a_sum_of_weights_is_a_margin() -> None:
    one = table(ROWS)
    for head in one.heads:
        total = sum(one.weights(head, one.rows([0, 2, 3])))
        assert one.weight(head, total, 3) == one.score([0, 2, 3])[head]
    assert one.weights("h1", one.rows([1, 1, 2])) == (0, 0, 133)
    assert one.weight("h0", 0, 0) == 1.0


def test_a_bucket_without_a_row_says_nothing_but_counts() -> None:
    one = table(ROWS, (1, 4, 5, 7))
    assert one.weights("h0", one.rows(range(8))) == (
        128, 129, 128, 128, 255, 123, 128, 128,
    )  # fmt: skip
    assert isclose(one.score([1, 0, 2, 3])["h2"], 3 * 0.5 / sqrt(4) + 1.0)
    assert one.score([0, 2, 6]) == {"h0": 1.0, "h1": 1.0, "h2": 1.0}


def test_more_rows_than_sixteen_bits_count() -> None:
    count = (1 << 16) + 5
    said = {"bits": 18, "heads": ["h"], "scales": [1.0], "biases": [0.0]}
    one = Table(pack(said, range(0, 3 * count, 3), bytes(count - 1) + b"\x81"))
    assert one.weights("h", one.rows([3 * (count - 1), 0, 1])) == (129, 0, 128)


def test_a_table_of_one_head_has_the_same_margins_as_that_head_of_many() -> None:
    buckets = (1, 4, 5, 7)
    pieces = [0, 1, 4, 4, 6, 7]
    many, one = table(ROWS, buckets), table([row[:1] for row in ROWS], buckets)
    assert one.score(pieces)["h0"] == many.score(pieces)["h0"]
    assert one.weights("h0", one.rows(pieces)) == many.weights("h0", many.rows(pieces))


def test_a_text_is_scored_the_same_when_the_rows_of_others_were_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = table(ROWS)
    before = dict(one.score([0, 1, 2, 3]))
    monkeypatch.setattr("grading.model._MOST_WIDE", 0)
    assert [dict(one.score([piece])) for piece in (3, 2, 1)] == [
        dict(table(ROWS).score([piece])) for piece in (3, 2, 1)
    ]
    assert one.score([0, 1, 2, 3]) == before


def test_nothing_to_read_leaves_the_bias() -> None:
    assert table(ROWS).score([]) == {"h0": 1.0, "h1": 1.0, "h2": 1.0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b'{"bits": 1}\nxx',
        b"\xff\n",
        b'{"bits": 1, "heads": ["h"], "scales": [1], "biases": [0]}\n' + lzma.compress(b"123"),
        # Cut short in the middle.
        SHIPPED[: len(SHIPPED) // 2],
        # A bucket beyond the table.
        pack({"bits": 1, "heads": ["h"], "scales": [1], "biases": [0]}, [9], b"\x80"),
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(WeightsError):
        Table(content)


def test_the_shipped_weights_are_small_and_whole() -> None:
    for language in LANGUAGES:
        for name in ("heads", "pleased", "polarity"):
            assert load(f"{language}_{name}.bin").heads
