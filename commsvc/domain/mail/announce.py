"""Where a quote begins: attribution lines, dividers and header blocks of mail clients.

Each line is judged with at most two dozen that follow it, so no text makes this slow.

Standards: none; what Outlook, Gmail, Apple Mail, Thunderbird, Lotus, Yahoo and phones write
"""

import re
from dataclasses import dataclass

from commsvc.domain.mail.html import Line
from commsvc.domain.mail.phrases import BEGINS, FORWARDED, LABEL, ORIGINAL, VERBS, WROTE

_I = re.IGNORECASE
_VERB = re.compile(rf"(?<!\w){WROTE}(?!\w)", _I)
_AFTER_VERB = ' \t\r\n\xa0:：︰-—–."*_>'
VERB_LINE = re.compile(rf"[>\s]{{0,4}}\S{{0,80}}>?\s?{WROTE}\s?[:：]\s*\Z", _I)
BEGIN = re.compile(rf"[\s>*_\-–—\"'\[(]{{0,12}}{BEGINS}\b", _I)
_DATED = re.compile(
    r"[\s>*_\-–—\[(]{0,12}在?\s?(?:\w{2,12}\.?,?\s{1,3}){0,2}(?:\d{4}\s?[-/.年]\s?\d{1,2}|\d{1,2}\s?[-/.]\s?\w{1,9}[-/.]\s?\d{2,4}|\d{1,2}\.?\s\w{3,10}\.?,?\s\d{4}"
    r"|\w{3,9}\.?\s\d{1,2},?\s\d{4})", _I)  # fmt: skip
_TIME = re.compile(r"\d{1,2}\s?[:.h時点點]\s?\d\d|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時点點]\s?\d\d(?!\d)")
_MAILBOX = re.compile(r"[\w.+%=&'-]{1,80}@[\w.-]{1,120}")
_DASHED = re.compile(
    rf"[\s>*]{{0,8}}(?:[-_=*–—]{{2,80}}\s?|[-–—]\s)(?:{ORIGINAL}|{FORWARDED}|Reply (?:above|below)[^-]{{0,40}})"
    rf".{{0,80}}?\s?[-_=*–—:]{{0,80}}\s*\Z", _I)  # fmt: skip
_BARE_ORIGINAL = re.compile(rf"[\s*]{{0,8}}{ORIGINAL}\s?[:：]?[\s*]{{0,8}}\Z", _I)
_FORWARD = re.compile(rf"[\s>*\-_=–—]{{0,80}}\s?{FORWARDED}\b", _I)
_ABOVE = re.compile(
    r"[\s>*#=~_\-–—]{0,40}(?:please )?(?:reply|write|type|respond)(?: your (?:reply|answer))? (?:above|over|below) this line", _I
)  # fmt: skip
_WROTE_DASHED = re.compile(rf"[\s>]{{0,8}}[-–—]{{2,40}}.{{1,200}}?{WROTE}\s?:?\s?[-–—:]{{1,40}}\s*\Z", _I)
_GROUPWISE = re.compile(r">>> .{3,160}\d[.:/-]\d\d.{0,80} >>>\s*\Z")
_NOTES = re.compile(r".{2,120}? ?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?---")
_SHARED = re.compile(r"(.{0,400}?)-{2,}\s?(On\s.{6,200})\Z", _I | re.DOTALL)
_LABEL = re.compile(
    r"[\s>*_|\u200b\u2022-]{0,12}([^\W\d][^:：*\n]{0,22}?)\s?\*{0,2}\s?[:：]\s?\*{0,2}\s{0,8}(.{0,1000})"
)
_DRAWN = re.compile(r"[\s>*]{0,8}-{4,80}\s?[^-\n]{2,60}?\s?-{4,80}\s*\Z")
_RULE = re.compile(r"[\s*]{0,4}[_\-=—–]{5,200}[\s*]{0,4}\Z")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e]+")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 600


