"""What is behind the long press on the store's name, as staff see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPicture:
    """All that the staff screen needs to draw itself."""
