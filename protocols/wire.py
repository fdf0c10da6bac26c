"""Messages to bytes and back; compressed when it pays, bounded, versioned.

Hop messages are MessagePack, because a batch carries its events as opaque bytes: one damaged
event can then never spoil the batch around it (D7). Events are JSON, so that what lies on disk
for weeks can be read by a person. See docs/decisions/0002-wire-format.md.
"""

from __future__ import annotations

import contextlib
import re
from typing import TypeVar, get_args

import msgspec
import zstandard

from protocols.briefs import (
    MAX_BRIEF_BYTES,
    BriefKind,
    CodeBlock,
    Enrolments,
    Problems,
    Promises,
    RulebookChanges,
)
from protocols.enrolment import MAX_ENROL_BYTES, EnrolAnswer, EnrolRefused, EnrolRequest
from protocols.errors import MessageError, NewerKind
from protocols.events import Event
from protocols.messages import MAJOR_VERSION, MAX_EVENT_BYTES, HopMessage, Response
from protocols.survey import Survey

T = TypeVar("T")

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
# Every zstd frame begins with these bytes (RFC 8878 §3.1.1); no MessagePack map of ours does.
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# Below this a frame header costs more than it saves (measured: single events grow).
COMPRESS_FROM_BYTES = 512

_ID_CHARACTERS = re.compile(r"[A-Za-z0-9._:-]+")
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_hop_encoder = msgspec.msgpack.Encoder()
_hop_decoder: msgspec.msgpack.Decoder[HopMessage] = msgspec.msgpack.Decoder(HopMessage)
_event_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


BriefBody = Survey | Problems | Promises | CodeBlock | Enrolments | RulebookChanges
_survey_decoder: msgspec.json.Decoder[Survey] = msgspec.json.Decoder(Survey)
_body_decoders: dict[BriefKind, msgspec.json.Decoder[BriefBody]] = {
    BriefKind.SURVEY: msgspec.json.Decoder(Survey),
    BriefKind.PROBLEMS: msgspec.json.Decoder(Problems),
    BriefKind.PROMISES: msgspec.json.Decoder(Promises),
    BriefKind.CODES: msgspec.json.Decoder(CodeBlock),
    BriefKind.ENROLMENTS: msgspec.json.Decoder(Enrolments),
    BriefKind.RULEBOOK: msgspec.json.Decoder(RulebookChanges),
}
_request_decoder: msgspec.json.Decoder[EnrolRequest] = msgspec.json.Decoder(EnrolRequest)
_answer_decoder: msgspec.json.Decoder[EnrolAnswer | EnrolRefused] = msgspec.json.Decoder(
    EnrolAnswer | EnrolRefused
)


class _Head(msgspec.Struct):
    v: int = MAJOR_VERSION


class _Kind(msgspec.Struct):
    type: str


_HeadDecoder = msgspec.msgpack.Decoder[_Head] | msgspec.json.Decoder[_Head]
_hop_head = msgspec.msgpack.Decoder(_Head)
_event_head = msgspec.json.Decoder(_Head)
_hop_kind = msgspec.msgpack.Decoder(_Kind)
_HOP_KINDS = frozenset(struct.__struct_config__.tag for struct in get_args(HopMessage))


def encode(message: HopMessage) -> bytes:
    """Return the bytes of a hop message, compressed when that makes it smaller."""
    plain = _hop_encoder.encode(message)
    if len(plain) < COMPRESS_FROM_BYTES:
        return plain
    packed = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(plain)
    return packed if len(packed) < len(plain) else plain


def decode(payload: bytes) -> HopMessage:
    """Return the hop message in `payload`.

    Raises MessageError when it is too large, damaged or of another major version, and NewerKind
    when only a newer version knows what it is.
    """
    plain = _unpack(payload)
    try:
        message = _hop_decoder.decode(plain)
    except _UNREADABLE as error:
        _refuse_other_version(_hop_head, plain)
        _refuse_newer_kind(plain)
        raise MessageError(f"not a hop message: {error}") from error
    if message.v != MAJOR_VERSION:
        raise _other_version(message.v)
    return message


def encode_event(event: Event) -> bytes:
    """Return the JSON bytes of an event; MessageError when they exceed MAX_EVENT_BYTES."""
    payload = _event_encoder.encode(event)
    if len(payload) > MAX_EVENT_BYTES:
        raise MessageError(f"event of {len(payload)} bytes; at most {MAX_EVENT_BYTES} are allowed")
    return payload


