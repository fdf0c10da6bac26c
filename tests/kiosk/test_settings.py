from pathlib import Path

import pytest

from configuration import ConfigError
from kiosk.pin import hash_pin
from kiosk.settings import DEFAULT_SURVEY, Settings, load
from protocols.survey import Survey

GOOD = {
    "device": '"kiosk-1"',
    "store": '"s1"',
    "touchpoint": '"till-4"',
    "token": '"a-token-of-16-bytes"',
    "data_dir": '"data"',
}


def written(folder: Path, **changes: str | None) -> Path:
    path = folder / "kiosk.toml"
    rows = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    path.write_text("\n".join(f"{key} = {value}" for key, value in rows.items()), "utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value)


def test_smallest_file_gives_sensible_settings(tmp_path: Path) -> None:
    settings = load(written(tmp_path))
    assert (settings.width, settings.height, settings.language) == (1080, 1920, "zh-CN")
    assert settings.gateway_url == "ws://127.0.0.1:8081"
    assert settings.hq_public_key is None


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(written(tmp_path, survey='"mine.json"'))
    assert settings.outbox_path == tmp_path / "data" / "outbox.db"
    assert settings.survey == tmp_path / "mine.json"


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("device", '"a kiosk"', "letters, digits"),
        ("token", '"short"', "16"),
        ("gateway_url", '"http://x"', "ws://"),
        ("gateway_url", '"ws://h:99999"', "port out of range 0-65535"),
        ("gateway_url", '"ws://h:0"', "a port of 1 to 65535"),
        ("gateway_url", '"ws://h:door"', "port could not be cast"),
        ("gateway_url", '"ws://"', "should name a host"),
        ("gateway_url", '"ws://:8081"', "should name a host"),
        ("gateway_url", '"ws://[::1"', "invalid IPv6 URL"),
        ("gateway_url", '"ws://me@h:1"', "nothing but host, port and path"),
        ("gateway_url", '"ws://h:1/?x"', "nothing but host, port and path"),
        ("hq_public_key", '"c2hvcnQ="', "32 bytes"),
        ("track_url", '"feedback.example"', "https://"),
        ("width", '"wide"', "whole number"),
        ("height", "100", "320"),
        ("language", '"fr"', "zh-CN, en"),
        ("max_megabytes", "1", "4"),
        ("keypad_bytes.ok", '"xy"', "1"),
        ("keypad_speed", "1", "300"),
        ("speech_loudest", "101", "100"),
    ],
)
def test_wrong_value_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, key: str, value: str, allowed: str
) -> None:
    path = written(tmp_path, **{key: value})
    said = complaint(path)
    assert said.startswith(f"{path}: {key} = ")
    assert allowed in said
    assert "\n" not in said


def test_what_belongs_together_is_said(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, screen_off='["off"]'))
    assert "screen_off and screen_on go together" in said
    said = complaint(written(tmp_path, **{"keypad.menu": '["enter"]'}))
    assert "one meaning: enter has several" in said
    said = complaint(written(tmp_path, **{"keypad_bytes.menu": '"o"'}))
    assert "a byte of its own" in said


def test_a_scanner_presses_no_key_of_the_keypad(tmp_path: Path) -> None:
    keys = '{ back = ["1"], next = ["numpad3"], ok = ["enter", "numpadenter"], menu = ["f1"] }'
    assert load(written(tmp_path, keypad=keys)).keypad.back == ("1",)
    said = complaint(written(tmp_path, keypad=keys, receipt_scanner="true"))
    assert "receipt_scanner types what keypad takes for keys: 1, numpad3" in said


def test_hash_of_the_pin_is_set_by_a_command_and_never_shown(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, staff_pin_hash='"2468"'))
    assert "storeloop-kiosk set-pin" in said
    assert "2468" not in said
    pin_hash = hash_pin("2468")
    assert load(written(tmp_path, staff_pin_hash=f'"{pin_hash}"')).staff_pin_hash == pin_hash


def test_token_is_never_shown(tmp_path: Path) -> None:
    assert "s3cret" not in complaint(written(tmp_path, token='"s3cret"'))


def test_unknown_key_is_named_with_those_there_are(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, gatewayurl='"ws://x"'))
    assert "gatewayurl is not a setting" in said
    assert "gateway_url" in said


def test_missing_key_missing_file_and_broken_toml(tmp_path: Path) -> None:
    assert "store is missing" in complaint(written(tmp_path, store=None))
    assert "no such file" in complaint(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("device = ", "utf-8")
    assert "not TOML" in complaint(broken)


def test_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORELOOP_KIOSK_LANGUAGE", "en")
    assert load(written(tmp_path)).language == "en"


def test_default_survey_marks_food_safety_as_urgent() -> None:
    urgent = [chip.id for chip in DEFAULT_SURVEY.unhappy if chip.urgent]
    assert urgent == ["food_safety"]
    assert not any(chip.urgent for chip in DEFAULT_SURVEY.happy)


def test_default_survey_is_asked_when_none_is_set(tmp_path: Path) -> None:
    assert load(written(tmp_path)).load_survey() == DEFAULT_SURVEY


def survey_complaint(settings: Settings) -> str:
    with pytest.raises(ConfigError) as caught:
        settings.load_survey()
    return str(caught.value)


def test_survey_file_that_cannot_be_asked_is_named(tmp_path: Path) -> None:
    settings = load(written(tmp_path, survey='"mine.json"'))
    assert "mine.json: No such file" in survey_complaint(settings)
    mine = tmp_path / "mine.json"
    mine.write_text('{"survey": 1}', "utf-8")
    assert "mine.json: not a survey" in survey_complaint(settings)
    mine.write_bytes(_encode(ask={"zh-CN": "好吗？"}))
    assert "ask has no text in en" in survey_complaint(settings)
    mine.write_bytes(_encode(languages=("fr",)))
    assert "'fr'" in survey_complaint(settings)


def _encode(**changes: object) -> bytes:
    import msgspec  # noqa: PLC0415

    changed = msgspec.structs.replace(DEFAULT_SURVEY, **changes)
    assert isinstance(changed, Survey)
    return msgspec.json.encode(changed)


@pytest.mark.parametrize("key", Settings.model_fields)
def test_every_setting_is_documented(key: str) -> None:
    assert f"`{key}`" in Path("docs/kiosk.md").read_text("utf-8")
