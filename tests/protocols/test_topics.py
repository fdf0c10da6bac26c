"""Topic names say who published; a name that lies is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import topics
from protocols.errors import MessageError


@given(st.from_regex(r"\A[A-Za-z0-9._-]{1,64}\Z"))
def test_up_topics_say_gateway_and_partition(gateway: str) -> None:
    source = topics.parse_up(topics.up(gateway))
    assert source.gateway == gateway
    assert source.partition == topics.partition(gateway)
    assert 0 <= source.partition < topics.PARTITIONS


@given(st.text(max_size=80))
def test_any_other_topic_is_refused(topic: str) -> None:
    with pytest.raises(MessageError):
        topics.parse_up(topic)


def test_a_gateway_cannot_choose_its_partition() -> None:
    wrong = (topics.partition("g1") + 1) % topics.PARTITIONS
    with pytest.raises(MessageError, match="partition"):
        topics.parse_up(f"storeloop/v1/up/{wrong}/g1")


def test_every_topic_stands_where_the_access_list_expects_it() -> None:
    assert topics.down("g1") == "storeloop/v1/down/g1"
    assert topics.state("g1") == "storeloop/v1/state/g1"
    assert topics.hq("i1") == "storeloop/v1/hq/i1"
    assert topics.up_all() == "storeloop/v1/up/+/+"
    assert topics.state_all() == "storeloop/v1/state/+"
    assert topics.hq_all() == "storeloop/v1/hq/+"
