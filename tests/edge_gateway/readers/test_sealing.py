import pytest

from edge_gateway.readers.sealing import key_pair, seal, unseal


def test_only_the_private_key_opens_what_was_sealed() -> None:
    private, public = key_pair()
    sealed = seal(public, b"6222 0200 1234")
    assert b"6222" not in sealed
    assert unseal(private, sealed) == b"6222 0200 1234"
    other, _ = key_pair()
    for wrong in (other, public):
        with pytest.raises(ValueError, match="another key"):
            unseal(wrong, sealed)


@pytest.mark.parametrize("key", ["", "AAAA", "not Base64!", "ключ"])
def test_what_is_no_key_is_said(key: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in Base64"):
        unseal(key, b"x")
    with pytest.raises(ValueError, match="32 bytes in Base64"):
        seal(key, b"x")
