"""What every internal letter carries beside the case: the customer's last words, what to do next, what not to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.alike import similar
from commsvc.domain.call.recap import read_notes
from commsvc.domain.case.case import Case
from commsvc.domain.letter.card import related, told
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.letter.next_action import next_best
from commsvc.domain.letter.when import spell
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import Promise, State
from commsvc.domain.promise.timeline import NEXT_STEP

LONGEST = 400
NONE = "none: nobody owes anything on an open case, which is a stall"


def bundle(desk: Desk, wish: Wish, case: Case, promises: Sequence[Promise], zone: str,
           now: datetime) -> Mapping[str, object]:  # fmt: skip
    """The slots of an internal letter that come from the record; none for letters to customers."""
    if wish.audience is Audience.CUSTOMER:
        if wish.letter == "call_recap":
            return _recap(desk, wish, case, zone)
        return _introduction(desk, wish, case, now) if wish.letter == "handoff_intro" else {}
    return {
        "last_words": last_words(desk, case), "next_action": next_action(desk, case, promises, zone, now),
        "do_not": [f"say anything automatic: {h.value} hold" for h in case.holds]
        + (["speak of it outside the hold's own people"] if case.restricted else []),
        "related": elsewhere(desk, case), "similar": alike(desk, wish, case),
    }  # fmt: skip


def last_words(desk: Desk, case: Case) -> str:
    """What the customer wrote last, on one line."""
    theirs = [m for m in desk.store.inbox.thread(desk.subject(case)) if not m.by_us]
    words = " ".join(theirs[-1].words.split()) if theirs else case.impact
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"


def elsewhere(desk: Desk, case: Case) -> list[str]:
    """The account's other cases, with what helped there; none for a stranger."""
    cases = desk.store.cases.of_account(case.account_id) if case.account_id else ()
    return [told(c, desk.store.facts.of(desk.subject(c))) for c in related(cases, case)]


def alike(desk: Desk, wish: Wish, case: Case) -> list[str]:
    """Similar past cases with what worked there, where the letter has a place for them."""
    wanted = "similar?" in desk.stationery.slots(wish.letter)
    return [said for _, said in similar(desk, case)] if wanted else []


def next_action(desk: Desk, case: Case, promises: Sequence[Promise], zone: str, now: datetime) -> str:
    """The one next best action, in words."""
    subject = desk.subject(case)
    held = any(p.acked_by and p.state is State.OPEN for p in promises)
    steps = [e.said for e in desk.store.records.timeline(subject) if e.what == NEXT_STEP] if held else []
    offer = next((h for h in desk.store.staff.offers(case.id) if h.state is HandoffState.OFFERED), None)
    best = next_best(case, promises, desk.store.letters.of(subject), offer, steps[-1] if steps else "", now)
    if best is None:
        return NONE if case.stage.open else "none: the case is closed"
    return best.said(spell(best.due, zone, "en"))


def _recap(desk: Desk, wish: Wish, case: Case, zone: str) -> Mapping[str, object]:
    """What the notes of a call say, under the heads of the letter."""
    notes = read_notes(wish.note)
    starts = [c.start for c in desk.store.calls.of(desk.subject(case)) if c.start]
    return {"call_line": spell(max(starts), zone, case.language) if starts else "", "agreed": notes.agreed, "actions": notes.actions,
            "open_points": notes.open_points}  # fmt: skip


def _introduction(desk: Desk, wish: Wish, case: Case, now: datetime) -> Mapping[str, object]:
    """Who leads the case from now on, and what they were told: only what this customer knows already."""
    offer = next((h for h in desk.store.staff.offers(case.id) if h.id == wish.regarding), None)
    taker = desk.directory.person(offer.receiver if offer else case.owner)
    told = [f.said for f in desk.store.facts.untold(desk.subject(case)) if f.for_customer]
    return {
        "new_owner": taker, "handoff_time": (offer.answered_at if offer else None) or now,
        "unchanged": "The number of your case, the times we promised, and the way to reach us.",
        "summary": [f"What you told us: {case.impact}", *told],
    }  # fmt: skip
