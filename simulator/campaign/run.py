"""One run: the chain opens, shoppers come, the fault happens, all is brought back and compared."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from simulator.campaign import comparison, ledger, saved_list
from simulator.campaign.chain import Chain
from simulator.campaign.faults import FAULTS
from simulator.campaign.hq_rows import UNREADABLE, Look, StreamKey
from simulator.campaign.nursery import Nursery
from simulator.campaign.plan import Plan
from simulator.campaign.saved_list import SavedRevision
from simulator.campaign.scene import Scene
from simulator.campaign.template import Template
from simulator.programs import ProgramError

OPEN_WITHIN_SECONDS = 90.0
SETTLED_WITHIN_SECONDS = 120.0
_LOOK_EVERY_SECONDS = 0.4
_TURN_SECONDS = 0.05
_AFTER_SECONDS = 1.0
_HOPE_SECONDS = 6.0
_AUDITED_WITHIN_SECONDS = 20.0
# What a sabotaged chain has forgotten at the end of a stream, nobody ever sends.
_SABOTAGED_WITHIN_SECONDS = 15.0


class Report(msgspec.Struct, kw_only=True):
    """What came of one run: a line of campaign.jsonl."""

    seed: int
    fault: str
    database: str
    kiosks: int
    ok: bool = False
    why: str = ""
    """What disagrees; empty when nothing does."""
    accepted: int = 0
    """Revisions that kiosks said to have saved."""
    responses: int = 0
    lost: int = 0
    excused: int = 0
    twice: int = 0
    wrong: int = 0
    reordered: int = 0
    unlisted: int = 0
    corrupted: int = 0
    dead_letters: int = 0
    recovery_seconds: float = 0.0
    """From the end of the fault until HQ had all that was saved until then."""
    seconds: float = 0.0
    came_back: dict[str, int] = {}
    """Programs that ended by themselves and were started again."""
    moments: list[tuple[float, str]] = []
    examples: list[str] = []
    missed: list[str] = []
    """What the fault did not bring about."""


@dataclass(slots=True)
class Watch:
    """Looks at HQ now and then: revisions and watermarks must never go back."""

    scene: Scene
    last: Look | None = None
    fell_back: set[str] = field(default_factory=set)
    _next_at: float = 0.0

    def look(self) -> Look | None:
        """Look again; None when HQ cannot be read just now."""
        try:
            found = self.scene.chain.rows.look()
        except UNREADABLE:
            return None
        if self.last is not None and not self.scene.hq_went_back:
            self.fell_back |= comparison.fell_back(self.last.revisions, found.revisions)
            self.fell_back |= {
                "/".join(key)
                for key, before in self.last.streams.items()
                if key not in found.streams or found.streams[key].through < before.through
            }
        self.scene.hq_went_back = False
        self.last = found
        return found

    def turn(self) -> None:
        """Keep the chain running and look when it is time."""
        self.scene.chain.tend()
        if time.monotonic() >= self._next_at:
            self.look()
            self._next_at = time.monotonic() + _LOOK_EVERY_SECONDS
        time.sleep(_TURN_SECONDS)

    def wait(self, seconds: float) -> None:
        """Let shoppers go on for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.turn()


@functools.cache
def _nursery() -> Nursery:
    """Return the nursery of this process; runs that follow each other share it."""
    return Nursery()


def run(plan: Plan, template: Template, folder: Path, first_port: int, *, audit: bool) -> Report:
    """Run it below `folder`, which is emptied first; the report says what disagrees."""
    began = time.monotonic()
    report = Report(seed=plan.seed, fault=plan.fault, database=plan.database, kiosks=plan.kiosks)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with Chain(folder, plan, template, _nursery(), first_port) as chain:
            _play(Scene(chain=chain), report, audit=audit)
    except (ProgramError, OSError, msgspec.DecodeError, *UNREADABLE) as error:
        report.why = f"{type(error).__name__}: {error}"
    report.ok = not report.why
    report.seconds = round(time.monotonic() - began, 2)
    return report


def _play(scene: Scene, report: Report, *, audit: bool) -> None:
    chain, fault = scene.chain, FAULTS[report.fault]
    watch = Watch(scene)
    fault.prepare(scene, chain.plan.chance("prepare"))
    chain.open()
    _wait_until_open(watch)
    scene.opened_at = time.monotonic()
    watch.wait(chain.plan.warm_up_seconds)
    for pause in fault.act(scene, chain.plan.chance("fault")):
        watch.wait(pause)
    chain.heal()
    scene.did("healed")
    if chain.plan.sabotage is None:  # else what is lost never comes, and is waited for below
        report.recovery_seconds = _recover(watch)
    watch.wait(_AFTER_SECONDS)
    chain.close_doors()
    settled = _settle(watch)
    _judge(watch, report, settled)
    if audit and not report.why and not scene.damaged:
        report.why = _audit(chain)


def _audit(chain: Chain) -> str:
    """Return where HQ's ledger differs from the campaign's own count; "" for nowhere."""
    said = ""
    give_up = time.monotonic() + _AUDITED_WITHIN_SECONDS
    while time.monotonic() < give_up:  # the gateway may have something of its own under way
        accepted, listed = chain.own_streams(), chain.listed()
        code, words = chain.audit()
        if code != 0:
            said = f"audit ends with {code}: {words[-500:]}"
        else:
            said = "; ".join(ledger.disagreements(ledger.read(words), accepted, listed)[:4])
        if not said:
            return ""
        time.sleep(_LOOK_EVERY_SECONDS)
    return f"audit: {said}"


