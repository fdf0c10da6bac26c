"""hq_server/web/reasons.py: what ingest and the protocol say is known in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import zstandard

from hq_server.ingest.intake import TOO_MANY
from hq_server.web.reasons import reason
from hq_server.web.texts import texts
from protocols import wire
from protocols.errors import MessageError

ROOT = Path(__file__).resolve().parents[3]
SAID = {
    "this gateway is not registered": "该网关尚未登记",
    "sent a GatewayState here": "GatewayState",
    "brings a stream of store s2": "s2",
    "event of store s2, but the gateway is in s1": "s2",
    "this response belongs to another store": "另一家门店",
    "batches of too many streams": "数据流多于",
    "items = 99999999999999999999 is out of range": "items",
    "cannot be kept: IntegrityError": "IntegrityError",
}


@pytest.mark.parametrize("said", SAID)
def test_a_known_reason_is_said_in_chinese(said: str) -> None:
    told = reason(texts("zh-CN"), said)
    assert told is not None
    assert SAID[said] in told
    assert reason(texts("en"), said)


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\xff", b"{}", b'{"v":9,"t":"batch"}', b"x" * (wire.MAX_MESSAGE_BYTES + 1),
        zstandard.compress(b"x" * 100)[:-5], wire.ZSTD_MAGIC,
    ],
)  # fmt: skip
def test_whatever_the_protocol_refuses_is_known(payload: bytes) -> None:
    for decode in (wire.decode, wire.decode_event):
        with pytest.raises(MessageError) as caught:
            decode(payload)
        assert reason(texts("zh-CN"), str(caught.value)), caught.value


def test_whatever_ingest_refuses_is_known() -> None:
    source = (ROOT / "hq_server/ingest/intake.py").read_text("utf-8")
    said = re.findall(r'(?:why = |_refuse\([^)]*?)f?"([^"]+)"', source)
    assert len(said) >= 4
    for each in said:
        whole = each.replace("{TOO_MANY}", TOO_MANY)
        assert reason(texts("en"), re.sub(r"\{[^}]*\}", "X", whole)), each


def test_an_unknown_reason_is_left_to_be_shown_as_it_stands() -> None:
    assert reason(texts("zh-CN"), "the moon is full") is None
