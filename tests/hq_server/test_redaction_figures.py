from hq_server.redaction_figures import HARMLESS, PERSONAL, measure


def test_personal_texts_are_masked_and_others_are_kept() -> None:
    found = measure(60, seed=3)
    assert len(found) == len(PERSONAL) + len(HARMLESS)
    for share in found:
        assert share.right / share.of >= 0.95, share


def test_the_same_seed_makes_the_same_texts() -> None:
    assert measure(20, seed=5) == measure(20, seed=5)
