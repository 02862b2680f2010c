"""Faults, one after the other, at a running daemon; and what must be true after each."""
