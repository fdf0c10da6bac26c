"""What every command of storeloop-hq begins and ends with: its database, and what went wrong."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from configuration import ConfigError
from hq_server import failures, migrations, starting
from hq_server.database import TRANSIENT, Database
from hq_server.errors import HqError
from hq_server.failures import DBAPIError
from hq_server.settings import Settings, load

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="TOML file; STORELOOP_HQ_* variables override it."),
]


@contextmanager
def opened(config: Path | None, *, migrated: bool = True) -> Iterator[tuple[Settings, Database]]:
    """Open what a command needs; what goes wrong ends the program with one sentence."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    os.umask(0o077)  # shoppers' words and keys are for this user alone
    try:
        settings = load(config)
        starting.check_storage(settings, config)
        database = Database(settings.database)
        try:
            if migrated:
                migrations.migrate(database)
            yield settings, database
        finally:
            database.close()
    except ConfigError as error:
        fail(str(error), 2)
    except HqError as error:
        fail(str(error), 1)
    except TRANSIENT as error:
        # The text of an error in a statement may repeat a row; of one in connecting, it may not.
        failed = isinstance(error, DBAPIError) and error.statement is not None
        said = failures.kind(error) if failed else str(error).splitlines()[0][:300]
        fail(f"the database cannot be reached: {said}", 1)
    except BrokenPipeError:
        raise  # whoever read has enough (`export-feedback | head`): typer ends without a word
    except OSError as error:
        fail(str(error), 1)


def fail(said: str, code: int) -> None:
    """End the program with one sentence and an exit code."""
    typer.echo(f"storeloop-hq: {said}", err=True)
    raise typer.Exit(code)
