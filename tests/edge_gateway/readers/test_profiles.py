import re
from pathlib import Path

import pytest

from edge_gateway.readers.profiles import (
    FrameFile,
    KeypadFile,
    LengthFile,
    ScannerFile,
    keypad_profile,
    scanner_profile,
)
from protocols.readers import jt905
from protocols.readers.checksums import Checksum
from protocols.readers.events import Code, KeyPressed, NoAnswer, ScanKind, Scanned
from protocols.readers.framing import built
from protocols.readers.keypad import KeypadReader
from protocols.readers.keypad_profiles import KEYPADS, Framing
from protocols.readers.scanner_profiles import SCANNERS, SILENCE

OWN_BOX = """
[frame]
header = "AA 55"
checksum = "sum8"
checksum_from = 2
[frame.length]
at = 2
extra = 4

[keys]
1 = 5
2 = 3
3 = 1
9 = "other_key"
"""
OWN_BOX_KEY = "key_as = 'number'\nkey_at = 4\n[match]\n3 = ['10', '20']\n"
TAXI = """
like = "jt905"
key_at = 8
ask = "55AA 0004 {address} 00 0101 {checksum} 55AA"
[match]
6 = "00 E9"
[keys]
1 = 5
2 = 3
3 = 1
0 = "timed_out"
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return str(path)


def complaint(tmp_path: Path, text: str, *, scanner: bool = False) -> str:
    said = written(tmp_path, text)
    with pytest.raises(ValueError, match=r"own\.toml") as caught:
        (scanner_profile if scanner else keypad_profile)(said)
    return str(caught.value).replace(f"{said}: ", "")


def test_names_are_those_of_the_program() -> None:
    for name, profile in KEYPADS.items():
        if not profile.open:
            assert keypad_profile(name) is profile
    for name, scanner in SCANNERS.items():
        assert scanner_profile(name) is scanner
    assert keypad_profile(None).name == "ascii_digit"
    assert scanner_profile(None).name == "line"


def test_a_wrong_name_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="no such keypad profile; there are ascii_digit,"):
        keypad_profile("odl_box")
    with pytest.raises(ValueError, match="no such scanner profile; there are line, cr,"):
        scanner_profile("lines")


def test_what_only_the_maker_knows_must_be_written_down(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='begins with like = "jt905"'):
        keypad_profile("jt905")
    said = complaint(tmp_path, 'like = "jt905"')
    assert said == "match is missing; key_at is missing; keys is missing"


def test_a_box_of_ones_own_is_read(tmp_path: Path) -> None:
    profile = keypad_profile(written(tmp_path, OWN_BOX_KEY + OWN_BOX))
    assert (profile.name, profile.framing) == ("own", Framing.FRAME)
    assert profile.frame is not None
    assert profile.frame.checksum is Checksum.SUM8
    keypad = KeypadReader(profile=profile)
    assert keypad.feed(built(profile.frame, b"\x30\x03"), 0.0) == []  # matches neither
    assert keypad.feed(built(profile.frame, b"\x20\x03"), 2.0) == [KeyPressed(key="3", score=1)]


def test_an_evaluator_of_a_taxi(tmp_path: Path) -> None:
    profile = keypad_profile(written(tmp_path, TAXI))
    keypad = KeypadReader(profile=profile)
    press = jt905.package(device=0x11, maker=0, command=0x00E9, content=b"\x00")
    other = jt905.package(device=0x02, maker=0, command=0x00E9, content=b"\x01")
    assert keypad.feed(other + press, 0.0) == [
        KeyPressed(key="0", no_answer=NoAnswer.TIMED_OUT, address=0x11)
    ]
    assert keypad.asks
    assert profile.prompt == jt905.package(device=0x06, maker=0, command=0x0101)


def test_a_file_says_only_what_is_different(tmp_path: Path) -> None:
    profile = keypad_profile(written(tmp_path, 'like = "old_box"\nkey_as = "number"\nrepeats = 2'))
    assert profile.keys == KEYPADS["old_box"].keys
    assert (profile.key_as, profile.repeats, profile.lockout_s) == ("number", 2, 1.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[keys]\n1 = 9", "keys.1 = 9: should be a score from 1 to 5, or one of other_key"),
        ("[keys]\n1 = 'maybe'", "keys.1 = 'maybe': should be a score"),
        ("[keys]\n12 = 1", "keys.12: with key_as = 'sign' a key is one sign"),
        ("key_as = 'number'\n[keys]\n256 = 1", "a key is a number from 0 to 255"),
        ("like = 'none'\n[keys]\n1 = 1", "like = 'none': there is no such keypad profile"),
        ("framing = 'line'", "keys is missing"),
        ("framing = 'frame'\n[keys]\n1 = 1", "goes with [frame]"),
        ("framing = 'lines'", "framing = 'lines'"),
        ("speed = 9600", "speed is not a setting; there are like, framing"),
        ("ask = 'AA 5'\n[keys]\n1 = 1", "ask: 'AA 5' should be bytes in hex"),
        ("poll = '{checksum}'\n[keys]\n1 = 1", "poll: {checksum} needs a frame"),
        ("[frame]\nheader = 'AA'", "a frame needs a length, a size or a tail"),
        ("[frame]\nheader = 'AA'\nsize = 4\nlength = {at = 1, extra = 3}", "one of them says"),
        ("[frame]\nheader = 'XY'\ntail = '0D'", "frame.header = 'XY': should be bytes in hex"),
        ("[frame]\nheader = ''\ntail = '0D'", "frame.header = ''"),
        ("[frame]\ntail = '0D'", "frame.header is missing"),
        ("[frame]\nheader = 'AA'\ntail = '0D'\nchecksum = 'crc7'", "frame.checksum = 'crc7'"),
        ("repeats = 2\nlockout_s = 0\n[keys]\n1 = 1", "lockout_s = 0: with repeats"),
        ("like = ", "not TOML"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no such file"):
        keypad_profile(str(tmp_path / "none.toml"))


def test_a_scanner_of_ones_own(tmp_path: Path) -> None:
    text = """
        prefix = "02"
        suffix = "03"
        presentation = true
        encoding = "big5"
        private = ["2901"]
        [code_ids]
        F = "ean13"
    """
    profile = scanner_profile(written(tmp_path, text))
    assert (profile.prefix, profile.suffix, profile.presentation) == (b"\x02", b"\x03", True)
    assert (profile.private, profile.encoding) == (("2901",), "big5")
    assert profile.code_ids == (("F", "ean13"),)


def test_a_suffix_may_be_any_or_silence(tmp_path: Path) -> None:
    assert scanner_profile(written(tmp_path, 'suffix = "any"')).suffix is None
    assert scanner_profile(written(tmp_path, 'suffix = "silence"')).suffix == SILENCE
    assert scanner_profile(written(tmp_path, 'like = "cr"\npresentation = true')).suffix == b"\r"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suffix = 'CR'", "suffix = 'CR': should be bytes in hex"),
        ("prefix = '" + "00" * 17 + "'", "should be 16 bytes at most"),
        ("encoding = 'utf-9'", "encoding = 'utf-9'"),
        ("like = 'old_box'", "no such scanner profile"),
        ("[code_ids]\nE = 'ean-13'", "code_ids.E"),
    ],
)
def test_a_mistake_in_a_scanners_file_is_named_by_its_key(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in complaint(tmp_path, text, scanner=True)


def test_codes_by_a_file_of_ones_own(tmp_path: Path) -> None:
    scanning = pytest.importorskip("protocols.readers.scanner")
    reader = scanning.ScannerReader(profile=scanner_profile(written(tmp_path, 'suffix = "0D"')))
    assert reader.feed(b"73513537\r", 0.0) == [
        Scanned(code=Code(symbology="ean8", text="73513537"), kind=ScanKind.ARTICLE, check_ok=True)
    ]


DOCS = (Path(__file__).parents[3] / "docs" / "readers.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)


def test_every_profile_and_every_key_is_documented() -> None:
    names = [*KEYPADS, *SCANNERS]
    assert [name for name in names if f"`{name}`" not in DOCS] == []
    models = (KeypadFile, FrameFile, LengthFile, ScannerFile)
    keys = {key for model in models for key in model.model_fields}
    written_down = {key for key in keys if re.search(rf"^\[?(frame\.)?{key}\b", DOCS, re.MULTILINE)}
    assert keys - written_down == {"escapes"}
    assert "[frame.escapes]" in DOCS


def test_the_examples_of_the_docs_are_profiles(tmp_path: Path) -> None:
    own = [example for example in EXAMPLES if example.startswith("like = ")]
    scanner, box, taxi = own
    assert scanner_profile(written(tmp_path, scanner)).prefix == b"\x02"
    assert keypad_profile(written(tmp_path, taxi)).key_at == jt905.CONTENT_AT
    profile = keypad_profile(written(tmp_path, box))
    assert profile.frame is not None
    assert profile.prompt == bytes.fromhex("AA 55 03 01 41 45")
    press = built(profile.frame, b"\x01\x02")
    assert press == bytes.fromhex("AA 55 02 01 02 05 0D")
    assert KeypadReader(profile=profile).feed(press, 0.0) == [
        KeyPressed(key="2", score=4, address=1)
    ]
