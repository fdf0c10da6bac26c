"""Kill -9 in mid-stream: every tap that was given is at HQ exactly once (D2-D6).

Real programs, a real broker that forgets everything, and shoppers who touch the real kiosk. What
is killed comes back at once, as systemd brings it back.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.layout import Sizes
from simulator.local_chain import LocalChain
from simulator.programs import wait_until
from tests.acceptance.mosquitto import Mosquitto

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.screen,
    pytest.mark.timeout(300),
]


def test_every_tap_is_at_hq_once_whatever_is_killed(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path)
    # Small, and one: what real screens cost is paid once; a crowd of kiosks is the campaign's.
    sizes = Sizes(stores=1, kiosks=1, width=360, height=640)
    with LocalChain(tmp_path, sizes, seed=11, broker=broker) as chain:
        chain.prepare(admin_password="a long password", pin="123456")
        chain.start()
        chain.open_kiosks(think_seconds=0.1)
        gateway = chain.gateways[0]
        for kill, start in (
            (gateway.kill, gateway.start),
            (broker.kill, broker.start),
            (chain.ingest.kill, chain.ingest.start),
        ):
            wait_for_more_taps(chain, 4)
            kill()
            wait_for_more_taps(chain, 2)
            start()
        wait_for_more_taps(chain, 4)
        chain.check_programs()
        chain.close_doors()
        wait_until(lambda: settled(chain), "agreement of the shoppers' list with HQ", 120)
        taps = chain.taps()
        assert len(taps) > 3 * 6
        assert sum(tap.thanked for tap in taps.values()) > len(taps) / 2
        assert chain.verdict().exact


def wait_for_more_taps(chain: LocalChain, count: int) -> None:
    before = len(chain.taps())
    wait_until(lambda: len(chain.taps()) >= before + count, f"{count} more taps", 60)


def settled(chain: LocalChain) -> bool:
    before = len(chain.taps())
    time.sleep(1)
    return len(chain.taps()) == before and chain.verdict().exact
