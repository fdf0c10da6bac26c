"""A kiosk's file is damaged while nobody looks: what is left arrives, and the rest is missing."""

from __future__ import annotations

import time
from pathlib import Path

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.ledger import service as ledger
from hq_server.ledger.audit import Audit, audit
from kiosk import settings as kiosk_settings
from kiosk.events import FinishTapped, IdlePassed, Rated, SkipTapped, State
from outbox import Outbox
from outbox.file import PAGE_BYTES
from outbox.salvage import set_aside
from simulator.silent_kiosk import SilentKiosk
from tests.flows.whole_chain import WholeChain

VISITS = 60


def _tap(kiosk: SilentKiosk, times: int) -> None:
    for _ in range(times):
        kiosk.touch(Rated(5), SkipTapped())
        kiosk.wait_for(State.THANKS)
        kiosk.touch(FinishTapped())


def _audit(chain: WholeChain) -> Audit:
    with chain.database.reading() as connection:
        return audit(connection, EVERYTHING, utc_now(), ledger.REPLAYS_SHOWN)


def _zero_a_page(file: Path) -> None:
    at = file.read_bytes().index(b'"type":"response"', file.stat().st_size // 2)
    with file.open("r+b") as pages:
        pages.seek(at - at % PAGE_BYTES)
        pages.write(bytes(PAGE_BYTES))


def test_d5_the_ledger_shows_as_missing_what_a_damaged_page_took(chain: WholeChain) -> None:
    settings = kiosk_settings.load(chain.store.kiosks[0].config)
    with chain.kiosk() as kiosk:
        _tap(kiosk, VISITS)
    _zero_a_page(settings.outbox_path)
    chain.start_ingest()
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        give_up = time.monotonic() + 60
        while not set_aside(settings.outbox_path) or kiosk.flow.state is State.CANNOT_ACCEPT:
            assert time.monotonic() < give_up
            kiosk.live(0.1)  # it comes to that page as it starts, or as it sends
            kiosk.touch(*[IdlePassed()] * (kiosk.flow.state is State.CANNOT_ACCEPT))
        _tap(kiosk, 1)
        while (found := _audit(chain)).totals.waiting or not found.totals.missing:
            assert time.monotonic() < give_up, f"{found.totals}"
            time.sleep(0.1)
    outbox = Outbox.open(settings.outbox_path, device=settings.device, program="test")
    lost = sum(one.floor - 1 for one in outbox.own_positions() if not one.ended)
    accepted = sum(one.accepted for one in outbox.accounts())
    outbox.close()
    assert 0 < lost < 40, "one page"
    assert accepted == 2 * (VISITS + 1), "each visit was saved twice, and each is counted once"
    assert found.totals.missing == lost
    assert {line.missing for line in found.lines if line.missing} == {lost}
    assert found.totals.replays_open == 0
    assert not found.replays, "nobody says that HQ or the gateway lost it"
