"""`storeloop-kiosk`: runs the touch terminal."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from configuration import ConfigError, make_folder
from kiosk import PROGRAM, launch
from kiosk.check import findings
from kiosk.enrolment import launch as enrolment
from kiosk.errors import KioskError
from kiosk.pin_setting import set_pin
from kiosk.self_test import report
from kiosk.settings import load
from kiosk.staff_room import gather
from kiosk.standing import Standing, waiting
from outbox import OutboxError

program = typer.Typer(
    help="The touch terminal in the store: asks, keeps every answer safe, passes it on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@program.callback()
def _subcommands() -> None:
    """Make `run` a subcommand of its own: more will stand beside it."""


Config = Annotated[Path, typer.Option("--config", "-c", help="Settings file (TOML).")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]
_CONFIG = Path("kiosk.toml")


@program.command()
def run(config: Config = _CONFIG, verbose: Verbose = False) -> None:
    """Show the survey until told to end; SDL_VIDEODRIVER=offscreen runs it without a display.

    Without the settings file it first shows the screen that sets a kiosk up, as `enrol` does.
    """
    with _in_words(verbose):
        if not config.exists():
            _enrol(config, verbose)
            return
        settings = load(config)
        make_folder(settings.data_dir, file=config, key="data_dir")
        if launch.run(settings):
            _start_anew(config, verbose)


@program.command()
def enrol(config: Config = _CONFIG, verbose: Verbose = False) -> None:
    """Set this kiosk up with a code from HQ, write its settings, and go on into the survey."""
    with _in_words(verbose):
        _enrol(config, verbose)


def _enrol(config: Path, verbose: bool) -> None:
    if enrolment.run(config):
        _start_anew(config, verbose)


def _start_anew(config: Path, verbose: bool) -> None:
    """Become this program again: a window cannot be opened twice in one process."""
    options = ["--config", str(config), *(["--verbose"] if verbose else [])]
    again = [sys.executable, "-m", "kiosk", "run", *options]
    os.execv(sys.executable, again)  # noqa: S606 (this very program; its id stays)


@contextmanager
def _in_words(verbose: bool) -> Iterator[None]:
    """Log, and end with a sentence when something was set up wrongly."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("kivy", "websockets", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        yield
    except (ConfigError, KioskError, OutboxError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@program.command("set-pin")
def set_pin_of_staff(
    pin: Annotated[str, typer.Option(prompt="PIN", hide_input=True, confirmation_prompt=True)],
    config: Config = _CONFIG,
) -> None:
    """Set the PIN of the staff menu, in the settings file."""
    with _in_words(verbose=False):
        set_pin(config, pin)
        typer.echo(f"{config}: the staff menu's PIN is set; restart the kiosk")


@program.command()
def check(config: Config = _CONFIG) -> None:
    """Say what the settings mean on this machine; exit code 1 when something is to be done."""
    with _in_words(verbose=False):
        found = list(findings(load(config)))
    for well, said in found:
        typer.echo(f"{'ok  ' if well else 'DO  '} {said}")
    if not all(well for well, _ in found):
        raise typer.Exit(1)


@program.command("self-test")
def self_test(config: Config = _CONFIG) -> None:
    """Print what the staff menu's self-test puts on paper; the kiosk may be running."""
    with _in_words(verbose=False):
        settings = load(config)
        survey = settings.load_survey()
    standing = Standing(waiting=waiting(settings.outbox_path))
    figures = gather(settings, standing, f"{survey.survey} {survey.version}")
    typer.echo("\n".join(report(figures, settings.language)))


@program.command()
def version() -> None:
    """Print the version."""
    typer.echo(PROGRAM)


def main() -> None:
    """Start the program."""
    program()


if __name__ == "__main__":
    main()
