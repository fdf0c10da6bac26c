from protocols.readers.base import Counts
from protocols.readers.events import Doubt, Suspected
from protocols.readers.noise import BAD_BURSTS, Noise


def test_only_bursts_in_a_row_without_a_message_are_suspicious() -> None:
    counts = Counts()
    noise = Noise(counts)
    for _ in range(BAD_BURSTS - 1):
        counts.dropped_bytes += 5
        assert noise.paused() == []
    counts.dropped_bytes += 5
    counts.messages += 1
    assert noise.paused() == []
    for _ in range(BAD_BURSTS - 1):
        counts.dropped_bytes += 5
        assert noise.paused() == []
    counts.dropped_bytes += 5
    assert noise.paused() == [Suspected(doubt=Doubt.BAUD)]
    counts.dropped_bytes += 5
    assert noise.paused() == []  # told once
    assert noise.paused() == []
    counts.messages += 1
    assert noise.paused() == [Suspected(doubt=None)]


def test_silence_and_what_is_understood_otherwise_is_no_noise() -> None:
    noise = Noise(Counts())
    assert [noise.paused() for _ in range(2 * BAD_BURSTS)] == [[]] * (2 * BAD_BURSTS)
