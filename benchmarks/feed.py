"""Seeded events, as kiosks make them: bare taps, and some with a text that must be graded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random

from protocols.messages import Clock, ClockQuality, Lane, Outcome, Reason, Response
from protocols.wire import encode_event

_SCORES = (1, 2, 3, 4, 5)
_WEIGHTS = (5, 5, 10, 30, 50)
_PLACES = ("三号收银台", "自助收银", "生鲜区", "熟食柜台", "试衣间", "服务台", "停车场", "乳品冷柜")
_WHAT = (
    *("排队排了{n}分钟没人管", "价签写{n}块结账变贵了", "牛奶过期{n}天还在卖", "收银员态度很差"),
    *("地上有水差点滑倒", "退货等了{n}分钟", "水果烂了一半", "购物车轮子是坏的"),
    *("员工很热心帮我找到了东西", "结账很快", "试衣间很干净", "促销说明看不懂"),
)
_ENDS = ("希望改进", "请尽快处理", "下次还来", "不会再来了", "谢谢", "已经第{n}次了")
_URGENT = ("吃了这里的熟食上吐下泻", "孩子吃完坚果过敏送医院了", "面包里吃出玻璃碎片")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How large a share of all visits brings what; the rest are bare taps."""

    reasons: float = 0.0
    texts: float = 0.0
    urgent: float = 0.0
    """Of all visits: texts of grade S."""


BARE_TAPS = Mix()
WITH_TEXTS = Mix(reasons=0.2, texts=0.08, urgent=0.0005)
# The chips of the shipped survey, with their topics.
_CHIPS = (
    Reason(id="queue", topic="queue_checkout"),
    Reason(id="service", topic="service_attitude"),
    Reason(id="stock", topic="stock_out"),
    Reason(id="quality", topic="quality"),
)


class Feed:
    """Makes the events of one device, one after the other; the same seed makes the same ones."""

    def __init__(
        self,
        device: str,
        store: str,
        seed: int,
        mix: Mix = BARE_TAPS,
        from_ms: int | None = None,
    ) -> None:
        """The first event happens at wall time `from_ms`; now, when not given."""
        self._device = device
        self._store = store
        self._mix = mix
        self._random = Random(f"{seed} {device}")
        self._wall_ms = time.time_ns() // 1_000_000 if from_ms is None else from_ms
        self._mono_ms = 1_000_000
        self._response = ""
        self._score = 5
        self._boot = new_id(self._random, self._wall_ms)

    def events(self, count: int, step_ms: int = 0) -> list[tuple[Lane, bytes]]:
        """Return events in order, with the lane that a kiosk gives them (D1).

        A visit is two events, as at a real kiosk: the tap, and the whole visit when it is over,
        some `step_ms` of wall time later.
        """
        made: list[tuple[Lane, bytes]] = []
        while len(made) < count:
            made += self._visit(step_ms)
        return made[:count]

    def taps(self, count: int, step_ms: int = 0) -> list[bytes]:
        """Return that many events whatever their lane, some `step_ms` of wall time apart."""
        return [payload for _, payload in self.events(count, step_ms)]

    def clock(self) -> Clock:
        """Return the device's present moment."""
        return Clock(
            boot=self._boot,
            mono_ms=self._mono_ms,
            wall_ms=self._wall_ms,
            quality=ClockQuality.SYNCED,
        )

    def text(self, *, urgent: bool = False) -> bytes:
        """Return a whole visit with a note: of grade S when `urgent`."""
        self._begin_visit()
        return self._event(rev=2, note=self._note(urgent=urgent), reasons=(_CHIPS[0],))

    def _visit(self, step_ms: int) -> list[tuple[Lane, bytes]]:
        self._begin_visit()
        drawn = self._random.random()
        tap = self._event()
        self._pass(step_ms)
        if drawn < self._mix.texts:
            note = self._note(urgent=drawn < self._mix.urgent)
            whole = (Lane.URGENT, self._event(rev=2, note=note))
        elif drawn < self._mix.texts + self._mix.reasons:
            reasons = (self._random.choice(_CHIPS),)
            whole = (Lane.BULK, self._event(rev=2, reasons=reasons))
        else:
            whole = (Lane.BULK, self._event(rev=2))
        self._pass(step_ms)
        return [(Lane.BULK, tap), whole]

    def _begin_visit(self) -> None:
        self._response = new_id(self._random, self._wall_ms)
        (self._score,) = self._random.choices(_SCORES, _WEIGHTS)

    def _pass(self, step_ms: int) -> None:
        # No two shoppers take equally long; equal steps would also compress too well.
        passed = self._random.randrange(2 * step_ms + 1)
        self._wall_ms += passed
        self._mono_ms += passed

    def _note(self, *, urgent: bool) -> str:
        chance = self._random
        what = _URGENT if urgent else _WHAT
        parts = (chance.choice(_PLACES), chance.choice(what), "，", chance.choice(_ENDS))
        return "".join(parts).format(n=chance.randrange(2, 60))

    def _event(
        self, *, rev: int = 1, note: str | None = None, reasons: tuple[Reason, ...] = ()
    ) -> bytes:
        return encode_event(
            Response(
                id=new_id(self._random, self._wall_ms),
                store=self._store,
                at=self.clock(),
                touchpoint="till-3",
                response=self._response,
                rev=rev,
                outcome=Outcome.RATED,
                survey="store-visit",
                survey_version=1,
                language="zh-CN",
                rating=self._score,
                reasons=reasons,
                note=note,
                code=self._response[-8:].upper(),
                final=rev > 1,
            )
        )


def new_id(chance: Random, wall_ms: int) -> str:
    """Return a UUIDv7 of this time, with its random bits from the seed."""
    digits = f"{wall_ms:012x}7{chance.getrandbits(12):03x}{chance.getrandbits(62) | 1 << 63:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
