"""The commands of storeloop-hq about the rules that feedback is graded by."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.commands import ConfigFile, fail, opened
from hq_server.database import Database
from hq_server.errors import FaultyRulesError, HqError, LeavesSError
from hq_server.ledger import statement
from hq_server.rulebook import editing, replaying
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.grading_by import BUILT_IN, in_force
from hq_server.rulebook.replaying import Replay
from hq_server.rulebook.service import Signed

app = typer.Typer(help="The rules that feedback is graded by.", no_args_is_help=True)
_AUTHOR = "storeloop-hq"
_LISTED = 20
RulesFile = Annotated[Path, typer.Argument(help="Changes of the built-in rules, in TOML.")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]


@app.command()
def check(file: RulesFile) -> None:
    """Say whether grading could use a file; exit code 1 and every fault when not."""
    _read(file)
    typer.echo(f"{file}: grading can use it")


@app.command()
def replay(file: RulesFile, config: ConfigFile = None) -> None:
    """Grade all stored feedback by a file and by what is in force; say what would change."""
    toml = _read(file)
    with opened(config) as (_settings, database):
        _show(database, _replayed(database, toml))


@app.command()
def publish(
    file: RulesFile,
    note: Note,
    leaving_s: Annotated[
        int, typer.Option(help="As many texts may be S no more: the number that `replay` said.")
    ] = 0,
    config: ConfigFile = None,
) -> None:
    """Put a file in force, at HQ and in all stores; it is replayed first when it was not yet."""
    toml = _read(file)
    with opened(config) as (_settings, database):
        signed = rulebook.with_note(Signed(author=_AUTHOR, note=note, at=utc_now()))
        with database.reading() as connection:
            found = replaying.latest(connection, toml)
        if found is None or not found.finished:
            found = _replayed(database, toml)
        _show(database, found)
        try:
            with database.writing() as connection:
                made_from = in_force(connection).revision
                number = rulebook.publish_changes(connection, toml, made_from, leaving_s, signed)
        except LeavesSError as error:
            fail(f"{error}: --leaving-s {error.count}", 1)
    typer.echo(f"revision {number} is in force; stores have it within seconds")


@app.command()
def history(config: ConfigFile = None) -> None:
    """List what was put in force, by whom, when and why; the first is in force."""
    with opened(config) as (settings, database):
        with database.reading() as connection:
            published = rulebook.history(connection)
        table = Table("revision", "in force since", "by", "note")
        for each in published:
            when = each.at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
            name = str(each.revision) if each.revision != BUILT_IN else "built-in"
            table.add_row(name, when, each.author, escape(each.note))
        statement.show(table, Console())


@app.command()
def rollback(
    revision: Annotated[int, typer.Argument(min=0, help="An older one; 0: the built-in rules.")],
    note: Note,
    config: ConfigFile = None,
) -> None:
    """Put an older revision in force again, or the built-in rules alone."""
    signed = Signed(author=_AUTHOR, note=note, at=utc_now())
    with opened(config) as (_settings, database), database.writing() as connection:
        rulebook.roll_back(connection, revision, signed)
    name = f"revision {revision} is" if revision != BUILT_IN else "the built-in rules are"
    typer.echo(f"{name} in force; stores have it within seconds")


def _read(file: Path) -> str:
    """Return a file that grading can use; else end the program with every fault."""
    try:
        toml = file.read_bytes().decode()
        rulebook.demand_fit(toml)
    except FaultyRulesError as error:
        for problem in error.problems:
            line = editing.line_of(toml, problem)
            typer.echo(f"{file}{f', line {line}' if line else ''}: {problem}", err=True)
        raise typer.Exit(1) from None
    except (HqError, OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}", 1)
    return toml


def _replayed(database: Database, toml: str) -> Replay:
    with database.writing() as connection:
        found, ours = replaying.begin(connection, toml, _AUTHOR, utc_now())
    if ours:
        return replaying.run(database, found)
    while found.running(utc_now()):  # somebody else's, of just these rules
        time.sleep(1)
        with database.reading() as connection:
            found = replaying.one(connection, found.id)
    return found


def _show(database: Database, found: Replay) -> None:
    if not found.finished:
        fail("the replay did not reach its end", 1)
    typer.echo(
        f"{found.done} graded, {found.changed} change: {found.leaves_s} leave S, "
        f"{found.becomes_s} become S, {found.regraded} between A and B, "
        f"{found.otherwise} keep their grade"
    )
    with database.reading() as connection:
        texts = replaying.changed(connection, EVERYTHING, found, None, _LISTED)
    table = Table("before", "after", "because of", "text")
    for each in texts:
        reasons = {one["rule"] for one in each.said["after"]["evidence"]}
        reasons ^= {one["rule"] for one in each.said["before"]["evidence"]}
        text = escape((each.said["note"] or "").replace("\n", " ")[:80])
        before, after = each.said["before"]["grade"], each.said["after"]["grade"]
        table.add_row(before, after, ", ".join(sorted(reasons)[:3]), text)
    if texts:
        statement.show(table, Console())
