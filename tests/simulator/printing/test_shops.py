from __future__ import annotations

import pytest

from simulator.printing.shop import Shop
from simulator.printing.shops import SHOPS, ZH_CN


@pytest.mark.parametrize("shop", SHOPS.values(), ids=lambda shop: shop.language)
def test_a_shop_can_print_every_word_it_has(shop: Shop) -> None:
    assert shop.words.keys() == ZH_CN.words.keys()
    said = [word for words in shop.words.values() for word in words]
    said += [name for name, _ in shop.shelf] + [
        word for way in shop.payments.values() for word in way
    ]
    for word in (*said, *shop.names, *shop.head, *shop.foot, *shop.people):
        assert word.encode(shop.encoding).decode(shop.encoding) == word
