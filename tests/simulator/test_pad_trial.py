from __future__ import annotations

from pathlib import Path

import pytest

from protocols.messages import Clock, Outcome, Response, Source
from simulator.pad import Noise
from simulator.pad_trial import PadTrial, Wish, compare

AT = Clock(boot="b1", mono_ms=1, wall_ms=1)


def row(seq: int, rating: int | None, name: str | None = None) -> tuple[int, Response]:
    return seq, Response(
        id=f"e{seq}",
        store="s1",
        at=AT,
        response=name or f"r{seq}",
        rev=1,
        outcome=Outcome.ERROR if rating is None else Outcome.RATED,
        survey="pad",
        survey_version=1,
        language="",
        rating=rating,
        source=Source.PAD,
    )


def test_what_was_on_its_way_when_the_power_went_is_told_apart() -> None:
    result = compare({1: 5, 4: 2}, [row(1, 5), row(2, 3), row(3, None), row(4, 2)], 2)
    assert (result.right, result.confirmed, result.unconfirmed, result.torn) == (True, 2, 1, 1)


@pytest.mark.parametrize(
    ("kept", "rows", "complaint"),
    [
        ({1: 5, 2: 4}, [row(1, 5)], "press 2 was key 4, and nothing is stored"),
        ({1: 5}, [row(1, 4)], "press 1 was key 5, and 4 is stored"),
        ({1: 5}, [row(1, None)], "press 1 was key 5, and None is stored"),
        ({1: 5, 3: 4}, [row(1, 5), row(3, 4)], "the stream has holes or doubles"),
        ({1: 5, 2: 5}, [row(1, 5, "r"), row(2, 5, "r")], "two presses are one response"),
        ({1: 5}, [row(1, 5), row(2, 3)], "more than one press was on its way"),
    ],
)
def test_whatever_is_wrong_is_named(
    kept: dict[int, int], rows: list[tuple[int, Response]], complaint: str
) -> None:
    result = compare(kept, rows, 0)
    assert not result.right
    assert result.complaints[0].startswith(complaint)


@pytest.mark.acceptance
def test_each_press_is_in_the_outbox_once_and_in_order_whoever_is_killed(tmp_path: Path) -> None:
    noise = Noise(flipped=0.01, dropped=0.005)
    wish = Wish(presses=200, noise=noise, pad_kills=1, power_cuts=2, gateway_kills=1)
    result = PadTrial(tmp_path, wish).run()
    assert result.right, result.complaints
    assert result.confirmed >= 200
    assert result.stored == result.confirmed + result.unconfirmed + result.torn
