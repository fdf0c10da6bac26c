"""The screens for staff, one behind the other: PIN, menu, touch test, and locked for cleaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kiosk.events import Picture
from kiosk.layout import Canvas, Rect
from kiosk.staff import Page, StaffEvent
from kiosk.staff_texts import staff_text
from kiosk.views import theme
from kiosk.views.parts import Icon, Text
from kiosk.views.screen import Screen, Touchable
from kiosk.views.staff_menu import StaffMenu
from kiosk.views.staff_pin import StaffPin
from kiosk.views.staff_touch import StaffTouch

Tell = Callable[[StaffEvent], None]


class StaffLocked(Screen):
    """Nothing can be touched: the panel is being wiped."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("lock", 92)
        self._title = Text(theme.HERO, font=theme.BOLD)
        self._hint = Text(theme.LEAD, colour=theme.MUTED)
        self._seconds = Text(88, font=theme.BOLD, lines=1)
        self.add(self._icon, self._title, self._hint, self._seconds)

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place everything in the middle."""
        super().arrange(area, canvas)
        block = area.middle(area.width, canvas.px(440))
        for part, height in (
            (self._icon, 110),
            (self._title, 110),
            (self._seconds, 120),
            (self._hint, 80),
        ):
            row, block = block.cut_top(canvas.px(height), canvas.px(6))
            part.place(row, canvas.unit)

    def show(self, picture: Picture) -> None:
        """Say for how long."""
        if picture.staff is None:
            return
        language, seconds = picture.language, picture.staff.wait_s
        self._title.say(staff_text(language, "clean_title"))
        self._hint.say(staff_text(language, "clean_hint").format(seconds=seconds))
        self._seconds.say(str(seconds))


class StaffScreen(Screen):
    """Shows the page that the picture says."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._pages: Mapping[Page, Screen] = {
            Page.PIN: StaffPin(tell),
            Page.MENU: StaffMenu(tell),
            Page.TOUCH: StaffTouch(tell),
            Page.LOCKED: StaffLocked(),
        }
        self._page = self._pages[Page.PIN]
        self.add(self._page)

    def touchables(self) -> Sequence[Touchable]:
        """Return what the page has."""
        return self._page.touchables()

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Give each page the whole area."""
        super().arrange(area, canvas)
        for page in self._pages.values():
            page.arrange(area, canvas)

    def show(self, picture: Picture) -> None:
        """Show the page of the picture."""
        if picture.staff is None:
            return
        page = self._pages[picture.staff.page]
        if page is not self._page:
            page.arrange(self.area, self.canvas)  # a touch test begins anew
        self._page = page
        self.only(page)
        page.show(picture)

    def stroke(self, x: float, y: float) -> None:
        """Tell the page where a finger is."""
        self._page.stroke(x, y)
