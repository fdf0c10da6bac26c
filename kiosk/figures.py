"""What staff want to know of this terminal: gathered from the machine, and put into words."""

from __future__ import annotations

import fcntl
import shutil
import socket
import struct
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.staff_texts import staff_text
from kiosk.standing import Standing
from protocols.messages import Lane

_SIOCGIFADDR = 0x8915
_GIGABYTE = 1_000_000_000
_LINK = {True: "link_up", False: "link_down", None: "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the terminal is at one moment."""

    program: str
    device: str
    store: str
    touchpoint: str
    survey: str
    """Id and version of the survey that is asked."""
    standing: Standing
    addresses: tuple[str, ...]
    free_bytes: int | None
    at: datetime

    def rows(self, language: str) -> list[tuple[str, str]]:
        """Return name and value of each figure, the most urgent first."""
        stands = self.standing
        lanes = " · ".join(
            f"{staff_text(language, f'lane_{lane}')} {stands.waiting.get(lane, '?')}"
            for lane in Lane
        )
        values = {
            "link": staff_text(language, _LINK[stands.linked]),
            "waiting": lanes,
            "committed": self._committed(language),
            "doubted": self._doubted(language),
            "disk": "?" if self.free_bytes is None else f"{self.free_bytes / _GIGABYTE:.1f} GB",
            "addresses": ", ".join(self.addresses) or staff_text(language, "none"),
            "place": f"{self.store} · {self.touchpoint}",
            "device": self.device,
            "survey": self.survey,
            "program": self.program,
        }
        return [(staff_text(language, name), value) for name, value in values.items()]

    def _committed(self, language: str) -> str:
        told_ms = self.standing.committed_at_ms
        if self.standing.linked is None:
            return staff_text(language, "unknown")
        if told_ms is None:
            return staff_text(language, "never")
        when = datetime.fromtimestamp(told_ms / 1000, self.at.tzinfo)
        return f"{when:%H:%M:%S}" if when.date() == self.at.date() else f"{when:%m-%d %H:%M}"

    def _doubted(self, language: str) -> str:
        if self.standing.linked is None:
            return staff_text(language, "unknown")
        visits, doubted = self.standing.visits_today, self.standing.doubted_today
        share = round(100 * doubted / visits) if visits else 0
        words = staff_text(language, "doubted_of")
        return words.format(doubted=doubted, visits=visits, share=share)


def addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses, the loopback's left out."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, request)
            except OSError:  # it has no address
                continue
            address = socket.inet_ntoa(answer[20:24])
            if not address.startswith("127."):
                found.append(f"{name} {address}")
    return tuple(found)


def free_bytes(folder: Path) -> int | None:
    """Return how much the disk of a folder can take; None when it does not say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
