"""A survey as HQ writes and reads it, and what would keep it from being shown."""

from __future__ import annotations

import functools
import re
from importlib import resources

import msgspec

from grading.topics import TOPICS
from hq_server.errors import InputError
from protocols import survey_check, wire
from protocols.briefs import MAX_BRIEF_BYTES
from protocols.errors import MessageError
from protocols.icons import CHIP_ICONS
from protocols.survey import Survey

LANGUAGES = ("zh-CN", "en")
"""What the screens of kiosks speak."""
# msgspec says where: "… - at `$.unhappy[0].label`".
_KIND = re.compile(r"^not an? [^:]*: ")
# Checks say the field first: "brand: logo: it is not Base64", "hours 2: day 1 overlaps …".
_FIELD = re.compile(r"((?:brand|limits|questions, [^:]+)(?:: \w+)?|[^:]+): (.*)", re.S)
_AT = re.compile(r" - at `\$?\.?(?P<path>[^`]*)`$")


def read(body: bytes) -> Survey:
    """Return the survey in JSON; InputError names the field that is not as it should be."""
    try:
        return wire.decode_survey(body)
    except MessageError as error:
        raise _refused(error) from error


def _refused(error: MessageError) -> InputError:
    said = str(error)
    found = _AT.search(said)
    field = found["path"] if found else ""
    why = said[: found.start()] if found else said
    return InputError(field or "survey", _KIND.sub("", why))


def fit(body: bytes) -> Survey:
    """Return the survey in JSON when kiosks can show it; else InputError names the field."""
    survey = read(body)
    demand_fit(survey)
    written(survey, survey.version)
    return survey


def demand_fit(survey: Survey) -> None:
    """Raise InputError when kiosks could not show a survey, or HQ not count what it brings."""
    complaint = survey_check.complaint(survey, LANGUAGES, icons=CHIP_ICONS)
    if complaint:
        found = _FIELD.fullmatch(complaint)
        raise InputError(*(found.groups() if found else ("survey", complaint)))
    for name in ("unhappy", "happy"):
        for choice in getattr(survey, name):
            _demand_topic(name, choice.topic)
    for question in survey.questions:
        for choice in (*question.unhappy, *question.happy):
            _demand_topic(f"questions, {question.id}", choice.topic)


def _demand_topic(field: str, topic: str) -> None:
    if topic not in TOPICS:
        raise InputError(field, f"{topic!a} is no topic of feedback")


def written(survey: Survey, version: int) -> bytes:
    """Return a survey as it is kept, signed and sent; InputError when it is too large for that."""
    body = wire.encode_brief_body(msgspec.structs.replace(survey, version=version))
    if len(body) > MAX_BRIEF_BYTES:
        raise InputError("survey", f"{len(body)} bytes; at most {MAX_BRIEF_BYTES} are allowed")
    return body


def legible(body: bytes) -> bytes:
    """Return a survey's JSON with a line for each of its values, for people to read."""
    return msgspec.json.format(body, indent=2) + b"\n"


@functools.cache
def first() -> Survey:
    """Return the survey that a chain begins with, to be changed to its liking."""
    return read(resources.files("hq_server.surveys").joinpath("first.json").read_bytes())
