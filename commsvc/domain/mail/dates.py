"""The instant that a Date field names, in every shape mailers write it in.

Day, clock and zone are looked for one by one, so their order and what stands between them do not
matter. A day that can be read in two ways (3/4/2026 without AM or PM) is none.

Standards: RFC 5322 (3.3 dates, 4.3 obsolete ones), ISO 8601; the rest is seen in practice
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from commsvc.domain.mail import zones
from commsvc.domain.mail.words import decode_words

_MONTHS = (
    "jan|janv|ene|gen|sty|stycznia|januar|january|janvier|enero|gennaio|janeiro|januari",
    "feb|févr|fev|lut|lutego|februar|february|février|febrero|febbraio|fevereiro|februari",
    "mar|mär|mrt|märz|march|mars|marzo|março|maart|marca|mrz",
    "apr|avr|abr|kwi|kwietnia|april|avril|abril|aprile",
    "may|mai|maj|mei|mag|maja|mayo|maggio|maio",
    "jun|juin|giu|cze|czerwca|juni|june|junio|giugno|junho",
    "jul|juil|lug|lip|lipca|juli|july|juillet|julio|luglio|julho",
    "aug|août|ago|sie|sierpnia|august|agosto|augusti|augustus",
    "sep|sept|set|wrz|września|september|septembre|septiembre|settembre|setembro",
    "oct|okt|ott|out|paź|października|oktober|october|octobre|octubre|ottobre|outubro",
    "nov|lis|listopada|november|novembre|noviembre|novembro",
    "dec|dez|déc|dic|gru|grudnia|dezember|december|décembre|diciembre|dicembre|dezembro",
)
MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split("|")}
"""The number of a month by its name or abbreviation, lower case, in the languages of `phrases.py`."""

_Day = tuple[int, int, int]

_COMMENT = re.compile(r"\([^()]*\)")
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)T?")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ .-]{1,3}([^\W\d_]{3,12})[ .,-]{1,3}(\d{2,4})(?![\d:])")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})[ .]{1,3}(\d{1,2})(?:st|nd|rd|th)?(?![\d:])")
_YEAR = re.compile(r"(?<![\d:+-])((?:19|20)\d\d)(?![\d:])")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:[.,]\d{1,9})?(?!\d)\s?(?:([AP])\.?M\b\.?)?", re.IGNORECASE
)
_TWELVE = re.compile(r"\d\s?[AP]\.?M\b", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])\s?(\d{1,2})(?::?(\d\d))?(?!\d)")
_WORD = re.compile(r"\b[A-Z]{1,5}\b")
_HOURS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
    "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4,
    "GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "WEZ": 0, "WEST": 1, "WESZ": 1, "BST": 1,
    "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2, "MESZ": 2, "MEST": 2, "SAST": 2, "EET": 2, "OEZ": 2,
    "EEST": 3, "OESZ": 3, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5, "WIB": 7, "ICT": 7, "HKT": 8,
    "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours ahead of UTC. Of words with several meanings the one of RFC 5322 or, without one, the most usual."""


def instant(value: str) -> datetime | None:
    """The UTC instant of a Date field; None when no day or no clock can be told. Never raises.

    UTC is taken where no zone is stated. Source: RFC 5322 (3.3, 4.3).
    """
    value = decode_words(value[:200])
    day, rest = _day(_COMMENT.sub(" ", value))
    clock = _CLOCK.search(rest)
    if clock is None or day is None:
        return None
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] in "pP" else 0)
    zone = _zone(rest[clock.end() :]) or _zone(" ".join(_COMMENT.findall(value))) or UTC
    try:
        return datetime(*day, hour, int(clock[2]), min(int(clock[3] or 0), 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[_Day | None, str]:
    """Year, month and day, and `text` without their digits, which could pass for a clock or an offset."""
    if iso := _ISO.search(text):
        return (int(iso[1]), int(iso[3]), int(iso[4])), _without(iso)
    for named in _DAY_FIRST.finditer(text):
        if month := _month(named[2]):
            return (_year(named[3]), month, int(named[1])), _without(named)
    year = _YEAR.search(text)
    for named in _MONTH_FIRST.finditer(text):
        if year and (month := _month(named[1])):
            return (int(year[1]), month, int(named[2])), _without(named)
    numbers = _NUMBERS.search(text)
    return (_in_numbers(numbers), _without(numbers)) if numbers else (None, text)


def _without(found: re.Match[str]) -> str:
    return f"{found.string[: found.start()]} {found.string[found.end() :]}"


def _in_numbers(found: re.Match[str]) -> _Day | None:
    """The day comes first; with strokes the month may, as it does beside a clock of twelve hours."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] != "/" or first > 12:
        return year, second, first
    return (year, first, second) if second > 12 or _TWELVE.search(found.string) else None


def _month(word: str) -> int | None:
    word = word.lower()
    return MONTH.get(word) or (MONTH.get(word[:3]) if word.isascii() else None)


def _year(digits: str) -> int:
    """Source: RFC 5322 (4.3): two and three digits are years since 1900, two below 50 since 2000."""
    year = int(digits)
    return year if year >= 1000 else year + (2000 if year < 50 else 1900)


def _zone(text: str) -> tzinfo | None:
    """The zone stated in `text`: an offset, an abbreviation, or a name of Windows or the tz database."""
    if offset := _OFFSET.search(text):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-span if offset[1] == "-" else span) if span < timedelta(days=1) else UTC
    if found := zones.known(text.strip(" ()")):
        return found
    hours = next((_HOURS[word] for word in _WORD.findall(text.upper()) if word in _HOURS), None)
    return None if hours is None else timezone(timedelta(hours=hours))
