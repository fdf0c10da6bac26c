"""`storeloop-gateway`: run the gateway, set it up, look at what it holds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from configuration import ConfigError, make_folder
from edge_gateway import inspection, port_tools, reader_tools
from edge_gateway.board.sign_in import LONGEST_PIN, hasher
from edge_gateway.doctor import Verdict, examine
from edge_gateway.errors import GatewayError
from edge_gateway.pin import write_pin_hash
from edge_gateway.program import PROGRAM, Program
from edge_gateway.readers import drivers, recording
from edge_gateway.readers.recording import LONGEST_MINUTES
from edge_gateway.settings import Driver, Settings, hash_token, load
from edge_gateway.status import asked
from outbox import OutboxError
from protocols.messages import Lane

_WRONG_SETTING, _REFUSED = 2, 1
_SHORTEST_PIN = 4

command_line = typer.Typer(
    help="The box in the store: takes feedback in, raises alarms on site, forwards to HQ.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Config = Annotated[
    Path, typer.Option("--config", "-c", help="The settings, a TOML file.", show_default=True)
]
_CONFIG = Path("gateway.toml")
_P = ParamSpec("_P")


def _says_what_is_wrong(command: Callable[_P, None]) -> Callable[_P, None]:
    """End with a sentence instead of a traceback when the operator can mend it."""

    @wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(_WRONG_SETTING) from error
        except BrokenPipeError:
            raise  # whoever read has enough (`inspect | head`): typer ends without a word
        except (GatewayError, OutboxError, OSError) as error:
            typer.echo(f"storeloop-gateway: {error}", err=True)
            raise typer.Exit(_REFUSED) from error

    return wrapped


@command_line.command()
@_says_what_is_wrong
def run(
    config: Config = _CONFIG,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every detail.")] = False,
) -> None:
    """Run the gateway until it is told to stop."""
    settings = load(config)
    make_folder(settings.data_dir, file=config, key="data_dir")
    _log(verbose)
    asyncio.run(_run(settings, config))


async def _run(settings: Settings, file: Path) -> None:
    mending = True
    while mending:
        program = Program(settings, file)
        await program.run()
        mending = program.outbox.damaged
        with contextlib.suppress(ConfigError):  # readers may have been changed meanwhile
            settings = load(file)


@command_line.command()
@_says_what_is_wrong
def check(config: Config = _CONFIG) -> None:
    """Check the settings and say what they mean."""
    settings = load(config)
    drivers.check(settings.readers)
    brokers = " or ".join(f"{host}:{port}" for host, port in settings.broker.addresses)
    typer.echo(
        f"{config}: good. Gateway {settings.gateway} of store {settings.store}:"
        f" {len(settings.devices)} devices, {len(settings.readers)} readers,"
        f" broker {brokers},"
        f" board on {settings.listen.host}:{settings.listen.port}"
        f" {'with' if settings.board.pin_hash else 'without'} a PIN."
    )


@command_line.command("set-pin")
@_says_what_is_wrong
def set_pin(
    pin: Annotated[str, typer.Option(prompt="PIN", hide_input=True, confirmation_prompt=True)],
    config: Config = _CONFIG,
    show: Annotated[bool, typer.Option("--print", help="Print the line, write nothing.")] = False,
) -> None:
    """Set the PIN of the board, in the settings file."""
    if not _SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
        raise ConfigError([f"a PIN has {_SHORTEST_PIN} to {LONGEST_PIN} signs"])
    pin_hash = hasher().hash(pin)
    if show:
        typer.echo(f"pin_hash = '{pin_hash}'")
        return
    write_pin_hash(config, pin_hash)
    typer.echo(f"{config}: the board's PIN is set; restart the gateway")


@command_line.command("new-token")
def new_token() -> None:
    """Make a token for a device: the kiosk gets the token, the gateway its hash."""
    token = secrets.token_urlsafe(32)
    typer.echo(f'token = "{token}"        # kiosk.toml\n')
    typer.echo(f'token_hash = "{hash_token(token)}"   # gateway.toml, [[devices]]')


@command_line.command()
@_says_what_is_wrong
def status(
    config: Config = _CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="As one line of JSON.")] = False,
) -> None:
    """Show what waits in the outbox, and whether broker and HQ are there."""
    settings = load(config)
    said = asked(settings.listen)
    lines = inspection.streams(settings)
    if as_json:
        streams = [asdict(line) for line in lines]
        typer.echo(json.dumps({"running": said, "streams": streams}, ensure_ascii=False))
        return
    connected = () if said is None else said["connected"]
    from rich.console import Console  # noqa: PLC0415 (2 MB that a gateway at work does not need)

    Console().print(inspection.table(lines, settings.gateway, connected=connected))
    for line in inspection.links(said):
        typer.echo(line)


@command_line.command()
@_says_what_is_wrong
def inspect(
    config: Config = _CONFIG,
    device: Annotated[str | None, typer.Option(help="Only this device's events.")] = None,
    lane: Annotated[Lane | None, typer.Option(help="Only this lane.")] = None,
    first: Annotated[int, typer.Option("--from", help="From this seq on.")] = 0,
    last: Annotated[int, typer.Option("--to", help="Up to this seq.")] = 2**62,
    payload: Annotated[
        bool, typer.Option("--payload", help="Whole events, shoppers' words included.")
    ] = False,
) -> None:
    """Show the events in the outbox as JSON lines: type, id, times and sizes."""
    wanted = inspection.Wanted(device=device, lane=lane, first=first, last=last, payload=payload)
    for line in inspection.events(load(config), wanted):
        typer.echo(line)


@command_line.command()
def doctor(config: Config = _CONFIG) -> None:
    """Check the whole installation; exit code 1 when something must be done."""
    try:
        settings = load(config)
    except ConfigError as error:
        for complaint in error.complaints:
            typer.echo(f"{Verdict.ACT} settings: {complaint}")
        raise typer.Exit(_REFUSED) from error
    to_do = 0
    for line in examine(settings, config):
        to_do += line.verdict is Verdict.ACT
        typer.echo(str(line))
    if to_do:
        raise typer.Exit(_REFUSED)


@command_line.command("give-up")
@_says_what_is_wrong
def give_up(
    device: Annotated[str, typer.Option(help="The device that is dead for good.")],
    config: Config = _CONFIG,
) -> None:
    """Let what waits behind a hole go to HQ, which records the hole as missing; stop it first."""
    for hole in inspection.given_up(load(config), device, PROGRAM):
        typer.echo(
            f"device {device} lane {hole.stream.lane}: {hole.first}-{hole.last} are given up,"
            f" HQ records them as missing; {hole.last + 1}-{hole.held_through} go to HQ"
        )


@command_line.command()
@_says_what_is_wrong
def devices(config: Config = _CONFIG) -> None:
    """Show which devices may connect, and which were set up with a code."""
    for line in inspection.device_lines(load(config)):
        typer.echo(line)


@command_line.command("forget-device")
@_says_what_is_wrong
def forget_device(
    device: Annotated[str, typer.Argument(help="The kiosk's id, as `devices` shows it.")],
    config: Config = _CONFIG,
) -> None:
    """Let a kiosk that was set up with a code connect no more; a running gateway drops its link."""
    inspection.forgotten(load(config), device)
    typer.echo(f"device {device} is forgotten")


_DRIVER = Annotated[str, typer.Option(help=f"What is on it: {', '.join(Driver)}.")]
_ENCODING = Annotated[str, typer.Option(help="The till's text encoding.")]
_LINES = Annotated[bool, typer.Option("--lines", help="The printed lines too, masked.")]
_MORE = Annotated[
    list[str],
    typer.Option("--set", help="Any other key of a reader, such as profile=jt905."),
]


@command_line.command()
@_says_what_is_wrong
def ports(
    config: Config = _CONFIG,
    seconds: Annotated[
        float | None, typer.Option("--listen", help="Listen so long to each free port.", min=0.1)
    ] = None,
) -> None:
    """Show the serial ports: what is plugged in, who reads it, and what it looks like."""
    readers = load(config).readers if config.is_file() else ()
    found = port_tools.ports(readers)
    looks = {} if seconds is None else asyncio.run(port_tools.looks(found, seconds))
    for one in found:
        for line in one.lines():
            typer.echo(line)
        if one.device in looks:
            typer.echo(f"  looks like: {looks[one.device]}")
    if not found:
        typer.echo("no serial port is there")


@command_line.command()
@_says_what_is_wrong
def record(
    reader: Annotated[str | None, typer.Option(help="Whose bytes, by its name.")] = None,
    minutes: Annotated[
        float, typer.Option(help="For how long.", min=0.1, max=LONGEST_MINUTES)
    ] = 60.0,
    stop: Annotated[bool, typer.Option("--stop", help="Record no more, of it or of any.")] = False,
    config: Config = _CONFIG,
) -> None:
    """Let the running gateway record raw bytes, sealed to a key that only you get; see `decode`."""
    settings = load(config)
    if stop:
        stopped = recording.stop(settings.data_dir, reader)
        for one in stopped:
            typer.echo(f"reader {one.reader}: recording is stopped")
        if not stopped:
            typer.echo("nothing was to be recorded" + (f" of reader {reader}" if reader else ""))
        return
    if reader is None:
        raise ConfigError(["--reader says whose bytes are recorded"])
    begun = port_tools.record(settings, reader, minutes)
    typer.echo(f"{begun.private_key}\n")
    typer.echo("The key above is shown this once; without it nobody reads the recording.")
    typer.echo(f"reader {reader}: {minutes:g} minutes, into {begun.path}")
    if asked(settings.listen) is None:
        typer.echo("No gateway answers: it begins when one runs.", err=True)


@command_line.command()
@_says_what_is_wrong
def decode(
    file: Annotated[Path, typer.Argument(help="Bytes that a device sent, or a recording.")],
    driver: _DRIVER = Driver.ESCPOS,
    encoding: _ENCODING = "gb18030",
    lines: _LINES = False,
    key: Annotated[
        str | None, typer.Option(help="The key of a recording; asked when not set.")
    ] = None,
    more: _MORE = [],  # noqa: B006 (typer's own way to say "none")
) -> None:
    """Print what a file of captured bytes says as JSON lines, and at the end what was met."""
    named = {"port": str(file.absolute()), "driver": driver, "encoding": encoding}
    parser = reader_tools.parser_of(reader_tools.reader_of(named, more))
    data = reader_tools.bytes_of(file)
    if recording.is_sealed(data) and key is None:
        key = typer.prompt("Key", hide_input=True, err=True)
    for line in reader_tools.decoded(parser, reader_tools.pieces(data, key), lines=lines):
        typer.echo(line)
    typer.echo(reader_tools.account(parser.counts), err=True)


@command_line.command()
@_says_what_is_wrong
def read(
    port: Annotated[str, typer.Option(help="The serial port, as `ports` shows it.")],
    driver: _DRIVER = Driver.ESCPOS,
    encoding: _ENCODING = "gb18030",
    baud: Annotated[int | None, typer.Option(help="Its speed; the driver's usual one.")] = None,
    lines: _LINES = False,
    more: _MORE = [],  # noqa: B006
) -> None:
    """Listen on a port and print what its device says as JSON lines, until Ctrl-C."""
    _log(verbose=False)
    named = {"port": port, "driver": driver, "encoding": encoding, "baud": baud}
    reader = reader_tools.reader_of(named, more)
    show = reader_tools.Shown(lines=lines, show=typer.echo, tell=partial(typer.echo, err=True))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(reader_tools.listen(reader, show))


@command_line.command()
def version() -> None:
    """Show the version."""
    typer.echo(PROGRAM)


def _log(verbose: bool) -> None:
    """Log to the terminal for people, or line by line for a service manager."""
    handler: logging.Handler = logging.StreamHandler()
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 (see above)
        from rich.logging import RichHandler  # noqa: PLC0415

        handler, form = RichHandler(console=Console(stderr=True), show_path=False), "%(message)s"
    logging.basicConfig(level=logging.INFO, format=form, handlers=[handler])
    logging.getLogger("edge_gateway").setLevel(logging.DEBUG if verbose else logging.INFO)
    # Of a device that went away with answers under way it says so once for each of them.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    logging.getLogger("uvicorn").setLevel(logging.INFO if verbose else logging.WARNING)


def main() -> None:
    """Start the program."""
    command_line()


if __name__ == "__main__":
    main()
