"""Notices when the kiosk's own hours begin and end; whoever has the clock lets it look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.events import HoursChanged
from kiosk.hours import is_open, opens_at
from protocols.messages import Clock, ClockQuality
from protocols.survey import Hours

LOOK_EVERY_S = 30.0


class Opening:
    """Remembers what it has said, so that nothing is said twice."""

    def __init__(self) -> None:
        """A kiosk is open until somebody has looked."""
        self._said = HoursChanged(open=True, opens_at=None)

    def look(self, hours: Sequence[Hours], zone: ZoneInfo, now: Clock) -> HoursChanged | None:
        """Return what has changed, if anything.

        By a clock that may be wrong nobody is turned away: then it is always open.
        """
        at = datetime.fromtimestamp(now.wall_ms / 1000, UTC)
        if now.quality is not ClockQuality.SYNCED or is_open(hours, at, zone):
            changed = HoursChanged(open=True, opens_at=None)
        else:
            changed = HoursChanged(open=False, opens_at=opens_at(hours, at, zone))
        if changed == self._said:
            return None
        self._said = changed
        return changed
