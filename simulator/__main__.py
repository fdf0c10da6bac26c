"""`storeloop-sim`: stand-ins that speak the real protocols, and the demo made of them."""

from __future__ import annotations

import logging
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from simulator.programs import INTERRUPTED

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
    # Loading takes a while: Ctrl-C is as quiet then as it is later on.
    signal.signal(signal.SIGINT, lambda *_: sys.exit(INTERRUPTED))
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
        sizes=Sizes(stores=stores, kiosks=kiosks, keypads=True),
    )
    raise typer.Exit(Demo(wish, Console()).run())


@program.command()
def kiosk(
    config: Annotated[Path, typer.Option(help="The kiosk's settings file.")],
    taps: Annotated[Path, typer.Option(help="Where shoppers list what they tapped.")],
    seed: Seed = 7,
    think: Think = 4.0,
    receipts: Annotated[
        Path | None, typer.Option(help="Where the till's last number is: some shoppers show it.")
    ] = None,
) -> None:
    """Open one real kiosk with seeded shoppers in front of it; SIGUSR1 closes the doors."""
    from simulator import visits  # noqa: PLC0415

    _run_kiosk(
        lambda: visits.run(config, seed=seed, taps=taps, think_seconds=think, receipts=receipts)
    )


@program.command("silent-kiosk")
def silent_kiosk(
    config: Annotated[Path, typer.Option(help="The kiosk's settings file.")],
    saved: Annotated[Path, typer.Option(help="Where shoppers list what the kiosk saved.")],
    seed: Seed = 7,
    every: Annotated[float, typer.Option(help="Seconds between two shoppers.", min=0.01)] = 0.5,
) -> None:
    """Run one kiosk without pixels, with seeded shoppers: the real flow, outbox and link.

    SIGUSR1 closes the doors, SIGUSR2 begins or ends a rush.
    """
    from simulator.campaign import crowd  # noqa: PLC0415

    _run_kiosk(lambda: crowd.run(config, seed=seed, saved=saved, every=every))


@program.command()
def broker(
    port: Annotated[int, typer.Option(help="Where to listen, on loopback.", min=1, max=65535)],
) -> None:
    """Run the embedded broker until it is ended."""
    from simulator.broker import EmbeddedBroker  # noqa: PLC0415

    with EmbeddedBroker(port):
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


@program.command()
def receipts(
    count: Annotated[int, typer.Option(help="How many receipts.", min=1)] = 600,
    seed: Annotated[int, typer.Option(help="The same seed prints the same.", min=0)] = 1,
) -> None:
    """Print receipts of six countries with made-up personal data in them, and read them back.

    Ends with exit code 0 only if nothing personal came through and everything else did.
    """
    from simulator.printing.corpus import receipt_figures  # noqa: PLC0415

    figures = receipt_figures(count, seed=seed)
    typer.echo("\n".join(figures.lines()))
    if figures.leaks or figures.lost or figures.wrong:
        raise typer.Exit(1)


@program.command()
def campaign(
    runs: Annotated[int, typer.Option(help="How many runs.", min=1)] = 200,
    seed: Annotated[
        int, typer.Option(help="Of the first run; the next run has the next seed.", min=0)
    ] = 1,
    fault: Annotated[str | None, typer.Option(help="Only this fault.")] = None,
    database: Annotated[
        str | None, typer.Option(help="sqlite or postgresql; the seed chooses when not given.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Runs at a time.", min=1, max=32)] = 4,
    short: Annotated[bool, typer.Option("--short", help="Faults last a fifth as long.")] = False,
    sabotage: Annotated[
        str | None, typer.Option(help="Break a rule on purpose: early-ack or early-commit.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the folders of good runs.")] = False,
    folder: Annotated[
        Path, typer.Option(help="Where runs keep data and logs; emptied at the start.")
    ] = Path("build/campaign"),
    report: Annotated[Path, typer.Option(help="A line of JSON for each run.")] = Path(
        "build/campaign.jsonl"
    ),
) -> None:
    """Break real chains at random moments, and compare HQ with what shoppers were thanked for.

    Ends with exit code 0 only if nothing is lost, nothing is there twice, and all order is kept.
    """
    from simulator.campaign.campaign import Campaign, Order  # noqa: PLC0415
    from simulator.campaign.faults import FAULTS  # noqa: PLC0415
    from simulator.campaign.plan import DatabaseKind, Wishes  # noqa: PLC0415
    from simulator.campaign.sabotage import SABOTAGES  # noqa: PLC0415

    _one_of("--fault", fault, FAULTS)
    _one_of("--database", database, DatabaseKind)
    _one_of("--sabotage", sabotage, SABOTAGES)
    wishes = Wishes(
        fault=fault,
        database=DatabaseKind(database) if database else None,
        short=short,
        sabotage=sabotage,
    )
    order = Order(
        runs=runs, seed=seed, jobs=jobs, keep=keep, folder=folder.absolute(), report=report,
        wishes=wishes,
    )  # fmt: skip
    raise typer.Exit(Campaign(order, Console()).run())


@program.command("pad-trial")
def pad_trial(
    presses: Annotated[int, typer.Option(help="How many are confirmed.", min=10)] = 2_000,
    damage: Annotated[
        float, typer.Option(help="Share of bytes with a wrong bit; half as many are lost.", max=0.2)
    ] = 0.001,
    pad_kills: Annotated[int, typer.Option(help="Times the pad is killed.", min=0)] = 6,
    power_cuts: Annotated[
        int, typer.Option(help="Times its power goes while it writes to flash.", min=0)
    ] = 8,
    gateway_kills: Annotated[int, typer.Option(help="Times the gateway is killed.", min=0)] = 3,
    seed: Seed = 7,
    folder: Annotated[
        Path, typer.Option(help="Where flash, outbox and logs lie; emptied at the start.")
    ] = Path("build/pad-trial"),
) -> None:
    """Press a pad over a bad line while both ends are killed, and look what the outbox holds.

    Ends with exit code 0 only if each confirmed press is stored once and in order.
    """
    from simulator import pad_trial as trial  # noqa: PLC0415
    from simulator.pad import Noise  # noqa: PLC0415

    shutil.rmtree(folder, ignore_errors=True)
    wish = trial.Wish(
        presses=presses,
        noise=Noise(flipped=damage, dropped=damage / 2),
        pad_kills=pad_kills,
        power_cuts=power_cuts,
        gateway_kills=gateway_kills,
        seed=seed,
    )
    result = trial.PadTrial(folder.absolute(), wish).run()
    Console().print(result.told())
    raise typer.Exit(0 if result.right else 1)


def _one_of(option: str, given: str | None, allowed: Iterable[str]) -> None:
    if given is not None and given not in set(allowed):
        raise typer.BadParameter(f"{given}: {option} is one of {', '.join(allowed)}")


def _run_kiosk(run: Callable[[], None]) -> None:
    from configuration import ConfigError  # noqa: PLC0415
    from kiosk.errors import KioskError  # noqa: PLC0415
    from outbox import OutboxHeld  # noqa: PLC0415

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        run()
    except (ConfigError, KioskError, OutboxHeld) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def main() -> None:
    """Start the program."""
    program()


if __name__ == "__main__":
    main()
