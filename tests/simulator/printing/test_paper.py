from __future__ import annotations

from simulator.printing.paper import Paper


def test_known_answer() -> None:
    paper = Paper("gb18030", columns=20)
    paper.line("苹果", centre=True, double=True)
    paper.row(("合计", "4.00"), bold=True)
    paper.rule()
    assert paper.cut() == (
        b"\x1b@\x1c&\x1ba\x01\x1d!\x11\xc6\xbb\xb9\xfb\n\x1d!\x00\x1ba\x00"
        b"\x1bE\x01\xba\xcf\xbc\xc6" + b" " * 12 + b"4.00\n\x1bE\x00" + b"-" * 20 + b"\n"
        b"\x1bd\x03\x1dVB\x00"
    )


def test_a_latin_till_chooses_its_page_and_places_columns_in_dots() -> None:
    paper = Paper("cp1252", columns=20, absolute=True)
    paper.row(("Müll", "9,99"))
    paper.drawer()
    assert paper.cut().startswith(b"\x1b@\x1bt\x10M\xfcll\x1b$\xc0\x009,99\n\x1bp\x00\x19\xfa")


def test_codes() -> None:
    paper = Paper("cp437")
    paper.bar_code("0387")
    paper.qr("https://a.example")
    data = paper.cut()
    assert b"\x1dkI\x06{B0387" in data
    assert b"\x1d(k\x14\x001P0https://a.example\x1d(k\x03\x001Q0" in data
