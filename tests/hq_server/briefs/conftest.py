"""What the tests of briefs share: gateways that say what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from hq_server.briefs.composing import Composer
from hq_server.briefs.keys import Keys, keys
from hq_server.briefs.telling import Telling
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.settings import Settings
from protocols.briefs import BriefKind
from protocols.messages import GatewayState
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at

Says = Callable[..., None]


@pytest.fixture
def says(database: Database) -> Says:
    """Let a gateway say what it holds."""

    def _says(
        held: Mapping[BriefKind, str] | None = None,
        *,
        gateway: str = "g1",
        left: int | None = 2000,
        epoch: str = "e",
        when: datetime = NOW,
    ) -> None:
        store = gateway.replace("g", "s")
        state = GatewayState(
            gateway=gateway, store=store, online=True, epoch=epoch, at=at(when),
            briefs=dict(held or {}), codes_left=left,
        )  # fmt: skip
        with database.writing() as connection:
            devices.heard(connection, state, store, when)

    return _says


@pytest.fixture
def secrets(settings: Settings) -> Keys:
    """HQ's keys."""
    return keys(settings.data_dir)


@pytest.fixture
def telling(database: Database, settings: Settings, secrets: Keys) -> Telling:
    """What an ingest process has to say."""
    return Telling(database, Composer(settings), secrets)
