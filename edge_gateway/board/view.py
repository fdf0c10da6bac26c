"""What the board shows at a moment, ready for the page: no request, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from edge_gateway.board.till_view import OrderCard, TillRow, TillViewer
from edge_gateway.board.words import Words
from edge_gateway.devices import Devices
from edge_gateway.gateway import Gateway
from edge_gateway.refusals import Kind
from edge_gateway.settings import Settings
from protocols.messages import Clock, DeviceState

_MOST_LATEST = 6
_DAY_MS = 24 * 3600 * 1000
# A device that is held back asks again within a minute.
_A_WHILE_MS = 120_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCard:
    """One alarm."""

    alarm: str
    place: str
    topics: tuple[str, ...]
    code: str | None
    raised_ms: int
    raised_at: str
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBar:
    """The taps of one score."""

    score: int
    label: str
    taps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLine:
    """One of the latest ratings."""

    score: int
    label: str
    place: str
    at: str
    topics: tuple[str, ...]
    number: str | None
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """A kiosk."""

    name: str
    well: bool
    state: str
    survey: int | None = None
    """Which version of the survey it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """An open problem of the store, as its kiosks show it."""

    text: str
    place: str | None
    voices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """All of it."""

    store: str
    now_ms: int
    """The gateway's clock: a tablet's own may be wrong."""
    standing: tuple[AlarmCard, ...]
    taken: tuple[AlarmCard, ...]
    hq_there: bool
    hq: str
    waiting: int
    storage: str | None
    replay: str | None
    """What this gateway had lost and devices send again."""
    instructions: tuple[str, ...]
    """HQ's."""
    orders: tuple[OrderCard, ...]
    """The store's own instructions."""
    recordings: tuple[str, ...]
    settings_wrong: bool
    tills: tuple[TillRow, ...]
    """Those that need looking at most."""
    more_tills: int
    taps: int
    satisfied: int | None
    """Per cent."""
    bars: tuple[ScoreBar, ...]
    doubted: str | None
    """Which share of the taps is doubted."""
    problems: tuple[ProblemLine, ...]
    receipts: int
    latest: tuple[RatingLine, ...]
    devices: tuple[DeviceLine, ...]


