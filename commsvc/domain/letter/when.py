"""Spell instants and numbers for a reader: their zone and language, and UTC beside it. Never "soon".

`Mon 23 Nov 2026, 15:30 CET (14:30 UTC)`; the UTC date is added where it is another day. The order of
day, month and year is the language's own (CLDR, by babel); hours are 24 in every one, since a
misread "2:30" costs half a day.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton
from babel.numbers import format_decimal


@lru_cache(maxsize=4096)
def spell(instant: datetime, zone: str, language: str) -> str:
    """Spell an aware instant. An unknown language is spelled in English."""
    local = instant.astimezone(ZoneInfo(zone))
    here = f"{_day(local, language)}, {local:%H:%M}"
    name = _zone_name(local)
    return f"{here} UTC" if name == "UTC" else f"{here} {name} ({_utc(instant, local, language)} UTC)"


def spell_range(start: datetime, end: datetime, zone: str, language: str) -> str:
    """Spell a span: the day once where both ends share it, `Mon 23 Nov 2026, 15:30–17:00 CET (14:30–16:00 UTC)`."""
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    if first.date() != last.date() or _zone_name(first) != _zone_name(last):
        return f"{spell(start, zone, language)} – {spell(end, zone, language)}"
    here = f"{_day(first, language)}, {first:%H:%M}–{last:%H:%M}"
    name = _zone_name(first)
    if name == "UTC":
        return f"{here} UTC"
    return f"{here} {name} ({_utc_range(start, end, first, language)} UTC)"


def number(value: float, language: str) -> str:
    """Spell a number with the language's separators."""
    return str(format_decimal(value, locale=_locale(language)))


def _day(local: datetime, language: str) -> str:
    locale = _locale(language)
    if locale.language == "en":
        return str(format_datetime(local, "EEE d MMM y", locale=locale))
    return str(format_skeleton("yMMMEd", local, tzinfo=local.tzinfo, locale=locale))


def _utc(instant: datetime, local: datetime, language: str) -> str:
    utc = instant.astimezone(UTC)
    other_day = utc.date() != local.date()
    return (f"{format_skeleton('MMMd', utc, locale=_locale(language))} " if other_day else "") + f"{utc:%H:%M}"


def _utc_range(start: datetime, end: datetime, local: datetime, language: str) -> str:
    if start.astimezone(UTC).date() == end.astimezone(UTC).date():
        return f"{_utc(start, local, language)}–{end.astimezone(UTC):%H:%M}"
    days = (
        f"{format_skeleton('MMMd', x, locale=_locale(language))} {x:%H:%M}"
        for x in (start.astimezone(UTC), end.astimezone(UTC))
    )
    return " – ".join(days)


def _zone_name(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language in ("", "en") else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