@dataclass(slots=True)
class Spot:
    """A place where quoted text is announced: lines [start, end).

    `kind`: attribution, divider, block (header lines) or forward. `before`: the writer's own
    words on the same line.
    """

    start: int
    end: int
    kind: str
    before: str = ""


def spot(lines: list[Line], begin: int) -> Spot | None:
    """The next place at or after `begin` where quoted text is announced."""
    for index in range(begin, len(lines)):
        line = lines[index]
        if line.level or not line.text.strip():
            continue
        found = (
            _divider(lines, index)
            or _notes_header(lines, index)
            or _header_block(lines, index)
            or _attribution(lines, index)
        )
        if found is not None:
            return _with_rule(lines, found, begin)
    return None


def _with_rule(lines: list[Line], found: Spot, begin: int) -> Spot:
    """A line drawn right above a divider belongs to it."""
    above = found.start - 1
    drawn = found.kind in ("divider", "block") and above >= begin and _RULE.match(lines[above].text)
    return Spot(above, found.end, found.kind, found.before) if drawn and not lines[above].level else found


def _divider(lines: list[Line], index: int) -> Spot | None:  # noqa: PLR0911 - each kind of divider is one return
    text = lines[index].text
    if len(text) > 300:
        return None
    if lines[index].mark == "split":
        return Spot(index, index + 1, "divider")
    if _LETTER.search(text) and (not text[:1].isalnum() or ":" in text[-3:] or len(text) < 60):
        if _DASHED.match(text) or _BARE_ORIGINAL.match(text) or _FORWARD.match(text):
            if _FORWARD.match(text) and not _names_original(text):
                return Spot(index, index + 1, "forward") if _forward_follows(lines, index) else None
            if _BARE_ORIGINAL.match(text) and _header_block(lines, _next(lines, index + 1)) is None:
                return None
            return Spot(index, index + 1, "divider")
        if _ABOVE.match(text) or _WROTE_DASHED.match(text) or _GROUPWISE.match(text):
            return Spot(index, index + 1, "divider")
    titled = _DRAWN.match(text) is not None
    if titled or _RULE.match(text) or lines[index].mark == "rule":
        after = index if lines[index].mark == "rule" else _next(lines, index + 1)
        block = _header_block(lines, after, least=3 if titled else 2)
        if block is not None:
            return Spot(index, block.end, block.kind)
    return None


def _notes_header(lines: list[Line], index: int) -> Spot | None:
    """Lotus Notes begins the mail in one line above its block, or puts each label on a line of its own."""
    text = lines[index].text
    if "---" in text[:160] and _NOTES.match(text):
        block = _header_block(lines, _next(lines, index + 1))
        return Spot(index, block.end, block.kind) if block else None
    if not ("/" in text and len(text) < 120):
        return None
    ahead = [line.text.strip(" *:").lower() for line in lines[index + 1 : index + 14]]
    kinds = {LABEL.get(words): at for at, words in enumerate(ahead)}
    if "to" in kinds and "subject" in kinds and any(map(_TIME.search, ahead[:4])):
        return Spot(index, min(index + kinds["subject"] + 3, len(lines)), "block")
    return None


def _names_original(text: str) -> bool:
    return re.search(ORIGINAL, text[:200], _I) is not None


def _forward_follows(lines: list[Line], index: int) -> bool:
    """A forward's divider is dashed, ends in a colon, or is followed by a header block."""
    text = lines[index].text.strip()
    return text[:2] in ("--", "==", "__") or text.endswith((":", "：")) or (
        _header_block(lines, _next(lines, index + 1), least=2) is not None
    )  # fmt: skip


def _next(lines: list[Line], index: int) -> int:
    """The next line that is not empty, at most four lines on."""
    for at in range(index, min(index + 4, len(lines))):
        if lines[at].text.strip():
            return at
    return index


