from edge_gateway.readers.drivers import Surroundings, Talker, make_reader
from edge_gateway.readers.identity import identify_with
from edge_gateway.settings import Reader
from tests.edge_gateway.readers.station import RECEIPT

AROUND = Surroundings(identify=identify_with(b"key"))


def test_a_till_is_only_listened_to() -> None:
    parser = make_reader(Reader(port="/dev/till", till="4"), AROUND)
    assert not isinstance(parser, Talker)
    assert len(parser.feed(RECEIPT, 0.0)) == 1
    assert parser.counts.messages == 1
