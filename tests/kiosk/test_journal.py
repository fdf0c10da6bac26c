import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.codes import AHEAD
from kiosk.events import (
    AlarmHeard,
    CaseAnswered,
    Event,
    FinishTapped,
    GatewayLinked,
    IdlePassed,
    Instructed,
    NextTapped,
    ProblemsArrived,
    Rated,
    Saved,
    SkipTapped,
    State,
    StorageFailed,
    StorageWell,
    SurveyArrived,
)
from kiosk.journal import Journal
from kiosk.settings import DEFAULT_SURVEY, Settings
from kiosk.visit import Visit
from outbox import Outbox, OutboxForeign, OutboxHeld
from outbox.file import PAGE_BYTES
from protocols import case_code
from protocols.briefs import BriefKind
from protocols.messages import (
    Alarm,
    CaseAsked,
    CaseFound,
    CaseTold,
    CodesGranted,
    Instruction,
    Lane,
    Mark,
    Misuse,
    Outcome,
    ProblemVote,
    Response,
    Vote,
)
from protocols.wire import decode_event
from simulator.campaign.disks import LoopDisk, can_mount
from simulator.silent_kiosk import SilentKiosk
from tests.kiosk.gateway_peer import TOKEN, GatewayPeer, wait_for
from tests.kiosk.test_briefs import PROBLEMS, brief, survey

NOWHERE = "ws://127.0.0.1:9"
Start = Callable[..., tuple[Journal, list[Event]]]


def settings(folder: Path, url: str) -> Settings:
    return Settings(
        device="kiosk-1",
        store="s1",
        touchpoint="till-4",
        token=TOKEN,
        data_dir=folder,
        gateway_url=url,
    )


def visit(rev: int = 1, *, urgent: bool = False) -> Visit:
    return Visit(
        response="r1",
        code="ABCD-1234",
        survey="s",
        survey_version=1,
        question="overall",
        language="en",
        outcome=Outcome.RATED,
        rating=1,
        rev=rev,
        urgent=urgent,
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    journals: list[Journal] = []

    def begin(url: str = NOWHERE) -> tuple[Journal, list[Event]]:
        heard: list[Event] = []
        journal = Journal(settings(tmp_path, url), heard.append)
        journal.start()
        journals.append(journal)
        return journal, heard

    yield begin
    for journal in journals:
        journal.stop()


def stored(folder: Path) -> list[Response]:
    database = sqlite3.connect(folder / "outbox.db")
    rows = database.execute("SELECT payload FROM events").fetchall()
    database.close()
    responses = [decode_event(payload) for (payload,) in rows]
    assert all(isinstance(response, Response) for response in responses)
    return responses  # type: ignore[return-value]


def test_what_the_disk_refused_is_never_said_to_be_saved_d2(start: Start, tmp_path: Path) -> None:
    journal, heard = start()
    journal.save(visit(1))
    wait_for(lambda: Saved("r1", 1) in heard)
    with sqlite3.connect(tmp_path / "outbox.db") as database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END"
        )
    journal.save(visit(2))
    wait_for(lambda: any(isinstance(event, StorageFailed) for event in heard))
    assert Saved("r1", 2) not in heard
    assert [response.rev for response in stored(tmp_path)] == [1]


def test_saved_is_said_after_the_revision_is_on_disk_d2(start: Start, tmp_path: Path) -> None:
    journal, heard = start()
    journal.save(visit())
    wait_for(lambda: Saved("r1", 1) in heard)
    [response] = stored(tmp_path)
    assert (response.response, response.rev, response.touchpoint) == ("r1", 1, "till-4")


def test_stopping_first_commits_what_was_handed_over(start: Start, tmp_path: Path) -> None:
    journal, _ = start()
    for rev in range(1, 21):
        journal.save(visit(rev))
    journal.stop()
    assert sorted(response.rev for response in stored(tmp_path)) == list(range(1, 21))


def test_second_program_is_refused_with_who_holds_it(start: Start, tmp_path: Path) -> None:
    start()
    with pytest.raises(OutboxHeld, match="in use by storeloop-kiosk"):
        Journal(settings(tmp_path, NOWHERE), print).start()


def test_a_wrong_devices_outbox_is_refused_at_the_start(tmp_path: Path) -> None:
    Outbox.open(tmp_path / "outbox.db", device="kiosk-2", program="test").close()
    with pytest.raises(OutboxForeign, match="belongs to device 'kiosk-2'"):
        Journal(settings(tmp_path, NOWHERE), print).start()


def test_damaged_outbox_stops_no_kiosk(start: Start, tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"not a database " * 500)
    journal, heard = start()
    journal.save(visit())
    wait_for(lambda: heard == [Saved("r1", 1)])
    assert [response.rev for response in stored(tmp_path)] == [1]
    [aside] = tmp_path.glob("outbox.db.damaged-*")
    assert aside.read_bytes().startswith(b"not a database")


