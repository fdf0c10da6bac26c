"""Takes changed [[readers]] from the settings file while the gateway runs.

A file that is wrong changes nothing; other keys than the readers' wait for the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from configuration import ConfigError
from edge_gateway.readers.drivers import check
from edge_gateway.settings import FileStamp, Reader, Settings, load, stamp

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0


class SettingsWatch:
    """Looks at the file again and again, and at once when asked."""

    def __init__(
        self,
        file: Path,
        settings: Settings,
        take: Callable[[tuple[Reader, ...]], Awaitable[None]],
        complain: Callable[[str], None],
    ) -> None:
        """`complain` gets why the file cannot be taken, and "" when it can again."""
        self._file = file
        self._settings = settings
        self._take = take
        self._complain = complain
        self._complaint = ""
        self._asked = asyncio.Event()
        self._seen: tuple[FileStamp | None, ...] = ()
        self._seen = self._stamps()

    def ask(self) -> None:
        """Look at once, whatever the file's time says (SIGHUP)."""
        self._asked.set()

    async def run(self) -> None:
        """Look until cancelled."""
        stamps = self._seen
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), LOOK_EVERY_S)
            asked = self._asked.is_set()
            self._asked.clear()
            former, stamps = stamps, self._stamps()
            # What is still being written is left alone. What is wrong may be a file beside it.
            if asked or (stamps == former and (stamps != self._seen or self._complaint)):
                self._seen = stamps
                await self._look()

    def _stamps(self) -> tuple[FileStamp | None, ...]:
        """Return the state of the file and of the profiles that it names."""
        own = stamp(self._file)
        if own is None:  # an editor may just be replacing it
            return self._seen
        named = [one.profile for one in self._settings.readers if one.has_profile_file]
        return (own, *(stamp(Path(str(one))) for one in named))

    async def _look(self) -> None:
        try:
            settings = await asyncio.to_thread(load, self._file)
            check(settings.readers)
        except ConfigError as error:
            self._say("; ".join(error.complaints))
            return
        self._say("")
        former, self._settings = self._settings, settings
        others = _changed(former, settings)
        if others:
            logger.warning("%s: %s: taken at the next start", self._file, ", ".join(others))
        if settings.readers != former.readers:
            logger.info("%s: its readers are taken", self._file)
            await self._take(settings.readers)

    def _say(self, complaint: str) -> None:
        if complaint == self._complaint:
            return
        self._complaint = complaint
        if complaint:
            logger.warning("changed settings are not taken, the readers stay: %s", complaint)
        else:
            logger.info("%s is good again", self._file)
        self._complain(complaint)


def _changed(former: Settings, settings: Settings) -> list[str]:
    """Return the sections, other than the readers, that are not as they were."""
    return [
        name
        for name in Settings.model_fields
        if name != "readers" and getattr(former, name) != getattr(settings, name)
    ]
