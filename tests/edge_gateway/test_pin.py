import os
import tomllib
from pathlib import Path

import pytest

from configuration import ConfigError
from edge_gateway.pin import with_pin_hash, write_pin_hash

HASH = "$argon2id$v=19$m=65536,t=3,p=4$abc$def"


@pytest.mark.parametrize(
    "text",
    [
        'gateway = "g"  # ours\n',
        'gateway = "g"\n[board]\npin_hash = "old"\n[broker]\nport = 1\n',
        'gateway = "g"\n[board] # wall\n\n[[devices]]\nid = "k"\n',
        "",
    ],
)
def test_the_pin_is_set_and_the_rest_stays(text: str) -> None:
    before, after = tomllib.loads(text), tomllib.loads(with_pin_hash(text, HASH))
    assert after.pop("board") == {"pin_hash": HASH}
    before.pop("board", None)
    assert after == before


def test_the_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('gateway = "g"\n')
    path.chmod(0o640)
    write_pin_hash(path, HASH)
    assert tomllib.loads(path.read_text())["board"]["pin_hash"] == HASH
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('gateway = "g"\n')
    os.chown(path, 12345, 23456)
    write_pin_hash(path, HASH)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


def test_what_cannot_be_edited_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('board = { pin_hash = "x" }\n')
    with pytest.raises(ConfigError, match="by hand"):
        write_pin_hash(path, HASH)
    assert path.read_text() == 'board = { pin_hash = "x" }\n'
    with pytest.raises(ConfigError, match="no such file"):
        write_pin_hash(tmp_path / "gone.toml", HASH)
