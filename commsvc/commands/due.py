"""`commsvc due`: when is it due? Each fault in what is asked has a sentence of its own."""

import json
import re
from datetime import UTC, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer
from holidays import country_holidays, list_supported_countries

from commsvc.clock import now
from commsvc.commands.options import AsJson
from commsvc.domain.playbook.span import Span, read_span
from commsvc.domain.promise.explain import Reckoning, reckon
from commsvc.domain.promise.worktime import NoWorkingTime, Range, WorkCalendar, subdivision
from commsvc.errors import Trouble

DEFAULT_HOURS = "09:00-17:00"
_RANGE = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


def read_calendar(zone: str, country: str, hours: str) -> WorkCalendar:
    """A calendar from an IANA zone, `DE` or `DE-BY`, and `09:00-12:00,13:00-17:00`. Raises Trouble."""
    if zone not in available_timezones():
        raise Trouble(f"there is no time zone {zone!r}; give its IANA name, as in Europe/Berlin")
    country, _, region = country.strip().partition("-")
    country = country.upper()
    region = subdivision(country, region) or region
    if country:
        try:
            country_holidays(country, subdiv=region or None)
        except NotImplementedError:
            raise Trouble(_no_country(country, region)) from None
    return WorkCalendar(zone, country, read_hours(hours), region)


def _no_country(country: str, region: str) -> str:
    regions = list_supported_countries().get(country)
    if regions is None:
        return (
            f"no holidays are known for the country {country!r}; give ISO 3166 letters, as in DE, or DE-BY for a region"
        )
    known = ", ".join(regions) or "none"
    return f"no holidays are known for the region {region!r} of {country}; known are: {known}"


def read_hours(written: str) -> tuple[Range, ...]:
    """Ranges of a day, in order, each ending after it begins; 24:00 is midnight. Raises Trouble."""
    found: list[Range] = []
    last = -1
    for part in written.split(","):
        fits = _RANGE.fullmatch(part.strip())
        opens, closes = (int(fits[1]) * 60 + int(fits[2]), int(fits[3]) * 60 + int(fits[4])) if fits else (0, 0)
        if not fits or opens >= 1440 or closes > 1440:
            raise Trouble(f"{part.strip()!r} is no range of hours; write 09:00-12:00,13:00-17:00")
        if closes <= opens:
            raise Trouble(
                f"the range {part.strip()} ends before it begins; write one past midnight as two: 22:00-24:00,00:00-06:00"
            )
        if opens < last:
            raise Trouble(f"the ranges overlap or are out of order at {part.strip()}; write them from morning to night")
        last = closes
        found.append((time(opens // 60, opens % 60), time(closes // 60 % 24, closes % 60)))
    return tuple(found)


def read_length(written: str) -> Span:
    """`8h/bh`, `30m/24x7`, `4h/24x5`, `1bd`. Raises Trouble."""
    try:
        return read_span(written)
    except ValueError as why:
        raise Trouble(f"{written!r} is no span: {why}") from None


def read_start(written: str, zone: str) -> tuple[datetime, str]:
    """An ISO 8601 instant, without an offset in `zone`; with it a note where it could mean two. Raises Trouble."""
    try:
        said = datetime.fromisoformat(written.strip())
    except ValueError:
        raise Trouble(
            f"{written!r} is no time; write ISO 8601, as in 2026-11-20T15:30 or 2026-11-20T15:30:00+01:00"
        ) from None
    if not 1900 <= said.year < 9999:
        raise Trouble(f"{written!r} is outside the years 1900 to 9998")
    if said.tzinfo is not None:
        return said.astimezone(UTC), ""
    first, second = (said.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC), ""
    if first.astimezone(UTC) > second.astimezone(UTC):
        raise Trouble(f"{said:%H:%M} on {said:%d %b %Y} does not exist in {zone}: the clocks jump over it; give an offset, "
                      f"as in {first.astimezone(UTC).astimezone(ZoneInfo(zone)).isoformat()}")  # fmt: skip
    note = (f"{said:%H:%M} on {said:%d %b %Y} comes twice in {zone}; the first is taken ({first.isoformat()}), "
            f"the second would be {second.isoformat()}")  # fmt: skip
    return first.astimezone(UTC), note


def find(start: datetime, span: Span, calendar: WorkCalendar) -> Reckoning:
    """The reckoning. Raises Trouble when the due time is impossible."""
    try:
        return reckon(start, span, calendar)
    except NoWorkingTime as why:
        raise Trouble(f"{span} after {start:%Y-%m-%d %H:%M} UTC is never due: {why}") from None


def in_words(found: Reckoning, start: datetime, span: Span, calendar: WorkCalendar, note: str) -> list[str]:
    """The answer for a person."""
    zone = ZoneInfo(calendar.zone)
    place = f"{calendar.country}{'-' * bool(calendar.region)}{calendar.region}"
    head = f"{span} from {start.astimezone(zone):%a %d %b %Y %H:%M:%S %Z} in {calendar.zone}" + (
        f", holidays of {place}" if place else ""
    )
    answer = f"due {found.due.astimezone(zone):%a %d %b %Y %H:%M:%S %Z} ({found.due:%Y-%m-%d %H:%M:%S} UTC)"
    return [head, *([f"note: {note}"] if note else []), *(f"  {step}" for step in found.steps), answer]


def in_json(found: Reckoning, start: datetime, span: Span, calendar: WorkCalendar, note: str) -> dict[str, object]:
    """The answer for a program: `due` and `from` in UTC, `steps` with seconds counted and left."""
    return {
        "due": found.due.isoformat(), "from": start.isoformat(), "span": str(span), "clock": span.clock.value,
        "zone": calendar.zone, "due_local": found.due.astimezone(ZoneInfo(calendar.zone)).isoformat(), "note": note,
        "steps": [{"day": s.day.isoformat(), "said": s.said, "counted_seconds": s.counted.total_seconds(),
                   "left_seconds": s.left.total_seconds()} for s in found.steps],
    }  # fmt: skip


def due(
    span: Annotated[str, typer.Argument(help="8h/bh, 30m/24x7, 4h/24x5, 1bd.")],
    start: Annotated[str, typer.Option("--from", help="ISO 8601; without an offset in --zone. Default: now.")] = "",
    zone: Annotated[str, typer.Option(help="An IANA time zone.")] = "UTC",
    country: Annotated[str, typer.Option(help="Whose public holidays: DE, or DE-BY for a region.")] = "",
    hours: Annotated[str, typer.Option(help="Business hours, as in 09:00-12:00,13:00-17:00.")] = DEFAULT_HOURS,
    as_json: AsJson = False,
) -> None:
    """When is it due? Reckons working time and shows how, day by day."""
    length, calendar = read_length(span), read_calendar(zone, country, hours)
    since, note = read_start(start, zone) if start else (now(), "")
    found = find(since, length, calendar)
    if as_json:
        typer.echo(json.dumps(in_json(found, since, length, calendar, note), ensure_ascii=False))
        return
    typer.echo("\n".join(in_words(found, since, length, calendar, note)))
