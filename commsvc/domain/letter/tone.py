"""Blame, drama, filler, over-promise, jargon: words of ours that a letter to a customer does not say.

Source: practice.md S16, S31, S71. The customer's own words, in quotation marks or behind ">", are theirs.
"""

import re
from typing import NamedTuple

from commsvc.domain.playbook.lexicon import fold
from commsvc.domain.playbook.wording import Tone, Wording

_QUOTED = re.compile(r"[“„«「‹][^”“»」›]*[”“»」›]|^>.*$", re.MULTILINE)


class Slip(NamedTuple):
    """A way of speaking, and the words that have it."""

    tone: Tone
    words: str

    def __str__(self) -> str:
        return f"{self.tone}: “{self.words}”"


def slips(text: str, wording: Wording) -> list[Slip]:
    """Every slip in a letter, one of each kind, in the order of the playbook."""
    return [Slip(Tone(hit.fact), hit.evidence) for hit in wording.tones.told(fold(own_words(text))).hits()]


def own_words(text: str) -> str:
    """The text without what it quotes."""
    return _QUOTED.sub(" ", text)
