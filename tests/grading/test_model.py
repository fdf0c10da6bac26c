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


def test_contributions_add_up_to_the_margin() -> None:
    pieces = [0, 1, 2]
    one = table(ROWS)
    assert isclose(sum(one.contributions("h1", pieces)) + 1.0, one.score(pieces)["h1"])


def test_nothing_to_read_leaves_the_bias() -> None:
    assert table(ROWS).score([]) == {"h0": 1.0, "h1": 1.0, "h2": 1.0}


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"bits": 1}\nxx', b"\xff\n"])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(WeightsError):
        Table(content)


def test_the_shipped_weights_are_small_and_whole() -> None:
    for name in ("zh_heads.bin", "zh_polarity.bin", "en_heads.bin", "en_polarity.bin"):
        assert load(name).heads
