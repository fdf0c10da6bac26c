"""Sets Kivy up before its window opens: size, one input path, no files outside the data folder."""

from __future__ import annotations

import logging
import os

from kiosk.settings import Settings


def prepare(settings: Settings) -> None:
    """Configure Kivy; call it before anything imports `kivy.core.window`."""
    home = settings.data_dir / "kivy"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KIVY_HOME"] = str(home)  # a config.ini in a user's home would change the input
    for name in ("KIVY_NO_ARGS", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG"):
        os.environ[name] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"
    # Without a display, Kivy's second choice ends the whole process from within its C code.
    os.environ["KIVY_WINDOW"] = "sdl2"
    os.environ["KIVY_METRICS_DENSITY"] = "1"  # we count in pixels and scale ourselves

    logging.getLogger("kivy").addFilter(_worth_telling)

    from kivy.config import Config  # noqa: PLC0415 (reads the environment when imported)

    graphics = {
        "width": settings.width,
        "height": settings.height,
        "fullscreen": "auto" if settings.fullscreen else "0",
        "borderless": int(settings.fullscreen),
        "show_cursor": int(not settings.fullscreen),
        "resizable": int(not settings.fullscreen),
        "multisamples": 0,
        "minimum_width": 320,
        "minimum_height": 320,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", 0)
    # Exactly one way in: SDL turns touches into mouse events. A second reader of the same panel
    # (mtdev, hidinput) would count every tap twice, and a chip would untick itself.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


# Kivy tries every input library there is, and calls each that is not installed an error; and it
# prints a traceback when no window can be opened, which NoDisplay says in a sentence.
_IDLE_TALK = ("MTDev", "valuable Window provider")


def _worth_telling(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    return record.levelno >= logging.ERROR and not any(talk in message for talk in _IDLE_TALK)
