"""Checks of the gate that read what a letter to a customer says.

Each takes a letter and its situation; it returns why the letter may not go, or None.
"""

from commsvc.domain.letter.contradiction import contradiction, unconfirmed
from commsvc.domain.letter.foreign import foreign
from commsvc.domain.letter.ledger import told_by
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.similar import similarity
from commsvc.domain.letter.situation import Check, Refusal, Situation
from commsvc.domain.letter.tone import slips


def names(letter: Letter, s: Situation) -> Refusal | None:
    if letter.words is None or s.case is None:
        return None
    for text in (letter.words.title, letter.words.text, letter.words.html):
        if name := foreign(text, s.account, s.directory, frozenset(letter.released)):
            return Refusal(Check.FOREIGN, name)
    return None


def estimate(letter: Letter, s: Situation) -> Refusal | None:
    said = unconfirmed(letter.words.text, s.facts, s.playbook.wording) if letter.words else ""
    return Refusal(Check.ESTIMATE, f"“{said}”") if said else None


def contradicts(letter: Letter, s: Situation) -> Refusal | None:
    if letter.words is None:
        return None
    told = [f for f in s.facts if f.told_in is not None]
    new = told_by(letter.words.text, s.slots, (f for f in s.facts if f.told_in is None))
    found = contradiction(letter.words.text, new, told, s.playbook.wording)
    return Refusal(Check.CONTRADICTION, str(found)) if found else None


def tone(letter: Letter, s: Situation) -> Refusal | None:
    found = slips(letter.words.text, s.playbook.wording) if letter.words else []
    return Refusal(Check.WORDING, ", ".join(map(str, found))) if found else None


def similar(letter: Letter, s: Situation) -> Refusal | None:
    rules = s.playbook.guardrails
    if letter.words is None or not s.last_text or letter.wish.letter not in rules.must_differ:
        return None
    alike = similarity(letter.words.text, s.last_text)
    return Refusal(Check.SIMILAR, f"{alike:.0%} the same") if alike >= rules.similarity_block else None
