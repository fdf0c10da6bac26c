"""Bakes smooth shapes into white textures once; every part then tints and stretches them.

Kivy's own smooth shapes cost a shader each (1.2 MB a shadow, measured); these cost one texture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from kivy.graphics.texture import Texture

Distance = Callable[[float, float], float]
"""How far a point lies outside a shape, in pixels; negative inside."""

# Faces are baked at this radius, and drawn at any size with mipmaps.
FACE_RADIUS = 110


def _bake(width: int, height: int, distance: Distance) -> Texture:
    """Return a white texture, opaque inside the shape; the origin is the texture's middle."""
    alphas = bytearray()
    for row in range(height):
        y = row + 0.5 - height / 2
        for column in range(width):
            inside = 0.5 - distance(column + 0.5 - width / 2, y)
            alphas.append(round(255 * _clamp(inside)))
    return _texture(width, height, alphas)


def _bake_square(side: int, distance: Distance, *, blur: float = 1.0) -> Texture:
    """Return a texture that is the same from all four sides: only a quarter is computed."""
    half = side // 2
    lower = []
    for row in range(half):
        y = row + 0.5 - half
        shares = (0.5 - distance(column + 0.5 - half, y) / blur for column in range(half))
        smooth = _smooth if blur > 1 else _clamp
        left = bytes(round(255 * smooth(share)) for share in shares)
        lower.append(left + left[::-1])
    return _texture(side, side, b"".join(lower + lower[::-1]))


def _texture(width: int, height: int, alphas: bytes | bytearray) -> Texture:
    pixels = bytearray(b"\xff" * (4 * width * height))
    pixels[3::4] = alphas
    texture = Texture.create(size=(width, height), colorfmt="rgba", mipmap=True)
    texture.min_filter = "linear_mipmap_linear"
    texture.mag_filter = "linear"
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _clamp(value: float) -> float:
    return min(1.0, max(0.0, value))


def _smooth(value: float) -> float:
    held = _clamp(value)
    return held * held * (3 - 2 * held)


@lru_cache(maxsize=64)
def rounded(radius: int) -> Texture:
    """Return a nine-patch with corners of this radius; its border is the radius."""
    side = 2 * radius + 2

    def distance(x: float, y: float) -> float:
        return math.hypot(max(0.0, abs(x) - 1), max(0.0, abs(y) - 1)) - radius

    return _bake_square(side, distance)


@lru_cache(maxsize=16)
def ring(radius: int, thick: int) -> Texture:
    """Return a hollow nine-patch: a line of that thickness within corners of this radius."""
    side = 2 * radius + 2

    def distance(x: float, y: float) -> float:
        outside = math.hypot(max(0.0, abs(x) - 1), max(0.0, abs(y) - 1)) - radius
        return max(outside, -outside - thick)

    return _bake_square(side, distance)


@lru_cache(maxsize=8)
def shadow(radius: int, blur: int) -> Texture:
    """Return a soft nine-patch around corners of this radius; its border is radius + blur."""
    side = 2 * (radius + blur) + 2

    def distance(x: float, y: float) -> float:
        return math.hypot(max(0.0, abs(x) - 1), max(0.0, abs(y) - 1)) - radius

    return _bake_square(side, distance, blur=2.0 * blur)


@lru_cache(maxsize=1)
def disc() -> Texture:
    """Return a disc that fills its texture."""
    side = 2 * FACE_RADIUS
    return _bake_square(side, lambda x, y: math.hypot(x, y) - FACE_RADIUS + 1)


@lru_cache(maxsize=1)
def soft_disc() -> Texture:
    """Return a disc that fades out towards the edge: the shadow under a face."""
    return _bake_square(64, lambda x, y: math.hypot(x, y) - 24, blur=16)


@lru_cache(maxsize=16)
def arc(radius: float, half_angle: float, stroke: float) -> tuple[Texture, float, float]:
    """Return an upward arc like a smile, with its width and height in face radii.

    Lengths are in face radii, the angle in degrees to each side of the lowest point.
    """
    sine, cosine = math.sin(math.radians(half_angle)), math.cos(math.radians(half_angle))
    big, pen = radius * FACE_RADIUS, stroke * FACE_RADIUS / 2
    width = math.ceil(2 * (big * min(1.0, sine) + pen)) + 4
    height = math.ceil(big * (1 - cosine) + 2 * pen) + 4
    # From the texture's middle to the arc's own centre, which lies above it (y counts upwards).
    rise = big - height / 2 + pen + 2

    def distance(x: float, y: float) -> float:
        across, along = abs(x), rise - y
        if cosine * across > sine * along:
            return math.hypot(across - big * sine, along - big * cosine) - pen
        return abs(math.hypot(across, along) - big) - pen

    return _bake(width, height, distance), width / FACE_RADIUS, height / FACE_RADIUS


@lru_cache(maxsize=1)
def open_mouth() -> tuple[Texture, float, float]:
    """Return a laughing mouth, with its width and height in face radii."""
    reach, soften = 0.50 * FACE_RADIUS, 0.07 * FACE_RADIUS
    width, height = math.ceil(2 * reach) + 4, math.ceil(reach) + 4
    brim = height / 2 - 2 - soften

    def distance(x: float, y: float) -> float:
        below, around = y - brim, math.hypot(x, y - brim) - (reach - soften)
        outside = math.hypot(max(below, 0.0), max(around, 0.0))
        return outside + min(max(below, around), 0.0) - soften

    return _bake(width, height, distance), width / FACE_RADIUS, height / FACE_RADIUS


@lru_cache(maxsize=8)
def stroke(dx: float, dy: float, pen: float) -> tuple[Texture, float, float]:
    """Return a straight stroke with round ends, with its width and height in face radii."""
    half_x, half_y = dx * FACE_RADIUS / 2, dy * FACE_RADIUS / 2
    thick = pen * FACE_RADIUS / 2
    width, height = (math.ceil(2 * (abs(half) + thick)) + 4 for half in (half_x, half_y))
    length = half_x * half_x + half_y * half_y

    def distance(x: float, y: float) -> float:
        along = max(-1.0, min(1.0, (x * half_x + y * half_y) / length))
        return math.hypot(x - along * half_x, y - along * half_y) - thick

    return _bake(width, height, distance), width / FACE_RADIUS, height / FACE_RADIUS
