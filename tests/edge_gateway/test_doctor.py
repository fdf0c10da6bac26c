import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_gateway import events as ev
from edge_gateway.doctor import Line, Verdict, _port, _reads, examine
from edge_gateway.settings import Settings, load
from outbox import Outbox
from protocols.briefs import BriefKind
from protocols.messages import Lane
from tests.edge_gateway.field import brief, code_block, stream
from tests.edge_gateway.running import configured, eventually, free_port, running
from tests.edge_gateway.test_mqtt import MOSQUITTO, RealBroker

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="needs Debian's package mosquitto")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    one = RealBroker(tmp_path)
    yield one
    one.stop()


def found(settings: Settings, folder: Path) -> dict[str, list[Line]]:
    """Return the lines by subject."""
    lines: dict[str, list[Line]] = {}
    for line in examine(settings, folder / "gateway.toml"):
        lines.setdefault(line.subject, []).append(line)
    return lines


def test_a_gateway_that_runs_well_has_nothing_to_do(tmp_path: Path, broker: RealBroker) -> None:
    settings = configured(tmp_path, broker_port=broker.port)
    (tmp_path / "gateway.toml").chmod(0o640)
    with running(settings) as gateway:
        assert eventually(lambda: gateway.program.runner.gateway.hq.broker_up)
        gateway.post(ev.BriefArrived(code_block()))
        gateway.post(ev.BriefArrived(brief(BriefKind.PROBLEMS, b"{}")))
        assert eventually(lambda: gateway.program.runner.gateway.codes.left == 300)
        lines = found(settings, tmp_path)
        # The doctor is a client of its own: the gateway's connection stands as before.
        assert gateway.program.runner.counts["broker_connection"] == 1
    expected = {"settings", "permissions", "data_dir", "room", "outbox", "waiting", "gateway"}
    for subject in expected:
        assert {one.verdict for one in lines[subject]} == {Verdict.WELL}, lines[subject]
    assert [one.verdict for one in lines[f"broker 127.0.0.1:{broker.port}"]] == [Verdict.WELL]
    assert "HQ" in lines  # there is none in this test
    assert [one.text for one in lines["case codes"]] == ["300 left"]
    assert [one.text for one in lines["briefs"]] == ["codes block-1"]
    (refused,) = lines["brief"]
    assert (refused.verdict, "problems was not taken" in refused.text) == (Verdict.ACT, True)
    assert [one.text for one in lines["devices"]] == ["k1, k2 never handed anything over"]


def test_what_is_wrong_is_named_with_what_to_do(tmp_path: Path) -> None:
    settings = configured(
        tmp_path,
        '[[readers]]\nport = "/dev/nowhere"\ntill = "4"\n'
        '[[readers]]\nport = "/dev/elsewhere"\ntill = "5"\nenabled = false',
        more_broker='others = ["no.such.host.invalid:1883"]\n',
    )
    listen = settings.listen.model_copy(update={"host": "0.0.0.0"})  # noqa: S104
    settings = settings.model_copy(
        update={"max_megabytes": 10**9, "hq_verify_key": None, "listen": listen}
    )
    (tmp_path / "gateway.toml").chmod(0o644)
    settings.data_dir.mkdir(mode=0o750)
    outbox = Outbox.open(settings.data_dir / "outbox.db", device="g1", program="test")
    outbox.store(stream("gone"), 1, [b"1", b"2", b"3"], 1_000)
    outbox.commit_through(stream("gone"), 2)
    outbox.rewind(stream("gone"), 0)
    lines = found(settings, tmp_path)
    outbox.close()
    to_do = {
        subject: one.text
        for subject, many in lines.items()
        for one in many
        if one.verdict is Verdict.ACT
    }
    assert "chmod 640" in to_do["permissions"]
    assert "lower max_megabytes" in to_do["room"]
    assert "give-up --device gone" in to_do["hole"]
    assert "HQ lost 1-2, and 3-3 wait" in to_do["hole"]
    assert "cannot be reached" in to_do[f"broker 127.0.0.1:{settings.broker.port}"]
    assert "the name is not known" in to_do["broker no.such.host.invalid:1883"]
    assert "is the cable in?" in to_do["reader 4"]
    assert [one.text for one in lines["reader 5"]] == ["disabled in the settings"]
    assert "start it" in to_do["gateway"]
    assert "storeloop-hq keys" in to_do["hq_verify_key"]
    assert lines["listen.address"][0].verdict is Verdict.NOTE
    assert lines["waiting"][0].verdict is Verdict.NOTE
    assert any("gone in the outbox, no more in" in one.text for one in lines["devices"])


def test_a_pad_is_a_device_of_the_settings(tmp_path: Path) -> None:
    settings = configured(
        tmp_path, '[[readers]]\nport = "/dev/nowhere"\ntill = "4"\nname = "pad-4"\ndriver = "pad"'
    )
    settings.data_dir.mkdir(mode=0o750)
    outbox = Outbox.open(settings.data_dir / "outbox.db", device="g1", program="test")
    outbox.store(stream("pad-4"), 1, [b"1"], 1_000)
    outbox.close()
    told = [one.text for one in found(settings, tmp_path)["devices"]]
    assert told == ["k1, k2 never handed anything over"]


