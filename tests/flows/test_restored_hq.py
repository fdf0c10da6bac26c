"""HQ's database is put back to an older state: the field sends the rest again, and it is said."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.ledger import service as ledger
from hq_server.ledger.audit import Audit, audit
from kiosk.events import FinishTapped, Rated, SkipTapped, State
from simulator.silent_kiosk import SilentKiosk
from tests.flows.whole_chain import WholeChain


def _tap(chain: WholeChain, kiosk: SilentKiosk, times: int) -> None:
    """Give so many ratings and wait until HQ has them."""
    wanted = len(chain.rows()) + times
    for _ in range(times):
        kiosk.touch(Rated(5), SkipTapped())
        kiosk.wait_for(State.THANKS)
        kiosk.touch(FinishTapped())
    _until_rows(chain, wanted)


def _until_rows(chain: WholeChain, wanted: int) -> None:
    give_up = time.monotonic() + 60
    while len(chain.rows()) < wanted:
        assert time.monotonic() < give_up, f"HQ has only {len(chain.rows())} of {wanted}"
        time.sleep(0.1)


def _audit(chain: WholeChain) -> Audit:
    with chain.database.reading() as connection:
        return audit(connection, EVERYTHING, utc_now(), ledger.REPLAYS_SHOWN)


def test_d5_an_older_database_put_back_is_healed_by_the_field(
    chain: WholeChain, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = chain.hq_settings.sqlite_file
    assert file is not None
    backup = tmp_path / "backup.sqlite3"
    chain.start_ingest()
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        _tap(chain, kiosk, 2)
        chain.stop_ingest()
        chain.database.close()
        shutil.copy(file, backup)
        chain.start_ingest()
        _tap(chain, kiosk, 3)
        chain.stop_ingest()
        chain.database.close()
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()
        shutil.copy(backup, file)
        assert len(chain.rows()) == 2
        chain.start_ingest()
        _until_rows(chain, 5)
    give_up = time.monotonic() + 30
    while not _audit(chain).replays or _audit(chain).totals.replays_open:
        assert time.monotonic() < give_up, f"not closed: {_audit(chain).replays}"
        time.sleep(0.1)
    found = _audit(chain)
    assert {row["lost_by"] for row in found.replays} == {"hq"}
    assert found.totals.missing == 0
    bulk = next(row for row in found.replays if row["lane"] == "bulk")
    said = f"{bulk['first']}-{bulk['last']}"
    assert caplog.text.count(f"this database lacks {said}, which it had confirmed") == 1
    assert caplog.text.count(f"this database has {said} again") == 1
