"""When does the customer need it? The instants a mail names, in the customer's own time zone.

A day (today, Friday, 25 November, 明日) and a time of day (18 Uhr, 17 h 30, noon, 10時) that stand
together are one instant; a day alone means the end of its working day, 17:00. What is over, and
what follows "since", is no deadline. Languages: en, de, fr, es, ja.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

END_OF_DAY = time(17)
_NEAR = 28
"""How many letters a day and its time of day may stand apart."""
_LONGEST = 40
"""No time of day is written in more letters."""
_MONTHS = (
    "jan|enero|janv", "feb|févr", "mar|mär", "apr|avr|abr", "may|mai", "jun|juin", "jul|juil", "aug|août|ago", "sep",
    "oct|okt", "nov", "dec|dez|déc|dic",
)  # fmt: skip
_MONTH = {start: n for n, starts in enumerate(_MONTHS, 1) for start in starts.split("|")}
_MONTH_WORD = rf"(?:{'|'.join(_MONTHS)})[^\W\d_]{{0,7}}"
_WEEKDAYS = (
    "monday|montag|lundi|lunes|月曜", "tuesday|dienstag|mardi|martes|火曜", "wednesday|mittwoch|mercredi|miércoles|水曜",
    "thursday|donnerstag|jeudi|jueves|木曜", "friday|freitag|vendredi|viernes|金曜",
    "saturday|samstag|samedi|sábado|土曜", "sunday|sonntag|dimanche|domingo|日曜",
)  # fmt: skip
_WEEKDAY = {word: n for n, words in enumerate(_WEEKDAYS) for word in words.split("|")}
_AHEAD = {
    0: "today|tonight|this (?:morning|afternoon|evening)|heute|ce soir|aujourd'hui|hoy|esta (?:tarde|noche)|本日|今日|今夜",
    1: "tomorrow|(?<!guten )morgen|demain|(?<!la )(?<!por la )mañana|明日|翌朝",
    2: "day after tomorrow|übermorgen|après-demain|pasado mañana|明後日",
}
_DAY = re.compile(
    r"(?P<iso>20\d\d-\d\d-\d\d)|(?:(?P<y1>20\d\d)年)?(?P<east>\d{1,2}月\d{1,2}日)"
    rf"|(?<!\d)(?P<dom>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s(?:de\s|of\s)?(?P<mon>{_MONTH_WORD})(?:,?\s(?:de\s|del\s)?(?P<y2>20\d\d)\b)?"
    rf"|\b(?P<mon1>{_MONTH_WORD})\s(?P<dom1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?[:h])(?:,?\s(?P<y3>20\d\d)\b)?"
    r"|(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y4>20\d\d)?"
    rf"|(?P<week>{'|'.join(_WEEKDAY)})"
    rf"|\b(?P<ahead2>{_AHEAD[2]})|(?:\b|(?<=[\u3040-\u9fff]))(?P<ahead1>{_AHEAD[1]})|(?P<ahead0>{_AHEAD[0]})"
)
_NOON, _MIDNIGHT = "noon|midday|mittag|midi|mediodía", "midnight|mitternacht|minuit|medianoche"
_TIME = re.compile(
    r"(?<![\d.,-])(?P<h>[01]?\d|2[0-3])(?:"
    r"(?::(?P<m>[0-5]\d)(?!\d|\.\d)|\.(?P<m5>[0-5]\d)(?![\d.]))(?:\s?(?P<ap>[ap])\.?m\b)?|\s?(?P<ap2>[ap])\.?m\b|\s?uhr(?:\s(?P<m2>[0-5]\d)\b)?"
    r"|\s?h(?:eures?|oras?)?(?:\s?(?P<m3>[0-5]\d))?\b|時(?:(?P<m4>\d{1,2})分|(?P<half>半))?)"
    rf"|\b(?P<noon>{_NOON})\b|(?P<noonja>正午)|\b(?P<midnight>{_MIDNIGHT})\b"
)
_NUMBER = re.compile(r"\d+")
_UNSAID = re.compile(r"\(\?<?[!:=][^)]*\)")
"""What stands in brackets in a pattern: a condition, or words that follow a beginning."""
_DAY_WORDS = tuple(
    sorted(
        {
            _UNSAID.sub("", w)
            for words in (*_MONTHS, *_WEEKDAYS, *_AHEAD.values())
            for w in _UNSAID.sub("", words).split("|")
        }
    )
)
_TIME_WORDS = (*_NOON.split("|"), "正午", *_MIDNIGHT.split("|"))
_OVER = re.compile(
    r"(?:since|seit|depuis|desde|ago|after|ab|from|last|letzte\w*|vergangene\w*|dernier|pasado)\W{1,2}(?:[\w.]+\W){0,2}$"
)
_OVER_AFTER = re.compile(r"\s?(?:から|より|頃より|頃から|dernier\b|pasado\b|evening\.? last)")


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant that a text names. `at` is aware; `start` and `end` are its place in the text."""

    at: datetime
    start: int
    end: int
    exact: bool = True
    """Is a time of day named, and not only a day?"""


