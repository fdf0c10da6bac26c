"""Starts the screen that sets a kiosk up, in this process: Kivy is set up before it is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from configuration import ConfigError, make_folder
from kiosk import window
from kiosk.enrolment.settings_file import DATA_FOLDER, check_place
from kiosk.settings import Settings
from kiosk.views import theme

if TYPE_CHECKING:
    from kiosk.enrolment.app import EnrolApp


def run(path: Path, on_ready: Callable[[EnrolApp], None] | None = None) -> bool:
    """Set this kiosk up, and write its settings to `path`; False when it was told to end before.

    Raises ConfigError when nothing can be written there, or KioskError.
    """
    check_place(path)
    settings = unnamed(path)
    make_folder(settings.data_dir, file=path, key="data_dir")
    theme.check_assets()
    window.prepare(settings)
    from kiosk.enrolment.app import EnrolApp  # noqa: PLC0415 (opens the window when imported)

    app = EnrolApp(path, settings.language, on_ready)
    app.run()
    return app.done


def unnamed(path: Path) -> Settings:
    """Return settings of a kiosk that has none: how its window looks, the environment may say."""
    nobody = "new"
    try:
        return Settings(
            device=nobody,
            store=nobody,
            touchpoint=nobody,
            token="this is no token",  # noqa: S106 (nobody is asked with it)
            data_dir=path.absolute().parent / DATA_FOLDER,
        )
    except ValidationError as error:
        raise ConfigError([f"environment: {error}"]) from error
