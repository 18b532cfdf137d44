"""Spell an instant for a reader: their zone and language, and UTC beside it. Never "soon".

`Mon 23 Nov 2026, 15:30 CET (14:30 UTC)`; the UTC date is added where it is another day.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime


def spell(instant: datetime, zone: str, language: str) -> str:
    """Spell an aware instant. An unknown language is spelled in English."""
    local = instant.astimezone(ZoneInfo(zone))
    utc = instant.astimezone(UTC)
    name = local.tzname() or ""
    if not name.isalpha():
        name = f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]
    day = "EEE d MMM y" if language != "ja" else "y年M月d日(EEE)"
    here = format_datetime(local, f"{day}, HH:mm", locale=_locale(language))
    if name == "UTC":
        return f"{here} UTC"
    other_day = "" if utc.date() == local.date() else f"{format_datetime(utc, 'd MMM', locale=_locale(language))} "
    return f"{here} {name} ({other_day}{utc:%H:%M} UTC)"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language in ("", "en") else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
