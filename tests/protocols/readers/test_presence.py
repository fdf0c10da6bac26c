from protocols.readers.presence import Presence


def test_a_card_comes_once_until_it_is_away() -> None:
    presence = Presence(0.3)
    assert [presence.seen("a", t / 100) for t in range(0, 100, 6)].count(True) == 1
    assert not presence.seen("a", 1.2)
    assert presence.seen("a", 1.5)


def test_one_that_was_read_wrongly_beside_it_is_nobody() -> None:
    presence = Presence(0.3)
    seen = [presence.seen(card, t / 10) for t, card in enumerate(["a", "x", "a", "y", "a", "a"])]
    assert seen == [True, False, False, False, False, False]


def test_another_card_takes_its_place_when_it_is_seen_twice() -> None:
    presence = Presence(0.3)
    assert [presence.seen(card, 0.0) for card in "abbba"] == [True, False, True, False, False]


def test_gone_is_gone() -> None:
    presence = Presence(0.3)
    assert presence.seen("a", 0.0)
    presence.gone()
    assert presence.seen("a", 0.1)
