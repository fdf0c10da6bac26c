import base64

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from kiosk.sealing import check_public_key, sealer


def test_only_the_private_key_opens_what_is_sealed() -> None:
    key = PrivateKey.generate()
    sealed = sealer(base64.b64encode(bytes(key.public_key)).decode())("13800138000")
    assert "13800138000" not in sealed
    assert SealedBox(key).decrypt(base64.b64decode(sealed)) == b"13800138000"
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey.generate()).decrypt(base64.b64decode(sealed))


def test_same_number_is_sealed_differently_every_time() -> None:
    seal = sealer(base64.b64encode(bytes(PrivateKey.generate().public_key)).decode())
    assert seal("13800138000") != seal("13800138000")


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ=", "键"])
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in Base64"):
        check_public_key(text)
