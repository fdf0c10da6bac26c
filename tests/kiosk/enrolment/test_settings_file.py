import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration import ConfigError
from kiosk.enrolment.settings_file import check_place, keep, toml
from kiosk.settings import load
from protocols.enrolment import EnrolAnswer
from protocols.signing import verify_key

GATEWAY = "ws://192.168.1.10:8081"
ANSWER = EnrolAnswer(
    device="kiosk-7",
    store="s1",
    touchpoint="till-4",
    token="a-token-of-16-bytes",
    store_name={"zh-CN": "云杉超市", "en": 'Spruce "Market"'},
    touchpoint_name={},
    settings={
        "track_url": "https://hq.example.com/t",
        "hq_verify_key": verify_key(bytes(32)),
        "language": "en",
        "data_dir": "/etc",
        "of_a_newer_kiosk": "x",
    },
)


def test_the_next_start_finds_everything(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    keep(path, ANSWER, GATEWAY)
    settings = load(path)
    assert (settings.device, settings.store, settings.touchpoint) == ("kiosk-7", "s1", "till-4")
    assert (settings.token, settings.gateway_url) == ("a-token-of-16-bytes", GATEWAY)
    assert settings.store_name == {"zh-CN": "云杉超市", "en": 'Spruce "Market"'}
    assert (settings.track_url, settings.language) == ("https://hq.example.com/t", "en")
    assert settings.hq_verify_key == verify_key(bytes(32))
    assert settings.data_dir == tmp_path / "data", "HQ does not say where a kiosk writes"


def test_the_token_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    keep(path, ANSWER, GATEWAY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["kiosk.toml"]


def test_what_hq_says_wrongly_leaves_no_file(tmp_path: Path) -> None:
    wrong = EnrolAnswer(
        device="k", store="s", touchpoint="t", token="t" * 16, settings={"language": "tlh"}
    )
    with pytest.raises(ConfigError, match="language"):
        keep(tmp_path / "kiosk.toml", wrong, GATEWAY)
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    check_place(tmp_path / "kiosk.toml")
    (tmp_path / "there.toml").touch()
    with pytest.raises(ConfigError, match="this kiosk is set up"):
        check_place(tmp_path / "there.toml")
    with pytest.raises(ConfigError, match="there is no folder"):
        check_place(tmp_path / "nowhere" / "kiosk.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="may not write"):
        check_place(tmp_path / "kiosk.toml")


@given(st.dictionaries(st.text(), st.text()), st.text(min_size=16, max_size=60))
def test_whatever_hq_calls_its_stores_the_file_says_it(names: dict[str, str], token: str) -> None:
    answer = EnrolAnswer(
        device="k", store="s", touchpoint="t", token=token, store_name=names, touchpoint_name=names
    )
    read = tomllib.loads(toml(answer, GATEWAY))
    assert (read["store_name"], read["touchpoint_name"], read["token"]) == (names, names, token)
