from edge_gateway.board.tries import (
    HOUR_S,
    MINUTE_S,
    MOST_A_MINUTE,
    MOST_ADDRESSES,
    MOST_AN_HOUR,
    UNHURRIED_FROM_ALL,
    Tries,
)


def test_one_address_has_so_many_a_minute_and_an_hour() -> None:
    tries = Tries()
    taken = [tries.take("a", float(second)) for second in range(int(HOUR_S))]
    assert sum(taken[: int(MINUTE_S)]) == MOST_A_MINUTE
    assert sum(taken) == MOST_AN_HOUR
    assert tries.take("a", HOUR_S)


def test_others_do_not_suffer() -> None:
    tries = Tries()
    for number in range(200):
        assert tries.take(f"10.0.0.{number}", 0.0)
    assert tries.slowed
    assert tries.take("192.168.1.2", 0.0)


def test_what_was_right_is_handed_back() -> None:
    tries = Tries()
    for second in range(3 * UNHURRIED_FROM_ALL):
        assert tries.take("a", float(second))
        tries.hand_back("a", float(second))
    assert not tries.slowed
    tries.hand_back("nobody", 1.0)
    assert tries.take("a", 0.0)


def test_a_neighbourhood_of_ipv6_is_one_address() -> None:
    tries = Tries()
    taken = [tries.take(f"2001:db8::{number:x}", 0.0) for number in range(9)]
    assert sum(taken) == MOST_A_MINUTE
    assert tries.take("2001:db8:0:1::1", 0.0)


def test_the_addresses_kept_are_bounded_and_forgotten() -> None:
    tries = Tries()
    assert all(tries.take(str(number), 0.0) for number in range(MOST_ADDRESSES))
    assert not tries.take("one more", 1.0)
    assert tries.take("one more", HOUR_S)
    assert not tries.slowed
