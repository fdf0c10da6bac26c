"""Puts a gateway together from its settings, runs it, and ends it cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib.metadata
import logging
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from random import Random

import uuid_utils
import uvicorn

from configuration import ConfigError
from configuration.holders import tcp_holder
from edge_gateway import alarm_rows, brief_rows, mqtt, till_rows
from edge_gateway.alarms import Alarms
from edge_gateway.board.endpoints import Board
from edge_gateway.board.sign_in import SignIn, board_secret
from edge_gateway.board.view import Viewer
from edge_gateway.briefs import HeldBriefs
from edge_gateway.clock import SystemClock
from edge_gateway.codes import Reserve
from edge_gateway.device_link import drop_strangers
from edge_gateway.devices import Devices
from edge_gateway.endpoints import app
from edge_gateway.enrolment import Desk
from edge_gateway.errors import PortHeldError
from edge_gateway.gateway import Gateway, Identity, Kept
from edge_gateway.readers.drivers import Surroundings, check
from edge_gateway.readers.identity import identify_with, store_key
from edge_gateway.readers.recording import Recorder
from edge_gateway.readers.supervisor import Readers
from edge_gateway.runner import Runner
from edge_gateway.settings import OUTBOX_FILE, Listen, Settings
from edge_gateway.settings_watch import SettingsWatch
from edge_gateway.today import Today, day_of
from edge_gateway.wait_radar.rules import rules
from grading.grader import grade
from outbox import Outbox
from protocols.wire import MAX_MESSAGE_BYTES

logger = logging.getLogger(__name__)

PROGRAM = f"storeloop-gateway {importlib.metadata.version('storeloop')}"
# Open streams are told to end first; this is for browsers that do not listen.
_GRACE_S = 1
_LOOK_EVERY_S = 1.0


class Program:
    """One running gateway."""

    def __init__(self, settings: Settings, file: Path | None = None) -> None:
        """Open everything that can be refused: the outbox and the port.

        `file`: where the settings are from, for changed readers to be taken while it runs.
        """
        check(settings.readers)
        self.settings = settings
        self._file = file
        self.clock = SystemClock()
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.outbox, gateway = _opened(settings, self.clock)
        try:
            self.socket = _listening(settings.listen)
        except BaseException:  # whatever it was, the next start must find the outbox free
            self.outbox.close()
            raise
        self.runner = Runner(gateway, self.outbox, self.clock)
        self.devices = Devices(settings)
        self.desk = Desk(settings, self.devices, gateway.briefs)
        identify = identify_with(store_key(settings.data_dir))
        around = Surroundings(identify=identify, runner=self.runner)
        recorder = Recorder(settings.data_dir)
        self.readers = Readers(self.runner.post, around, settings.zone, recorder)
        self.runner.reader_listeners.add(self.readers.tell)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM, SIGINT or `stop`, or until the outbox is found damaged."""
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(signal_number, self.stop)
        server = _Server(self._uvicorn_config())
        self.runner.start(self._link())
        tasks = [asyncio.create_task(self.readers.run(self.settings.readers))]
        if self._file is not None:
            watch = SettingsWatch(
                self._file, self.settings, self.readers.take, self.readers.complain
            )
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(signal.SIGHUP, watch.ask)
            tasks.append(asyncio.create_task(watch.run()))
        serving = asyncio.create_task(server.serve(sockets=[self.socket]))
        host, port = self.socket.getsockname()[:2]
        logger.info("gateway=%s board on http://%s:%s/board", self.settings.gateway, host, port)
        tasks.append(asyncio.create_task(self._watch_devices()))
        ending = [asyncio.create_task(wait) for wait in (self._stopping.wait(), self._damage())]
        await asyncio.wait((*ending, serving), return_when=asyncio.FIRST_COMPLETED)
        self._stopping.set()
        server.should_exit = True
        for task in (*tasks, *ending):
            task.cancel()
        await asyncio.gather(serving, *tasks, return_exceptions=True)
        await self.runner.stop()
        logger.info("gateway=%s stopped", self.settings.gateway)

    async def _damage(self) -> None:
        """Return when the outbox was found damaged: it is mended when it is opened again."""
        while not self.outbox.damaged:
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _watch_devices(self) -> None:
        """Let go of kiosks that were forgotten or set up anew."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self.devices.refresh()
            drop_strangers(self.runner, self.devices)

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()

    def _link(self) -> mqtt.BrokerLink:
        return mqtt.BrokerLink(
            self.settings.broker,
            self.settings.gateway,
            will=self.runner.will(),
            topics=self.runner.subscriptions(),
            report=self.runner.hear,
        )

    def _uvicorn_config(self) -> uvicorn.Config:
        sign_in = SignIn(self.settings.board.pin_hash, board_secret(self.settings.data_dir))
        viewer = Viewer(self.runner.gateway, self.settings, self.devices)
        board = Board(self.runner, viewer, sign_in, self._stopping)
        return uvicorn.Config(
            app(board, self.devices, self.desk, self.readers.lines.values),
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=_GRACE_S,
            server_header=False,
        )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program."""
        yield


