"""Pictures of the screens for staff, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.events import Picture, State
from kiosk.preferences import Preferences
from kiosk.staff import Abilities, Page, StaffPicture
from kiosk.standing import Standing
from protocols.messages import Lane
from tests.kiosk.test_figures import figures
from tests.kiosk.views.studio import BASE

ALL = Abilities(speech=True, printer=True, backlight=True)
NONE = Abilities(speech=False, printer=False, backlight=False)
FIGURES = figures(
    Standing(
        waiting={Lane.URGENT: 1, Lane.BULK: 23}, linked=True, visits_today=212, doubted_today=7
    )
)
_PIN = StaffPicture(
    page=Page.PIN,
    abilities=ALL,
    preferences=Preferences(speech=True, volume=60, brightness=80),
    digits=4,
)
_MENU = replace(_PIN, page=Page.MENU, figures=FIGURES)
STAFF: Mapping[str, StaffPicture] = {
    "pin": _PIN,
    "wrong pin": replace(_PIN, digits=0, wrong=True),
    "locked out": replace(_PIN, digits=0, wait_s=290),
    "menu": replace(_MENU, said="printed"),
    "menu of a bare terminal": replace(_MENU, abilities=NONE, sure=True, said="not_kept"),
    "touch test": replace(_PIN, page=Page.TOUCH),
    "locked": replace(_PIN, page=Page.LOCKED, wait_s=27),
}


def staff_picture(name: str, language: str = "en") -> Picture:
    """Return the picture of a screen for staff."""
    return replace(BASE, state=State.STAFF, language=language, staff=STAFF[name])
