"""Units start programs that exist with options they know; the example settings are accepted."""

import importlib
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from configuration import ConfigError
from edge_gateway.__main__ import command_line as gateway_app
from edge_gateway.board.sign_in import hasher
from edge_gateway.pin import write_pin_hash
from edge_gateway.settings import load as load_gateway
from hq_server import migrations
from hq_server.__main__ import app as hq_app
from hq_server.database import Database
from hq_server.devices.import_file import import_file
from hq_server.settings import load as load_hq
from kiosk.__main__ import program as kiosk_app
from kiosk.settings import load as load_kiosk

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
EXAMPLES = ROOT / "deploy/examples"
COMMAND = re.compile(
    r"^ExecStart(?:Pre)?=(?:/usr/bin/cage -s -- |/usr/bin/xinit )?"
    r"/opt/storeloop/bin/(storeloop-\w+) (\w+)"
    r" --config (?:/etc/storeloop|/var/lib/storeloop-kiosk)/(\w+\.toml)(?: -- .*)?$",
    re.MULTILINE,
)
# A line of the guide that calls a program: "hq" stands for storeloop-hq there.
STEP = re.compile(
    r"^    (?:.*storeloop-)?(hq|gateway|kiosk) ((?:(?:store|gateway|account) )?[a-z][a-z-]+)\b",
    re.MULTILINE,
)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_what_the_programs_know(unit: Path) -> None:
    commands = COMMAND.findall(unit.read_text("utf-8"))
    assert commands
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    for program, word, settings in commands:
        module = importlib.import_module(scripts[program].partition(":")[0])
        apps = [value for value in vars(module).values() if isinstance(value, typer.Typer)]
        shown = CliRunner().invoke(
            apps[0], [word, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}
        )
        assert shown.exit_code == 0, shown.output
        assert "--config" in shown.output
        assert (EXAMPLES / settings).is_file()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_comes_back_for_ever_and_may_write_only_its_own_folder(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    for needed in ("Restart=always", "StartLimitIntervalSec=0", "ProtectSystem=strict"):
        assert needed in lines
    assert any(line.startswith("StateDirectory=storeloop-") for line in lines)
    assert "User=storeloop" in lines


KIOSKS = [unit for unit in UNITS if unit.stem.startswith("storeloop-kiosk")]


def test_there_is_a_unit_for_each_way_of_display() -> None:
    ways = {"storeloop-kiosk", "storeloop-kiosk-cage", "storeloop-kiosk-x"}
    assert {unit.stem for unit in KIOSKS} == ways
    page = (ROOT / "docs/kiosk.md").read_text("utf-8")
    assert all(f"`{unit.name}`" in page for unit in KIOSKS)


@pytest.mark.parametrize("unit", KIOSKS, ids=lambda unit: unit.stem)
def test_a_kiosk_that_hangs_is_started_again(unit: Path) -> None:
    text = unit.read_text("utf-8")
    lines = text.splitlines()
    assert {"Type=notify", "WatchdogSec=10", "RestartSec=1"} <= set(lines)
    if "ExecStart=/opt/" in text:
        assert "NotifyAccess=main" in lines
    else:  # the kiosk is a child of what systemd starts: it must hear of the watchdog too
        assert {"NotifyAccess=all", "UnsetEnvironment=WATCHDOG_PID"} <= set(lines)
    others = {other.name for other in KIOSKS} - {unit.name}
    conflicts = next(line for line in lines if line.startswith("Conflicts="))
    assert others <= set(conflicts.removeprefix("Conflicts=").split())


def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("apt-get install systemd")
    for unit in UNITS:
        # The programs that it starts are not installed on this machine.
        told = re.sub(r"^(ExecStart\w*)=.*$", r"\1=/bin/true", unit.read_text("utf-8"), flags=re.M)
        (tmp_path / unit.name).write_text(told)
    units = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "storeloop-" in line]
    assert not ours


def test_the_kiosk_s_example_is_accepted() -> None:
    assert load_kiosk(EXAMPLES / "kiosk.toml").device == "kiosk-0421-01"


def test_the_gateway_s_example_is_accepted_once_it_has_a_pin(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("")
    path = tmp_path / "gateway.toml"
    text = (EXAMPLES / "gateway.toml").read_text("utf-8")
    path.write_text(text.replace("/etc/storeloop", str(tmp_path)), "utf-8")
    with pytest.raises(ConfigError, match="run `storeloop-gateway set-pin`") as forgotten:
        load_gateway(path)
    assert len(forgotten.value.complaints) == 1
    write_pin_hash(path, hasher().hash("2468"))
    settings = load_gateway(path)
    assert settings.broker.username == settings.gateway


def test_hq_s_example_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("")
    text = (EXAMPLES / "hq.toml").read_text("utf-8")
    (tmp_path / "hq.toml").write_text(text.replace("/etc/storeloop", str(tmp_path)), "utf-8")
    settings = load_hq(tmp_path / "hq.toml")
    assert settings.secure_cookies
    assert settings.listen.trusted_proxies == ("127.0.0.1",)
    assert settings.broker.tls


def test_the_example_of_stores_is_taken_and_has_the_gateway_of_the_other_examples(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hq.sqlite3'}")
    migrations.migrate(database)
    assert import_file(database, EXAMPLES / "stores.toml", datetime.now(UTC)) == (2, 2)
    database.close()
    listed = tomllib.loads((EXAMPLES / "stores.toml").read_text("utf-8"))
    gateway = tomllib.loads((EXAMPLES / "gateway.toml").read_text("utf-8"))
    assert {"id": gateway["gateway"], "store": gateway["store"]} in listed["gateways"]
    kiosk = load_kiosk(EXAMPLES / "kiosk.toml")
    (store,) = (each for each in listed["stores"] if each["id"] == kiosk.store)
    assert kiosk.touchpoint in store["touchpoints"]


def test_the_steps_name_commands_that_exist() -> None:
    steps = (ROOT / "deploy/README.md").read_text("utf-8")
    named = set(STEP.findall(steps))
    assert {("hq", "import"), ("hq", "keys"), ("hq", "account add")} <= named
    assert {("gateway", "set-pin"), ("gateway", "new-token")} <= named
    assert {("kiosk", "set-pin"), ("kiosk", "check")} <= named
    for program, words in named:
        app = {"hq": hq_app, "gateway": gateway_app, "kiosk": kiosk_app}[program]
        shown = CliRunner().invoke(app, [*words.split(), "--help"])
        assert shown.exit_code == 0, f"{program} {words}: {shown.output}"


def test_the_examples_of_one_store_belong_together() -> None:
    kiosk = load_kiosk(EXAMPLES / "kiosk.toml")
    gateway = tomllib.loads((EXAMPLES / "gateway.toml").read_text("utf-8"))
    assert kiosk.device in {device["id"] for device in gateway["devices"]}
    assert kiosk.store == gateway["store"]
    assert kiosk.gateway_url.endswith(f"{gateway['listen']['host']}:{gateway['listen']['port']}")


def test_every_command_of_the_kiosk_is_documented() -> None:
    page = (ROOT / "docs/kiosk.md").read_text("utf-8")
    names = [
        command.name or (command.callback.__name__ if command.callback else "")
        for command in kiosk_app.registered_commands
    ]
    assert {"run", "set-pin", "check", "self-test"} <= set(names)
    assert [name for name in names if f"`storeloop-kiosk {name}`" not in page] == []
