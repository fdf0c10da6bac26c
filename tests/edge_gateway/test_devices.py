import fcntl
import logging
import os
import stat
import threading
from pathlib import Path

import pytest

from edge_gateway.devices import DEVICES_FILE, Devices, Enrolled
from edge_gateway.settings import Settings
from protocols.briefs import Enrolment, enrolment_hash
from tests.edge_gateway.running import configured

HOUR_MS = 3_600_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    return settings


def enrolled(device: str = "k9", code: str = "one", *, at_ms: int = 0) -> Enrolled:
    enrolment = Enrolment(
        device=device,
        touchpoint="till-9",
        code_hash=enrolment_hash(code),
        expires_ms=24 * HOUR_MS,
        touchpoint_name={"en": "Till 9"},
    )
    return Enrolled(
        enrolment=enrolment, token_hash=enrolment_hash(f"token of {code}"), enrolled_ms=at_ms
    )


def test_who_was_set_up_may_connect_and_is_there_after_a_restart(settings: Settings) -> None:
    devices = Devices(settings)
    assert devices.get("k9") is None
    devices.enrol(enrolled())
    for one in (devices, Devices(settings)):
        known = one.get("k9")
        assert known is not None
        assert known.secret_hash == enrolled().token_hash
        assert [each.id for each in one.all()] == ["k1", "k2", "k9"]
    mode = (settings.data_dir / DEVICES_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_settings_win(settings: Settings) -> None:
    devices = Devices(settings)
    of_settings = devices.get("k1")
    devices.enrol(enrolled("k1"))
    assert devices.get("k1") == of_settings
    assert [one.id for one in devices.all()] == ["k1", "k2"]


def test_a_code_is_spent_with_its_kiosk_and_forgotten_when_it_expires(settings: Settings) -> None:
    devices = Devices(settings)
    devices.enrol(enrolled(code="one"))
    devices.enrol(enrolled(code="two", at_ms=HOUR_MS))  # the kiosk was replaced
    assert devices.enrolled_with(enrolment_hash("one")) is None
    assert devices.is_spent(enrolment_hash("one"))
    assert devices.forget("k9", 2 * HOUR_MS)
    assert devices.get("k9") is None
    assert devices.is_spent(enrolment_hash("two"))
    assert not devices.forget("k9", 2 * HOUR_MS)
    devices.enrol(enrolled("k8", "three", at_ms=25 * HOUR_MS))
    assert not devices.is_spent(enrolment_hash("one"))


def test_what_another_program_changes_is_seen(settings: Settings) -> None:
    running, beside = Devices(settings), Devices(settings)
    running.enrol(enrolled())
    beside.refresh()
    assert beside.get("k9") is not None
    beside.enrol(enrolled("k8", "two"))
    running.enrol(enrolled("k7", "three"))  # nothing of the other's change is lost
    beside.refresh()
    assert {one.enrolment.device for one in beside.enrolled()} == {"k7", "k8", "k9"}
    beside.forget("k9", 0)
    running.refresh()
    assert running.get("k9") is None


@pytest.mark.parametrize("damage", [b"\x00\xff", b'{"devices": 3}', b""])
def test_a_damaged_file_is_named_and_kept_aside_when_another_is_written(
    settings: Settings, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    file = settings.data_dir / DEVICES_FILE
    file.write_bytes(damage)
    with caplog.at_level(logging.ERROR):
        devices = Devices(settings)
        devices.refresh()
    assert (devices.enrolled(), len(caplog.records)) == ((), 1)
    assert devices.damage is not None
    assert file.read_bytes() == damage  # looking changes nothing
    devices.enrol(enrolled())
    assert file.with_name(f"{DEVICES_FILE}.damaged").read_bytes() == damage
    assert Devices(settings).get("k9") is not None


def test_a_disk_that_takes_nothing_changes_nothing(settings: Settings) -> None:
    devices = Devices(settings)
    devices.enrol(enrolled())
    settings.data_dir.rename(settings.data_dir.with_name("gone"))
    with pytest.raises(OSError, match="No such"):
        devices.enrol(enrolled("k8", "two"))
    assert devices.get("k8") is None
    assert devices.get("k9") is not None


def test_two_programs_change_it_one_after_the_other(settings: Settings) -> None:
    devices = Devices(settings)
    other = os.open(settings.data_dir, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    waiting = threading.Thread(target=devices.enrol, args=(enrolled(),))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    os.close(other)
    waiting.join(5)
    assert devices.get("k9") is not None
