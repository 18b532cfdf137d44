"""How long things took on one case, on the clock of its terms (practice.md 5.6).

A pause has a reason and an end. One that waits for the customer begins once a question has reached them; each ends with
whatever they write, even if nobody noticed. Nothing else pauses. The first human answer is never paused.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from commsvc.domain.learning.figures.past import Past, Said, Stretch, Terms
from commsvc.domain.letter.effects import EFFECTS, NOTHING
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State

QUESTIONS = frozenset(["need_information", "resolution_proposed"])
CALL = "call"
STABLE = timedelta(minutes=30)


def receipt_at(past: Past) -> datetime | None:
    return next((s.at for s in past.said if Kind.RECEIPT in _keeps(s)), None)


def human_at(past: Past) -> datetime | None:
    """The first delivered answer by a person: a letter they approved, or their own complete mail that kept the promise."""
    letters = (s.at for s in past.said if not s.automatic and Kind.FIRST_HUMAN in _keeps(s))
    promised = [p for p in past.owed if p.kind is Kind.FIRST_HUMAN]
    kept = promised[-1].settled_at if promised and promised[-1].state in (State.KEPT, State.LATE) else None
    return min((at for at in (*letters, kept) if at is not None), default=None)


def mitigated_at(past: Past) -> datetime | None:
    """The customer accepted what we proposed, or did not write for half an hour after they could work again."""
    told = [s.at for s in past.said if s.letter in ("resolution_proposed", "workaround")]
    for eased in sorted([*told, *past.eased]):
        accepted = next((at for at, by_them in past.resolved if by_them and at >= eased), None)
        if accepted is not None and accepted - eased <= STABLE:
            return accepted
        if not any(eased < wrote <= eased + STABLE for wrote in past.wrote):
            return eased + STABLE
    return past.resolved[0][0] if past.resolved else None


def pauses(past: Past, terms: Terms, now: datetime) -> list[Stretch]:
    """The stretches in which time does not count, apart from each other, in order."""
    out: list[Stretch] = []
    for pause in past.paused:
        begin = _asked_at(past, pause.at) if pause.reason == terms.awaits else pause.at
        ended = (at for at in (*past.wrote, *past.judged, *(at for at, _ in past.resolved)) if at > pause.at)
        end = min((pause.until, now, *ended))
        begin = begin if not out or begin is None else max(begin, out[-1][1])
        if begin is not None and begin < end:
            out.append((begin, end))
    return out


def _asked_at(past: Past, paused_at: datetime) -> datetime | None:
    """From when on the customer knew that it was their turn: asked before and silent since, or by the next letter."""
    last = max((at for at in past.wrote if at <= paused_at), default=past.opened_at)
    if any(s.letter in QUESTIONS and last <= s.at <= paused_at for s in past.said):
        return paused_at
    return next((s.at for s in past.said if s.at > paused_at and not s.automatic), None)


def counted(start: datetime, end: datetime, waits: list[Stretch], terms: Terms) -> timedelta:
    """The time on the clock between two instants without what lies in a pause."""
    paused = (terms.between(max(a, start), min(b, end)) for a, b in waits if a < end and b > start)
    return terms.between(start, end) - sum(paused, timedelta())


def to_resolve(past: Past, terms: Terms, now: datetime) -> tuple[timedelta, timedelta] | None:
    """Gross and net time of all runs together; None while it is open."""
    runs = list(past.runs(now))
    if not all(ended for _, ended in runs):
        return None
    waits = pauses(past, terms, now)
    gross = sum((terms.between(a, b) for (a, b), _ in runs), timedelta())
    return gross, sum((counted(a, b, waits, terms) for (a, b), _ in runs), timedelta())


def gaps(past: Past, terms: Terms, now: datetime) -> Iterator[tuple[Stretch, timedelta, bool]]:
    """Each gap between two words of ours while it was our turn: from when to when, how long over the limit, was it in time?

    It is our turn from our first word on, and again from the moment a case is reopened. What lies open at the end counts
    only once it is over the limit.
    """
    terms = replace(terms, clock=terms.pace.clock)
    waits, told = _not_ours(past, terms, now), [s.at for s in past.said if s.letter == CALL or _updates(s)]
    for n, ((begin, end), _) in enumerate(past.runs(now)):
        points = [begin] * (n > 0) + [at for at in told if begin <= at <= end]
        for a, b in pairwise(points):
            if (gap := counted(a, b, waits, terms)) > timedelta():
                yield (a, b), gap - terms.pace.length, gap <= terms.pace.length
        if points and (over := counted(points[-1], end, waits, terms) - terms.pace.length) > timedelta():
            yield (points[-1], end), over, False


def _not_ours(past: Past, terms: Terms, now: datetime) -> list[Stretch]:
    """The pauses, and the time in which it was for the customer to say whether a solution holds; apart from each other, in order."""
    asked = [s.at for s in past.said if s.letter == "resolution_proposed"]
    theirs = [(at, min((x for x in (*past.wrote, *past.reopened) if x > at), default=now)) for at in asked]
    out: list[Stretch] = []
    for begin, end in sorted([*pauses(past, terms, now), *theirs]):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return out


def untouched(past: Past, now: datetime) -> timedelta:
    """The longest time without a word of a person, in real time."""
    longest = timedelta()
    for (begin, end), _ in past.runs(now):
        human = [s.at for s in past.said if not s.automatic and begin < s.at < end]
        points = [begin, *human, end]
        longest = max(longest, *(b - a for a, b in pairwise(points)))
    return longest


def _keeps(said: Said) -> tuple[Kind, ...]:
    return EFFECTS.get(said.letter, NOTHING).keeps


def _updates(said: Said) -> bool:
    return said.letter == "workaround" or not {Kind.FIRST_HUMAN, Kind.NEXT_UPDATE}.isdisjoint(_keeps(said))
