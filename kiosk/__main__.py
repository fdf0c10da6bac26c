"""`storeloop-kiosk`: runs the touch terminal."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from configuration import ConfigError, make_folder
from kiosk import PROGRAM, launch
from kiosk.errors import KioskError
from kiosk.settings import load
from outbox import OutboxError

program = typer.Typer(
    help="The touch terminal in the store: asks, keeps every answer safe, passes it on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@program.callback()
def _subcommands() -> None:
    """Make `run` a subcommand of its own: more will stand beside it."""


@program.command()
def run(
    config: Annotated[Path, typer.Option("--config", "-c", help="Settings file (TOML).")] = Path(
        "kiosk.toml"
    ),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Show the survey until told to end; SDL_VIDEODRIVER=offscreen runs it without a display."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("kivy", "websockets", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        settings = load(config)
        make_folder(settings.data_dir, file=config, key="data_dir")
        if launch.run(settings):
            again = [sys.executable, "-m", "kiosk", *sys.argv[1:]]
            os.execv(sys.executable, again)  # noqa: S606 (this very program; its id stays)
    except (ConfigError, KioskError, OutboxError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@program.command()
def version() -> None:
    """Print the version."""
    typer.echo(PROGRAM)


def main() -> None:
    """Start the program."""
    program()


if __name__ == "__main__":
    main()
