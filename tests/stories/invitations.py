"""An independent reader of invitations: what the RFCs say of them, checked with icalendar and the standard library alone.

Standards: RFC 5545 (3.6.1, 3.8.7), RFC 5546 (3.2.2, 3.2.5), RFC 6047 (2.4)
"""

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise

import icalendar


def parsed(raw: bytes) -> EmailMessage:
    message: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[assignment]
    return message


def of_calls(mails: list[bytes]) -> list[icalendar.Event]:
    """The events of those mails that carry one, in order; each is checked on its own and against the one before."""
    found = [checked(m) for m in map(parsed, mails) if any(p.get_content_type() == "text/calendar" for p in m.walk())]
    for before, after in pairwise(found):
        assert after["UID"] == before["UID"]
        assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
        assert after["ORGANIZER"] == before["ORGANIZER"]
    return found


def checked(message: EmailMessage) -> icalendar.Event:
    """The one event of a message that keeps to the RFCs."""
    parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    assert len(parts) == 1, "one calendar object a mail"
    (inside,) = parts
    calendar = icalendar.Calendar.from_ical(inside.get_content())
    method = str(calendar["METHOD"])
    assert inside.get_param("method") == method, "the parameter equals the property"
    assert str(inside.get_param("charset")).lower() == "utf-8"
    assert (str(calendar["VERSION"]), bool(calendar["PRODID"])) == ("2.0", True)
    (event,) = calendar.walk("VEVENT")
    for name in ("UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "DTSTART"):
        assert name in event, name
    people = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
    addresses = [str(a).lower().removeprefix("mailto:") for a in people]
    assert str(message["To"]).rpartition("<")[2].rstrip(">").lower() in addresses, "who gets it is an attendee"
    zones = {str(z["TZID"]) for z in calendar.walk("VTIMEZONE")}
    named = {event[n].params.get("TZID") for n in ("DTSTART", "DTEND") if n in event} - {None}
    assert named <= zones, "every zone that is named comes along"
    assert event["DTEND"].dt - event["DTSTART"].dt > timedelta()
    assert (str(event.get("STATUS")) == "CANCELLED") is (method == "CANCEL")
    kinds = [p.get_content_type() for p in message.walk()]
    assert kinds.index("text/plain") < kinds.index("text/html") < kinds.index("text/calendar"), (
        "the richest alternative is the last"
    )
    return event
