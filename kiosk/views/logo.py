"""A chain's logo as a texture; it came from outside, so it is checked before it is decoded."""

from __future__ import annotations

import base64
import binascii
import io
import logging

from kivy.core.image import Image
from kivy.graphics.texture import Texture

from protocols import png
from protocols.survey import MAX_LOGO_BYTES

logger = logging.getLogger(__name__)


def texture_of(logo: str | None) -> Texture | None:
    """Return the texture of a PNG in Base64; None without one, and for one that is refused."""
    if not logo:
        return None
    try:
        picture = base64.b64decode(logo, validate=True)
    except (binascii.Error, ValueError):
        flaw: str | None = "it is not Base64"
    else:
        flaw = png.flaw(picture) if len(picture) <= MAX_LOGO_BYTES else "it is too large"
    if flaw:
        logger.error("the chain's logo is not shown: %s", flaw)
        return None
    try:
        return Image(io.BytesIO(picture), ext="png", mipmap=True).texture
    except Exception as error:  # the decoder's own; a kiosk without a logo still takes feedback
        logger.error("the chain's logo is not shown: %s", ascii(str(error)))
        return None
