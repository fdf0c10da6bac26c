"""hq_server/__main__.py: the tools say what they mean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from hq_server import migrations
from hq_server.__main__ import app
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.ingest.intake import Intake
from hq_server.settings import load
from hq_server.sla import policy
from hq_server.surveys import document
from hq_server.tables import dead_letters
from protocols import wire
from protocols.signing import check_verify_key
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken


def test_the_help_of_import_names_the_tables_of_its_file() -> None:
    shown = CliRunner().invoke(app, ["import", "--help"])
    assert shown.exit_code == 0
    assert "[[stores]]" in shown.output
    assert "[[gateways]]" in shown.output


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of an HQ with one store, one gateway, and a little feedback with a dead letter."""
    file = tmp_path / "hq.toml"
    file.write_text('data_dir = "."\n', "utf-8")
    settings = load(file)
    database = Database(settings.database)
    migrations.migrate(database)
    with database.writing() as connection:
        devices.add_store(connection, Store(id="s1", names={"en": "One"}), NOW)
        devices.add_gateway(connection, "g1", "s1", NOW)
        intake = Intake(policy.shipped(), settings.zone, 20)
        intake.take(connection, [taken(batch(response("r1"), b"secret \xff words"))], NOW)
    database.close()
    return file


def _run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config)])


def test_audit_ends_with_1_when_anything_is_missing(config: Path) -> None:
    fine = _run(config, "audit")
    assert fine.exit_code == 0
    assert "missing 0" in fine.output
    database = Database(load(config).database)
    with database.writing() as connection:
        intake = Intake(policy.shipped(), load(config).zone, 20)
        intake.take(connection, [taken(batch(response("r9"), first=9, floor=9))], NOW)
    database.close()
    assert _run(config, "audit").exit_code == 1
    said = _run(config, "audit", "--json", "--store", "s1")
    assert said.exit_code == 1
    assert json.loads(said.output)["totals"]["missing"] == 6
    assert "no store 's9'" in _run(config, "audit", "--store", "s9").output


def test_d7_dead_letters_are_listed_shown_and_tried_again(config: Path) -> None:
    listed = _run(config, "dead-letters", "list", "--json")
    letter = json.loads(listed.output)
    assert (letter["device"], letter["seq"]) == ("k1", 2)
    assert "secret" not in listed.output
    assert json.loads(CliRunner().invoke(
        app, ["dead-letters", "--json", "--config", str(config)]).output) == letter  # fmt: skip
    assert letter["id"] in _run(config, "dead-letters").output
    assert "secret" in _run(config, "dead-letters", "show", letter["id"]).output
    assert _run(config, "dead-letters", "show", "none").exit_code == 1
    still = _run(config, "replay", letter["id"])
    assert (still.exit_code, "0 taken in, 1 still cannot be" in still.output) == (1, True)
    assert "secret" not in still.output
    database = Database(load(config).database)
    with database.writing() as connection:
        raw = wire.encode_event(response("r2"))
        connection.execute(sa.update(dead_letters).values(raw=raw))
    database.close()
    assert "1 taken in" in _run(config, "replay", "--device", "k1").output
    assert _run(config, "replay", "--all").output == "0 taken in, 0 still cannot be\n"
    assert json.loads(_run(config, "dead-letters", "list", "--done", "--json").output)["done_at"]


def test_replay_wants_to_know_which(config: Path) -> None:
    for arguments in ([], ["x", "--all"], ["--all", "--device", "k1"]):
        asked = _run(config, "replay", *arguments)
        assert (asked.exit_code, "name dead letters by their ids" in asked.output) == (2, True)


def test_keys_are_lines_for_the_settings_of_kiosks_and_gateways(config: Path) -> None:
    found = tomllib.loads(_run(config, "keys").output)
    assert check_verify_key(found["hq_verify_key"]) != found["hq_public_key"]
    assert tomllib.loads(_run(config, "keys").output) == found


def test_a_survey_is_checked_published_and_listed(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "survey.json"
    file.write_bytes(document.legible(document.written(document.first(), 1)))
    assert CliRunner().invoke(app, ["survey", "check", str(file)]).exit_code == 0
    done = _run(config, "survey", "publish", str(file), "--store", "s1", "--note", "try")
    assert done.output == "version 2: published in store s1\n"
    assert "store s1" in _run(config, "survey", "list").output
    nowhere = _run(config, "survey", "publish", str(file))
    assert (nowhere.exit_code, "say where" in nowhere.output) == (1, True)
    file.write_text('{"survey": "x"}')
    checked = CliRunner().invoke(app, ["survey", "check", str(file)])
    assert (checked.exit_code, "`version`" in checked.output) == (1, True)


def test_who_has_read_enough_hears_no_complaint(config: Path) -> None:
    command = [sys.executable, "-m", "hq_server", "keys", "--config", str(config)]
    reader, writer = os.pipe()
    os.close(reader)  # as `export-feedback | head` does
    said = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert said.stderr == b""