def _label(text: str) -> tuple[str, str] | None:
    """(which header field a line names, its value) or None."""
    if ":" not in text[:60] and "：" not in text[:40]:
        return None
    match = _LABEL.match(text[:1200])
    if match is None:
        return None
    kind = LABEL.get(match[1].strip(" *_\xa0").lower())
    return (kind, match[2].strip(" *")) if kind else None


def _header_block(lines: list[Line], index: int, least: int = 3) -> Spot | None:
    """A client's block of header lines (From, Sent, To, Subject) that begins at `index`.

    Two fields are enough when one holds an address and one a date: people write "From: Berlin".
    """
    found = header_block(lines, index, least)
    return found[0] if found else None


def header_block(lines: list[Line], index: int, least: int = 3) -> tuple[Spot, dict[str, str]] | None:
    """The same block with its fields, the first of each kind: from, sent, to, cc, subject."""
    first = _label(lines[index].text) if index < len(lines) else None
    if first is None or first[0] in ("other", "cc") or (first[0] == "to" and least > 2):
        return None
    kinds, end = _gather(lines, index)
    whom, when = kinds.get("from", "") + kinds.get("to", ""), _INVISIBLE.sub("", kinds.get("sent", ""))
    known = kinds.keys() - {"other"}
    dated = any(c.isdigit() for c in when)
    titled = {"from", "subject"} <= known and bool(known & {"sent", "to"})
    timed = {"from", "sent", "to"} <= known and _CLOCK.search(when) is not None
    addressed = "@" in whom and (dated or (len(known) >= 3 and "subject" in known))
    drawn = lines[index].mark == "rule" and "@" in whom and _TIME.search(whom) is not None
    sure = titled or timed or drawn or (addressed and len(known) >= 2)
    return (Spot(index, end, "block"), kinds) if sure else None


def _gather(lines: list[Line], index: int) -> tuple[dict[str, str], int]:
    """The header fields from line `index` on, the first of each kind, and where the block ends."""
    kinds: dict[str, str] = {}
    last, loose = index, 0
    for at in range(index, min(index + 24, len(lines))):
        text = lines[at].text
        field = _label(text)
        if field is not None and not (field[0] == "from" and "from" in kinds):
            kinds.setdefault(*field)
            last, loose = at, 0
        elif field is not None or (not text.strip() and last + 1 < at):
            break
        elif text.strip():
            loose += 1
            if loose > (3 if len(kinds) < 3 else 1) or (last + 1 != at and len(kinds) >= 3):
                break
    end = last + 1
    while end < len(lines) and end <= last + 2 and _continues(lines, end):
        end += 1
    return kinds, end


def _continues(lines: list[Line], at: int) -> bool:
    """Is the line a folded rest of an address list?"""
    text = lines[at].text.strip()
    return bool(text) and (text.endswith((";", ">")) or text.startswith("<")) and "@" in text


def _attribution(lines: list[Line], index: int) -> Spot | None:
    """A line such as "On Monday Ana wrote:", over at most five lines, that starts at `index`."""
    text = lines[index].text
    starts = BEGIN.match(text[:80]) is not None or _DATED.match(text[:80]) is not None
    shared = _SHARED.match(text[:_LONGEST]) if "--" in text else None
    if shared is not None and _announces(shared[2], lines, index):
        return Spot(index, index + 1, "attribution", shared[1].strip())
    if not (starts or _one_line(text) or _boxed_early(text)):
        return None
    joined = ""
    for at in range(index, min(index + 6, len(lines))):
        piece = lines[at].text.strip()
        if not piece:
            if joined.endswith(("<", ",")) or _spans(lines, at + 1):
                continue
            break
        joined = f"{joined} {piece}" if joined else piece
        marked = at > index and lines[at].level and not VERB_LINE.match(piece)
        if marked or len(joined) > _LONGEST:
            break
        if _announces(joined, lines, at):
            return Spot(index, at + 1, "attribution")
    return None


