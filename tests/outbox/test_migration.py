"""Steps are applied once each, and a file that has them all is opened without sqlite-utils."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from outbox.log import Outbox
from outbox.migration import bring_up_to_date, pending


def first(database: sqlite3.Connection) -> None:
    """A table."""
    database.execute("CREATE TABLE first (id INTEGER)")


def second(database: sqlite3.Connection) -> None:
    """Another one, with a row."""
    database.execute("CREATE TABLE second (id INTEGER)")
    database.execute("INSERT INTO second VALUES (1)")


def broken(database: sqlite3.Connection) -> None:
    """A step that fails half-way."""
    database.execute("CREATE TABLE half (id INTEGER)")
    database.execute("no SQL at all")


def test_what_was_applied_is_not_applied_again(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "o.db")
    bring_up_to_date(database, "test", (first,))
    assert pending(database, "test", (first, second)) == ["second"]
    bring_up_to_date(database, "test", (first, second))
    bring_up_to_date(database, "test", (first, second))
    assert pending(database, "test", (first, second)) == []
    database.close()
    again = sqlite3.connect(tmp_path / "o.db")
    assert again.execute("SELECT * FROM second").fetchall() == [(1,)]
    assert pending(again, "test", (first, second)) == []


def test_a_step_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "o.db")
    with pytest.raises(sqlite3.OperationalError):
        bring_up_to_date(database, "test", (first, broken))
    assert pending(database, "test", (first, broken)) == ["broken"]
    assert database.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None


def test_the_steps_of_others_are_theirs(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "o.db")
    bring_up_to_date(database, "test", (first,))
    assert pending(database, "other", (first,)) == ["first"]


def test_a_file_that_has_its_tables_is_opened_without_sqlite_utils(tmp_path: Path) -> None:
    Outbox.open(tmp_path / "o.db", device="k1", program="test").close()
    script = (
        "import sys; from pathlib import Path; from outbox import Outbox;"
        " Outbox.open(Path(sys.argv[1]), device='k1', program='test').close();"
        " sys.exit('sqlite_utils' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "o.db")]
    assert subprocess.run(command, check=False).returncode == 0
