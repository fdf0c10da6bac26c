"""The touch terminal in the store."""

from importlib.metadata import version

PROGRAM = f"storeloop-kiosk {version('storeloop')}"
