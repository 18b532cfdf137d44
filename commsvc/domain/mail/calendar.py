"""Calendar mail (iMIP): what it asks or answers, about which event, when.

Reads the lines it needs and expands nothing: recurrence rules, `INTERVAL=0` included, are only
text to it. Times are turned to UTC by the zone's name (tz database or Windows), else by the
VTIMEZONE that came along, else they are taken as UTC.

Standards: RFC 5545 (3.1 lines, 3.2 parameters, 3.3.5 times, 3.6.5 zones), RFC 5546, RFC 6047
"""
# ruff: noqa: DTZ001 - a local time has no zone until it is looked up; the numbers are limits

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from commsvc.domain.mail import charset
from commsvc.domain.mail.mail import CalendarMail
from commsvc.domain.mail.mime import Part
from commsvc.domain.mail.zones import Zones

_NAME = re.compile(r"\.(?:ics|ical|ifb|icalendar)\Z", re.IGNORECASE)
_TYPES = ("text/calendar", "application/ics", "application/calendar", "text/x-vcalendar", "application/x-ics")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?\Z")
_SPAN = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?\Z")
_LARGEST = 512 * 1024
_MOST_LINES = 20000


@dataclass(slots=True)
class _Property:
    name: str
    params: dict[str, str]
    value: str


@dataclass(slots=True)
class _Component:
    name: str
    properties: list[_Property] = field(default_factory=list)

    def get(self, name: str) -> _Property | None:
        return next((p for p in self.properties if p.name == name), None)

    def value(self, name: str) -> str:
        found = self.get(name)
        return found.value if found else ""


def read(root: Part, faults: list[str]) -> CalendarMail | None:
    """The first calendar part of a mail; None when there is none or it holds no event.

    Never raises; a calendar that can not be read is named in `faults`. Source: RFC 6047.
    """
    for part in root.leaves():
        if not _is_calendar(part):
            continue
        data = part.decoded([])[:_LARGEST]
        if b"BEGIN:VCALENDAR" not in data.upper():
            continue
        text, _ = charset.decode(data, part.params.get("charset") or "utf-8")
        found = event(text, part.params.get("method", ""))
        if found is not None:
            return found
        faults.append("a calendar part can not be read")
    return None


def _is_calendar(part: Part) -> bool:
    if part.kind in _TYPES:
        return True
    name = part.disposition_params.get("filename") or part.params.get("name") or ""
    return part.kind.startswith(("application/", "text/plain")) and _NAME.search(name) is not None


def event(text: str, method: str = "") -> CalendarMail | None:
    """Read iCalendar `text`; `method` is the MIME parameter, used when the property is missing.

    None when it holds no event, to-do or free/busy. Source: RFC 5546 (1.4 methods).
    """
    calendar, parts, zones = _components(text)
    if not parts:
        return None
    chosen = next((p for p in parts if p.get("RECURRENCE-ID") is None), parts[0])
    verb = (calendar.value("METHOD").strip() or method).upper()
    attendee, partstat = _attendee(chosen) if verb in ("REPLY", "COUNTER") else (None, None)
    start = _moment(chosen.get("DTSTART"), zones)
    sequence = chosen.value("SEQUENCE").strip()
    return CalendarMail(
        method=verb,
        uid=chosen.value("UID").strip(),
        sequence=int(sequence[:9]) if sequence.isdecimal() else None,
        attendee=attendee,
        partstat=partstat,
        start=start,
        end=_end(chosen, start, zones),
    )