def instants(text: str, received_at: datetime, zone: str) -> list[Instant]:
    """The instants after `received_at` in a folded text, earliest first. Naive words are read in `zone` (IANA)."""
    here = ZoneInfo(zone)
    now = received_at.astimezone(here)
    numbers = [m.start() for m in _NUMBER.finditer(text)]
    days = [
        (d, m.start(), m.end())
        for m in _each(_DAY, text, numbers, _DAY_WORDS)
        if (d := _day(m, now.date())) is not None
    ]
    times = [(t, m.start(), m.end()) for m in _each(_TIME, text, numbers, _TIME_WORDS) if (t := _time(m)) is not None]
    found = [*_paired(days, times, text, now)]
    return sorted((i for i in found if i.at > received_at), key=lambda i: i.at)


def _each(pattern: re.Pattern[str], text: str, numbers: list[int], words: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """The matches of a pattern, tried only where a number or one of these words begins: nothing else begins one."""
    end = 0
    for at in sorted({*numbers, *(at for word in words for at in _places(word, text))}):
        if at >= end and (match := pattern.match(text, at)):
            end = match.end()
            yield match


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _paired(days: list[tuple[date, int, int]], times: list[tuple[time, int, int]], text: str,
            now: datetime) -> Iterator[Instant]:  # fmt: skip
    used: set[int] = set()
    starts = [start for _, start, _ in times]
    for day, start, end in days:
        if _past(text, start, end):
            continue
        around = range(bisect_left(starts, start - _NEAR - _LONGEST), bisect_right(starts, end + _NEAR))
        near = [(gap, n) for n in around for _, s, e in [times[n]]
                if (gap := min(abs(s - end), abs(start - e))) <= _NEAR and not _broken(text, min(e, end), max(s, start))]  # fmt: skip
        if near:
            _, n = min(near)
            used.add(n)
            hour, s, e = times[n]
            yield Instant(_at(day, hour, now), min(s, start), max(e, end))
        else:
            yield Instant(_at(day, END_OF_DAY, now), start, end, exact=False)
    for n, (hour, start, end) in enumerate(times):
        if n not in used and not _past(text, start, end):
            at = _at(now.date(), hour, now)
            yield Instant(at, start, end)


def _broken(text: str, left: int, right: int) -> bool:
    return any(mark in text[left:right] for mark in (". ", "! ", "? ", "。"))


def _past(text: str, start: int, end: int) -> bool:
    return bool(_OVER.search(text[max(0, start - 30) : start]) or _OVER_AFTER.match(text, end))


def _at(day: date, hour: time, now: datetime) -> datetime:
    return datetime.combine(day, hour, tzinfo=now.tzinfo)


def _day(m: re.Match[str], today: date) -> date | None:
    g = m.groupdict()
    for n in (0, 1, 2):
        if g[f"ahead{n}"]:
            return today + timedelta(days=n)
    if g["week"]:
        return today + timedelta(days=(_WEEKDAY[g["week"]] - today.weekday()) % 7)
    if g["iso"]:
        return _real(int(g["iso"][:4]), int(g["iso"][5:7]), int(g["iso"][8:]))
    if g["east"]:
        month, day = map(int, re.findall(r"\d+", g["east"]))
    elif g["d"]:
        month, day = int(g["m"]), int(g["d"])
    else:
        month, day = _month(g["mon"] or g["mon1"]), int(g["dom"] or g["dom1"])
    year = next((int(g[f"y{n}"]) for n in range(1, 5) if g[f"y{n}"]), None)
    return _real(year, month, day) if year else _next(month, day, today)


def _month(word: str) -> int:
    return next((n for start, n in _MONTH.items() if word.startswith(start)), 0)


def _next(month: int, day: int, today: date) -> date | None:
    """A day of the year, in the year that makes it nearest; None when there is no such day."""
    near = [d for year in (today.year, today.year + 1) if (d := _real(year, month, day)) is not None]
    return min(near, key=lambda d: abs((d - today).days), default=None)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(m: re.Match[str]) -> time | None:
    g = m.groupdict()
    if g["noon"] or g["noonja"]:
        return time(12)
    if g["midnight"]:
        return time(23, 59)
    hour, minute = int(g["h"]), int(g["m"] or g["m5"] or g["m2"] or g["m3"] or g["m4"] or (30 if g["half"] else 0))
    half = g["ap"] or g["ap2"]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if minute < 60 else None
