"""Says what a kiosk's settings mean on this machine, a line each, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from configuration import ConfigError
from kiosk import speech
from kiosk.backlight import Backlight
from kiosk.clock import MachineClock
from kiosk.errors import AssetMissing
from kiosk.settings import Settings
from kiosk.views import theme
from protocols.messages import ClockQuality


def findings(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Yield whether it is well, and a sentence, for each thing that an operator can mend."""
    yield _assets()
    yield _survey(settings)
    if settings.hq_public_key:
        yield True, "telephone numbers are sealed for HQ"
    else:
        yield True, "no hq_public_key: it never asks for a telephone number"
    if settings.staff_pin_hash:
        yield True, "staff menu: hold the store's name for 5 seconds"
    else:
        yield False, "no staff menu: run `storeloop-kiosk set-pin`"
    yield _clock(MachineClock().now().quality)
    yield _voice(settings)
    for path, what in ((settings.printer, "printer"), (settings.keypad_port, "keypad")):
        if path:
            yield _device(Path(path), what)
    if settings.backlight:
        yield _light(settings.backlight)


def _assets() -> tuple[bool, str]:
    try:
        theme.check_assets()
    except AssetMissing as error:
        return False, str(error)
    return True, "fonts and icons are built"


def _survey(settings: Settings) -> tuple[bool, str]:
    try:
        survey = settings.load_survey()
    except ConfigError as error:
        return False, str(error)
    return True, f"survey: {survey.survey} {survey.version}, until HQ sends one"


def _clock(quality: ClockQuality) -> tuple[bool, str]:
    if quality is ClockQuality.SYNCED:
        return True, "clock: a time service keeps it"
    said = "the thanks name no time of an answer, and the survey's hours do not count"
    return True, f"clock: no time service keeps it (timedatectl): {said}"


def _voice(settings: Settings) -> tuple[bool, str]:
    if speech.installed():
        return True, f"speech: {'on' if settings.speech else 'off until asked for'}"
    return not settings.speech, "speech: espeak-ng is not installed (apt-get install espeak-ng)"


def _device(path: Path, what: str) -> tuple[bool, str]:
    if not path.exists():
        return False, f"{what}: {path} is not there"
    if not os.access(path, os.W_OK):
        return False, f"{what}: this user may not write to {path}"
    return True, f"{what}: {path}"


def _light(folder: Path) -> tuple[bool, str]:
    level = Backlight(folder).level()
    if level is None:
        return False, f"backlight: {folder} is none"
    if not os.access(folder / "bl_power", os.W_OK):
        return False, f"backlight: this user may not write in {folder}"
    return True, f"backlight: {folder} at {level} %"