def _wait_until_open(watch: Watch) -> None:
    chain = watch.scene.chain
    give_up = time.monotonic() + OPEN_WITHIN_SECONDS
    while True:
        watch.turn()
        saved = all(chain.saved_file(kiosk.name).exists() for kiosk in chain.kiosks)
        if saved and watch.last is not None and watch.last.responses:
            return
        if time.monotonic() > give_up:
            words = "\n".join(f"{u.name}: {u.last_words(3)}" for u in chain.units)
            raise ProgramError(f"the chain did not open:\n{words}")


def _patience(watch: Watch) -> float:
    sabotaged = watch.scene.chain.plan.sabotage is not None
    return _SABOTAGED_WITHIN_SECONDS if sabotaged else SETTLED_WITHIN_SECONDS


def _until_complete(watch: Watch, wanted: Mapping[str, SavedRevision]) -> bool:
    """Wait until HQ has what is wanted; False when it never comes.

    Once HQ has every stream to its end, what lacks then is lost: nobody waits any longer.
    """
    began = whole_since = time.monotonic()
    heads = _heads(watch)
    while (now := time.monotonic()) - began < _patience(watch):
        found = watch.look()
        verdict = found and comparison.compare(wanted, found.responses, watch.scene.excused)
        if verdict and verdict.complete:
            return True
        heads = heads if heads is not None else _heads(watch)
        if behind(heads, found):
            whole_since = now
        if now - whole_since > _HOPE_SECONDS:
            return False
        watch.wait(_LOOK_EVERY_SECONDS / 2)
    return False


def _recover(watch: Watch) -> float:
    """Wait until HQ has what was saved by now, and return how long that took."""
    began = time.monotonic()
    _until_complete(watch, saved_list.highest(watch.scene.chain.saved()))
    return round(time.monotonic() - began, 2)


def _settle(watch: Watch) -> bool:
    """Wait until the list, the outboxes and HQ agree; False when they never do."""
    give_up = time.monotonic() + _patience(watch)
    before = -1
    while time.monotonic() < give_up:
        saved = watch.scene.chain.saved()
        if len(saved) == before:
            if not _until_complete(watch, saved_list.highest(saved)):
                return False
            if not behind(_heads(watch), watch.last) and len(watch.scene.chain.saved()) == before:
                return True
        before = len(saved)
        watch.wait(_LOOK_EVERY_SECONDS)
    return False


def _heads(watch: Watch) -> dict[StreamKey, int] | None:
    """Return the highest seq of every stream; None when an outbox cannot be read just now."""
    try:
        return watch.scene.chain.own_streams()
    except UNREADABLE:
        return None


def behind(heads: Mapping[StreamKey, int] | None, look: Look | None) -> list[str]:
    """Return the streams of which HQ lacks the end, in words.

    HQ may know more of a stream than an outbox that was mended or is a copy.
    """
    if heads is None or look is None:
        return ["the outboxes or HQ cannot be read"]
    through = {key: look.streams[key].through if key in look.streams else 0 for key in heads}
    return [
        f"{'/'.join(key)}: accepted {head}, at HQ {through[key]}"
        for key, head in heads.items()
        if through[key] < head
    ]


def uneven(look: Look) -> str:
    """Return which of HQ's scores differ from a recount of its feedback, in words."""
    names = sorted(look.scores.keys() | look.recount.keys())
    counts = ((name, look.scores.get(name, 0), look.recount.get(name, 0)) for name in names)
    wrong = [f"{name} {score}, not {real}" for name, score, real in counts if score != real]
    return "; ".join(wrong[:4])


def _judge(watch: Watch, report: Report, settled: bool) -> None:
    scene, look = watch.scene, watch.look()
    saved = scene.chain.saved()
    report.accepted, report.responses = len(saved), len(saved_list.highest(saved))
    report.moments = scene.moments
    report.corrupted = scene.corrupted
    report.missed = scene.missed
    report.came_back = {u.name: u.came_back for u in scene.chain.units if u.came_back}
    if look is None:
        report.why = "HQ's database cannot be read"
        return
    verdict = comparison.compare(saved_list.highest(saved), look.responses, scene.excused)
    report.lost, report.excused = len(verdict.lost), len(verdict.excused)
    report.twice, report.wrong = len(verdict.twice), len(verdict.wrong)
    report.unlisted, report.reordered = len(verdict.unlisted), len(watch.fell_back)
    report.dead_letters = look.dead_letters
    report.examples = [*verdict.lost[:3], *verdict.wrong[:3], *sorted(watch.fell_back)[:3]]
    holes = sum(stream.holes for stream in look.streams.values())
    disagreements = {
        f"fault did not happen: {'; '.join(scene.missed)}": scene.missed,
        f"{report.lost} lost": report.lost,
        f"{report.twice} twice": report.twice,
        f"{report.wrong} wrong": report.wrong,
        f"{report.reordered} reordered": report.reordered,
        f"{holes} holes": holes and not scene.damaged,
        # One visit can be between its commit and its line when a kiosk is killed.
        f"{report.unlisted} not on the list": report.unlisted > scene.kiosk_kills,
        f"{look.dead_letters} dead letters for {scene.corrupted} corrupted events": (
            look.dead_letters != scene.corrupted and not scene.damaged
        ),
        f"scores that no recount gives: {uneven(look)}": look.scores != look.recount,
        f"not settled: {'; '.join(behind(_heads(watch), look)[:4])}": not settled,
    }
    report.why = "; ".join(said for said, wrong in disagreements.items() if wrong)
