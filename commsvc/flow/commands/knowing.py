"""ACK, FACT, UPDATE, NOTE: somebody has it, somebody knows something."""

from dataclasses import replace

from commsvc.desk.owing import end
from commsvc.domain.letter.effects import update_letter
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.letter import Audience
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.timeline import NEXT_STEP
from commsvc.domain.promise.worktime import due
from commsvc.flow.commands.handing import take_offered
from commsvc.flow.commands.matter import Matter


def ack(matter: Matter) -> str:
    """Named people take it: the owner's acknowledgement is kept, warnings before the due times stop.

    With a next step until what is owed is due; without one only for as long as the playbook says.
    """
    if taken := take_offered(matter):
        return taken
    step = " ".join(matter.command.argument.split())
    if step:
        matter.note(NEXT_STEP, step, matter.person)
    lasts = matter.desk.rules(matter.case).chains.ack_lasts[matter.case.severity]
    until = None if step else due(matter.now, lasts, matter.desk.calendar(matter.case.account_id))
    for promise in matter.owed():
        if promise.kind is Kind.OWNER_ACK:
            end(matter.desk, matter.case, promise, promise.settled(matter.now), matter.now, matter.person)
        elif promise.kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE):
            matter.quiet(promise, until)
    draft_owed(matter)
    if until is None:
        return f"noted: you have it, and your next step is “{step}”. Warnings before the due times stop; what is owed stays owed"
    return (f"noted: you have it. Warnings stop until {until:%H:%M} UTC, for no next step was named (ACK your next step); "
            "what is owed stays owed")  # fmt: skip


def fact(matter: Matter) -> str:
    statement = " ".join(matter.command.argument.split())
    who, now = matter.person, matter.now
    matter.store.facts.add(Fact(0, matter.subject, statement, Disclosure.CUSTOMER, who, now, who, now))
    matter.store.cases.save(replace(matter.case, revision=matter.case.revision + 1))
    draft_owed(matter)
    return "the fact is in the record under your name and goes into the next letter; a waiting draft is written again"


def update(matter: Matter) -> str:
    """Tell the customer now, before the update is due; the letter waits for approval as every update does."""
    if not matter.case.drafted_for:
        return "nothing is written: no letters to a customer are drafted on this case"
    fact(matter)
    draft_owed(replace(matter, case=matter.store.cases.get(matter.case.id)), early=True)
    letters = matter.store.letters.of(matter.subject)
    if not any(x.under_way for x in letters if x.wish.audience is Audience.CUSTOMER):
        return "the fact is in the record under your name; no letter is owed just now, so it goes into the next one"
    return "the fact is in the record under your name, and a letter that tells it is being written; you approve it before it goes"


def remark(matter: Matter) -> str:
    return "noted in the record"


def draft_owed(matter: Matter, early: bool = False) -> None:
    """Somebody is there again: what is owed but has no draft any more is drafted anew; an update before its time if `early`."""
    case, letters = matter.case, matter.store.letters
    if not case.drafted_for:
        return
    owed = {p.kind: p for p in matter.owed()}
    to_customer = (x for x in letters.of(matter.subject) if x.wish.audience is Audience.CUSTOMER)
    under_way = {x.wish.promise_id for x in to_customer if x.under_way}
    first, update = owed.get(Kind.FIRST_HUMAN), owed.get(Kind.NEXT_UPDATE)
    if first and first.id not in under_way:
        matter.wish("first_answer", f"first:case:{case.id}:{matter.command.id}", first.id)
    elif update and (update.step or early) and update.id not in under_way and not first:
        news = any(f.for_customer for f in matter.store.facts.untold(matter.subject))
        matter.wish(update_letter(case.stage, news), f"update:{update.id}:{matter.command.id}", update.id)
