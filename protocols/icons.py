"""Which icons a chip of a survey may have: kiosks of this version draw them all."""

from __future__ import annotations

_NAMES = """
    accessible air-conditioning alert-circle alert-triangle apple baby-carriage barcode basket
    bell bolt bread brush bucket building-store bulb calculator carrot cash clock coin confetti
    credit-card cup device-mobile discount door elevator escalator eye fish flame gift hanger
    heart help home hourglass info-circle keyboard leaf lock mail map-pin meat message-circle
    message-dots milk mood-angry mood-crazy-happy mood-cry mood-empty mood-happy mood-neutral
    mood-sad mood-sad-2 mood-smile mood-wrrr music package packages parking phone printer receipt
    ruler-measure salad scan search shield-check shirt shopping-bag shopping-cart snowflake
    sparkles speakerphone spray stairs star sun tag tags temperature thumb-down thumb-up ticket
    toilet-paper tool trash truck-delivery user user-check user-heart users volume wallet wash
    wheelchair wifi
"""
CHIP_ICONS = frozenset(_NAMES.split())
"""Names of Tabler icons; each is in `assets/icons/kiosk.txt`, from which the font is made."""
