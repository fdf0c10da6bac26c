from edge_gateway import events as ev
from edge_gateway.headquarters import Headquarters
from edge_gateway.intake import Intake
from protocols import topics
from protocols.messages import Committed, HqState, Lane, Stored
from tests.edge_gateway.field import GATEWAY, START, later, stream
from tests.edge_gateway.test_uplink import BULK, position

OWN = stream(GATEWAY)


def headquarters() -> Headquarters:
    positions = [position(BULK, 5, committed=3)]
    return Headquarters(GATEWAY, positions, Intake(positions), lambda: 0.0, START)


def test_it_is_cut_until_it_answers() -> None:
    hq = headquarters()
    assert hq.cut_since_ms == START.wall_ms
    hq.broker_came(START)
    assert hq.cut_since_ms is not None
    hq.committed(ev.CommittedArrived(Committed(stream=BULK, through=3)), START)
    assert hq.cut_since_ms is None


def test_the_beginning_of_a_cut_is_remembered_through_retries() -> None:
    hq = headquarters()
    hq.changed(ev.HqStateArrived("i", HqState(online=True, boot="1")), START)
    hq.broker_went(later(5))
    hq.broker_went(later(9))
    assert hq.cut_since_ms == later(5).wall_ms


def test_the_last_ingest_that_goes_cuts_the_link() -> None:
    hq = headquarters()
    for ingest in ("i1", "i2"):
        hq.changed(ev.HqStateArrived(ingest, HqState(online=True, boot="1")), START)
    hq.changed(ev.HqStateArrived("i1", HqState(online=False, boot="1")), START)
    assert hq.cut_since_ms is None
    hq.changed(ev.HqStateArrived("i2", HqState(online=False, boot="1")), later(3))
    assert hq.cut_since_ms == later(3).wall_ms


def test_a_new_boot_gets_every_stream_offered_and_the_same_boot_nothing() -> None:
    hq = headquarters()
    hq.broker_came(START)
    came = ev.HqStateArrived("i1", HqState(online=True, boot="1"))
    assert any(isinstance(one, ev.Publish) for one in hq.changed(came, START))
    assert hq.changed(came, START) == []


OURS = topics.partition(GATEWAY)


def state(
    ingest: str, *partitions: int, boot: str = "1", retained: bool = False
) -> ev.HqStateArrived:
    said = HqState(online=True, boot=boot, partitions=partitions)
    return ev.HqStateArrived(ingest, said, retained)


def offers(commands: list[ev.Command]) -> int:
    return sum(isinstance(one, ev.Publish) for one in commands)


def test_an_ingest_process_of_other_partitions_is_no_business_of_ours() -> None:
    hq = headquarters()
    hq.broker_came(START)
    assert hq.changed(state("i1", OURS + 1), START) == []
    assert hq.cut_since_ms is not None
    assert hq.changed(state("i1", OURS + 1, boot="2"), START) == []


def test_one_round_of_offers_for_each_change_however_many_processes_there_are() -> None:
    hq = headquarters()
    assert offers(hq.broker_came(START)) == 1
    # What the broker had kept was there before our offers went out.
    rounds = [offers(hq.changed(state(f"i{n}", n, retained=True), START)) for n in range(64)]
    assert sum(rounds) == 0
    assert hq.cut_since_ms is None
    mine = f"i{OURS}"
    assert offers(hq.changed(state(mine, OURS), START)) == 0  # it only repeats itself
    # Another process takes the partition over; all 64 say what they have now.
    rounds = [
        offers(hq.changed(state(f"i{n}", *([] if n == OURS else [n]), *([OURS] * (n == 0))), START))
        for n in range(64)
    ]
    assert sum(rounds) == 1
    assert offers(hq.changed(state("i0", 0, OURS, boot="2"), START)) == 1


def test_hq_is_cut_when_nobody_online_takes_the_partition_in() -> None:
    hq = headquarters()
    hq.broker_came(START)
    hq.changed(state("i1", OURS), START)
    hq.changed(state("i2", 0 if OURS else 1), START)
    assert hq.cut_since_ms is None
    hq.changed(state("i1"), later(4))
    assert hq.cut_since_ms == later(4).wall_ms
    hq.changed(state("i2", OURS), later(5))
    assert hq.cut_since_ms is None


def test_a_broker_that_hq_does_not_reach_is_left_with_growing_patience() -> None:
    hq = headquarters()
    hq.broker_came(START)
    left = [at for at in range(1, 1000) if ev.LeaveBroker() in hq.tick(later(at))]
    assert left == [60, 180, 420, 900]
    hq.changed(state("i1", OURS), later(1000))
    assert ev.LeaveBroker() not in hq.tick(later(5000))


def test_hqs_word_is_passed_on_to_the_device() -> None:
    hq = headquarters()
    said = Committed(stream=BULK, through=3)
    assert ev.AnswerDevice("k1", said) in hq.committed(ev.CommittedArrived(said), START)
    gap = Committed(stream=BULK, through=3, gap=True)
    assert ev.AnswerDevice("k1", gap) not in hq.committed(ev.CommittedArrived(gap), START)


def test_a_stream_nobody_knows_is_ignored() -> None:
    other = stream("stranger", Lane.URGENT)
    said = ev.CommittedArrived(Committed(stream=other, through=9))
    assert headquarters().committed(said, START) == []


def test_d5_what_hq_lost_is_asked_of_the_device() -> None:
    hq = headquarters()
    offers = hq.broker_came(START)
    offered = next(one.offer for one in offers if isinstance(one, ev.Publish))
    said = Committed(stream=BULK, through=1, nonce=offered.nonce)
    commands = hq.committed(ev.CommittedArrived(said), START)
    assert ev.TakeAgain(BULK, 1) in commands
    assert ev.AnswerDevice("k1", Stored(stream=BULK, through=1, gap=True)) in commands


def test_an_epoch_that_was_not_renewed_is_renewed_later() -> None:
    hq = Headquarters(GATEWAY, [position(OWN, 1, origin=True)], Intake([]), lambda: 0.0, START)
    offered = next(one.offer for one in hq.broker_came(START) if isinstance(one, ev.Publish))
    said = ev.CommittedArrived(Committed(stream=OWN, through=9, nonce=offered.nonce))
    assert ev.RenewEpoch() in hq.committed(said, START)
    assert ev.RenewEpoch() not in hq.tick(later(60))  # the disk is at it
    hq.not_renewed(later(60))
    assert ev.RenewEpoch() not in hq.tick(later(61))
    assert ev.RenewEpoch() in hq.tick(later(66))
    assert ev.RenewEpoch() not in hq.tick(later(90))