def test_outbox_that_breaks_under_way_is_mended_and_keeps_the_rest(
    start: Start, tmp_path: Path
) -> None:
    journal, heard = start()
    for rev in range(1, 301):
        journal.save(visit(rev))
    wait_for(lambda: len(heard) == 300)
    with sqlite3.connect(tmp_path / "outbox.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    break_last_page_of_events(tmp_path / "outbox.db", b'"rev":300')
    journal.save(visit(301))
    wait_for(lambda: StorageFailed(visit(301)) in heard)
    journal.recover([visit(301)])
    wait_for(lambda: StorageWell() in heard)
    revs = sorted(response.rev for response in stored(tmp_path))
    assert revs[-1] == 301
    assert revs[:-1] == list(range(1, len(revs)))
    assert 250 < len(revs) < 301, "one page"


def break_last_page_of_events(path: Path, mark: bytes) -> None:
    """Zero the page with that event under the feet of the program that has it open."""
    with path.open("r+b") as file:
        at = file.read().index(mark)
        file.seek(at - at % PAGE_BYTES)
        file.write(bytes(PAGE_BYTES))
    # The program has the page in memory: only a change by another hand makes it read it again.
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS another_hand (one INTEGER)")
    database.close()


def test_everything_reaches_the_gateway_and_a_lost_link_doubles_nothing(start: Start) -> None:
    with GatewayPeer(lose_after=2) as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        for rev in range(1, 51):
            journal.save(visit(rev, urgent=rev % 3 == 0))
        wait_for(lambda: sum(map(len, gateway.events.values())) == 50)
        revs = {
            stream.lane: [decode_event(event).rev for event in events]  # type: ignore[union-attr]
            for stream, events in gateway.events.items()
        }
        assert revs[Lane.URGENT] == [rev for rev in range(1, 51) if rev % 3 == 0]
        assert revs[Lane.BULK] == [rev for rev in range(1, 51) if rev % 3]
        assert gateway.links == 2


def test_alarms_and_own_instructions_are_heard(start: Start) -> None:
    alarm = Alarm(alarm="a1", response="r9", touchpoint="till-4")
    mine = Instruction(instruction="i1", text={"en": "Open another till"}, touchpoint="till-4")
    other = Instruction(instruction="i2", text={"en": "Clean"}, touchpoint="toilets")
    with GatewayPeer() as gateway:
        _, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        for message in (alarm, other, mine):
            gateway.say(message)
        wait_for(lambda: len(heard) == 3)
        assert heard == [GatewayLinked(), AlarmHeard(alarm), Instructed(mine)]


def test_what_hq_says_is_told_kept_and_told_again_at_the_next_start(start: Start) -> None:
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        for said in (brief(survey()), brief(PROBLEMS, BriefKind.PROBLEMS)):
            gateway.say(said)
        wait_for(lambda: len(heard) == 3)
        assert heard[1:] == [SurveyArrived(survey()), ProblemsArrived(PROBLEMS)]
        wait_for(lambda: gateway.states[-1].briefs.keys() == {"survey", "problems"})
        assert gateway.states[-1].survey_version == 2
        gateway.say(brief(survey()))
        gateway.say(Alarm(alarm="a1", response="r9", touchpoint=None))
        wait_for(lambda: isinstance(heard[-1], AlarmHeard))
        assert len(heard) == 4, "the same document is no news"
        journal.stop()
    again, heard = start()
    assert again.survey == survey()
    wait_for(lambda: heard == [ProblemsArrived(PROBLEMS)])


def test_survey_of_hq_that_lets_nothing_be_painted_gives_way_to_our_own(
    start: Start, tmp_path: Path
) -> None:
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        gateway.say(brief(survey()))
        wait_for(lambda: len(heard) == 2)
        journal.painted()
        journal.stop()
    surveys = [Journal(settings(tmp_path, NOWHERE), print).survey for _ in range(4)]
    assert surveys == [survey(), survey(), survey(), DEFAULT_SURVEY]


def test_codes_of_the_gateway_are_given_and_counted(start: Start) -> None:
    granted = tuple(case_code.block_code(bytes(32), number) for number in range(1, 41))
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        assert len(journal.code()) == 14, "by chance"
        wait_for(lambda: bool(gateway.states))
        assert gateway.states[0].codes_left == 0
        gateway.say(CodesGranted(codes=granted))
        wait_for(lambda: gateway.states[-1].codes_left == 40)
        given = [journal.code() for _ in range(AHEAD)]
        journal.save(visit(1))
        wait_for(lambda: Saved("r1", 1) in heard)
        journal.stop()
        assert given == list(granted[:AHEAD])
    again, _ = start()
    assert again.code() == granted[2 * AHEAD], "those that lay ready are wasted"


def test_a_vote_goes_the_way_of_every_event(start: Start) -> None:
    [problem] = PROBLEMS.problems
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        journal.cast(problem, Vote.FIXED)
        wait_for(lambda: sum(map(len, gateway.events.values())) == 1)
    [(stream, [payload])] = gateway.events.items()
    vote = decode_event(payload)
    assert isinstance(vote, ProblemVote)
    assert stream.lane is Lane.BULK
    assert (vote.problem, vote.topic, vote.vote) == ("p1", "queue", Vote.FIXED)
    assert (vote.store, vote.touchpoint, vote.place) == ("s1", "till-4", None)


def test_a_case_is_asked_for_and_told_once(start: Start) -> None:
    told = CaseTold(code="05HM-CQQ1-6S", nonce=4, found=CaseFound.FOUND)
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        journal.ask_case("05HM-CQQ1-6S", 4)
        wait_for(lambda: gateway.asked == [CaseAsked(code="05HM-CQQ1-6S", nonce=4)])
        stray = CaseTold(code="05HM-CQQ1-6S", nonce=3, found=CaseFound.FOUND)
        for answer in (stray, told, told):
            gateway.say(answer)
        gateway.say(Alarm(alarm="a1", response="r9", touchpoint=None))
        wait_for(lambda: isinstance(heard[-1], AlarmHeard))
        assert heard[1:-1] == [CaseAnswered(told)]


AWAY = CaseTold(code="05HM-CQQ1-6S", nonce=4, found=CaseFound.AWAY)


def test_without_a_link_nobody_waits_for_an_answer(start: Start) -> None:
    journal, heard = start()
    journal.ask_case("05HM-CQQ1-6S", 4)
    wait_for(lambda: bool(heard), within_s=1)
    assert heard == [CaseAnswered(AWAY)]


def test_a_question_that_nobody_answers_is_given_up_in_time(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.journal.CASE_WITHIN_S", 0.2)
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        wait_for(lambda: GatewayLinked() in heard)
        journal.ask_case("05HM-CQQ1-6S", 4)
        wait_for(lambda: heard[1:] == [CaseAnswered(AWAY)])
        assert gateway.asked


def test_todays_visits_and_doubts_are_in_the_kiosks_account(start: Start) -> None:
    marked = replace(visit(), response="r2", marks=(Mark(misuse=Misuse.MASH, weight=0),))
    with GatewayPeer() as gateway:
        journal, heard = start(gateway.url)
        for one in (visit(1), visit(2), marked):
            journal.save(one)
        wait_for(lambda: Saved("r2", 1) in heard)
        gateway.say(brief(PROBLEMS, BriefKind.PROBLEMS))  # makes it give its account at once
        wait_for(lambda: bool(gateway.states) and gateway.states[-1].responses == 2)
        assert gateway.states[-1].marked == 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    small = LoopDisk(tmp_path / "disk", megabytes=24)
    yield small
    small.close()


@pytest.mark.skipif(not can_mount(), reason="needs root, loop devices and mkfs.ext4 (e2fsprogs)")
def test_d8_a_full_disk_is_said_on_the_screen_and_nothing_thanked_for_is_lost(
    disk: LoopDisk,
) -> None:
    thanked: list[Visit] = []
    small = settings(disk.at, NOWHERE).model_copy(update={"max_megabytes": 16})
    with SilentKiosk(small, on_saved=thanked.append) as kiosk:
        kiosk.touch(Rated(5), NextTapped())
        kiosk.wait_for(State.THANKS)
        kiosk.touch(FinishTapped())
        disk.fill()
        while kiosk.flow.state is not State.CANNOT_ACCEPT:
            kiosk.touch(Rated(4), FinishTapped(), NextTapped())
            kiosk.live(0)
            assert len(thanked) < 5_000
        kiosk.touch(IdlePassed())  # it tries again by itself, in vain
        kiosk.live(0.2)
        assert kiosk.flow.state is State.CANNOT_ACCEPT
        disk.free()
        kiosk.touch(IdlePassed())
        kiosk.wait_for(State.ATTRACT)
        kiosk.touch(Rated(1), SkipTapped())
        kiosk.wait_for(State.THANKS)
    kept = {(one.response, one.rev) for one in stored(disk.at)}
    assert {(visit.response, visit.rev) for visit in thanked} <= kept
    assert len(thanked) > 3


def test_what_was_handed_over_is_on_disk_before_the_next_frame_is_drawn(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.journal.HEAD_START_S", 10.0)  # so that no busy machine is too slow
    journal, heard = start()
    journal.save(visit())
    assert Saved("r1", 1) in heard
