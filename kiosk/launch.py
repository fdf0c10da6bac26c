"""Starts a kiosk in this process: Kivy must be set up before anything of it is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk import window
from kiosk.settings import Settings
from kiosk.views import theme

if TYPE_CHECKING:
    from kiosk.app import KioskApp


def run(settings: Settings, on_ready: Callable[[KioskApp], None] | None = None) -> bool:
    """Run a kiosk until its window closes or it is told to end; True: it is to start anew.

    Raises KioskError, OutboxHeld when another program has the outbox, or OutboxForeign.
    """
    theme.check_assets()
    window.prepare(settings)
    from kiosk.app import KioskApp  # noqa: PLC0415 (opens the window when imported)

    app = KioskApp(settings, on_ready)
    app.run()
    return app.wants_restart
