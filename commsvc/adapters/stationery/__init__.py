"""Letters on paper: templates, compiled once with their styles inlined."""

from commsvc.adapters.stationery.templates import LetterFile, Templates

__all__ = ["LetterFile", "Templates"]