def test_a_damaged_outbox_is_seen(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    path = settings.data_dir / "outbox.db"
    outbox = Outbox.open(path, device="g1", program="test")
    outbox.append_many(Lane.BULK, [b"x" * 1_000] * 500, 1_000)
    outbox.close()
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 4_096] = bytes(4_096)
    path.write_bytes(damaged)
    assert any(one.verdict is Verdict.ACT for one in found(settings, tmp_path)["outbox"])
    path.write_bytes(b"no database at all" * 1_000)
    (line,) = found(settings, tmp_path)["outbox"]
    assert line.verdict is Verdict.ACT
    Outbox.open(path, device="g1", program="test", salvage=True).close()  # as the gateway does
    mended = found(settings, tmp_path)["outbox"]
    assert [one.verdict for one in mended] == [Verdict.NOTE, Verdict.WELL]
    assert "outbox.db.damaged-" in mended[0].text


def test_a_damaged_file_that_was_set_aside_is_not_forgotten(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "outbox.db").write_bytes(b"not a database " * 500)
    file = settings.data_dir / "outbox.db"
    Outbox.open(file, device="g1", program="test", salvage=True).close()
    noted, well = found(settings, tmp_path)["outbox"]
    assert (noted.verdict, well.verdict) == (Verdict.NOTE, Verdict.WELL)
    assert "was damaged and set aside" in noted.text


def test_a_broker_that_refuses_us_is_told_from_one_that_is_away(tmp_path: Path) -> None:
    strict = RealBroker(tmp_path, more="allow_anonymous false\n")
    settings = configured(tmp_path, broker_port=strict.port)

    def refused() -> bool:
        (line,) = found(settings, tmp_path)[f"broker 127.0.0.1:{strict.port}"]
        return line.verdict is Verdict.ACT and "it refuses us" in line.text

    assert eventually(refused, 10)
    strict.stop()


def test_the_program_ends_with_code_1_when_something_must_be_done(tmp_path: Path) -> None:
    configured(tmp_path, broker_port=free_port())
    config = tmp_path / "gateway.toml"
    command = [sys.executable, "-m", "edge_gateway", "doctor", "-c", str(config)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert "\u2717 gateway: nothing answers" in said.stdout
    assert "\u2713 settings:" in said.stdout
    config.write_text('gateway = "g 1"\n', encoding="utf-8")
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert "\u2717 settings:" in said.stdout
    assert "Traceback" not in said.stderr


def test_a_gateway_that_never_ran_can_be_examined(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(
        f'gateway = "g1"\nstore = "s1"\ndata_dir = "data"\n[broker]\nport = {free_port()}'
    )
    lines = found(load(path), tmp_path)
    assert lines["data_dir"][0].verdict is Verdict.NOTE
    assert "add [[devices]]" in lines["devices"][0].text


def test_who_has_read_enough_hears_no_complaint(tmp_path: Path) -> None:
    configured(tmp_path, broker_port=free_port())
    command = [sys.executable, "-m", "edge_gateway", "check", "-c", str(tmp_path / "gateway.toml")]
    reader, writer = os.pipe()
    os.close(reader)  # as `inspect | head` does
    said = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert said.stderr == b""


@pytest.mark.parametrize(
    ("state", "verdict", "said"),
    [
        ({"standing": "reading"}, Verdict.WELL, "the port is open; nothing has come yet"),
        ({"standing": "reading", "messages": 3, "last_ms": 1}, Verdict.WELL, "3 messages"),
        ({"standing": "reading", "trouble": "bytes come, but"}, Verdict.NOTE, "bytes come, but"),
        ({"standing": "suspect", "trouble": "encoding"}, Verdict.ACT, "suspect: encoding"),
        ({"standing": "gone", "trouble": "in use by x"}, Verdict.ACT, "gone: in use by x"),
        ({"standing": "reading", "skew_s": -600}, Verdict.NOTE, "clock is 10 min behind"),
        ({"standing": "reading", "skew_s": 121}, Verdict.NOTE, "clock is 2 min ahead"),
        ({"standing": "reading", "recording_until_ms": 1}, Verdict.NOTE, "record --stop"),
    ],
)
def test_what_the_running_gateway_says_of_a_reader_is_judged(
    state: dict[str, object], verdict: Verdict, said: str
) -> None:
    lines = list(_reads("reader 4", state))
    assert any(one.verdict is verdict and said in one.text for one in lines), lines
    assert len(list(_reads("reader 4", {"standing": "reading", "skew_s": 120}))) == 1


def test_a_port_of_another_program_is_seen_before_the_gateway_runs(tmp_path: Path) -> None:
    port = tmp_path / "till"
    port.write_bytes(b"")
    assert _port("reader 4", str(port)).verdict is Verdict.WELL
    with subprocess.Popen(["tail", "-f", str(port)], stdout=subprocess.DEVNULL) as other:
        assert eventually(lambda: f"(pid {other.pid})" in _port("reader 4", str(port)).text)
        assert _port("reader 4", str(port)).verdict is Verdict.ACT
        other.kill()
