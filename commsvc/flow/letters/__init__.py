"""Wish → words → gate ┊ approval or ready to send."""

from commsvc.flow.letters.tick import Letters

__all__ = ["Letters"]
