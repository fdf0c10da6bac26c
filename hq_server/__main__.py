"""storeloop-hq: HQ's programs and its tools, each with --help."""

from __future__ import annotations

import json
import logging
import sys
from datetime import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hq_server import grading_commands, programs, rulebook_commands, starting
from hq_server.accounts.passwords import Passwords
from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import Accounts
from hq_server.briefs.keys import verify_key
from hq_server.clock import utc_now
from hq_server.commands import ConfigFile, fail, opened
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.devices.import_file import import_file
from hq_server.devices.service import Store
from hq_server.errors import HqError
from hq_server.feedback import contact
from hq_server.feedback import service as feedback
from hq_server.ingest.intake import Intake
from hq_server.key_files import cookie_key
from hq_server.ledger import audit as ledger_audit
from hq_server.ledger import service as ledger
from hq_server.ledger import statement
from hq_server.ledger.letters import Letters
from hq_server.settings import Settings
from hq_server.sla import policy
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import Place, PlaceKind, Signed

logger = logging.getLogger(__name__)

app = typer.Typer(
    help="HQ of Storeloop: takes feedback in from the stores, and shows it as cases.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
account_app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
store_app = typer.Typer(help="The stores of the chain.", no_args_is_help=True)
gateway_app = typer.Typer(help="The gateways that may bring feedback.", no_args_is_help=True)
app.add_typer(account_app, name="account")
app.add_typer(store_app, name="store")
app.add_typer(gateway_app, name="gateway")
survey_app = typer.Typer(help="What kiosks ask, and where.", no_args_is_help=True)
app.add_typer(survey_app, name="survey")
app.add_typer(rulebook_commands.app, name="rulebook")
grading_commands.register(app)
letters_app = typer.Typer(help="What could not be taken in.", invoke_without_command=True)
app.add_typer(letters_app, name="dead-letters")


def _accounts(settings: Settings, database: Database) -> Accounts:
    return Accounts(database, Passwords(settings.passwords), cookie_key(settings.data_dir), utc_now)


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Serve the pages and the API."""
    with (
        opened(config) as (settings, database),
        starting.listening(settings.listen, config) as listener,
    ):
        _first_account(settings, database)
        programs.serve(settings, database, listener)


@app.command()
def ingest(config: ConfigFile = None) -> None:
    """Take feedback in from the broker into the database."""
    with opened(config) as (settings, database), programs.stopped_by_signal() as stop:
        programs.ingest(settings, database, stop)


@app.command(name="all")
def run_all(config: ConfigFile = None) -> None:
    """Run serve and ingest, each as a process of its own; one that dies is started again."""
    with opened(config) as (settings, database):
        # Tried before the password is shown, which nobody sees twice.
        starting.listening(settings.listen, config).close()
        _first_account(settings, database)
    with programs.stopped_by_signal() as stop:
        arguments = ["--config", str(config)] if config else []
        programs.supervise({name: [name, *arguments] for name in ("serve", "ingest")}, stop)


def _first_account(settings: Settings, database: Database) -> None:
    password = _accounts(settings, database).ensure_first()
    if password:
        typer.echo(
            f"\n  First start: sign in at {settings.public_url} as  admin  with password  "
            f"{password}\n  It is shown this once; set your own with "
            f"`storeloop-hq account add admin --role admin --password-stdin`.\n"
        )


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """Create or update the database's tables."""
    with opened(config):
        typer.echo("database is current")


@app.command()
def keys(config: ConfigFile = None) -> None:
    """Print the public keys that kiosks and gateways need, with the setting of each."""
    with opened(config, migrated=False) as (settings, _database):
        for name, key, means in (
            ("hq_public_key", contact.public_key(settings.data_dir), "kiosk.toml: seals numbers"),
            ("hq_verify_key", verify_key(settings.data_dir), "gateway.toml: checks what HQ tells"),
        ):
            typer.echo(f'{name} = "{key}"  # {means}')


@app.command(name="import")
def import_stores(
    file: Annotated[Path, typer.Argument(help=escape("TOML with [[stores]] and [[gateways]]."))],
    config: ConfigFile = None,
) -> None:
    """Register the stores and gateways of one file: all of them, or none."""
    with opened(config) as (_settings, database):
        stores, gateways = import_file(database, file, utc_now())
        typer.echo(f"{stores} stores, {gateways} gateways")


@account_app.command("add")
def add_account(
    name: Annotated[str, typer.Argument(help="Letters, digits and . _ - @")],
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    store: Annotated[
        list[str] | None, typer.Option(help="A store of a manager; may be given again.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Add an account, or change its password, role and stores."""
    with opened(config) as (settings, database):
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        with database.reading() as connection:
            known = devices.stores(connection, EVERYTHING)
        for each in store or []:
            if each not in known:
                fail(f"no store {each!r}; known are {', '.join(known) or 'none'}", 1)
        _accounts(settings, database).add(name, role, store or [], password)
        typer.echo(f"account {name}: {role}")


@store_app.command("add")
def add_store(
    store: Annotated[str, typer.Argument(help="Id, as gateways and kiosks say it.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    name_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    region: Annotated[str, typer.Option(help="Region it belongs to.")] = "",
    opens: Annotated[str, typer.Option(help="HH:MM")] = "08:00",
    closes: Annotated[str, typer.Option(help="HH:MM")] = "22:00",
    config: ConfigFile = None,
) -> None:
    """Register a store, or correct its name and hours."""
    try:
        hours = (time.fromisoformat(opens), time.fromisoformat(closes))
    except ValueError:
        fail(f"opens and closes are times such as 08:00, not {opens!r} and {closes!r}", 2)
        return
    names = {"zh-CN": name} | ({"en": name_en} if name_en else {})
    row = Store(id=store, names=names, region=region, opens=hours[0], closes=hours[1])
    with opened(config) as (_settings, database), database.writing() as connection:
        devices.add_store(connection, row, utc_now())
    typer.echo(f"store {store}: {name}")


@gateway_app.command("add")
def add_gateway(
    gateway: Annotated[str, typer.Argument(help="Id, as its settings and the broker say it.")],
    store: Annotated[str, typer.Option(help="The store it stands in.")],
    config: ConfigFile = None,
) -> None:
    """Register a gateway of a store."""
    with opened(config) as (_settings, database), database.writing() as connection:
        devices.add_gateway(connection, gateway, store, utc_now())
    typer.echo(f"gateway {gateway}: store {store}")


# --- surveys --------------------------------------------------------------------------------------

SurveyFile = Annotated[Path, typer.Argument(help="A survey in JSON.")]


@survey_app.command("check")
def check_survey(file: SurveyFile) -> None:
    """Say whether kiosks could show a survey; exit code 1 and the field at fault when not."""
    try:
        survey = document.fit(file.read_bytes())
    except (HqError, OSError) as error:
        fail(f"{file}: {error}", 1)
        return
    typer.echo(f"{file}: fit to be published ({len(survey.questions)} further questions)")


@survey_app.command("publish")
def publish_survey(
    file: SurveyFile,
    every: Annotated[bool, typer.Option("--all", help="In the whole chain.")] = False,
    region: Annotated[list[str] | None, typer.Option(help="In a region; again for more.")] = None,
    store: Annotated[list[str] | None, typer.Option(help="In a store; again for more.")] = None,
    note: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    config: ConfigFile = None,
) -> None:
    """Save a survey as a new version and publish it; kiosks have it within seconds."""
    places = [Place(kind=PlaceKind.CHAIN)] if every else []
    places += [Place(kind=PlaceKind.REGION, id=each) for each in region or []]
    places += [Place(kind=PlaceKind.STORE, id=each) for each in store or []]
    signed = Signed(author="storeloop-hq", note=note, at=utc_now())
    with opened(config) as (_settings, database), database.writing() as connection:
        number = surveys.save(connection, document.fit(file.read_bytes()), signed)
        surveys.publish(connection, number, places, signed)
    typer.echo(f"version {number}: published in {', '.join(map(str, places))}")


@survey_app.command("list")
def list_surveys(config: ConfigFile = None) -> None:
    """List the latest versions, and where each is published."""
    with opened(config) as (settings, database):
        with database.reading() as connection:
            saved = surveys.versions(connection)
            published = surveys.published(connection).values()
        table = Table("version", "saved", "by", "note", "published in")
        for each in saved:
            places = [str(one.place) for one in published if one.version == each.version]
            when = each.saved_at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
            where = escape(", ".join(places) or "-")
            table.add_row(str(each.version), when, each.author, escape(each.note), where)
        statement.show(table, Console())


@app.command()
def streams(config: ConfigFile = None) -> None:
    """List the streams of the field: how far HQ has each, and what happened on the way."""
    with opened(config) as (_settings, database):
        with database.reading() as connection:
            rows = devices.fleet(connection, EVERYTHING).streams
        table = Table("device", "epoch", "lane", "through", "duplicates", "gaps", "holes", "dead")
        for row in rows:
            counted = ("through", "duplicates", "gaps", "holes", "dead")
            table.add_row(
                row["device"], row["epoch"][:8], row["lane"], *(str(row[name]) for name in counted)
            )
        statement.show(table, Console())


@app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="All of it, as one JSON object.")] = False,
    store: Annotated[str | None, typer.Option(help="Only this store.")] = None,
    config: ConfigFile = None,
) -> None:
    """Compare what devices accepted with what HQ holds; exit code 1 when anything is missing."""
    with opened(config) as (settings, database):
        scope = _scope(database, store)
        with database.reading() as connection:
            found = ledger_audit.audit(connection, scope, utc_now(), ledger.REPLAYS_SHOWN)
        if as_json:
            typer.echo(statement.as_json(found))
        else:
            for shown in statement.tables(found, settings.zone):
                statement.show(shown, Console())
            typer.echo(statement.summary(found, settings.zone))
    if found.totals.missing:
        raise typer.Exit(1)


def _scope(database: Database, store: str | None) -> Scope:
    """Return the scope of one store, or of all; ends the program when there is no such store."""
    if store is None:
        return EVERYTHING
    with database.reading() as connection:
        known = devices.stores(connection, EVERYTHING)
    if store not in known:
        fail(f"no store {store!r}; known are {', '.join(known) or 'none'}", 2)
    return Scope(frozenset({store}))


@letters_app.callback()
def dead_letters(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON each.")] = False,
    done: Annotated[bool, typer.Option("--done", help="Those that were taken in since.")] = False,
    config: ConfigFile = None,
) -> None:
    """What could not be taken in: the same as `dead-letters list`."""
    if context.invoked_subcommand is None:
        list_letters(as_json=as_json, done=done, config=config)


@letters_app.command("list")
def list_letters(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON each.")] = False,
    done: Annotated[bool, typer.Option("--done", help="Those that were taken in since.")] = False,
    config: ConfigFile = None,
) -> None:
    """List the latest dead letters that stand open, without what they hold."""
    with opened(config) as (settings, database):
        rows = _letters(settings, database).listed(EVERYTHING, done=done, limit=1000)
        if as_json:
            for row in rows:
                typer.echo(statement.letter_json(row))
        else:
            statement.show(statement.letters_table(rows, settings.zone), Console())


@letters_app.command("show")
def show_letter(
    letter: Annotated[str, typer.Argument(help="Its id, as `list` says it.")],
    config: ConfigFile = None,
) -> None:
    """Print one dead letter with all that it holds: it may be a shopper's words."""
    with opened(config) as (settings, database):
        row = _letters(settings, database).one(EVERYTHING, letter)
        typer.echo(statement.letter_json(row, raw=True))


@app.command()
def replay(
    letters: Annotated[
        list[str] | None, typer.Argument(help="Ids of dead letters, as `list` says them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that stand open.")] = False,
    device: Annotated[str | None, typer.Option(help="All of one device.")] = None,
    config: ConfigFile = None,
) -> None:
    """Take dead letters in again, each once whatever happens; exit code 1 when one still fails."""
    if sum((bool(letters), every, device is not None)) != 1:
        fail("name dead letters by their ids, or say --all, or --device DEVICE", 2)
    failed = 0
    with opened(config) as (settings, database):
        them = _letters(settings, database)
        wanted = letters or them.waiting(EVERYTHING, device)
        for each in wanted:
            tried = them.again(EVERYTHING, each)
            failed += tried.why is not None
            typer.echo(f"{tried.id}: {tried.why or 'taken in'}")
        typer.echo(f"{len(wanted) - failed} taken in, {failed} still cannot be")
    if failed:
        raise typer.Exit(1)


def _letters(settings: Settings, database: Database) -> Letters:
    intake = Intake(policy.shipped(), settings.zone, settings.ingest.bad_messages_kept_per_hour)
    return Letters(database, intake, utc_now)


@app.command("export-feedback")
def export_feedback(config: ConfigFile = None) -> None:
    """Print every response as a line of JSON, the first arrival first."""
    with opened(config) as (_settings, database), database.reading() as connection:
        for line in feedback.ledger(connection):
            typer.echo(json.dumps(line, ensure_ascii=False))


def main() -> None:
    """Run the program."""
    app()


if __name__ == "__main__":
    main()
