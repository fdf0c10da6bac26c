"""hq_server/briefs/numbers.py: no two gateways, disks or lives of HQ share a code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hq_server.briefs import numbers
from hq_server.briefs.numbers import Block, Reserve, Verdict, judge
from protocols import case_code
from tests.hq_server.conftest import NOW

OLD = NOW - timedelta(hours=1)
KEY = bytes(32)


def _block(*, taken: bool = True, number: int = 7, epoch: str = "e") -> Block:
    return Block(number=number, epoch=epoch, made_at=OLD, taken=taken)


def _said(*, block: int | None = 7, left: int = 1000, epoch: str = "e") -> Reserve:
    return Reserve(epoch=epoch, block=block, codes_left=left)


@pytest.mark.parametrize(
    ("last", "said", "verdict"),
    [
        (None, _said(block=None, left=0), Verdict.NEXT),
        (_block(), _said(), Verdict.NOTHING),
        (_block(taken=False), _said(), Verdict.TAKEN),
        (_block(), _said(left=499), Verdict.NEXT),
        (_block(), _said(left=500), Verdict.NOTHING),
        # On its way: the same block is sent again.
        (_block(taken=False), _said(block=None, left=0), Verdict.NOTHING),
        (_block(taken=False, number=9), _said(left=0), Verdict.NOTHING),
        # It had been taken and is gone, or the disk is another one: never the same again.
        (_block(), _said(block=None, left=0), Verdict.NEXT),
        (_block(), _said(block=3, left=0), Verdict.NEXT),
        (_block(taken=False), _said(block=None, left=0, epoch="f"), Verdict.NEXT),
    ],
)
def test_when_a_gateway_gets_codes(last: Block | None, said: Reserve, verdict: Verdict) -> None:
    assert judge(last, said, NOW) is verdict


def test_a_gateway_that_asks_and_asks_gets_one_block_in_half_a_minute() -> None:
    said = _said(left=0)
    assert judge(_block(), said, OLD + timedelta(seconds=29)) is Verdict.NOTHING
    assert judge(_block(), said, OLD + timedelta(seconds=30)) is Verdict.NEXT
    for last, other in ((_block(), _said(block=3)), (_block(taken=False), _said(epoch="f"))):
        soon = judge(last, replace(other, block=None), OLD + timedelta(seconds=29))
        assert soon is Verdict.WAIT
    assert judge(_block(), said, OLD - timedelta(days=1)) is Verdict.NEXT  # the clock went back


def test_numbers_rise_with_the_clock_whatever_the_database_remembers() -> None:
    before = numbers.next_number(None, NOW)
    assert numbers.next_number(before, NOW) == before + 1
    later = NOW + timedelta(seconds=1)
    assert numbers.next_number(None, later) == before + numbers.BLOCKS_PER_SECOND
    assert numbers.next_number(None, numbers.FIRST_DAY - timedelta(days=9)) == 0


def test_numbers_end_with_the_codes_and_not_with_a_wrong_one() -> None:
    assert numbers.next_number(numbers.LAST_BLOCK - 1, NOW) == numbers.LAST_BLOCK
    with pytest.raises(OverflowError):
        numbers.next_number(numbers.LAST_BLOCK, NOW)
    assert len(numbers.codes(KEY, numbers.LAST_BLOCK)) == numbers.CODES_PER_BLOCK


def test_only_numbers_that_hq_may_have_given_out_are_believed() -> None:
    given = numbers.next_number(None, NOW)
    assert numbers.believable(given, NOW)
    assert not numbers.believable(given + 2 * 86_400 * numbers.BLOCKS_PER_SECOND, NOW)
    assert not numbers.believable(numbers.LAST_BLOCK + 1, NOW + timedelta(days=36_500))


def test_blocks_share_no_code_and_can_be_read_back() -> None:
    one, two = numbers.codes(KEY, 41), numbers.codes(KEY, 42)
    assert len({*one, *two}) == 2 * numbers.CODES_PER_BLOCK
    assert case_code.number_of(KEY, two[5]) // numbers.CODES_PER_BLOCK == 42
