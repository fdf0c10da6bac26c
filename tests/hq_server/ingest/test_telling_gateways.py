"""What HQ tells a gateway over a real broker: what it lacks, and nothing once it holds it."""

from __future__ import annotations

from pathlib import Path

from hq_server.briefs.keys import verify_key
from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import Signed
from protocols import signing, topics, wire
from protocols.briefs import BriefKind
from protocols.messages import Brief, GatewayState
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at
from tests.hq_server.peer import Gateway, running, settings_at, until

SIGNED = Signed(author="admin", note="", at=NOW)


def test_a_published_survey_reaches_its_gateway_and_then_there_is_silence(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    settings = settings_at(broker_port, tmp_path)

    def _says(held: dict[BriefKind, str]) -> None:
        state = GatewayState(
            gateway="g1", store="s1", online=True, epoch="e", at=at(utc_now()),
            briefs=held, codes_left=len(held),
        )  # fmt: skip
        gateway.send(state, topics.state("g1"), retain=True)

    def _told() -> dict[BriefKind, Brief]:
        return {each.kind: each for each in gateway.heard if isinstance(each, Brief)}

    with running(settings, database) as worker:
        _says({})
        until(lambda: len(_told()) == 4)
        with database.writing() as connection:
            number = surveys.save(connection, document.first(), SIGNED)
            surveys.publish(connection, number, [surveys.CHAIN], SIGNED)
        until(lambda: BriefKind.SURVEY in _told())
        told = _told()[BriefKind.SURVEY]
        assert wire.decode_survey(told.body).version == number
        assert signing.verify(verify_key(tmp_path), "s1", told)
        _says({kind: each.version for kind, each in _told().items()})
        sent = worker.telling.told
        until(lambda: not worker.telling.waiting)
        assert worker.telling.told == sent == 5
        gateway.send(GatewayState(gateway="g1", store="s1", online=False, epoch="e", at=at()),
                     topics.state("g1"), retain=True)  # fmt: skip
