"""The list and the comparison see every kind of disagreement."""

from pathlib import Path

from simulator.tap_list import Row, Tap, compare, parse_rows, read, write


def test_lists_are_read_back_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "taps"
    write(file, Tap(response="a", rating=1))
    write(file, Tap(response="a", rating=1, thanked=True))
    write(file, Tap(response="b", rating=5))
    with file.open("ab") as torn:
        torn.write(b'{"response":"c","ra')
    taps = read([file, tmp_path / "absent"])
    assert sorted(taps) == ["a", "b"]
    assert taps["a"].thanked


def test_hq_rows_are_parsed_whatever_else_they_say() -> None:
    rows = parse_rows(b'{"id":"a","rating":1,"later":[1]}\n\n{"id":"b"}\n')
    assert [(row.id, row.rating) for row in rows] == [("a", 1), ("b", None)]


def test_every_disagreement_is_named() -> None:
    taps = {name: Tap(response=name, rating=1) for name in ("ok", "lost", "double", "wrong")}
    rows = [
        Row(id="ok", rating=1),
        Row(id="double", rating=1),
        Row(id="double", rating=1),
        Row(id="wrong", rating=2),
        Row(id="nobody", rating=3),
    ]
    verdict = compare(taps, rows)
    assert verdict.missing == ("lost",)
    assert verdict.twice == ("double",)
    assert verdict.wrong == ("wrong",)
    assert verdict.unknown == ("nobody",)
    assert not verdict.exact
    key = Row(id="key", rating=1, channel="keypad")
    assert compare({}, [Row(id="asked and ignored"), key]).exact
    assert compare({"ok": taps["ok"]}, [rows[0]]).exact
