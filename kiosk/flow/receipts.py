"""Which purchase it is about: the shopper scans the receipt, or types its last digits."""

from __future__ import annotations

from kiosk.events import (
    BackTapped,
    Command,
    DigitTapped,
    DoneTapped,
    EraseTapped,
    ReceiptScanned,
    ReceiptTapped,
    SaleChanged,
    State,
)
from kiosk.flow.memory import Memory
from protocols.messages import ReceiptSaid
from protocols.personal import PAYMENT_CODE, VISITING_CARD

LEAST_DIGITS = 4
"""Fewer would fit too many receipts of a day."""
MOST_DIGITS = 20
_LONGEST_CODE = 200


def open_digits(memory: Memory, _: ReceiptTapped) -> list[Command]:
    """Type the number, where the kiosk offers it; the reasons are safe first."""
    if not memory.means.receipt_digits:
        return []
    memory.state = State.RECEIPT
    memory.receipt_typed = ""
    return memory.revise()


def digit(memory: Memory, event: DigitTapped) -> list[Command]:
    """Type a digit."""
    memory.receipt_typed = (memory.receipt_typed + event.digit)[:MOST_DIGITS]
    return []


def erase_digit(memory: Memory, _: EraseTapped) -> list[Command]:
    """Take the last digit back."""
    memory.receipt_typed = memory.receipt_typed[:-1]
    return []


def back(memory: Memory, _: BackTapped) -> list[Command]:
    """Go back to the reasons; what was typed is forgotten."""
    memory.receipt_typed = ""
    memory.state = State.REASONS
    return []


def done(memory: Memory, _: DoneTapped) -> list[Command]:
    """Keep the digits, when there are enough of them; those of a person are wiped."""
    if len(memory.receipt_typed) < LEAST_DIGITS:
        return []
    said = ReceiptSaid(text=memory.receipt_typed)
    memory.receipt_typed = ""
    if _is_private(memory, said.text):
        return []
    memory.state = State.REASONS
    return _kept(memory, said)


def scanned(memory: Memory, event: ReceiptScanned) -> list[Command]:
    """Keep what was scanned, for this visit or the one that begins now; a card is no receipt."""
    text = event.text.strip()
    if not (LEAST_DIGITS <= len(text) <= _LONGEST_CODE and text.isprintable()):
        return []
    if _is_private(memory, text) or text.startswith(memory.means.own_addresses):
        return []
    memory.engaged = memory.engaged or memory.state is State.ATTRACT
    if memory.state is State.RECEIPT:
        memory.receipt_typed = ""
        memory.state = State.REASONS
    return _kept(memory, ReceiptSaid(text=text, scanned=True))


def sale_changed(memory: Memory, event: SaleChanged) -> list[Command]:
    """Know whether somebody stands at the till."""
    memory.selling = event.open
    return []


def _is_private(memory: Memory, text: str) -> bool:
    """Return whether somebody could be called, named or charged by what was shown."""
    if PAYMENT_CODE.fullmatch(text) or VISITING_CARD.match(text):
        return True
    return memory.means.redact(text) != text


def _kept(memory: Memory, said: ReceiptSaid) -> list[Command]:
    memory.receipt = said
    return memory.revise(receipt=said)
