import json
from math import isclose, sqrt

import pytest

from grading.model import Table, WeightsError, load


def table(rows: list[list[int]]) -> Table:
    width = len(rows[0])
    said = {
        "bits": 2,
        "heads": [f"h{n}" for n in range(width)],
        "scales": [0.5] * width,
        "biases": [1.0] * width,
    }
    content = json.dumps(said).encode() + b"\n"
    return Table(content + bytes(weight + 128 for row in rows for weight in row))


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
    assert one.loudest("h2", [0, 1, 2, 3, 3], 2) == [(3, 3.5 / sqrt(5)), (4, 3.5 / sqrt(5))]
    # As loud as the last of them counts as loud; what adds nothing never does.
    assert [number for number, _ in one.loudest("h2", [3, 3, 3, 1], 2)] == [0, 1, 2]
    assert one.loudest("h1", [0, 1], 2) == []
    everything = one.loudest("h0", [0, 1], 9)
    assert isclose(sum(weight for _, weight in everything) + 1.0, one.score([0, 1])["h0"])


def test_a_sum_of_a_column_is_a_margin() -> None:
    one = table(ROWS)
    for place, head in enumerate(one.heads):
        total = sum(one.column(head)[piece] for piece in (0, 2, 3))
        assert one.weight(head, total, 3) == one.score([0, 2, 3])[head]
        assert one.column(head)[1] == ROWS[1][place] + 128
    assert one.weight("h0", 0, 0) == 1.0


def test_nothing_to_read_leaves_the_bias() -> None:
    assert table(ROWS).score([]) == {"h0": 1.0, "h1": 1.0, "h2": 1.0}


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"bits": 1}\nxx', b"\xff\n"])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(WeightsError):
        Table(content)


def test_the_shipped_weights_are_small_and_whole() -> None:
    for name in ("zh_heads.bin", "zh_polarity.bin", "en_heads.bin", "en_polarity.bin"):
        assert load(name).heads