def _lines(text: str) -> list[str]:
    """The content lines, unfolded. Source: RFC 5545 (3.1)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n ", "").replace("\n\t", "")
    return [line for line in text.split("\n", _MOST_LINES)[:_MOST_LINES] if line.strip()]


def _components(text: str) -> tuple[_Component, list[_Component], Zones]:
    calendar, zones = _Component("VCALENDAR"), Zones()
    found: list[_Component] = []
    stack: list[_Component] = []
    for line in _lines(text):
        item = _property(line)
        if item is None:
            continue
        if item.name == "BEGIN":
            stack.append(_Component(item.value.strip().upper()))
        elif item.name == "END":
            if not stack:
                continue
            done = stack.pop()
            if done.name in ("VEVENT", "VTODO", "VFREEBUSY", "VJOURNAL"):
                found.append(done)
            elif done.name in ("STANDARD", "DAYLIGHT") and stack:
                values = {p.name: p.value.strip() for p in done.properties}
                zones.add(stack[-1].value("TZID"), values)
        elif stack and stack[-1].name == "VCALENDAR":
            calendar.properties.append(item)
        elif stack and len(stack[-1].properties) < 2000:
            stack[-1].properties.append(item)
    events = [c for c in found if c.name == "VEVENT"]
    return calendar, events or found or [c for c in stack if c.name == "VEVENT"], zones


def _property(line: str) -> _Property | None:
    """One content line. Source: RFC 5545 (3.1): a colon inside quotes does not end the name."""
    line = line.strip(" \ufeff")
    if '"' not in line:
        head, colon, value = line.partition(":")
        if not colon:
            return None
        name, *items = head.split(";")
    else:
        colon_at, quoted, cuts = -1, False, [0]
        for at, char in enumerate(line):
            if char == '"':
                quoted = not quoted
            elif char == ":" and not quoted:
                colon_at = at
                break
            elif char == ";" and not quoted:
                cuts.append(at + 1)
        if colon_at < 0:
            return None
        bounds = [*cuts[1:], colon_at + 1]
        pieces = [line[a : b - 1] for a, b in zip(cuts, bounds, strict=True)]
        name, *items = pieces
        value = line[colon_at + 1 :]
    pairs = (item.partition("=") for item in items)
    params = {key.strip().upper(): text.strip().strip('"') for key, _, text in pairs}
    return _Property(name.strip().upper(), params, value)


def _attendee(component: _Component) -> tuple[str | None, str | None]:
    """Who answers, and what. Apple puts the address in EMAIL when the value is no mailto."""
    item = component.get("ATTENDEE")
    if item is None:
        return None, None
    value = item.value.strip()
    if value.lower().startswith("mailto:"):
        address = value[7:]
    else:
        address = item.params.get("EMAIL") or (value if "@" in value else "")
    address = address.strip().lower().removeprefix("mailto:")
    return address or None, (item.params.get("PARTSTAT") or "").upper() or None


def _moment(item: _Property | None, zones: Zones) -> str | None:
    found = _instant(item, zones)
    if found is None:
        return None
    when, whole_day = found
    return when.strftime("%Y-%m-%d" if whole_day else "%Y-%m-%dT%H:%M:%SZ")


def _instant(item: _Property | None, zones: Zones) -> tuple[datetime, bool] | None:
    match = _STAMP.match(item.value.strip()) if item else None
    if item is None or match is None:
        return None
    try:
        local = datetime(*(int(n or 0) for n in match.groups()[:6]))  # type: ignore[arg-type]
    except ValueError:
        return None
    if match[4] is None:
        return local.replace(tzinfo=UTC), True
    if match[7]:
        return local.replace(tzinfo=UTC), False
    return zones.to_utc(local, item.params.get("TZID", "")), False


def _end(component: _Component, start: str | None, zones: Zones) -> str | None:
    """The stated end, or start and duration. Source: RFC 5545 (3.6.1)."""
    for name in ("DTEND", "DUE"):
        stated = _moment(component.get(name), zones)
        if stated is not None:
            return stated
    span = _SPAN.match(component.value("DURATION").strip().upper())
    first = _instant(component.get("DTSTART"), zones)
    if start is None or span is None or first is None or span[0] in ("P", "PT"):
        return None
    weeks, days, hours, minutes, seconds = (int(n or 0) for n in span.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        end = first[0] - length if span[1] == "-" else first[0] + length
    except OverflowError:
        return None
    return end.strftime("%Y-%m-%d" if first[1] else "%Y-%m-%dT%H:%M:%SZ")
