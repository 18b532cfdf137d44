"""Rows as the service writes them, read by the shelf and measured: equal to what a person works out, to the second."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from commsvc.desk.measuring import Measuring
from commsvc.domain.case.case import Case, Event, Stage
from commsvc.domain.learning.figures import spans
from commsvc.domain.learning.figures.figure import Known
from commsvc.domain.letter.letter import Audience, State, Wish
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import MOVED, Entry
from tests.figures.by_hand import CASES, NIMBUS, Sum, Told
from tests.stories.world import ADA, DANA, World

BRANDT = "m.brandt@hartmann-pt.example"
LETTERS = {
    "receipt": ("acknowledge", "auto"), "answer": ("first_answer", "owner"), "update": ("update_progress", "owner"),
    "holding": ("holding_statement", "auto"), "propose": ("resolution_proposed", "owner"), "workaround": ("workaround", "owner"),
}  # fmt: skip
ENTRIES = {
    "resolved": ("resolved", Event.CONFIRMED.value), "reopened": (MOVED, "resolved to investigate: the customer wrote again"),
    "reopen": (MOVED, "resolved to investigate: it is back"),
    "paused": ("paused", "the next step is the customer's; no update until {} UTC"),
}  # fmt: skip


def happenings(told: Told) -> Iterator[tuple[datetime, str, str]]:
    """Each line of a case: when, what, and until when."""
    day = ""
    for line in told.what.split(","):
        words = line.split()
        if len(words[0]) == len("11-16"):
            day = words.pop(0)
        yield datetime.fromisoformat(f"2026-{day}T{words[0]}+00:00"), words[1], " ".join(words[2:])


def writes(world: World, subject: Subject, contact: str, at: datetime) -> None:
    """A mail of the customer joins the case."""
    raw = f"From: {contact}\r\nSubject: Orders\r\nMessage-ID: <{subject.id}.{at:%d%H%M%S}@x.test>\r\n\r\nIt is down.\r\n".encode()
    world.store.inbox.add([Arrival("support", 1, f"{subject.id}.{at}", raw, at, (), "")], at)
    for claim in world.store.inbox.claim(5, world.now, timedelta(minutes=1)):
        world.store.inbox.settle(claim, "appended", "by hand", subject, parse(raw))


def play(world: World, told: Told) -> None:
    """Write what the service writes."""
    store, letters = world.store, world.store.tables.letter
    (came, _, _), *rest = happenings(told)
    stage = Stage.QUEUED if told.queued else Stage.MERGED if told.into else Stage.INVESTIGATE
    contact = ADA if told.account == NIMBUS else BRANDT
    case = store.cases.open(Case(0, told.account, contact, "Orders", stage, Severity[told.severity], True, "outage", "orders", "en", DANA,
                                 "", "stores are down", (), False, True, world.rulebook.current().digest, came, merged_into=told.into))  # fmt: skip
    subject = Subject("case", case.id)
    for n, (at, what, until) in enumerate(rest):
        if what == "wrote":
            writes(world, subject, contact, at)
        elif what in LETTERS:
            (letter, rule), key = LETTERS[what], f"{case.id}:{n}"
            store.letters.wish(Wish(letter, subject, Audience.CUSTOMER, contact, key), at)
            sent = {"state": State.SENT.value, "rule": rule, "sent_at": round(at.timestamp() * 1e6)}
            letters.update(**sent).where(letters.wish_key == key).execute()
        else:
            entry, said = ENTRIES[what]
            store.records.write(Entry(subject, at, entry, said.format(until)))


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> tuple[dict[int, Known], datetime]:
    world = World(tmp_path_factory.mktemp("by_hand"))
    with world.store.transaction():
        world.store.records.keep_playbook(world.rulebook.current(), world.rulebook.files, world.now)
        for told in CASES:
            play(world, told)
    found = Measuring(world.app.desk).received(world.now - timedelta(weeks=12), world.now, "")
    return {k.past.case: k for k in found}, world.now


def seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def reckoned(known: Known, now: datetime) -> Sum:
    past, terms = known.past, known.terms
    waits, gaps = spans.pauses(past, terms, now), list(spans.gaps(past, terms, now))
    receipt, human, eased = spans.receipt_at(past), spans.human_at(past), spans.mitigated_at(past)
    gross, net = spans.to_resolve(past, terms, now) or (None, None)
    return Sum(
        seconds(receipt and receipt - past.opened_at), seconds(human and terms.between(past.opened_at, human)),
        seconds(eased and spans.counted(past.opened_at, eased, waits, terms)), seconds(gross), seconds(net), len(past.reopened),
        (sum(kept for _, _, kept in gaps), len(gaps)), seconds(spans.untouched(past, now)),
    )  # fmt: skip


@pytest.mark.parametrize("told", [t for t in CASES if t.sum], ids=lambda t: f"case {t.number}")
def test_a_case_is_measured_to_the_second(measured, told):
    cases, now = measured
    assert reckoned(cases[told.number], now) == told.sum


def test_merged_cases_count_once_and_no_escalation_does_not(measured):
    assert sorted(measured[0]) == [t.number for t in CASES if t.sum]
