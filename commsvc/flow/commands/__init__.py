"""Command ┊ what was done, or why not. One file a family of words, one signature: Matter in, words out."""

from commsvc.flow.commands.tick import Commands

__all__ = ["Commands"]
