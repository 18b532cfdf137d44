"""Every figure we show, and how each stands beside another: a speed never without how the customer fared (practice.md 5.6).

A case counts by when it was received. What is no escalation, and what no account of ours wrote, counts nowhere.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from commsvc.domain.learning.figures import spans
from commsvc.domain.learning.figures.figure import Figure, Known, Sample, Summary, Unit
from commsvc.domain.learning.figures.past import REOPENED
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State

_HOUR = timedelta(hours=1)
_TO_CUSTOMERS = frozenset([Kind.RECEIPT, Kind.FIRST_HUMAN, Kind.NEXT_UPDATE, Kind.CALL])
SATISFIED, EASY = 4, 5


def _receipt(known: Known, _now: datetime) -> Iterator[Sample]:
    if at := spans.receipt_at(known.past):
        yield Sample(known.past.case, (at - known.past.opened_at) / _HOUR, _in_time(known, Kind.RECEIPT, at))


def _first_human(known: Known, now: datetime) -> Iterator[Sample]:
    """What is not there yet counts once it is over its time, with the time so far."""
    past, at = known.past, spans.human_at(known.past)
    met = _in_time(known, Kind.FIRST_HUMAN, at or now)
    if at is not None or met is False:
        yield Sample(past.case, known.terms.between(past.opened_at, at or now) / _HOUR, met)


def _in_time(known: Known, kind: Kind, at: datetime) -> bool | None:
    due = [p.due_at for p in known.past.owed if p.kind is kind]
    return at <= due[-1] if due else None


def _mitigated(known: Known, now: datetime) -> Iterator[Sample]:
    past, at = known.past, spans.mitigated_at(known.past)
    if at is not None and at <= now:
        waits = spans.pauses(past, known.terms, now)
        yield Sample(past.case, spans.counted(past.opened_at, at, waits, known.terms) / _HOUR)


def _gross(known: Known, now: datetime) -> Iterator[Sample]:
    if took := spans.to_resolve(known.past, known.terms, now):
        yield Sample(known.past.case, took[0] / _HOUR)


def _net(known: Known, now: datetime) -> Iterator[Sample]:
    if took := spans.to_resolve(known.past, known.terms, now):
        yield Sample(known.past.case, took[1] / _HOUR)


def _cadence(known: Known, now: datetime) -> Iterator[Sample]:
    for _, _, kept in spans.gaps(known.past, known.terms, now):
        yield Sample(known.past.case, float(kept))


def _promises(known: Known, now: datetime) -> Iterator[Sample]:
    for owed in known.past.owed:
        if owed.kind in _TO_CUSTOMERS and owed.state is not State.VOID:
            late = owed.state is State.LATE or (owed.state is State.OPEN and owed.due_at < now)
            if late or owed.state is State.KEPT:
                yield Sample(known.past.case, float(not late))


def _reopened(known: Known, _now: datetime) -> Iterator[Sample]:
    for ended, _ in known.past.resolved[:1]:
        again = any(ended <= at <= ended + REOPENED for at in known.past.reopened)
        yield Sample(known.past.case, float(again))


def _came_again(known: Known, _now: datetime) -> Iterator[Sample]:
    if known.past.resolved:
        yield Sample(known.past.case, float(known.came_again))


def _validated(known: Known, _now: datetime) -> Iterator[Sample]:
    if known.past.resolved:
        yield Sample(known.past.case, float(known.past.resolved[-1][1]))


def _accepted(known: Known, _now: datetime) -> Iterator[Sample]:
    for offer in known.past.offers:
        if offer.state is HandoffState.ACCEPTED and offer.answered_at:
            took = known.terms.between(offer.offered_at, offer.answered_at)
            yield Sample(known.past.case, took / _HOUR, between=known.between(offer.giver, offer.receiver))


def _acted(known: Known, _now: datetime) -> Iterator[Sample]:
    for offer in known.past.offers:
        if offer.state is HandoffState.ACCEPTED and offer.answered_at and offer.acted_at:
            took = known.terms.between(offer.answered_at, offer.acted_at)
            yield Sample(known.past.case, took / _HOUR, between=known.between(offer.giver, offer.receiver))


def _declined(known: Known, _now: datetime) -> Iterator[Sample]:
    for offer in known.past.offers:
        if offer.state is not HandoffState.OFFERED:
            yield Sample(
                known.past.case,
                float(offer.state is HandoffState.DECLINED),
                between=known.between(offer.giver, offer.receiver),
            )


def _automatic(known: Known, _now: datetime) -> Iterator[Sample]:
    for said in known.past.said:
        if said.letter != spans.CALL:
            yield Sample(known.past.case, float(said.automatic))


def _untouched(known: Known, now: datetime) -> Iterator[Sample]:
    yield Sample(known.past.case, spans.untouched(known.past, now) / _HOUR)


def _csat(known: Known, _now: datetime) -> Iterator[Sample]:
    for survey in known.past.surveys:
        if survey.csat is not None:
            yield Sample(known.past.case, float(survey.csat >= SATISFIED))


def _ces(known: Known, _now: datetime) -> Iterator[Sample]:
    for survey in known.past.surveys:
        if survey.ces is not None:
            yield Sample(known.past.case, survey.ces, survey.ces >= EASY)


def _answered(known: Known, _now: datetime) -> Iterator[Sample]:
    for survey in known.past.surveys:
        yield Sample(known.past.case, float(survey.csat is not None or survey.ces is not None))


_ALL = (
    Figure("receipt", "Receipt", "from the mail to its receipt, around the clock", Unit.HOURS, _receipt),
    Figure("first_human", "First answer by a person", "on the clock of the case, never paused", Unit.HOURS, _first_human, 95),
    Figure("mitigated", "Until it was bearable", "accepted, or half an hour without a complaint", Unit.HOURS, _mitigated),
    Figure("resolved_gross", "Until it was resolved", "all runs of a case, pauses included", Unit.HOURS, _gross),
    Figure("resolved_net", "Until it was resolved, without pauses", "without the time in which the customer had to answer", Unit.HOURS, _net),
    Figure("cadence", "Updates in time", "gaps between updates within the limit", Unit.SHARE, _cadence, 98),
    Figure("promises", "Promises kept", "kept in time, of all that fell due", Unit.SHARE, _promises, 95),
    Figure("reopened", "Opened again", "within 14 days of being resolved", Unit.SHARE, _reopened, more_is_better=False),
    Figure("recurred", "Came again", "the same area at the same account within 90 days", Unit.SHARE, _came_again, more_is_better=False),
    Figure("validated", "Confirmed by the customer", "of the resolved cases", Unit.SHARE, _validated),
    Figure("handoff_accepted", "Hand-off, until accepted", "from the offer to the yes", Unit.HOURS, _accepted),
    Figure("handoff_acted", "Hand-off, until the first act", "from the yes to what the receiver did first", Unit.HOURS, _acted),
    Figure("handoff_declined", "Hand-offs declined", "of the offers that ended", Unit.SHARE, _declined, more_is_better=False),
    Figure("automatic", "Said automatically", "of all letters to customers", Unit.SHARE, _automatic, more_is_better=False),
    Figure("untouched", "Longest time without a person", "for each case, in real time", Unit.HOURS, _untouched),
    Figure("csat", "Satisfied (CSAT)", "answers 4 and 5 of 5", Unit.SHARE, _csat),
    Figure("ces", "Effort (CES)", "1 to 7; 5 and more is easy", Unit.SCORE, _ces),
    Figure("survey_answered", "Surveys answered", "of those delivered", Unit.SHARE, _answered),
)  # fmt: skip
FIGURES = {f.name: f for f in _ALL}

PAIRS = (
    ("How soon, and were they glad", ("receipt", "first_human", "csat", "survey_answered")),
    ("How long, and did it hold", ("mitigated", "resolved_gross", "resolved_net", "validated", "reopened", "recurred")),
    ("Our word, and their effort", ("cadence", "promises", "ces")),
    ("From hand to hand, and who was left alone", ("handoff_accepted", "handoff_acted", "handoff_declined", "untouched", "automatic")),
)  # fmt: skip
"""Each group of speeds together with what it did to the relationship."""


def quality(validated: Summary, reopened: Summary, recurred: Summary, csat: Summary) -> float | None:
    """The resolution quality index, 0 to 100; None while one of its four rates is hidden."""
    rates = [s.rate for s in (validated, reopened, recurred, csat)]
    if any(r is None for r in rates):
        return None
    sure, again, came, glad = (r / 100 for r in rates if r is not None)
    return 100 * (0.35 * sure + 0.25 * (1 - again) + 0.20 * (1 - came) + 0.20 * glad)
