"""The means of a real kiosk: numbers are masked and sealed, codes can be typed in again."""

from pathlib import Path

from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey, SealedBox

from kiosk.codes import random_code
from kiosk.means import means
from kiosk.settings import Settings
from protocols import case_code

PHONE = "13912345678"


def settings(folder: Path, key: str | None) -> Settings:
    return Settings(
        device="k", store="s", touchpoint="t", token="x" * 16, data_dir=folder, hq_public_key=key
    )


def test_words_are_masked_and_a_number_is_sealed_for_hq_alone(tmp_path: Path) -> None:
    hq = PrivateKey.generate()
    made = means(settings(tmp_path, hq.public_key.encode(Base64Encoder).decode()), random_code)
    assert PHONE not in made.redact(f"call {PHONE}")
    assert made.seal is not None
    sealed = made.seal(PHONE)
    assert PHONE not in sealed
    assert SealedBox(hq).decrypt(sealed.encode(), Base64Encoder).decode() == PHONE


def test_without_hqs_key_nobody_is_asked_for_a_number(tmp_path: Path) -> None:
    assert means(settings(tmp_path, None), random_code).seal is None


def test_every_visit_has_names_of_its_own_and_a_code_that_can_be_typed(tmp_path: Path) -> None:
    made = means(settings(tmp_path, None), random_code)
    assert len({made.mint() for _ in range(100)}) == 100
    codes = [made.code() for _ in range(100)]
    assert all(case_code.parse(code.lower().replace("-", "")) == code for code in codes)
