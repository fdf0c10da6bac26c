"""A seed means one run, and runs that follow each other go through the faults in turn."""

from simulator.campaign.faults import FAULTS
from simulator.campaign.plan import DatabaseKind, Wishes, plan

NAMES = list(FAULTS)


def test_the_same_seed_is_the_same_run_with_the_same_chances() -> None:
    one, again = plan(7, NAMES, Wishes()), plan(7, NAMES, Wishes())
    assert one == again
    assert one.chance("fault").random() == again.chance("fault").random()
    assert one.chance("fault").random() != one.chance("prepare").random()


def test_another_seed_is_another_run() -> None:
    assert plan(7, NAMES, Wishes()) != plan(7 + len(NAMES), NAMES, Wishes())


def test_each_fault_comes_equally_often() -> None:
    drawn = [plan(seed, NAMES, Wishes()).fault for seed in range(100, 100 + 3 * len(NAMES))]
    assert {drawn.count(name) for name in NAMES} == {3}


def test_a_wish_replaces_a_draw_and_changes_no_other() -> None:
    free = plan(9, NAMES, Wishes())
    wished = plan(9, NAMES, Wishes(fault="resets", database=DatabaseKind.SQLITE, short=False))
    assert (wished.fault, wished.database) == ("resets", DatabaseKind.SQLITE)
    assert (wished.kiosks, wished.every_seconds) == (free.kiosks, free.every_seconds)
    assert wished.warm_up_seconds == free.warm_up_seconds


def test_some_runs_stand_on_a_server() -> None:
    kinds = [plan(seed, NAMES, Wishes()).database for seed in range(200)]
    assert 20 < kinds.count(DatabaseKind.POSTGRESQL) < 60
