"""The demo's calendars: each of our people has a few meetings this week."""

from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Calendar, Event

from commsvc.domain.case.directory import Directory

_MEETINGS = ((0, "Stand-up", 15), (35, "Planning", 30), (130, "One to one", 45), (300, "Review", 60))


def write_calendars(folder: Path, directory: Directory, monday: datetime) -> None:
    """Write `<address>.ics` for each person of ours; the meetings differ by person and recur daily."""
    folder.mkdir(parents=True, exist_ok=True)
    for n, person in enumerate(directory.people):
        calendar = Calendar()
        calendar.add("prodid", "-//commsvc demo//EN")
        calendar.add("version", "2.0")
        for minutes, title, length in _MEETINGS[: 2 + n % 3]:
            event = Event()
            event.add("uid", f"{title.lower().replace(' ', '-')}-{n}@kestrel.example")
            event.add("summary", title)
            event.add("dtstamp", monday)
            event.add("dtstart", monday + timedelta(minutes=minutes + 5 * (n % 4)))
            event.add("dtend", monday + timedelta(minutes=minutes + 5 * (n % 4) + length))
            event.add("rrule", {"freq": "daily", "count": 5})
            calendar.add_component(event)
        (folder / f"{person.address}.ics").write_bytes(calendar.to_ical())
