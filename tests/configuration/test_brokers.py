"""Where brokers are, as gateway and HQ both say it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from configuration.brokers import BrokerPlaces


def test_every_broker_is_named_once_and_the_first_is_first() -> None:
    places = BrokerPlaces(host="a", port=1883, others=("b:8883", "a:1883", "[::1]:1884"))
    assert places.addresses == (("a", 1883), ("b", 8883), ("::1", 1884))


@pytest.mark.parametrize("other", ["b", "b:", ":1883", "b:0", "b:65536", "b:９", "b:1e3"])
def test_what_is_no_address_is_refused(other: str) -> None:
    with pytest.raises(ValidationError, match="should be host:port"):
        BrokerPlaces(others=(other,))


def test_a_certificate_goes_with_its_key() -> None:
    with pytest.raises(ValidationError, match="go together"):
        BrokerPlaces.model_validate({"cert_file": "gateway.pem"})
