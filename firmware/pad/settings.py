"""What may differ from pad to pad: `pad.json` in its file system, with defaults for all of it."""

import json


class Settings:
    """Pins and times; a name that is not here is passed over."""

    def __init__(self) -> None:
        self.keys = [2, 3, 4, 5, 6]
        """Pins of the keys from 1 on, low when pressed."""
        self.lamps = [10, 11, 12]
        """Pins of red, green and blue."""
        self.beeper = 14
        self.uart = -1
        """The number of the UART that is the line; -1: USB."""
        self.baud = 115_200
        self.debounce_ms = 20
        self.lockout_ms = 1_500
        """Until a gateway says another."""


def read(path: str) -> Settings:
    """Return the settings; what is not there, not readable or of a wrong kind has its default."""
    settings = Settings()
    try:
        with open(path) as file:
            said = json.load(file)
    except (OSError, ValueError):
        return settings
    for name, value in said.items() if isinstance(said, dict) else ():
        if hasattr(settings, name) and _fits(value, getattr(settings, name)):
            setattr(settings, name, value)
    return settings


def _fits(value: object, default: object) -> bool:
    if isinstance(default, list):
        return isinstance(value, list) and all(_fits(one, 0) for one in value)
    return isinstance(value, int) and not isinstance(value, bool)
