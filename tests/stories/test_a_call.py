"""The whole life of a call: wanted, offered, picked, booked, moved, reminded of, held, told; or called off."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from commsvc.domain.call.invitation import State
from commsvc.domain.call.slots import Busy
from tests.stories.world import ADA, DANA, DOWN, World

JON, KENJI, SAM = "jon@kestrel.example", "kenji@kestrel.example", "sam@kestrel.example"


@pytest.fixture
def bridged(world: World) -> World:
    """A SEV1 is confirmed, so its bridge is booked."""
    world.receives(DOWN, ADA)
    world.answers(DANA, "SEV 1 seen with a test order", "assignment")
    return world


@pytest.fixture
def offered(world: World) -> World:
    """A relationship call is asked for, and its times are approved."""
    world.receives(DOWN, ADA)
    world.answers(DANA, "CALL relationship", "assignment")
    return world


def call(world: World, number: int = 0):
    return world.store.calls.of(world.case())[number]


def event(message) -> icalendar.Event:
    """The one event of the calendar part, whose method is that of its MIME type."""
    (part,) = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert str(calendar["METHOD"]) == part.get_param("method")
    (found,) = calendar.walk("VEVENT")
    return found


def answer(world: World, who: str, partstat: str, *, method: str = "REPLY", sequence: int | None = None, start: datetime | None = None,
           submitted: bool = False, uid: str = "", headers: dict[str, str] | None = None) -> None:  # fmt: skip
    """What Outlook sends when somebody presses a button: no ORGANIZER, one ATTENDEE, the mail beside it empty."""
    booked = call(world)
    begins = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\n" if start else ""
    text = (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:Microsoft Exchange Server 2010\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid or booked.uid}\r\nSEQUENCE:{booked.sequence if sequence is None else sequence}\r\nDTSTAMP:20261123T150000Z\r\n{begins}"
            f"ATTENDEE;PARTSTAT={partstat};CN={who}:mailto:{who}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")  # fmt: skip
    to = world.mint.case_address(1)
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = who, to, f"{partstat.title()}: call"
    message["Message-ID"] = f"<{len(world.raw)}.rsvp@outlook.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content("")
    message.add_alternative(text, subtype="calendar", params={"method": method})
    world.raw.append(message.as_bytes())
    world.mailbox.put(world.raw[-1], world.now, (to,), who if submitted else "")
    world.tick()


def test_a_confirmed_sev1_stands_in_the_calendars_of_ours_and_in_nobody_else_s(bridged):
    assert call(bridged).state is State.BOOKED
    assert {who for who, _ in bridged.calendar.events} == {DANA, JON, KENJI}
    invited = event(bridged.last("call_invitation", ADA))
    assert int(invited["SEQUENCE"]) == 0
    assert {str(a).removeprefix("mailto:") for a in invited["ATTENDEE"]} == {ADA, DANA, JON, KENJI}


def test_three_times_are_offered_in_working_hours_and_held_for_ours(offered):
    slots = offered.store.calls.offered(call(offered).id)
    assert len(slots) == 3
    for slot in slots:
        local = slot.start.astimezone(ZoneInfo("America/New_York"))
        assert 8 <= local.hour < 18
        assert local.weekday() < 5
        assert offered.store.calls.reserved(SAM, slot.start, slot.end)


def test_a_number_picks_a_time_and_the_others_are_free_again(offered):
    second = offered.store.calls.offered(call(offered).id)[1]
    first = offered.store.calls.offered(call(offered).id)[0]
    offered.receives("2 please, thanks\nAda", ADA, "Re: Orders", offered.mint.case_address(1))
    assert call(offered).state is State.BOOKED
    assert call(offered).start == second.start
    assert event(offered.last("call_invitation", ADA))["DTSTART"].dt == second.start
    assert not offered.store.calls.reserved(SAM, first.start, first.end)


def test_without_an_answer_somebody_phones_before_the_first_time(offered):
    first = offered.store.calls.offered(call(offered).id)[0]
    while offered.now < first.start:
        offered.forward(hours=1)
    assert call(offered).state is State.NO_SLOT
    assert any(
        "Nobody picked one of the times" in str(m.get_body(("plain",)).get_content()) for m in offered.letters(DANA)
    )


def test_an_acceptance_is_a_label_and_nothing_else(bridged):
    before = call(bridged)
    answer(bridged, ADA, "ACCEPTED")
    after = call(bridged)
    assert [a.status for a in after.customers] == ["ACCEPTED"]
    assert (after.start, after.sequence, after.state) == (before.start, before.sequence, State.BOOKED)


def test_a_decline_finds_a_new_time_and_raises_the_sequence(bridged):
    before = call(bridged)
    answer(bridged, ADA, "DECLINED")
    after = call(bridged)
    assert after.start >= before.end
    assert (after.sequence, after.uid) == (1, before.uid)
    moved = event(bridged.last("call_invitation", ADA))
    assert (int(moved["SEQUENCE"]), str(moved["UID"])) == (1, before.uid)
    assert moved["DTSTART"].dt == after.start
    assert call(bridged).entered == 1


def test_our_own_people_decline_from_their_calendar_too(bridged):
    before = call(bridged)
    answer(bridged, KENJI, "DECLINED", submitted=True)
    assert call(bridged).start >= before.end


def test_a_counter_proposal_that_suits_is_the_new_time(bridged):
    wanted = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    answer(bridged, ADA, "TENTATIVE", method="COUNTER", start=wanted)
    assert call(bridged).start == wanted
    assert call(bridged).sequence == 1


def test_a_counter_proposal_that_does_not_suit_finds_another_time(bridged):
    wanted = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    bridged.calendar.taken[DANA] = [Busy(wanted, wanted + timedelta(hours=1))]
    answer(bridged, ADA, "TENTATIVE", method="COUNTER", start=wanted)
    after = call(bridged)
    assert after.state is State.BOOKED
    assert after.start != wanted


def test_the_second_decline_is_a_task_to_phone_and_everybody_is_told(bridged):
    answer(bridged, ADA, "DECLINED")
    answer(bridged, ADA, "DECLINED")
    assert call(bridged).state is State.NO_SLOT
    assert str(event(bridged.last("call_cancelled", ADA))["STATUS"]) == "CANCELLED"
    assert int(event(bridged.last("call_off", DANA))["SEQUENCE"]) == 2
    assert "Please phone" in bridged.text("needs_person", DANA)
    assert all("STATUS:CANCELLED" in text for text in bridged.calendar.events.values())


@pytest.mark.parametrize(("who", "more"), [
    ("mallory@evil.example", {}), ("bob@nimbusretail.example", {}), (ADA, {"sequence": -1}), (ADA, {"uid": "other@kestrel.example"}),
    (DANA, {}),
])  # fmt: skip
def test_a_forged_answer_changes_nothing(bridged, who, more):
    if more.get("sequence") == -1:
        answer(bridged, ADA, "DECLINED")
        more = {"sequence": 0}
    before = call(bridged)
    answer(bridged, who, "DECLINED", **more)
    after = call(bridged)
    assert (after.start, after.sequence, after.attendees) == (before.start, before.sequence, before.attendees)


def test_another_owner_is_invited_and_the_former_one_told(bridged):
    bridged.answers(SAM, "MINE", "chain_notice") if f"chain_notice → {SAM}" in bridged.sent() else None
    bridged.answers(DANA, "HANDOFF Katrin: she knows the gateway", "assignment")
    bridged.answers("katrin@kestrel.example", "ACK", "handoff_offer")
    bridged.tick()
    addresses = {a.address for a in call(bridged).attendees}
    assert "katrin@kestrel.example" in addresses
    assert call(bridged).sequence >= 1
    assert f"call_off → {DANA}" in bridged.sent()


def test_a_resolved_case_calls_the_call_off(bridged):
    bridged.answers(DANA, "RESOLVE the certificate was replaced", "assignment")
    bridged.answers(DANA, "APPROVE", "approval_request")
    bridged.forward(minutes=3)
    mail = bridged.last("resolution_proposed", ADA)
    bridged.receives("Confirmed, it works again. Thank you.", ADA, str(mail["Subject"]), str(mail["Reply-To"]),
                     answering=str(mail["Message-ID"]).strip("<>"))  # fmt: skip
    assert call(bridged).state is State.CANCELLED
    assert f"call_cancelled → {ADA}" in bridged.sent()


def test_our_people_are_reminded_once_with_what_they_should_have_read(bridged):
    booked = call(bridged)
    while bridged.now < booked.start:
        bridged.forward(minutes=1)
    assert bridged.sent(DANA).count(f"call_reminder → {DANA}") == 1
    assert "not a single web order" in bridged.text("call_reminder", DANA)


def test_after_it_the_owner_s_notes_are_the_recap_and_spoken_times_are_owed(bridged):
    booked = call(bridged)
    while bridged.now <= booked.end:
        bridged.forward(minutes=5)
    assert call(bridged).state is State.HELD
    bridged.answers(bridged.store.cases.get(1).owner, "RECAP We replay the orders of this morning\nDana: send the log excerpt by 24 November 16:00\n? who informs the stores",
                    "call_notes")  # fmt: skip
    draft = next(x for x in bridged.store.letters.of(bridged.case()) if x.wish.letter == "call_recap")
    assert draft.words is not None
    for said in ("We replay the orders", "send the log excerpt", "who informs the stores"):
        assert said in draft.words.text


def test_nobody_came(bridged):
    booked = call(bridged)
    while bridged.now < booked.start + timedelta(minutes=15):
        bridged.forward(minutes=5)
    bridged.answers(DANA, "NOSHOW", "call_reminder")
    assert f"call_missed → {ADA}" in bridged.sent(ADA)
