from pathlib import Path

import pytest

from protocols.readers.events import Code, ReaderEvent, ScanKind, Scanned
from protocols.readers.scanner import ScannerReader
from protocols.readers.scanner_profiles import SCANNERS, ScannerProfile
from simulator.serial_scanner import ScanHabit, SerialScanner, scan_pieces
from tests.simulator.played import opened

EAN = "6901234567892"
ARTICLE = Scanned(code=Code(symbology="ean13", text=EAN), kind=ScanKind.ARTICLE, check_ok=True)


def scanned(profile: ScannerProfile, habit: ScanHabit | None) -> list[ReaderEvent]:
    reader = ScannerReader(profile=profile)
    events = [
        event for piece in scan_pieces(profile, EAN, habit) for event in reader.feed(piece, 0.0)
    ]
    return events + reader.idle(9.0)


def test_a_scan_over_a_real_line(tmp_path: Path) -> None:
    profile = SCANNERS["line"]
    scanner = SerialScanner(tmp_path / "scanner", profile)
    with opened(tmp_path / "scanner") as port:
        scanner.scan(EAN, ScanHabit.DOUBLED_END)
        scanner.scan("https://rate.example.com/s/7/20261121/A-0412?t=Zm9v")
        first, second = port.read(ScannerReader(profile=profile))
    assert first == ARTICLE
    assert isinstance(second, Scanned)
    assert second.kind is ScanKind.RECEIPT
    scanner.close()


@pytest.mark.parametrize("habit", [None, *ScanHabit])
@pytest.mark.parametrize("name", ["line", "crlf", "stx_etx"])
def test_a_bad_habit_costs_at_most_that_scan(name: str, habit: ScanHabit | None) -> None:
    profile = SCANNERS[name]
    events = [event for event in scanned(profile, habit) if event == ARTICLE]
    if habit is ScanHabit.HALF or (habit is ScanHabit.NO_END and profile.suffix):
        assert events == []
    else:
        assert events == [ARTICLE] * (3 if habit is ScanHabit.SEES_ON else 1)


def test_a_presentation_scanner_sees_on() -> None:
    events = scanned(SCANNERS["presentation"], ScanHabit.SEES_ON)
    repeated = [event.repeated for event in events if isinstance(event, Scanned)]
    assert repeated == [False, True, True]
