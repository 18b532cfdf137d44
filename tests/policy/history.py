"""A history of cases on record, made by the real triage, with what people did and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commsvc.adapters.memory import DirectReader
from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State, Subject
from commsvc.flow.triage import Triage
from tests.stories.world import ADA, SUPPORT, World

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SLOW = "The reports page is very slow for some users. We can plan with the printed lists."
DOWN = "The export is down and does not work since this morning."
SOON = "Our certificate for the order gateway expires on 30 December. Nothing is broken yet."
KINDS = (SLOW, DOWN, SOON, SLOW, SLOW)
"""Of 200 cases 120 are slow (SEV3), 40 down (SEV2), 40 expire some day (SEV3)."""
EVERY, ANSWERED, OVER = timedelta(hours=6), timedelta(minutes=50), timedelta(hours=3)


def history(folder, cases=200):
    """One mail every six hours; each is answered after 50 minutes, and its case is over three hours later."""
    world = World(folder, start=START, live=False)
    triage = Triage(world.app.desk, DirectReader(), None)
    for n in range(cases):
        world.now = START + n * EVERY
        world.mailbox.put(mail(n), world.now, (SUPPORT,))
        world.app.intake.pull(world.mailbox, world.now)
        triage.run(world.now)
        done(world.store, Subject("case", n + 1), world.now + ANSWERED)
    world.now += EVERY
    return world


def mail(n):
    head = f"From: {ADA}\r\nTo: {SUPPORT}\r\nSubject: Trouble {n}\r\nMessage-ID: <{n}@nimbusretail.example>"
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{KINDS[n % len(KINDS)]}\r\n\r\nNumber {n}\r\n".encode()


def done(store, subject, answered):
    with store.transaction():
        for promise in store.promises.of(subject):
            if promise.kind is Kind.NEXT_UPDATE:
                store.promises.settle(promise, State.VOID, answered + OVER)
            else:
                store.promises.settle(promise, promise.settled(answered), answered)
        store.cases.save(replace(store.cases.get(subject.id), stage=Stage.RESOLVED))
