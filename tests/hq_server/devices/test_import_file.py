"""hq_server/devices/import_file.py: all of a file, or nothing and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from configuration import ConfigError
from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.devices import service
from hq_server.devices.import_file import import_file
from tests.hq_server.conftest import NOW

GOOD = """
[[stores]]
id = "zz"
name = { "zh-CN" = "郑州金水店", en = "Zhengzhou" }
opens = "09:30"
touchpoints = { till-3 = { "zh-CN" = "3 号收银台" }, fresh = "生鲜" }
[[stores]]
id = "xc"
name = "许昌店"
[[gateways]]
id = "zz-gateway"
store = "zz"
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "stores.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_imported_and_may_be_imported_again(database: Database, tmp_path: Path) -> None:
    for _ in range(2):
        assert import_file(database, _file(tmp_path, GOOD), NOW) == (2, 1)
    with database.reading() as connection:
        stores = service.stores(connection, EVERYTHING)
        assert service.stores_of(connection, ["zz-gateway"]) == {"zz-gateway": "zz"}
    assert stores["zz"].names["en"] == "Zhengzhou"
    assert stores["zz"].touchpoints["fresh"] == {"zh-CN": "生鲜"}
    assert stores["zz"].opens.hour == 9


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[stores]]\nid = 'n1'", "stores[0].name is missing"),
        ("[[stores]]\nid = 'n/1'\nname = 'x'", "stores[0]"),
        ("[[stores]]\nid = 'n1'\nname = 'x'\nopens = 'late'", "stores[0].opens = 'late'"),
        ("[[gateways]]\nid = 'n1'\nstore = 'nowhere'", "gateways[0]"),
        ("[[gateways]]\nid = 'g1'\nstore = 's2'", "gateways[0]"),
        ("[[shops]]\nid = 'x'", "shops is not a setting; there are stores, gateways"),
        ("not toml", "not TOML"),
    ],
)
def test_a_wrong_file_is_explained_and_changes_nothing(
    database: Database, tmp_path: Path, count: Callable[[str], int], text: str, key: str
) -> None:
    good = "[[stores]]\nid = 'fresh'\nname = 'x'\n"
    with pytest.raises(ConfigError) as caught:
        import_file(database, _file(tmp_path, good + text if text[0] == "[" else text), NOW)
    (line,) = caught.value.complaints
    assert key in line.replace("[1]", "[0]")
    assert count("stores") == 2
