"""Past cases like this one, with what worked there: what any of our people may read, whoever's case it was.

Of another account neither its name nor its words are shown: only what our own people found out, and only where that
names no account either.
"""

from commsvc.desk.desk import Desk
from commsvc.domain.case.alike import closest, described, terms
from commsvc.domain.case.case import Case
from commsvc.domain.letter.card import helped, worked
from commsvc.domain.letter.foreign import foreign

_CANDIDATES = 50


def similar(desk: Desk, case: Case) -> list[tuple[Case, str]]:
    """The closest past cases in which something is known to have worked, each in a line, closest first."""
    found = closest(case, desk.store.cases.alike(terms(described(case)), _CANDIDATES))
    return [(past, said) for past in found if (said := _line(desk, case, past))]


def _line(desk: Desk, case: Case, past: Case) -> str:
    known = worked(desk.store.facts.of(desk.subject(past)))
    said = helped(past, known, own=past.account_id == case.account_id)
    own = desk.directory.account(case.account_id)
    return "" if not known or foreign(said, own, desk.directory) else said
