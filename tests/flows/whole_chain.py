"""Kiosk, gateway and HQ in one process: real outboxes, WebSocket, broker and serial line."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge_gateway import settings as gateway_settings
from edge_gateway.program import Program
from hq_server import migrations, programs
from hq_server import settings as hq_settings
from hq_server.briefs.keys import verify_key
from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.devices.import_file import import_file
from hq_server.feedback import contact
from hq_server.feedback import service as feedback
from kiosk import settings as kiosk_settings
from simulator import layout
from simulator.broker import EmbeddedBroker, free_port
from simulator.layout import Layout, Ports, Sizes
from simulator.silent_kiosk import SilentKiosk
from simulator.till_line import TillLine
from simulator.wire import Wire

PIN_HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$Z3Vlc3M"
Row = dict[str, Any]


class WholeChain:
    """One store and HQ; every part can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.broker = EmbeddedBroker().start()
        self.wan = Wire(self.broker.port)
        ports = Ports(
            hq_broker=self.broker.port,
            store_brokers=(self.wan.port,),
            hq=free_port(),
            boards=(free_port(),),
        )
        self.layout: Layout = layout.plan(folder, Sizes(stores=1, kiosks=2), ports)
        stores = layout.write_hq(self.layout, ports)
        self.hq_settings = hq_settings.load(self.layout.hq_config)
        self.database = Database(self.hq_settings.database)
        migrations.migrate(self.database)
        import_file(self.database, stores, utc_now())
        data_dir = self.hq_settings.data_dir
        keys = (contact.public_key(data_dir), verify_key(data_dir))
        layout.write_stores(self.layout, ports, PIN_HASH, *keys)
        self.store = self.layout.stores[0]
        self.till = TillLine(self.store.till_port, till=self.store.till, seed=1)
        self._ingest: tuple[threading.Thread, threading.Event] | None = None
        self._gateway: tuple[threading.Thread, Program, asyncio.AbstractEventLoop] | None = None

    # --- parts ---

    def start_ingest(self) -> None:
        stop = threading.Event()
        thread = threading.Thread(
            target=programs.ingest, args=(self.hq_settings, self.database, stop), daemon=True
        )
        thread.start()
        self._ingest = (thread, stop)

    def stop_ingest(self) -> None:
        if self._ingest is not None:
            thread, stop = self._ingest
            stop.set()
            thread.join(20)
            self._ingest = None

    def start_gateway(self) -> None:
        loop = asyncio.new_event_loop()
        program = Program(gateway_settings.load(self.store.config))
        thread = threading.Thread(target=loop.run_until_complete, args=(program.run(),))
        thread.start()
        self._gateway = (thread, program, loop)

    def stop_gateway(self) -> None:
        if self._gateway is not None:
            thread, program, loop = self._gateway
            loop.call_soon_threadsafe(program.stop)
            thread.join(20)
            loop.close()
            self._gateway = None

    def wait_for_till(self) -> None:
        """Return when the gateway reads the line: what a till prints before is lost for good."""
        give_up = time.monotonic() + 20
        while not (lines := self.gateway.readers.lines) or not all(
            line.open for line in lines.values()
        ):
            assert time.monotonic() < give_up, "the gateway does not open the till's port"
            time.sleep(0.02)

    @property
    def gateway(self) -> Program:
        assert self._gateway is not None
        return self._gateway[1]

    def kiosk(self, number: int = 0) -> SilentKiosk:
        return SilentKiosk(kiosk_settings.load(self.store.kiosks[number].config))

    # --- what HQ holds ---

    def rows(self) -> list[Row]:
        with self.database.reading() as connection:
            return [dict(row) for row in feedback.ledger(connection)]

    def wait_for_row(self, fits: Callable[[Row], bool], within_seconds: float = 20) -> Row:
        give_up = time.monotonic() + within_seconds
        while True:
            for row in self.rows():
                if fits(row):
                    return row
            assert time.monotonic() < give_up, f"HQ has only {self.rows()}"
            time.sleep(0.05)

    def close(self) -> None:
        self.stop_gateway()
        self.stop_ingest()
        self.till.close()
        self.wan.close()
        self.broker.stop()
        self.database.close()
