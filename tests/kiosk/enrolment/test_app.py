from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.enrolment.flow import Field, Trouble
from kiosk.settings import load
from protocols import wire
from protocols.enrolment import EnrolProblem, EnrolRefused, Invitation, qr_text
from tests.kiosk.enrolment.running import ANSWER, CODE, Running, desk, running

pytestmark = pytest.mark.screen


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as one:
        yield one


def test_a_scan_sets_the_kiosk_up(new: Running, tmp_path: Path) -> None:
    with desk() as said:
        new.scanner.scan(qr_text(Invitation(gateway=said.url, code=CODE)))
        new.until(lambda: new.app.done)
    assert said.asked[0][1].code == CODE
    assert new.app.picture.place == ANSWER.touchpoint_name
    assert new.app.targets() == {}, "nothing is left to touch"
    settings = load(tmp_path / "kiosk.toml")
    assert (settings.device, settings.gateway_url) == ("kiosk-7", said.url)


def test_who_types_is_told_what_is_wrong_and_gets_there(new: Running, tmp_path: Path) -> None:
    with desk() as said:
        said.answer = (403, wire.encode_enrolment(EnrolRefused(why=EnrolProblem.EXPIRED)))
        for character in CODE.replace("-", ""):
            new.tap(f"key:{character}")
        new.tap("set_up")
        assert new.app.picture.field is Field.GATEWAY
        for character in said.url.removeprefix("ws://"):
            new.tap(f"key:{character}")
        new.tap("set_up")
        new.until(lambda: new.app.picture.trouble is Trouble.EXPIRED)
        said.answer = (404, b"a printer")
        new.tap("set_up")
        new.until(lambda: new.app.picture.trouble is Trouble.NO_GATEWAY)
        said.answer = (200, wire.encode_enrolment(ANSWER))
        new.tap("set_up")
        new.until(lambda: new.app.done)
    assert (tmp_path / "kiosk.toml").is_file()


def test_nobody_there_and_a_folder_that_takes_nothing_are_said(
    new: Running, tmp_path: Path
) -> None:
    new.scanner.scan(qr_text(Invitation(gateway="ws://127.0.0.1:9", code=CODE)))
    new.until(lambda: new.app.picture.trouble is Trouble.UNREACHABLE)
    assert "refused" in new.app.picture.detail
    (tmp_path / "kiosk.toml").mkdir()
    (tmp_path / "kiosk.toml" / "full").touch()
    with desk() as said:
        new.scanner.scan(qr_text(Invitation(gateway=said.url, code=CODE)))
        new.until(lambda: new.app.picture.trouble is Trouble.NOT_KEPT)
    assert not new.app.done
