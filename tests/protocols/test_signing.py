import base64

import msgspec
import pytest

from protocols.briefs import BriefKind
from protocols.messages import Brief
from protocols.signing import check_verify_key, sign, verify, verify_key

PRIVATE = bytes(range(32))
BRIEF = Brief(
    kind=BriefKind.SURVEY,
    version="7",
    body=b"{}",
    signature=sign(PRIVATE, BriefKind.SURVEY, "s1", "7", b"{}"),
)
STRANGER = sign(bytes(32), BriefKind.SURVEY, "s1", "7", b"{}")


def test_known_answers() -> None:
    """What a gateway has on disk must stay good for every later version."""
    assert verify_key(PRIVATE) == "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    assert BRIEF.signature == (
        "4itrfdSVIRlh5q9S4o+mBwbKeJu41mZdQO9Up4l+ZXof1eOkWEeFpfwMQew/vmNEhfxwQSmcnPc7k4mbrRbyBw=="
    )


def test_a_signed_document_is_good_for_its_addressee_alone() -> None:
    public = verify_key(PRIVATE)
    assert verify(public, "s1", BRIEF)
    assert not verify(public, "s2", BRIEF)
    assert not verify(verify_key(bytes(32)), "s1", BRIEF)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": BriefKind.PROBLEMS},
        {"version": "8"},
        {"body": b"[]"},
        {"signature": ""},
        {"signature": "not Base64!"},
        {"signature": "雪"},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"signature": base64.b64encode(bytes(63)).decode()},
        {"signature": STRANGER},
    ],
)
def test_whatever_is_changed_the_signature_no_longer_fits(change: dict[str, object]) -> None:
    assert not verify(verify_key(PRIVATE), "s1", msgspec.structs.replace(BRIEF, **change))


@pytest.mark.parametrize("text", ["", "short", "=" * 44, base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in Base64, as `storeloop-hq keys` prints it"):
        check_verify_key(text)
    assert check_verify_key(verify_key(PRIVATE)) == verify_key(PRIVATE)
