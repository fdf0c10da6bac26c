from grading.reading import Reading
from grading.verdict import Context, Effect
from grading.words import margins, read


def reading(text: str) -> Reading:
    words = read(text)
    return Reading(context=Context(), words=words, margins=margins(words))


def test_an_unhappy_face_is_seen() -> None:
    reading = Reading(context=Context(rating=1), words=read("态度很差"), margins={})
    assert reading.unhappy
    assert reading.has(Effect.FAULT)
    assert reading.margin("S") < 0


def test_a_text_that_praises_and_blames_is_of_two_minds() -> None:
    assert reading("店员特别热情，就是排队排了一个小时").two_minds
    assert reading("The staff were wonderful, but we queued for an hour").two_minds
    assert not reading("排队排了一个小时，店员还骂人").two_minds
    assert not reading("").two_minds
    assert not reading("♞♞").two_minds


def test_the_loudest_topic_is_heard_first() -> None:
    heard = reading("收银台排队排了四十分钟").heard
    assert heard[0][1] == "queue_checkout"
    assert heard == sorted(heard, key=lambda one: -one[0])
