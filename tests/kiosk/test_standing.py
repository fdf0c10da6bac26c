from pathlib import Path

from kiosk.standing import waiting
from outbox import Outbox
from protocols.messages import Lane


def test_what_waits_is_counted_beside_the_program_that_has_it_open(tmp_path: Path) -> None:
    log = Outbox.open(tmp_path / "outbox.db", device="kiosk-1", program="test")
    assert waiting(log.path) == {Lane.URGENT: 0, Lane.BULK: 0}
    log.append(Lane.URGENT, b"{}", 1)
    for _ in range(5):
        log.append(Lane.BULK, b"{}", 1)
    log.commit_through(log.stream(Lane.BULK), 2)
    assert waiting(log.path) == {Lane.URGENT: 1, Lane.BULK: 3}
    log.renew_epoch()  # what waits of an earlier epoch waits all the same
    log.append(Lane.BULK, b"{}", 1)
    assert waiting(log.path) == {Lane.URGENT: 1, Lane.BULK: 4}
    log.close()


def test_what_is_no_outbox_says_that_nothing_is_known(tmp_path: Path) -> None:
    assert waiting(tmp_path / "gone.db") == {}
    (tmp_path / "text.db").write_text("not a database")
    assert waiting(tmp_path / "text.db") == {}
