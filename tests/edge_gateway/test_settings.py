from pathlib import Path

import pytest

from configuration import ConfigError
from edge_gateway.settings import Listen, hash_token, load

GOOD = """
gateway = "g1"
store = "s1"
data_dir = "data"
store_name = { zh-CN = "城北店", en = "North" }
[[devices]]
id = "k1"
touchpoint = "till-4"
token = "0123456789abcdef"
[[readers]]
port = "/dev/ttyUSB0"
till = "4"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaints(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(written(folder, text))
    return [one.split("gateway.toml: ", 1)[-1] for one in error.value.complaints]


def test_defaults_are_safe_and_paths_are_seen_from_the_file(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))
    assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 8081)
    assert settings.data_dir == tmp_path / "data"
    assert settings.devices[0].secret_hash == hash_token("0123456789abcdef")
    assert settings.readers[0].place == "4"
    assert settings.readers[0].encoding == "gb18030"
    assert settings.hq_verify_key is None
    assert settings.max_megabytes == 2_000  # D8 wants a quota


def test_the_environment_overrides_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORELOOP_GATEWAY_STORE", "s2")
    monkeypatch.setenv("STORELOOP_GATEWAY_BROKER__PORT", "8883")
    settings = load(written(tmp_path, GOOD))
    assert (settings.store, settings.broker.port) == ("s2", 8883)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("store = 's1'\nbaud = 3", "baud is not a setting"),
        ("[listen]\nport = 99999", "listen.port = 99999: should be less than or equal to 65"),
        (
            '[[readers]]\nport = "/x"\ntill = "1"\nbaud = "fast"',
            "readers[1].baud = 'fast': a whole number is needed",
        ),
        ('[[readers]]\nport = "/x"\ntill = "1"\nencoding = "klingon"', "should be a text encoding"),
        ('[[readers]]\nport = "/x"\ntill = "1"\nencoding = "hex"', "'hex': should be a text enc"),
        ('[[readers]]\nport = "/x"\ntill = "1"\nencoding = "idna"', "should be a text encoding"),
        ('[[readers]]\nport = "/x"\ntill = "1"\nencoding = "a\\u0000"', "should be a text enc"),
        ('[board]\npin_hash = "$argon2id$replace"', "run `storeloop-gateway set-pin`"),
        ('[board]\npin_hash = "$argon2id$v=19$m=9,t=1,p=1"', "run `storeloop-gateway set-pin`"),
        ('[[readers]]\nport = "/x"\ntill = "1"\ndriver = "telex"', "should be 'escpos'"),
        ('[[readers]]\nport = "COM3"\ntill = "1"', "should be a path such as"),
        ('[[readers]]\nport = "usb:403:6001"\ntill = "1"', "should be a path such as"),
        ('[[readers]]\nport = "/x"\ntill = "4"', "reader name 4 appears twice"),
        ('[[readers]]\nport = "/dev/ttyUSB0"\ntill = "1"', "reader port /dev/ttyUSB0 appears"),
        ('[[readers]]\nport = "/x"\npass_to = "/x"\ntill = "1"', "pass_to is the port itself"),
        (
            '[[readers]]\nport = "/x"\npass_to = "/y"\ntill = "1"\ndriver = "scanner"',
            "pass_to goes with the drivers escpos and cd5220",
        ),
        (
            '[[readers]]\nport = "/x"\ntill = "1"\nname = "k1"\ndriver = "pad"',
            "names a device that there is already",
        ),
        ('[[readers]]\nport = "/x"\ntill = "1"\nbits = "8X1"', "should be 7 or 8 data bits"),
        ('[[readers]]\nport = "/x"\ntill = "1"\ncurrency = "cny"', "three capital letters"),
        (
            '[[readers]]\nport = "/x"\ntill = "1"\nprofile = "zebra"',
            "profile goes with the drivers keypad and scanner, not with escpos",
        ),
        (
            '[[readers]]\nport = "/x"\ntill = "1"\ndriver = "keypad"\nscores = [1]',
            "scores goes with the driver pad, not with keypad",
        ),
        (
            '[[instructions]]\nrule = "r"\nabove = 1\nclear = 2\ntext = { en = "x" }',
            "instructions[0]: clear should lie on the good side of the limit",
        ),
        ('[[instructions]]\nrule = "r"\nabove = 1', "text should hold the words"),
        (2 * '[[instructions]]\nrule = "r"\non = false\n', "instruction rule r appears twice"),
        ('[[devices]]\nid = "k2"', "devices[1]: needs either token_hash (better) or token"),
        ('[[devices]]\nid = "k1"\ntoken = "0123456789abcdefg"', "device id k1 appears twice"),
        ('[[devices]]\nid = "g1"\ntoken = "0123456789abcdefg"', "names the gateway and a device"),
        ('[broker]\nca_file = "nowhere.pem"', "broker.ca_file = 'nowhere.pem': there is no such"),
        ('[listen]\naddress = "192.168.1.10:8081"', 'such as "ws://192.168.1.10:8081"'),
        ('[listen]\naddress = "http://gateway"', "should be as kiosks use it"),
        ("store = 's1'\nhq_verify_key = 'AAAA'", "should be 32 bytes in Base64"),
        ('[broker]\nothers = ["mqtt2"]', 'should be host:port, such as "mqtt2.example.com:8883"'),
        ('[broker]\nothers = ["mqtt2:0"]', "should be host:port"),
        ('[broker]\ncert_file = "a.pem"', "cert_file and key_file go together"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(
    tmp_path: Path, wrong: str, said: str
) -> None:
    text = wrong + GOOD.replace('store = "s1"\n', "") if wrong.startswith("store") else GOOD + wrong
    assert any(said in one for one in complaints(tmp_path, text))


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    assert complaints(tmp_path, 'gateway = "g1"\ndata_dir = "d"') == ["store is missing"]


def test_a_zone_that_there_is_none_of_is_named(tmp_path: Path) -> None:
    said = complaints(tmp_path, 'timezone = "Mars/Base"' + GOOD)
    assert said == ["timezone = 'Mars/Base': should be a time zone such as Asia/Shanghai"]


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    said = complaints(tmp_path, GOOD + '[board]\npin_hash = "1234"')
    assert "1234" not in said[0]
    assert "board.pin_hash = (hidden)" in said[0]


def test_open_to_the_network_without_a_pin_is_refused(tmp_path: Path) -> None:
    said = complaints(tmp_path, GOOD + '[listen]\nhost = "0.0.0.0"')
    assert "the board needs a PIN" in said[0]


def test_no_file_and_no_toml_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "gone.toml")
    assert complaints(tmp_path, "gateway = ")[0].startswith("not TOML: ")


def test_every_broker_is_there_once_whatever_its_address(tmp_path: Path) -> None:
    text = '[broker]\nhost = "a"\nport = 1\nothers = ["b:2", "[::1]:3", "a:1"]\n'
    assert load(written(tmp_path, GOOD + text)).broker.addresses == (
        ("a", 1),
        ("b", 2),
        ("::1", 3),
    )


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        (Listen(), "ws://127.0.0.1:8081"),
        (Listen(host="192.168.1.10", port=9000), "ws://192.168.1.10:9000"),
        (Listen(host="fd00::1"), "ws://[fd00::1]:8081"),
        (Listen(host="::"), ""),
        (Listen(host="::", address="wss://gateway.store:443/"), "wss://gateway.store:443"),
    ],
)
def test_where_kiosks_connect_is_said_or_follows_from_where_we_listen(
    listen: Listen, address: str
) -> None:
    assert listen.for_kiosks == address
