"""A whole gateway on ptys: a till prints, a keypad asks and is pressed, and the rating has its
receipt; then a restart, and the receipt that is printed again is no other sale."""

from pathlib import Path

from edge_gateway.readers.profiles import keypad_profile
from edge_gateway.settings import OUTBOX_FILE, Settings
from outbox import Outbox
from protocols.events import Event
from protocols.messages import Lane, Outcome, Response, Source
from protocols.till_events import ReceiptLinked, ReceiptSeen
from protocols.wire import decode_event
from simulator.keypad import Keypad
from simulator.pty_line import PtyLine
from tests.edge_gateway.readers.station import RECEIPT
from tests.edge_gateway.running import Running, configured, eventually, running

READERS = """
[[readers]]
name = "4"
port = "{till}"
till = "4"
touchpoint = "till-4"
encoding = "gb18030"
idle_s = 0.2

[[readers]]
name = "box-4"
port = "{box}"
till = "4"
touchpoint = "till-4"
driver = "keypad"
profile = "{profile}"
ask_s = 0.5
"""


def kept(settings: Settings) -> list[Event]:
    """Return the gateway's own events, once it has ended."""
    outbox = Outbox.open(settings.data_dir / OUTBOX_FILE, device="g1", program="test")
    of = outbox.stream(Lane.BULK)
    events = outbox.read(of, 1, outbox.position(of).head, 10_000_000)
    outbox.close()
    return [decode_event(one) for one in events]


def is_reading(gateway: Running) -> bool:
    lines = gateway.program.readers.lines
    return len(lines) == 2 and all(one.open for one in lines.values())


def test_a_press_at_the_till_has_its_receipt_and_a_reprint_is_no_other_sale(
    tmp_path: Path,
) -> None:
    # A box that is asked by bytes of its own.
    profile = tmp_path / "box.toml"
    profile.write_text('like = "ascii_digit"\nask = "1b 41"\nask_no_more = "1b 43"\n')
    till = PtyLine(tmp_path / "till")
    box = Keypad(tmp_path / "box", keypad_profile(str(profile)))
    readers = READERS.format(till=tmp_path / "till", box=tmp_path / "box", profile=profile)
    settings = configured(tmp_path, readers)
    with running(settings) as gateway:
        assert eventually(lambda: is_reading(gateway))
        till.send(RECEIPT)
        assert eventually(lambda: box.asking)
        box.press("5")
        latest = gateway.program.runner.gateway.today.shown.latest
        assert eventually(lambda: [one.number for one in latest] == ["20261121-0418"])
        assert eventually(lambda: not box.asking)
    events = kept(settings)
    seen, visit, link = events
    assert isinstance(seen, ReceiptSeen)
    assert (seen.number, seen.total, seen.touchpoint) == ("20261121-0418", "39.90", "till-4")
    assert isinstance(visit, Response)
    assert (visit.source, visit.rating, visit.outcome) == (Source.KEYPAD, 5, Outcome.RATED)
    assert isinstance(link, ReceiptLinked)
    assert (link.response, link.receipt) == (visit.response, seen.receipt)
    with running(settings) as gateway:
        assert eventually(lambda: is_reading(gateway))
        till.send(RECEIPT)
        belonging = gateway.program.runner.gateway.floor.belonging
        assert eventually(lambda: belonging.repeats == 1)
    till.close()
    box.close()
    assert kept(settings) == events
