from pathlib import Path

from edge_gateway.readers.identity import KEY_FILE, identify_with, store_key


def test_the_same_number_has_the_same_digits_and_another_store_has_others() -> None:
    ours, theirs = identify_with(b"a"), identify_with(b"b")
    assert ours("0042") == ours("0042")
    assert len({ours("0042"), ours("0043"), theirs("0042")}) == 3
    assert len(ours("")) == 16
    assert int(ours("王"), 16) >= 0


def test_the_key_is_made_once_and_only_we_may_read_it(tmp_path: Path) -> None:
    key = store_key(tmp_path)
    assert store_key(tmp_path) == key
    assert len(key) == 32
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"torn")
    assert len(store_key(tmp_path)) == 32
    assert store_key(tmp_path) == (tmp_path / KEY_FILE).read_bytes()