class Viewer:
    """Looks at the gateway for the board."""

    def __init__(self, gateway: Gateway, settings: Settings, devices: Devices) -> None:
        self._gateway = gateway
        self._settings = settings
        self._devices = devices
        self._tills = TillViewer(gateway.floor, settings.zone, self._place)

    @property
    def zone(self) -> str:
        """Return the store's time zone by name."""
        return self._settings.timezone

    def store_name(self, words: Words) -> str:
        """Return what the store is called."""
        return words.of(self._settings.store_name, self._settings.store)

    def view(self, words: Words, now: Clock) -> BoardView:
        """Return what is to be seen now."""
        gateway, day = self._gateway, self._gateway.today.shown
        since = gateway.hq.cut_since_ms
        tills = self._tills.rows(words)
        taps = sum(day.taps)
        cut = "" if since is None else _time(since, self._settings.zone)
        return BoardView(
            store=self.store_name(words),
            now_ms=now.wall_ms,
            standing=tuple(self._alarms(words, standing=True, now=now)),
            taken=tuple(self._alarms(words, standing=False, now=now))[:2],
            hq_there=since is None,
            hq=words("hq_there") if since is None else words("hq_cut", since=cut),
            waiting=gateway.hq.uplink.waiting(),
            storage=gateway.storage.trouble,
            replay=self._replay(words, now),
            instructions=tuple(
                words.of(one.text, "") for one in gateway.floor.instructions.from_hq(now)
            ),
            orders=self._tills.orders(words),
            recordings=self._tills.recordings(words, now),
            settings_wrong=self._tills.settings_wrong(),
            tills=tills[0],
            more_tills=tills[1],
            taps=taps,
            satisfied=round(100 * (day.taps[3] + day.taps[4]) / taps) if taps else None,
            bars=tuple(
                ScoreBar(score=score, label=words(f"score_{score}"), taps=day.taps[score - 1])
                for score in (5, 4, 3, 2, 1)
            ),
            doubted=_share(words, day.doubted, taps),
            problems=tuple(self._problems(words)),
            receipts=day.receipts,
            latest=tuple(self._latest(words)),
            devices=tuple(self._device_lines(words, now)),
        )

    def _place(self, words: Words, touchpoint: str | None) -> str:
        if touchpoint is None:
            return words("unknown_place")
        names = (one.name for one in self._devices.all() if one.touchpoint == touchpoint)
        return words.of(next(filter(None, names), {}), touchpoint)

    def _alarms(self, words: Words, *, standing: bool, now: Clock) -> list[AlarmCard]:
        alarms = self._gateway.alarms
        chosen = alarms.standing() if standing else alarms.taken(now.wall_ms - _DAY_MS)
        return [
            AlarmCard(
                alarm=alarm.alarm,
                place=self._place(words, alarm.touchpoint),
                topics=tuple(words.topic(topic) for topic in alarm.topics[:3]),
                code=alarm.code,
                raised_ms=alarm.raised_ms,
                raised_at=_time(alarm.raised_ms, self._settings.zone),
                by=alarm.acknowledged_by,
            )
            for alarm in chosen
        ]

    def _latest(self, words: Words) -> list[RatingLine]:
        return [
            RatingLine(
                score=rated.score,
                label=words(f"score_{rated.score}"),
                place=self._place(words, rated.touchpoint),
                at=_time(rated.at_ms, self._settings.zone),
                topics=tuple(words.topic(topic) for topic in rated.topics[:2]),
                number=rated.number,
                urgent=rated.urgent,
            )
            for rated in self._gateway.today.shown.latest[:_MOST_LATEST]
        ]

    def _problems(self, words: Words) -> list[ProblemLine]:
        return [
            ProblemLine(
                text=words.of(one.text, one.topic),
                place=None if one.touchpoint is None else self._place(words, one.touchpoint),
                voices=one.voices,
            )
            for one in self._gateway.briefs.problems.problems
        ]

    def _replay(self, words: Words, now: Clock) -> str | None:
        replays = self._gateway.hq.replays
        if replays.missing_events:
            return words("replaying", n=replays.missing_events)
        if replays.latest is None or now.wall_ms - replays.latest[1] > _DAY_MS:
            return None
        loss, wall_ms = replays.latest
        return words("replayed", n=loss.count, at=_time(wall_ms, self._settings.zone))

    def _device_lines(self, words: Words, now: Clock) -> list[DeviceLine]:
        connected = self._gateway.connected
        return [
            DeviceLine(
                name=words.of(device.name, device.touchpoint or device.id),
                well=device.id in connected and not self._misbehaves(words, device.id, now),
                state=self._misbehaves(words, device.id, now)
                or _state(words, device.id in connected, connected.get(device.id)),
                survey=_survey(connected.get(device.id)),
            )
            for device in self._devices.all()
        ]

    def _misbehaves(self, words: Words, device: str, now: Clock) -> str | None:
        """Return what is wrong with what a device sends, in words."""
        refusals = self._gateway.refusals
        if refusals.lately(device, Kind.SHARE, now, within_ms=_A_WHILE_MS):
            return words("held_back")
        if any(refusals.lately(device, kind, now) for kind in Kind if kind is not Kind.SHARE):
            return words("refused", n=refusals.of(device))
        return None


def _state(words: Words, online: bool, state: DeviceState | None) -> str:
    if not online:
        return words("offline")
    if state is not None and state.waiting > 0:
        return words("device_waiting", n=state.waiting)
    return words("online")


def _survey(state: DeviceState | None) -> int | None:
    return None if state is None else state.survey_version


def _share(words: Words, doubted: int, taps: int) -> str | None:
    if not doubted or not taps:
        return None
    return words("doubted", share=max(1, min(100, round(100 * doubted / taps))))


def _time(wall_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(wall_ms / 1000, tz=zone).strftime("%H:%M")
