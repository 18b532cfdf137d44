"""What an out-of-office answer says: until when somebody is away, and whom to ask instead.

Reads dates as they are written; a year that is left out is taken from the mail's own date.
A date that can be read in two ways (03/04 in English) is left out rather than guessed.

Standards: none; what out-of-office texts say in the languages of `phrases.py`
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from commsvc.domain.mail.dates import MONTH
from commsvc.domain.mail.mail import Auto, Mail

_ISO = re.compile(r"(?<!\d)(20\d\d)(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.:])(\d{1,2})([./-])(\d{1,2})(?:\2(20\d\d|\d\d)\b|(?<=\.\d)\.|(?<=\.\d\d)\.)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s(?:de\s|of\s)?([^\W\d_]{3,12})\.?(?:,?\s(?:de\s)?((?:19|20)\d\d))?"
)
_MONTH_FIRST = re.compile(
    r"\b([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?\b(?:\s?[-–]\s?(\d{1,2})\b)?(?:,?\s((?:19|20)\d\d))?"
)
_EAST = re.compile(
    r"(?<![\d年])(\d{1,2})月(\d{1,2})日(?:\s?(?:[(（].[)）]\s?)?(?:～|〜|~|-|–|から|至|到)\s?(\d{1,2})日)?"
)
_FROM_DAY = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s?(?:-|–|(?:bis|to|until|till|through|al?|au|até|t/m|tot|til|till|do)(?: (?:en met|og med|och med|zum|einschließlich))?\s)\s?\Z"
)
_MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LOOKED_AT = 4000


@dataclass(frozen=True, slots=True)
class Absence:
    """`since` and `until` as the answer states them, None when it does not; `deputies`: addresses."""

    since: date | None
    until: date | None
    deputies: tuple[str, ...]


def absence(mail: Mail) -> Absence | None:
    """What an automatic answer says about an absence; None when `mail` is no automatic answer.

    Never raises. Dates before the mail's own day (less two) are not about this absence.
    """
    if mail.auto is not Auto.REPLY:
        return None
    text = mail.reply_text[:_LOOKED_AT]
    written = mail.date.date() if mail.date else None
    found = sorted(
        {d for d in days_in(text, written, mail.language) if written is None or d >= written - timedelta(days=2)}
    )
    known = {mail.sender.address, *(a.address for a in (*mail.to, *mail.cc))}
    deputies = tuple(dict.fromkeys(a.lower().strip(".") for a in _MAILBOX.findall(text) if a.lower() not in known))
    since = found[0] if len(found) > 1 else None
    return Absence(since, found[-1] if found else None, deputies)


def days_in(text: str, written: date | None, language: str | None) -> list[date]:
    """The days that a text names, in the order of their shapes. `written`: the day a year that is left out counts from."""
    parts: list[tuple[str | None, int, int]] = []
    parts += [(m[1], int(m[2]), int(m[3])) for m in _ISO.finditer(text)]
    for match in _EAST.finditer(text):
        parts += [(None, int(match[1]), int(day)) for day in match.group(2, 3) if day]
    for match in _DAY_FIRST.finditer(text):
        days = (_begin(text, match), match[1])
        parts += [(match[3], MONTH.get(match[2].lower(), 0), int(day)) for day in days if day]
    for match in _MONTH_FIRST.finditer(text):
        parts += [(match[4], MONTH.get(match[1].lower(), 0), int(day)) for day in match.group(2, 3) if day]
    for match in _NUMBERS.finditer(text):
        day, month = int(match[1]), int(match[3])
        if match[2] == "/" and language in ("en", None):
            if day <= 12 and month <= 12 and day != month:
                continue
            day, month = max(day, month), min(day, month)
        parts.append((match[4], month, day))
        if begin := _begin(text, match):
            parts.append((match[4], month, int(begin)))
    return [d for d in (_date(year, month, day, written) for year, month, day in parts) if d is not None]


def _begin(text: str, match: re.Match[str]) -> str:
    """The first day of a span that has its month at its end, as in "5 to 12 January"; "" when there is none."""
    before = _FROM_DAY.search(text[max(0, match.start() - 30) : match.start()])
    return before[1] if before and int(before[1]) < int(match[1]) else ""


def _date(year: str | None, month: int, day: int, written: date | None) -> date | None:
    """A real date; without a year the first one not long before the mail was written."""
    if year is None and written is None:
        return None
    try:
        if year is not None:
            return date(int(year) if len(year) > 2 else 2000 + int(year), month, day)
        assumed = date(written.year, month, day) if written else None
    except ValueError:
        return None
    if assumed and written and assumed < written - timedelta(days=180):
        return assumed.replace(year=assumed.year + 1, day=min(assumed.day, 28) if month == 2 else day)
    return assumed
