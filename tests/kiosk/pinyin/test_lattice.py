from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.pinyin.dictionary import Dictionary, shared
from kiosk.pinyin.lattice import Lattice


def typed(dictionary: Dictionary, letters: str) -> Lattice:
    lattice = Lattice(dictionary)
    for letter in letters:
        lattice.add(letter)
    return lattice


def test_sentence_is_found_in_unsplit_letters(words: Dictionary) -> None:
    assert typed(words, "shiyijiantaizangle").sentence() == "试衣间太脏了"


def test_separator_says_where_a_syllable_ends(words: Dictionary) -> None:
    assert typed(words, "xian").sentence() == "先"
    assert typed(words, "xi'an").sentence() == "西安"


def test_letters_that_make_no_syllable_make_no_sentence(words: Dictionary) -> None:
    assert typed(words, "uuu").sentence() == ""


@settings(max_examples=25, deadline=None)
@given(st.text("aeioughnszctdxy'", min_size=1, max_size=14), st.data())
def test_cutting_is_as_if_the_rest_had_never_been_typed(
    words: Dictionary, letters: str, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(letters)))
    lattice, other = typed(words, letters), typed(words, letters[:length])
    lattice.cut(length)
    assert lattice.letters == other.letters
    assert lattice.sentence() == other.sentence()
    assert list(lattice.first_words()) == list(other.first_words())


def test_clearing_forgets_what_was_looked_up(words: Dictionary) -> None:
    lattice = typed(words, "guominle")
    lattice.clear()
    assert lattice.letters == ""
    assert not lattice._found
    assert lattice.sentence() == ""


def test_one_dictionary_serves_the_program(words: Dictionary) -> None:
    assert words.fit("a") == shared().fit("a")
    assert shared() is shared()
