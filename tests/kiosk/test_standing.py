from pathlib import Path

from kiosk.standing import Standing, peek, read_standing
from outbox import Outbox
from protocols.messages import Clock, Lane, Mark, Misuse, Outcome, Response
from protocols.wire import encode_event

MIDNIGHT = 1_700_000_000_000


def response(visit: str, at_ms: int, *, rev: int = 1, doubted: bool = False) -> bytes:
    return encode_event(
        Response(
            id=f"e-{visit}-{rev}",
            store="s1",
            at=Clock(boot="b", mono_ms=1, wall_ms=at_ms),
            response=visit,
            rev=rev,
            outcome=Outcome.RATED,
            survey="s",
            survey_version=1,
            language="en",
            rating=5,
            marks=(Mark(misuse=Misuse.MASH, weight=0.0),) if doubted else (),
        )
    )


def test_it_counts_what_waits_and_today_s_doubts_once_per_visit(tmp_path: Path) -> None:
    log = Outbox.open(tmp_path / "outbox.db", device="kiosk-1", program="test")
    log.append(Lane.BULK, response("old", MIDNIGHT - 1, doubted=True), 1)
    log.append(Lane.BULK, response("a", MIDNIGHT + 1), 1)
    log.append(Lane.BULK, b"not an event", 1)
    log.append(Lane.URGENT, response("a", MIDNIGHT + 2, rev=2), 1)
    for number in range(450):  # more than a page
        log.append(Lane.BULK, response(f"v{number}", MIDNIGHT + 3, doubted=number % 3 == 0), 1)
    log.commit_through(log.stream(Lane.BULK), 300)
    stands = read_standing(log, linked=True, committed_at_ms=7, since_ms=MIDNIGHT)
    assert stands.waiting == {Lane.URGENT: 1, Lane.BULK: 153}
    assert (stands.visits_today, stands.doubted_today) == (451, 150)
    assert (stands.linked, stands.committed_at_ms) == (True, 7)
    assert peek(log.path).waiting == stands.waiting  # beside the program that has it open
    log.close()


def test_empty_outbox_has_nothing_to_tell(tmp_path: Path) -> None:
    log = Outbox.open(tmp_path / "outbox.db", device="kiosk-1", program="test")
    stands = read_standing(log, linked=False, committed_at_ms=None, since_ms=0)
    assert stands.waiting == {Lane.URGENT: 0, Lane.BULK: 0}
    assert stands.visits_today == 0
    log.close()


def test_peek_at_what_is_no_outbox_says_that_nothing_is_known(tmp_path: Path) -> None:
    assert peek(tmp_path / "gone.db") == Standing()
    (tmp_path / "text.db").write_text("not a database")
    assert peek(tmp_path / "text.db") == Standing()
