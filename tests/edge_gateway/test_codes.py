from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_gateway import events as ev
from edge_gateway.codes import (
    CODES_PER_GRANT,
    GRANT_AGAIN_AFTER_MS,
    GRANTED_BELOW,
    MOST_CODES,
    MOST_GRANTS,
    Reserve,
)
from protocols.briefs import CodeBlock
from protocols.case_code import block_code
from protocols.messages import CodesGranted, DeviceState
from tests.edge_gateway.field import HQ_KEY, START, Store, code_block, later

MINUTE_S = GRANT_AGAIN_AFTER_MS / 1000


def block(number: int = 1, count: int = 300) -> CodeBlock:
    codes = tuple(block_code(HQ_KEY, number * 10_000 + n) for n in range(count))
    return CodeBlock(block=number, gateway="g1", codes=codes)


BLOCKS = {number: block(number) for number in range(1, 6)}


def test_a_block_seen_again_adds_nothing() -> None:
    reserve = Reserve()
    assert reserve.wants(block())
    reserve.add(block())
    assert not reserve.wants(block())
    reserve.add(block())
    assert reserve.left == 300
    assert not Reserve(highest=1).wants(block())  # not even when its codes are all given


def test_an_older_block_that_is_sent_again_adds_nothing() -> None:
    reserve = Reserve()
    reserve.add(block(3, count=2))
    assert not reserve.wants(block(2))
    reserve.add(block(2))
    assert reserve.left == 2


def test_a_block_with_anything_but_codes_is_left_alone() -> None:
    good = block_code(HQ_KEY, 1)
    for wrong in (
        "",
        "hello",
        good.replace("-", ""),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
    ):
        assert not Reserve().wants(CodeBlock(block=1, gateway="g1", codes=(good, wrong)))


def test_a_full_reserve_takes_no_more() -> None:
    assert not Reserve(codes=["x"] * MOST_CODES).wants(block())


def test_a_kiosk_with_few_codes_is_granted_some() -> None:
    reserve = Reserve()
    reserve.add(block())
    assert reserve.grant("k1", None, START) is None  # it gives out none
    assert reserve.grant("k1", GRANTED_BELOW, START) is None
    granted = reserve.grant("k1", GRANTED_BELOW - 1, START)
    assert granted is not None
    assert (granted.device, len(granted.codes)) == ("k1", CODES_PER_GRANT)
    assert reserve.left == 100
    rest = reserve.grant("k2", 0, START)
    assert rest is not None
    assert len(rest.codes) == 100
    assert reserve.grant("k3", 0, START) is None  # there are none


def test_a_kiosk_that_has_not_heard_yet_is_not_granted_twice() -> None:
    reserve = Reserve()
    reserve.add(block(count=1000))
    asked = [reserve.grant("k1", 0, later(s)) for s in (0, 1, MINUTE_S - 0.1, MINUTE_S)]
    assert [one is not None for one in asked] == [True, False, False, True]


def test_a_kiosk_that_never_has_enough_does_not_empty_the_reserve() -> None:
    reserve = Reserve(codes=map(str, range(MOST_CODES)))
    day = [reserve.grant("k1", 0, later(minute * 60)) for minute in range(24 * 60)]
    assert sum(one is not None for one in day) == MOST_GRANTS + 23
    assert reserve.grant("k2", 0, later(24 * 3600)) is not None


def test_an_old_copy_of_the_disk_gives_no_codes() -> None:
    reserve = Reserve()
    reserve.add(block())
    reserve.clear()
    assert reserve.left == 0
    assert not reserve.wants(block())


@given(
    st.lists(
        st.one_of(
            st.integers(1, 5),
            st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(0, 7200)),
        ),
        max_size=40,
    )
)
def test_no_code_is_ever_granted_twice(steps: list[int | tuple[str, int, int]]) -> None:
    reserve, given_out, seconds = Reserve(), list[str](), 0
    for step in steps:
        if isinstance(step, int):
            reserve.add(BLOCKS[step])
            continue
        device, left, passed = step
        seconds += passed
        granted = reserve.grant(device, left, later(seconds))
        given_out += granted.codes if granted else ()
    assert len(given_out) == len(set(given_out))


# --- in the gateway -------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def says(store: Store, codes_left: int | None, device: str = "k1") -> None:
    said = DeviceState(
        device=device,
        epoch="e1",
        program="test",
        accepted={},
        waiting=0,
        at=START,
        codes_left=codes_left,
    )
    store.post(ev.DeviceConnected(device))
    store.post(ev.DeviceStateArrived(device, said))


def granted(store: Store, device: str = "k1") -> list[str]:
    grants = [one for one in store.sent[device] if isinstance(one, CodesGranted)]
    return [code for one in grants for code in one.codes]


def test_codes_leave_the_disk_before_they_are_sent(store: Store) -> None:
    store.post(ev.BriefArrived(code_block()))
    assert store.gateway.state(store.now).codes_left == 300
    assert store.gateway.state(store.now).briefs == {"codes": "block-1"}
    store.held = True
    says(store, 0)
    assert granted(store) == []
    store.flush()
    first = granted(store)
    assert len(first) == CODES_PER_GRANT
    store.restart()
    says(store, 0, "k2")
    assert len(granted(store, "k2")) == 100
    assert not set(first) & set(granted(store, "k2"))
    assert store.gateway.state(store.now).codes_left == 0


def test_a_block_that_a_broker_brings_back_adds_nothing(store: Store) -> None:
    old = code_block(1)
    store.post(ev.BriefArrived(old))
    says(store, 0)
    store.post(ev.BriefArrived(code_block(2)))
    for _ in range(2):
        store.post(ev.BriefArrived(old))
        assert store.gateway.codes.left == 400
        assert store.gateway.briefs.versions == {"codes": "block-2"}
        store.restart()


def test_two_copies_in_one_commit_are_one_block(store: Store) -> None:
    store.held = True
    store.post(ev.BriefArrived(code_block()))
    store.post(ev.BriefArrived(code_block()))
    store.flush()
    assert store.gateway.codes.left == 300
    store.restart()
    assert store.gateway.codes.left == 300


def test_codes_for_another_gateway_are_not_taken(store: Store) -> None:
    store.post(ev.BriefArrived(code_block(gateway="g2")))
    assert store.gateway.codes.left == 0


def test_a_renewed_epoch_leaves_no_codes(store: Store) -> None:
    store.post(ev.BriefArrived(code_block()))
    store.post(ev.EpochRenewed("another", ()))
    assert store.gateway.codes.left == 0


def test_a_kiosk_that_waits_for_codes_has_them_as_soon_as_they_come(store: Store) -> None:
    says(store, 0)
    says(store, None, "k2")
    store.post(ev.BriefArrived(code_block()))
    assert len(granted(store)) == CODES_PER_GRANT
    assert granted(store, "k2") == []
