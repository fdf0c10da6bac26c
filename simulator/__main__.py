"""`storeloop-sim`: stand-ins that speak the real protocols, and the demo made of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

program = typer.Typer(
    help="Runs a chain on this machine: real programs, simulated shoppers and tills.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Seed = Annotated[int, typer.Option(help="The same seed brings the same shoppers.", min=0)]
Think = Annotated[float, typer.Option(help="Seconds between two shoppers.", min=0.05)]


@program.command()
def demo(
    seconds: Annotated[
        float | None, typer.Option("--for", help="End after so many seconds.", min=1)
    ] = None,
    cut_wan: Annotated[
        float, typer.Option(help="Cut the stores off from HQ for so many seconds.", min=0)
    ] = 0.0,
    seed: Seed = 7,
    think: Think = 4.0,
    stores: Annotated[int, typer.Option(help="How many stores.", min=1, max=3)] = 2,
    kiosks: Annotated[int, typer.Option(help="Kiosks in each store.", min=1, max=3)] = 2,
    folder: Annotated[
        Path, typer.Option(help="Where data and logs go; emptied at the start.")
    ] = Path(".demo"),
) -> None:
    """Run broker, HQ and stores with gateways, kiosks, tills and shoppers, until Ctrl-C.

    Ends with exit code 0 only if every tap given is a row at HQ.
    """
    from simulator.demo import Demo, Wish  # noqa: PLC0415 (`--help` need not load it)
    from simulator.layout import Sizes  # noqa: PLC0415

    if folder.exists() and any(folder.iterdir()) and not (folder / "taps").exists():
        raise typer.BadParameter(f"{folder} holds something else than a demo; name another folder")
    wish = Wish(
        folder=folder.absolute(),
        seed=seed,
        seconds=seconds,
        cut_wan_seconds=cut_wan,
        think_seconds=think,
        sizes=Sizes(stores=stores, kiosks=kiosks),
    )
    raise typer.Exit(Demo(wish, Console()).run())


@program.command()
def kiosk(
    config: Annotated[Path, typer.Option(help="The kiosk's settings file.")],
    taps: Annotated[Path, typer.Option(help="Where shoppers list what they tapped.")],
    seed: Seed = 7,
    think: Think = 4.0,
) -> None:
    """Open one real kiosk with seeded shoppers in front of it; SIGUSR1 closes the doors."""
    from configuration import ConfigError  # noqa: PLC0415
    from kiosk.errors import KioskError  # noqa: PLC0415
    from outbox import OutboxHeld  # noqa: PLC0415
    from simulator import visits  # noqa: PLC0415

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        visits.run(config, seed=seed, taps=taps, think_seconds=think)
    except (ConfigError, KioskError, OutboxHeld) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def main() -> None:
    """Start the program."""
    program()


if __name__ == "__main__":
    main()
