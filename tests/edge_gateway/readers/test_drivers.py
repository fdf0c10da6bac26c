import pytest

from configuration import ConfigError
from edge_gateway.readers.drivers import Surroundings, Talker, check, make_reader
from edge_gateway.readers.identity import identify_with
from edge_gateway.settings import Driver, Reader
from protocols.readers.events import (
    CardPresented,
    ItemShown,
    KeyPressed,
    ReaderEvent,
    ScanKind,
    Scanned,
)
from tests.edge_gateway.readers.station import RECEIPT

AROUND = Surroundings(identify=identify_with(b"key"))


def test_a_till_is_only_listened_to() -> None:
    parser = make_reader(Reader(port="/dev/till", till="4"), AROUND)
    assert not isinstance(parser, Talker)
    assert len(parser.feed(RECEIPT, 0.0)) == 1
    assert parser.counts.messages == 1


@pytest.mark.parametrize(
    ("driver", "sent", "kind", "talks"),
    [
        (Driver.SCANNER, b"6901234567892\r", Scanned, False),
        (Driver.KEYPAD, b"5", KeyPressed, True),
        (Driver.EM4100, b"\x02010063E9AE25\x03", CardPresented, False),
        (Driver.CD5220, b"\x0cCola\r\n3.50\r\n\x0c", ItemShown, False),
    ],
)
def test_each_driver_reads_its_device(
    driver: Driver, sent: bytes, kind: type[ReaderEvent], talks: bool
) -> None:
    parser = make_reader(Reader(port="/dev/x", till="4", driver=driver), AROUND)
    assert isinstance(parser, Talker) is talks
    (event,) = parser.feed(sent, 0.0)
    assert isinstance(event, kind)


def test_a_chip_is_woken_first() -> None:
    parser = make_reader(Reader(port="/dev/x", till="4", driver=Driver.PN532), AROUND)
    assert isinstance(parser, Talker)
    parser.idle(0.0)
    assert parser.to_send().startswith(b"\x55\x55")


def test_a_shops_own_receipts_are_known_by_their_prefix() -> None:
    reader = Reader(port="/dev/x", till="4", driver=Driver.SCANNER, receipt_prefixes=("SL-",))
    (event,) = make_reader(reader, AROUND).feed(b"SL-20261121030001\r", 0.0)
    assert isinstance(event, Scanned)
    assert event.kind is ScanKind.RECEIPT


def test_a_profile_that_is_not_there_is_named_with_its_reader() -> None:
    wrong = Reader(port="/dev/x", till="4", driver=Driver.KEYPAD, profile="odl_box")
    with pytest.raises(ConfigError, match=r"readers\[0\] 4: profile = 'odl_box': there is no such"):
        check([wrong])
