"""The words on receipts, by meaning, one table for each language."""