def _ends_in_verb(text: str) -> bool:
    """Is the last word one for "wrote", on its own?"""
    tail = text[-100:].rstrip(_AFTER_VERB).lower()
    if not tail.endswith(VERBS):
        return False
    return any(tail.endswith(verb) and (verb[0] > "\u2e7f" or not tail[: -len(verb)][-1:].isalnum()) for verb in VERBS)


def _spans(lines: list[Line], at: int) -> bool:
    """Does an attribution broken around its address go on at `at` and end within three lines?"""
    text = lines[at].text.strip() if at < len(lines) else ""
    if text[:1] not in ("<", ">") or lines[at].level > 1 or len(text) > 80:
        return False
    return any(VERB_LINE.match(line.text) for line in lines[at : at + 3])


def _boxed_early(text: str) -> bool:
    """Does an address in angle brackets stand with a verb or a time of day, as in "Ana <ana@x> napisał(a) w dniu"?"""
    at = text.find("@")
    return 0 < text.find("<") < at < 120 and (_VERB.search(text[:300]) or _CLOCK.search(text[:300])) is not None


def _one_line(text: str) -> bool:
    """A line without a date in front that may announce a quote: "Ana <ana@x> wrote:"."""
    if text.rstrip()[-1:] not in (":", "：", "-") or len(text) > 300:
        return False
    return "@" in text or _VERB.search(text) is not None


def _announces(text: str, lines: list[Line], at: int) -> bool:
    """Is `text`, which ends with line `at`, an attribution?

    Where the lines below carry no quote marks, a date alone is not enough: people tell each
    other what somebody wrote. An address or the time of day makes it a mail program's line.
    """
    ends = text.rstrip(" *_\xa0")[-1:] in (":", "：", "︰")
    verb_end = _ends_in_verb(text)
    dated = _DATED.match(text[:80]) is not None
    if not (ends or verb_end or (dated and "@" in text)):
        return False
    begins = dated or BEGIN.match(text[:80]) is not None
    followed = marked_after(lines, at + 1)
    digits = any(c.isdigit() for c in text)
    exact = digits and ("@" in text or _CLOCK.search(text) is not None)
    if verb_end:
        return (begins and (exact or followed)) or (ends and _by_name(text, followed=followed))
    if ends and begins and digits and _names_writer(text, followed=followed):
        return exact or followed
    boxed = "<" in text[: text.find("@") + 1] and len(_MAILBOX.sub("", text)) < 160
    if ends and followed and len(text) < 200 and (at == 0 or not lines[at - 1].text.strip()):
        return boxed or (digits and _VERB.search(text) is not None)
    if ends:
        timed = exact and _CLOCK.search(text) is not None and _VERB.search(text) is not None
        return (begins and boxed and _TIME.search(text) is not None) or (timed and (boxed or _told(text)))
    return dated and followed and text.rstrip()[-1:] in (">", ")")


def _told(text: str) -> bool:
    """Is it a name of at most four words, a verb, and nothing but a date after it, as in "Ana kirjoitti 5.1.2026 klo 10.12:"?"""
    match = _VERB.search(text)
    if match is None or len(text[: match.start()].split()) > 4:
        return False
    after = text[match.end() :].split()
    return bool(after) and len(after) <= 4 and any(_TIME.fullmatch(word.strip(":,.")) for word in after)


def _by_name(text: str, *, followed: bool) -> bool:
    """Is it a writer's name and a verb, without a date?"""
    return len(text) < 250 if "@" in text else followed and len(text) < 120


def _names_writer(text: str, *, followed: bool) -> bool:
    """Does a verb stand in `text` with nothing but a name after it, as in "schrieb Ana Berg:"?"""
    match = _VERB.search(text)
    if match is None:
        return False
    rest = text[match.end() :].strip(" :：")
    name = len(rest.split()) <= 5 and not any(word[:1].islower() for word in rest.split())
    return followed or "@" in rest or name


def marked_after(lines: list[Line], at: int) -> bool:
    """Is the next line that is not empty marked as quoted?"""
    for line in lines[at : at + 12]:
        if line.text.strip():
            return line.level > 0
    return False
