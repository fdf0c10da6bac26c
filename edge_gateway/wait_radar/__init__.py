"""How long people wait at a till, from what the till itself tells; pure."""
