"""What an answer to an invitation, or to offered times, asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.call.answers import Step, picked, weigh
from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.recap import read_notes
from commsvc.domain.mail.mail import CalendarMail
from commsvc.domain.promise.promise import Subject

ANA, OLGA = "ana@acme.test", "olga@support.test"
START = datetime(2026, 11, 24, 15, tzinfo=UTC)
CALL = Call(1, Subject("case", 1), "bridge", "u@support.test", 2, State.BOOKED,
            (Attendee("Ana", ANA, customer=True), Attendee("Olga", OLGA, customer=False)), START, START + timedelta(minutes=30))  # fmt: skip
REPLY = CalendarMail("REPLY", CALL.uid, 2, ANA, "ACCEPTED", None, None)


@pytest.mark.parametrize(("text", "number"), [
    ("1", 1), ("2.", 2), ("#2", 2), ("2) please", 2), ("Option 3 please", 3), ("Hi Dana,\n\nnumber 2 works for us, thanks\n\nAda", 2),
    ("Termin 2 passt uns, danke", 2), ("Wir nehmen Vorschlag 1", 1), ("Le créneau 3 nous convient", None), ("créneau 3, merci", 3),
    ("opción 2 por favor", 2), ("候補2でお願いします", 2), ("第３でお願いします", 3), ("２", 2),
])  # fmt: skip
def test_a_plain_number_picks_a_time(text, number):
    assert picked(text) == number


@pytest.mark.parametrize("text", [
    "", "no", "None of these", "3 of us can not come", "1pm works", "10:00", "1 or 2", "1,2", "11", "2026", "1 hour is too long",
    "Since 3 days nothing works", "We lost 2 orders", "4", "0", "> 1",
])  # fmt: skip
def test_whatever_says_more_or_other_picks_nothing(text):
    assert picked(text) is None


@pytest.mark.parametrize(("partstat", "step"), [
    ("ACCEPTED", Step.NOTED), ("TENTATIVE", Step.NOTED), ("DECLINED", Step.ANEW), ("DELEGATED", Step.PERSON),
])  # fmt: skip
def test_a_proven_answer_is_weighed_by_what_it_says(partstat, step):
    found = weigh(CALL, replace(REPLY, partstat=partstat), ANA, True, 2)
    assert (found.step, found.status) == (step, partstat)


def test_the_last_decline_that_counts_is_a_task_to_phone():
    again = replace(CALL, declines=1)
    assert weigh(again, replace(REPLY, partstat="DECLINED"), ANA, True, 2).step is Step.PHONE


@pytest.mark.parametrize(("answer", "sender", "proven"), [
    (REPLY, "mallory@evil.test", True), (REPLY, ANA, False), (replace(REPLY, attendee=OLGA), ANA, True),
    (replace(REPLY, attendee="bob@acme.test"), "bob@acme.test", True), (replace(REPLY, sequence=1), ANA, True),
    (replace(REPLY, sequence=None), ANA, True), (replace(REPLY, method="REQUEST"), ANA, True),
    (replace(REPLY, method="CANCEL"), ANA, True), (replace(REPLY, method=""), ANA, True),
])  # fmt: skip
def test_what_is_not_proven_old_or_no_answer_is_left_to_a_person(answer, sender, proven):
    found = weigh(CALL, answer, sender, proven, 2)
    assert (found.step, found.status) == (Step.PERSON, "")


@pytest.mark.parametrize(("start", "at"), [
    ("2026-11-24T16:30:00Z", datetime(2026, 11, 24, 16, 30, tzinfo=UTC)), ("2026-11-25", None), (None, None),
])  # fmt: skip
def test_a_counter_proposal_names_a_time_or_only_says_no(start, at):
    found = weigh(CALL, replace(REPLY, method="COUNTER", start=start), ANA, True, 2)
    assert (found.step, found.at) == (Step.ANEW, at)


def test_notes_are_parted_by_what_each_line_is():
    notes = read_notes(
        "We replay this morning's orders\n- Dana: send the log by 24 November 16:00.\n* Ada: name a tester\n? who tells the stores\n\n"
    )
    assert list(notes.agreed) == ["We replay this morning's orders"]
    assert list(notes.actions) == [{"who": "Dana", "what": "send the log", "by": "24 November 16:00"},
                                   {"who": "Ada", "what": "name a tester", "by": "open"}]  # fmt: skip
    assert list(notes.open_points) == ["who tells the stores"]
