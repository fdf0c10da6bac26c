"""All brokers of a chain as one: messages come from each, answers go back the way they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from hq_server.briefs.telling import Told
from hq_server.ingest.broker_link import QUEUE_MESSAGES, BrokerLink
from hq_server.ingest.inbox import Inbox, Pending, Source
from hq_server.ingest.intake import Answer
from hq_server.settings import BrokerSettings
from protocols.errors import MessageError
from protocols.topics import parse_up


class Brokers:
    """One link to each broker, one inbox for all."""

    def __init__(self, settings: BrokerSettings, name: str, now: Callable[[], datetime]) -> None:
        """Prepare the links; `start` connects."""
        self.inbox = Inbox(QUEUE_MESSAGES)
        self.links = [
            BrokerLink(settings, address, name, self.inbox, now) for address in settings.addresses
        ]

    @property
    def connected(self) -> int:
        """How many of the brokers are there."""
        return sum(link.connected for link in self.links)

    @property
    def reconnects(self) -> int:
        """How often a connection was made anew."""
        return sum(link.reconnects for link in self.links)

    def start(self) -> None:
        """Connect to each, and keep connecting in the background."""
        for link in self.links:
            link.start()

    def stop(self) -> None:
        """Say goodbye at each and disconnect."""
        for link in self.links:
            link.stop()

    def hold(self, partitions: frozenset[int]) -> None:
        """Take in the gateways of these partitions from now on, and no others."""
        for link in self.links:
            link.hold(partitions)

    def take(self, at_most: int, wait_seconds: float, gather_seconds: float) -> list[Pending]:
        """Return messages that wait, in the order in which they came."""
        return self.inbox.take(at_most, wait_seconds, gather_seconds)

    def answer(self, answers: Sequence[Answer], pending: Sequence[Pending]) -> None:
        """Publish answers to `pending`: a gateway hears them where it spoke last."""
        spoke_at: dict[str, Source] = {}
        for each in pending:
            if sender := _sender(each):
                spoke_at[sender] = each.link
        by_link: dict[int, list[Answer]] = defaultdict(list)
        for answer in answers:
            by_link[id(spoke_at.get(answer.gateway))].append(answer)
        for link in self.links:
            link.answer(by_link[id(link)])

    def tell(self, told: Sequence[Told]) -> None:
        """Publish what nobody asked for: where the gateway spoke last, or else everywhere."""
        known = {link.address: link for link in self.links}
        for each in told:
            link = known.get(each.broker)
            for one in [link] if link else self.links:
                one.tell(each.gateway, each.message)

    def acknowledge(self, pending: Sequence[Pending]) -> None:
        """Let each broker forget what is in the database now."""
        for each in pending:
            each.link.acknowledge(each.mid, each.session)


def _sender(pending: Pending) -> str | None:
    try:
        return parse_up(pending.taken.topic).gateway
    except MessageError:
        return None
