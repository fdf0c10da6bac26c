"""hq_server/web/render.py: bytes from outside are shown as what they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hq_server.web.render import RAW_SHOWN, printed


@given(st.binary(max_size=1000))
def test_any_bytes_become_printable_text(raw: bytes) -> None:
    assert printed(raw).isprintable()


def test_what_is_cut_says_so() -> None:
    assert printed(b"x" * RAW_SHOWN) == "x" * RAW_SHOWN
    assert printed(b"x" * (RAW_SHOWN + 1)).endswith("…")
    assert printed("\x1b[31m过敏".encode()) == "\\x1b[31m过敏"
