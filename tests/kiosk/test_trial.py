from pathlib import Path

from kiosk.trial import MOST_FAILED_STARTS, Trial


def test_survey_of_hq_is_left_aside_after_starts_that_painted_nothing(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    assert all(Trial(file).begin() for _ in range(MOST_FAILED_STARTS))
    left_aside = Trial(file)
    assert not left_aside.begin()
    left_aside.passed()
    assert Trial(file).begin()


def test_torn_or_missing_file_counts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    file.write_bytes(b"\x00\xff")
    assert Trial(file).begin()
    assert Trial(tmp_path / "no-such-folder" / "starts").begin()