def decode_event(payload: bytes) -> Event:
    """Return the event in `payload`, or raise MessageError saying what is wrong with it."""
    if len(payload) > MAX_EVENT_BYTES:
        raise MessageError(f"event of {len(payload)} bytes; at most {MAX_EVENT_BYTES} are allowed")
    try:
        event = _event_decoder.decode(payload)
    except _UNREADABLE as error:
        _refuse_other_version(_event_head, payload)
        raise MessageError(f"not an event: {error}") from error
    if event.v != MAJOR_VERSION:
        raise _other_version(event.v)
    if not _ID_CHARACTERS.fullmatch(_ids(event)):
        raise MessageError(f"not an event: {_wrong_id(event)} may hold A-Z a-z 0-9 . _ : - only")
    return event


def _ids(event: Event) -> str:
    """Return every EventId of an event in one piece."""
    ids = f"{event.id}{event.store}{event.touchpoint or ''}"
    if isinstance(event, Response):
        return f"{ids}{event.response}{event.survey}{event.question}"
    return ids


def _wrong_id(event: Event) -> str:
    """Return which of an event's ids holds something else than an id may."""
    names = ("id", "store", "touchpoint", "response", "survey", "question")
    said = ((name, getattr(event, name, None)) for name in names)
    return next(name for name, id_ in said if id_ and not _ID_CHARACTERS.fullmatch(id_))


def decode_survey(payload: bytes) -> Survey:
    """Return the survey in a JSON file, or raise MessageError naming the field at fault."""
    return _document(_survey_decoder, BriefKind.SURVEY, payload)


def encode_brief_body(body: BriefBody) -> bytes:
    """Return the JSON bytes of a document, as they are signed."""
    return _event_encoder.encode(body)


def decode_brief_body(kind: BriefKind, body: bytes) -> BriefBody:
    """Return the document in a Brief's body, or raise MessageError naming the field at fault.

    What a Survey says is to be looked at besides: see `survey.complaint`.
    """
    return _document(_body_decoders[kind], kind, body)


def _document(decoder: msgspec.json.Decoder[T], kind: BriefKind, body: bytes) -> T:
    if len(body) > MAX_BRIEF_BYTES:
        raise MessageError(f"{kind} of {len(body)} bytes; at most {MAX_BRIEF_BYTES} are allowed")
    try:
        return decoder.decode(body)
    except _UNREADABLE as error:
        raise MessageError(f"not a {kind} document: {error}") from error


def encode_enrolment(message: EnrolRequest | EnrolAnswer | EnrolRefused) -> bytes:
    """Return the JSON bytes by which a kiosk is set up."""
    return _event_encoder.encode(message)


def decode_enrol_request(payload: bytes) -> EnrolRequest:
    """Return what a kiosk asks, or raise MessageError saying what is wrong with it."""
    return _enrolment(_request_decoder, payload)


def decode_enrol_answer(payload: bytes) -> EnrolAnswer | EnrolRefused:
    """Return what a gateway answers, or raise MessageError saying what is wrong with it."""
    return _enrolment(_answer_decoder, payload)


def _enrolment(decoder: msgspec.json.Decoder[T], payload: bytes) -> T:
    if len(payload) > MAX_ENROL_BYTES:
        raise MessageError(f"{len(payload)} bytes to set a kiosk up; at most {MAX_ENROL_BYTES}")
    try:
        return decoder.decode(payload)
    except _UNREADABLE as error:
        raise MessageError(f"not a message to set a kiosk up: {error}") from error


def _other_version(version: int) -> MessageError:
    return MessageError(f"major version {version}, this is version {MAJOR_VERSION}")


def _refuse_other_version(head: _HeadDecoder, plain: bytes) -> None:
    """Say so when what could not be read is of another version: looked at only then (D10)."""
    with contextlib.suppress(*_UNREADABLE):
        version = head.decode(plain).v
        if version != MAJOR_VERSION:
            raise _other_version(version)


def _refuse_newer_kind(plain: bytes) -> None:
    with contextlib.suppress(*_UNREADABLE):
        kind = _hop_kind.decode(plain).type
        if kind not in _HOP_KINDS:
            raise NewerKind(f"no message of this version is a {kind[:40]!a}")


def _unpack(payload: bytes) -> bytes:
    if len(payload) > MAX_MESSAGE_BYTES:
        raise MessageError(f"message of {len(payload)} bytes; at most {MAX_MESSAGE_BYTES}")
    if not payload.startswith(ZSTD_MAGIC):
        return payload
    try:
        size = zstandard.frame_content_size(payload)
        # -1: a frame that does not say its size could unpack to anything.
        if not 0 <= size <= MAX_MESSAGE_BYTES:
            raise MessageError(f"compressed message unpacks to {size} bytes")
        return zstandard.ZstdDecompressor().decompress(payload, max_output_size=MAX_MESSAGE_BYTES)
    except zstandard.ZstdError as error:
        raise MessageError(f"damaged compressed message: {error}") from error
