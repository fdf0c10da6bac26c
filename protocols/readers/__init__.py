"""Readers of serial devices at the till: bytes in, events out; no port, no clock, no randomness."""
