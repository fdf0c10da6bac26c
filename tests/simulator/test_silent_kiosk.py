"""A kiosk without pixels keeps what it thanks for, with or without a gateway."""

from pathlib import Path

import pytest

from kiosk.events import Rated, SkipTapped, State
from kiosk.settings import Settings, load
from outbox import Outbox
from protocols.messages import Lane, Response
from protocols.wire import decode_event
from simulator.broker import free_port
from simulator.layout import Ports, Sizes, plan, write_stores
from simulator.silent_kiosk import SilentKiosk
from tests.simulator.test_layout import PIN_HASH, PUBLIC_KEY, VERIFY_KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    nobody = free_port()
    ports = Ports(hq_broker=nobody, store_brokers=(nobody,), hq=nobody, boards=(nobody,))
    layout = plan(tmp_path, Sizes(stores=1, kiosks=1), ports)
    write_stores(layout, ports, PIN_HASH, PUBLIC_KEY, VERIFY_KEY)
    return load(layout.stores[0].kiosks[0].config)


def test_what_was_thanked_for_is_on_disk(settings: Settings) -> None:
    with SilentKiosk(settings) as kiosk:
        kiosk.touch(Rated(3), SkipTapped())
        kiosk.wait_for(State.THANKS)
        code = kiosk.flow.picture().code
    outbox = Outbox.open(settings.outbox_path, device=settings.device, program="test")
    last = decode_event(outbox.read(outbox.stream(Lane.BULK), 2, 2, 10_000)[0])
    outbox.close()
    assert isinstance(last, Response)
    assert code
    assert (last.rating, last.code, last.final) == (3, code, True)


def test_what_never_comes_is_a_time_out(settings: Settings) -> None:
    with SilentKiosk(settings) as kiosk, pytest.raises(TimeoutError, match="stays in attract"):
        kiosk.wait_for(State.THANKS, within_seconds=0.1)
