import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import case_code
from protocols.enrolment import Invitation, enrol_url, qr_text, read_qr
from protocols.errors import MessageError

INVITATION = Invitation(gateway="ws://192.168.1.10:8081", code=case_code.mint_random(77))


def test_the_qr_code_says_gateway_and_code() -> None:
    text = qr_text(INVITATION)
    assert text == "storeloop:enrol?gateway=ws%3A%2F%2F192.168.1.10%3A8081&code=0000-0000-02DJ"
    assert read_qr(text) == INVITATION
    assert read_qr(f"  {text}\n") == INVITATION


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.com/?gateway=ws://x&code=0000-0000",
        "storeloop:other?gateway=ws://x&code=0000-0000",
        "storeloop:enrol?gateway=ws://x",
        "storeloop:enrol?gateway=ws://x&gateway=ws://y&code=0000-0000",
        "storeloop:enrol?gateway=ws://x&code=0000-0001",
        "storeloop:enrol?" + "x" * 5000,
    ],
)
def test_other_qr_codes_are_refused(text: str) -> None:
    with pytest.raises(MessageError):
        read_qr(text)


@given(st.text() | st.text().map(lambda rest: f"storeloop:enrol?gateway={rest}&code=0000-0000"))
def test_anything_scanned_is_an_invitation_or_a_message_error(text: str) -> None:
    try:
        assert isinstance(read_qr(text), Invitation)
    except MessageError as error:
        assert len(str(error)) < 200


@pytest.mark.parametrize(
    ("gateway", "url"),
    [
        ("ws://192.168.1.10:8081", "http://192.168.1.10:8081/enrol"),
        ("wss://gw.example.com/", "https://gw.example.com/enrol"),
        ("ws://[fe80::1]:8081/base", "http://[fe80::1]:8081/base/enrol"),
    ],
)
def test_a_kiosk_posts_to_the_gateway_it_will_connect_to(gateway: str, url: str) -> None:
    assert enrol_url(gateway) == url