def _opened(settings: Settings, clock: SystemClock) -> tuple[Outbox, Gateway]:
    """Open the outbox and read what stands in it; a page found broken meanwhile is mended."""
    outbox = _outbox(settings)
    try:
        return outbox, _gateway(settings, outbox, clock)
    except BaseException as error:  # whatever it was, the next start must find the outbox free
        damaged = outbox.note_damage(error)
        outbox.close()
        if not damaged:
            raise
    outbox = _outbox(settings)
    return outbox, _gateway(settings, outbox, clock)


def _outbox(settings: Settings) -> Outbox:
    return Outbox.open(
        settings.data_dir / OUTBOX_FILE,
        device=settings.gateway,
        program=PROGRAM,
        max_bytes=settings.max_megabytes * 1_000_000,
        salvage=True,
    )


def _gateway(settings: Settings, outbox: Outbox, clock: SystemClock) -> Gateway:
    now = clock.now()
    database = outbox.database
    alarm_rows.set_up(database, now.wall_ms)
    brief_rows.set_up(database, outbox.epoch)
    till_rows.set_up(database, now.wall_ms)
    day = day_of(now.wall_ms, settings.zone)
    kept = Kept(
        positions=tuple(outbox.positions()),
        alarms=Alarms(alarm_rows.load_alarms(database), grade=grade, new_id=_new_id),
        today=Today(alarm_rows.load_day(database, day)),
        briefs=HeldBriefs(
            settings.gateway,
            settings.store,
            settings.hq_verify_key,
            brief_rows.load_briefs(database),
        ),
        codes=Reserve(brief_rows.load_codes(database), brief_rows.highest_block(database)),
        quota_bytes=settings.max_megabytes * 1_000_000,
        sales=tuple(till_rows.load_sales(database)),
        open_instructions=till_rows.load_open_instructions(database),
        rules=rules(settings.instructions),
    )
    identity = Identity(
        gateway=settings.gateway,
        store=settings.store,
        epoch=outbox.epoch,
        program=PROGRAM,
        zone=settings.zone,
        address=settings.listen.for_kiosks,
    )
    chance = Random()  # noqa: S311 (spreads waits, hides nothing)
    return Gateway(identity, kept, new_id=_new_id, jitter=chance.random, now=now)


def _new_id() -> str:
    return str(uuid_utils.uuid7())


def _no_place(listen: Listen, error: OSError | ValueError) -> str:
    why = getattr(error, "strerror", None) or str(error)
    if isinstance(error, PermissionError):
        return f"listen.port = {listen.port}: this user may not listen there ({why})"
    return f"listen.host = {listen.host!a}: should be an address of this machine ({why})"


def _listening(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listen.host, listen.port))
        bound.listen(256)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            where = f"{listen.host}:{listen.port}"
            raise PortHeldError(where, tcp_holder(listen.port)) from error
        raise ConfigError([_no_place(listen, error)]) from error
    except ValueError as error:  # a name that no name server could be asked for
        bound.close()
        raise ConfigError([_no_place(listen, error)]) from error
    bound.setblocking(False)
    return bound
