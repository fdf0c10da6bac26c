"""The stage alone on the offscreen surface, showing pictures that a test makes by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.events import Event, Picture, Promise, State
from kiosk.questions import Asked, Mood, asked_at
from kiosk.settings import DEFAULT_SURVEY
from kiosk.staff import StaffEvent
from protocols.briefs import Problem
from protocols.messages import Alarm, CaseFound, CaseNode, CaseTold, Instruction
from protocols.survey import Brand, Mailbox, Scale
from tests.kiosk.glass import open_surface

if TYPE_CHECKING:
    from kiosk.views.parts import Part
    from kiosk.views.stage import Stage

ASKED: Asked = replace(
    asked_at(DEFAULT_SURVEY, "till-4"),
    ask={"zh-CN": "今天的购物体验如何？", "en": "How was your visit today?"},
)
FOUR_FACES = replace(
    ASKED, scale=Scale.FACES_4, faces=tuple(ASKED.faces[at] for at in (0, 1, 3, 4))
)
ZERO_TO_TEN = replace(
    ASKED,
    scale=Scale.NPS,
    ask={"zh-CN": "您会向朋友推荐我们吗？", "en": "Would you recommend us to a friend?"},
    faces=({"zh-CN": "完全不会", "en": "Not at all"}, {"zh-CN": "一定会", "en": "Certainly"}),
)
_ASKS = (
    {"zh-CN": "生鲜称重还排队吗？", "en": "Is there still a queue at fresh weighing?"},
    {"zh-CN": "价签和收银价还对不上吗？", "en": "Are price tags still wrong?"},
    {"zh-CN": "洗手间现在干净吗？", "en": "Is the washroom clean now?"},
)
PROBLEMS = tuple(
    Problem(problem=f"p{at}", topic="queue_checkout", text=ask, ask=ask)
    for at, ask in enumerate(_ASKS, start=1)
)
MAILBOX = Mailbox(
    name={"zh-CN": "体验官信箱", "en": "Experience officer's mailbox"},
    ask={"zh-CN": "最想优化的一个细节？", "en": "Which one detail would you improve?"},
)
ALARM = Alarm(
    alarm="a", response="r", touchpoint="till-4", reasons=("allergy",), code="7Q2M-KX4D-PR"
)
ORDER = Instruction(instruction="i", text={"zh-CN": "请加开 5 号收银台", "en": "Open till 5"})
TOLD = CaseTold(
    code="7Q2M-KX4D-PR",
    nonce=1,
    found=CaseFound.FOUND,
    nodes=tuple(
        CaseNode(step=step, at_ms=1_795_000_000_000 + at * 3_600_000)
        for at, step in enumerate(("received", "acknowledge", "contact"))
    ),
    promised_ms=1_795_100_000_000,
)
BASE = Picture(
    state=State.ATTRACT,
    language="zh-CN",
    languages=DEFAULT_SURVEY.languages,
    asked=ASKED,
    brand=Brand(),
    texts={},
    mailbox=MAILBOX,
)
UNHAPPY = replace(BASE, rating=1, mood=Mood.UNHAPPY, choices=ASKED.choices(1))
HAPPY = replace(BASE, rating=5, mood=Mood.HAPPY, choices=ASKED.choices(5))
PICTURES: Mapping[str, Picture] = {
    "attract": BASE,
    "problems": replace(BASE, problems=PROBLEMS, voted=frozenset({"p2"})),
    "strips": replace(BASE, problems=PROBLEMS, alarm=ALARM, alarms=2, instruction=ORDER),
    "four faces": replace(BASE, asked=FOUR_FACES, mailbox=None),
    "0 to 10": replace(BASE, asked=ZERO_TO_TEN),
    "0 to 10 with problems": replace(BASE, asked=ZERO_TO_TEN, problems=PROBLEMS),
    "reasons": replace(UNHAPPY, state=State.REASONS, chosen=frozenset({"queue", "food_safety"})),
    "twelve reasons": replace(
        UNHAPPY, state=State.REASONS, choices=(*ASKED.unhappy, *ASKED.happy)[:12]
    ),
    "slip": replace(
        UNHAPPY,
        state=State.THANKS,
        code="7Q2M-KX4D-PR",
        promise=Promise.CONTACT,
        promised="15:12",
    ),
    "slip without a promise": replace(
        UNHAPPY, state=State.THANKS, code="7Q2M-KX4D-PR9Z", promise=Promise.UNHAPPY
    ),
    "joy": replace(HAPPY, state=State.THANKS, promise=Promise.HAPPY),
    "cannot accept": replace(BASE, state=State.CANNOT_ACCEPT),
    "closed": replace(BASE, state=State.CLOSED, opens_at="8:00"),
    "lookup": replace(
        BASE,
        state=State.LOOKUP,
        code_typed="7Q2MKX4DPR",
        case=CaseTold(code="7Q2M-KX4D-PR", nonce=1, found=CaseFound.UNKNOWN),
    ),
    "case": replace(BASE, state=State.CASE, case=TOLD, promised="15:12"),
    "note": replace(UNHAPPY, state=State.NOTE, note="排队太久，"),
    "mailbox": replace(BASE, state=State.NOTE),
    "contact": replace(
        UNHAPPY, state=State.CONTACT, digits="13800138000", consent=True, may_submit=True
    ),
    "receipt": replace(UNHAPPY, state=State.RECEIPT, receipt_typed="10387"),
    "reasons with a receipt": replace(
        UNHAPPY, state=State.REASONS, receipt_may_be_typed=True, receipt="0387"
    ),
    "paying": replace(BASE, selling=True),
    "still there": replace(UNHAPPY, state=State.REASONS, warning=True),
}


class Studio:
    """A stage whose pictures and size a test chooses."""

    def __init__(self, track_url: str | None, note_url: str | None) -> None:
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 (Kivy was not set up before)
        from kivy.core.window import Window  # noqa: PLC0415

        from kiosk.views.frame import Place  # noqa: PLC0415
        from kiosk.views.stage import Stage  # noqa: PLC0415

        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        self._loop, self._window = EventLoop, Window
        self.tapped: list[Event] = []
        place = Place(
            store_name={"zh-CN": "云杉超市 · 城北店", "en": "Spruce Market · Northgate"},
            touchpoint="till-4",
            touchpoint_name={"zh-CN": "4 号收银台", "en": "Till 4"},
            track_url=track_url,
            note_url=note_url,
        )
        self.told: list[StaffEvent] = []
        self.stage: Stage = Stage(place, self.tapped.append, self.told.append)
        self.stage.size_hint = (None, None)
        Window.add_widget(self.stage)

    def close(self) -> None:
        """Take the stage off the surface."""
        self._window.remove_widget(self.stage)

    def frames(self, count: int) -> None:
        """Draw some frames."""
        for _ in range(count):
            self._window.mainloop()
            self._loop.idle()

    def resize(self, width: int, height: int) -> None:
        """Make the stage as large as a window of that size."""
        self.stage.size = (width, height)
        self.frames(1)

    def show(self, picture: Picture) -> None:
        """Show a picture at rest."""
        self.stage.show(picture)
        self.stage.count_down(6)
        self.stage.settle()

    def parts(self) -> list[Part]:
        """Return every part that is drawn now."""
        screen = self.stage._screen
        assert screen is not None
        found: list[Part] = []
        waiting: list[Part] = [self.stage._frame, screen]
        if self.stage._picture and self.stage._picture.warning:
            waiting.append(self.stage._still_there)
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting += part.parts
        return found

    def photograph(self, width: int, height: int) -> bytes:
        """Return the RGB bytes of the lower left corner of what is painted, upper row first."""
        from kivy.graphics.opengl import (  # noqa: PLC0415
            GL_RGB,
            GL_UNSIGNED_BYTE,
            glReadPixels,
        )

        self.frames(2)
        rows = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        stride = 3 * width
        return b"".join(rows[at : at + stride] for at in range(len(rows) - stride, -1, -stride))


@contextmanager
def open_studio(
    folder: Path,
    track_url: str | None = "https://feedback.example.com/t",
    note_url: str | None = "https://feedback.example.com/n/s1",
) -> Iterator[Studio]:
    """Open a studio for the length of some tests."""
    open_surface(folder)
    studio = Studio(track_url, note_url)
    try:
        yield studio
    finally:
        studio.close()
