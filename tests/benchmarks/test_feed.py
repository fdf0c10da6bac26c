from benchmarks.feed import BARE_TAPS, WITH_TEXTS, Feed
from protocols.messages import Lane, Response
from protocols.wire import decode_event


def made(seed: int, count: int = 2_000) -> list[tuple[Lane, bytes]]:
    return Feed("d1", "s1", seed, WITH_TEXTS, from_ms=1_000_000).events(count, 1_000)


def test_the_same_seed_makes_the_same_events() -> None:
    assert made(7) == made(7)
    assert made(7) != made(8)


def test_a_visit_is_two_events_and_no_id_comes_twice() -> None:
    events = [decode_event(payload) for _, payload in made(7)]
    assert len({event.id for event in events}) == len(events)
    revisions = [event.rev for event in events if isinstance(event, Response)]
    assert revisions == [1, 2] * (len(events) // 2)


def test_texts_go_by_the_urgent_lane_and_bare_taps_have_none() -> None:
    lanes = [lane for lane, _ in made(7)]
    assert 0.02 < lanes.count(Lane.URGENT) / len(lanes) < 0.06
    taps = Feed("d1", "s1", 7, BARE_TAPS).events(1_000)
    assert {lane for lane, _ in taps} == {Lane.BULK}


def test_a_device_s_clock_never_goes_back() -> None:
    moments = [decode_event(payload).at for _, payload in made(7)]
    assert [at.wall_ms for at in moments] == sorted(at.wall_ms for at in moments)
    assert len({at.wall_ms - at.mono_ms for at in moments}) == 1
