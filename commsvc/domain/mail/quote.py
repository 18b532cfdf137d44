"""New text, quoted history and signature: which lines of a mail its writer wrote.

Line by line, each looked at a bounded number of times, so no text makes it slow. When in doubt
a line stays in the reply: a quote too many costs a glance, a lost sentence costs a customer.

  answered on top       all from the attribution or header block on is quoted
  answered below        the marked lines go, what stands under them stays
  answered in between   each quoted passage that is answered stays above its answer
  forwarded             stays: it is what the writer wants read

Standards: RFC 3676 (4.5 quote depth), RFC 1849 (usenet signatures); the rest is what clients do
"""

import re
from dataclasses import dataclass

from commsvc.domain.mail.html import Line
from commsvc.domain.mail.phrases import BEGINS, FORWARDED, LABEL, ORIGINAL, WROTE
from commsvc.domain.mail.signature import cut

_I = re.IGNORECASE
_VERB = re.compile(rf"(?<!\w){WROTE}(?!\w)", _I)
_VERB_END = re.compile(rf"(?<!\w){WROTE}\s*(?:this|:|：|︰|-|—|\.|\"|\s){{0,40}}\Z", _I)
_VERB_LINE = re.compile(rf"[>\s]{{0,4}}\S{{0,80}}>?\s?{WROTE}\s?[:：]\s*\Z", _I)
_BEGIN = re.compile(rf"[\s>*_\-–—\"'\[(]{{0,12}}{BEGINS}\b", _I)
_DATED = re.compile(
    r"[\s>*_\-–—\[(]{0,12}(?:\w{2,9}\.?,?\s{1,3}){0,2}(?:\d{4}\s?[-/.年]\s?\d{1,2}|\d{1,2}\s?[-/.]\s?\w{1,9}[-/.]\s?\d{2,4}|\d{1,2}\.?\s\w{3,10}\.?,?\s\d{4}"
    r"|\w{3,9}\.?\s\d{1,2},?\s\d{4})", _I)  # fmt: skip
_TIME = re.compile(r"\d{1,2}\s?[:.h時点點]\s?\d\d|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_MAILBOX = re.compile(r"[\w.+%=&'-]{1,80}@[\w.-]{1,120}")
_DASHED = re.compile(
    rf"[\s>*]{{0,8}}(?:[-_=*–—]{{2,80}}\s?|[-–—]\s)(?:{ORIGINAL}|{FORWARDED}|Reply (?:above|below)[^-]{{0,40}})"
    rf".{{0,80}}?\s?[-_=*–—:]{{0,80}}\s*\Z", _I)  # fmt: skip
_BARE_ORIGINAL = re.compile(rf"[\s*]{{0,8}}{ORIGINAL}\s?[:：]?[\s*]{{0,8}}\Z", _I)
_FORWARD = re.compile(rf"[\s>*\-_=–—]{{0,80}}\s?{FORWARDED}\b", _I)
_ABOVE = re.compile(
    r"[\s>*#=~_\-–—]{0,40}(?:please )?(?:reply|write|type|respond)(?: your (?:reply|answer))? (?:above|over|below) this line", _I
)  # fmt: skip
_WROTE_DASHED = re.compile(rf"[\s>]{{0,8}}[-–—]{{2,40}}.{{1,200}}?{WROTE}\s?[-–—:]{{1,40}}\s*\Z", _I)
_SHARED = re.compile(r"(.{0,400}?)-{2,}\s?(On\s.{6,200})\Z", _I | re.DOTALL)
_LABEL = re.compile(r"[\s>*_|\u200b\u2022-]{0,12}([^\W\d][^:：*\n]{0,22}?)\s?\*{0,2}\s?[:：]\s?\*{0,2}\s{0,8}(.{0,1000})")
_RULE = re.compile(r"[\s*]{0,4}[_\-=—–]{5,200}[\s*]{0,4}\Z")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Cut:
    """A text taken apart; each is "" when there is nothing of it."""

    reply: str
    quoted: str
    signature: str


@dataclass(slots=True)
class _Spot:
    """A place where quoted text begins: lines [start, end), and what stood before on the line."""

    start: int
    end: int
    kind: str
    before: str = ""


def plain_lines(text: str) -> list[Line]:
    """The lines of plain text with their quote depth. Source: RFC 3676 (4.5)."""
    found: list[Line] = []
    for text_line in text.split("\n"):
        head = text_line.lstrip(" \t\xa0")
        level = 0
        if head[:1] == ">" and not head.rstrip().endswith("<<<"):
            level = len(head) - len(head.replace(" ", "")[:40].lstrip(">"))
            level = max(1, min(level, 9))
        found.append(Line(text_line, level))
    return found


def split(lines: list[Line]) -> Cut:
    """Take `lines` apart into the new text, the quoted history and the signature.

    Never raises; every line of the reply is a line of the text. Source: see the module.
    """
    _settle(lines)
    quoted = [False] * len(lines)
    shortened: dict[int, str] = {}
    at, size = 0, len(lines)
    while at < size:
        spot = _spot(lines, at)
        if spot is None:
            break
        at = spot.end
        if spot.kind == "forward":
            if any(_is_text(lines[i]) for i in range(spot.start)) or spot.start == 0:
                break
            continue
        marked = _marked_after(lines, spot.end)
        above = bool(spot.before) or any(_is_text(line) for line in lines[: spot.start])
        if not marked and not above and not _wrapped(lines, spot):
            continue
        if spot.before:
            shortened[spot.start] = spot.before
        for index in range(spot.start + bool(spot.before), spot.end):
            quoted[index] = True
        if not marked:
            at = _end_of_wrap(lines, spot)
            quoted[spot.end : at] = [True] * (at - spot.end)
            if at >= size:
                break
    return _assemble(lines, quoted, shortened)


def _settle(lines: list[Line]) -> None:
    """Decide what the markup left open: bare block quotes, Python prompts, a quoted attribution."""
    levels = {line.level for line in lines if line.text.strip()}
    if levels <= {0, 3} and 3 in levels and all(
        line.text.lstrip().startswith(">>> ") for line in lines if line.level == 3
    ):  # fmt: skip
        for line in lines:
            line.level = 0
    bare = [i for i, line in enumerate(lines) if line.mark == "bare" and line.text.strip()]
    others = any(line.text.strip() and line.mark != "bare" for line in lines)
    if bare and others and 1 not in levels:
        last = bare[-1]
        while last >= 0 and lines[last].mark == "bare" or (last > 0 and not lines[last].text.strip()):
            if lines[last].mark == "bare":
                lines[last].level = 1
            last -= 1
    for index in range(1, len(lines) - 1):
        before, line, after = lines[index - 1 : index + 2]
        broken = bool(line.text) and not line.level and " " not in line.text.strip()
        if broken and before.level and after.level and len(before.text) > 20:
            line.level = before.level
    for index in range(1, len(lines)):
        line = lines[index]
        if line.level and _VERB_LINE.match(line.text) and not _BEGIN.match(line.text.lstrip("> ")):
            if any(map(_is_text, lines[max(0, index - 4) : index])):
                line.level = 0


def _is_text(line: Line) -> bool:
    return bool(line.text.strip()) and line.level == 0


def _spot(lines: list[Line], begin: int) -> _Spot | None:
    """The next place at or after `begin` where quoted text is announced."""
    for index in range(begin, len(lines)):
        line = lines[index]
        if line.level or not line.text.strip():
            continue
        found = _divider(lines, index) or _header_block(lines, index) or _attribution(lines, index, begin)
        if found is not None:
            return found
    return None


def _divider(lines: list[Line], index: int) -> _Spot | None:
    text = lines[index].text
    if len(text) > 300:
        return None
    if lines[index].mark == "split":
        return _Spot(index, index + 1, "divider")
    if not text[:1].isalnum() or ":" in text[-3:] or len(text) < 60:
        if _DASHED.match(text) or _BARE_ORIGINAL.match(text) or _FORWARD.match(text):
            if _FORWARD.match(text) and not _names_original(text):
                return _Spot(index, index + 1, "forward") if _forward_follows(lines, index) else None
            if _BARE_ORIGINAL.match(text) and _header_block(lines, _next(lines, index + 1)) is None:
                return None
            return _Spot(index, index + 1, "divider")
        if _ABOVE.match(text) or _WROTE_DASHED.match(text):
            return _Spot(index, index + 1, "divider")
    if _RULE.match(text) or lines[index].mark == "rule":
        after = index if lines[index].mark == "rule" else _next(lines, index + 1)
        block = _header_block(lines, after, least=2)
        if block is not None:
            return _Spot(index, block.end, block.kind)
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


def _header_block(lines: list[Line], index: int, least: int = 3) -> _Spot | None:
    """A client's block of header lines (From, Sent, To, Subject) that begins at `index`.

    Two fields are enough when one holds an address and one a date: people write "From: Berlin".
    """
    if index >= len(lines):
        return None
    first = _label(lines[index].text)
    if first is None or first[0] in ("other", "cc") or (first[0] == "to" and least > 2):
        return None
    kinds: dict[str, str] = {}
    at, last, loose = index, index, 0
    while at < min(index + 24, len(lines)):
        text = lines[at].text
        field = _label(text)
        if field is not None:
            kinds.setdefault(*field)
            last, loose = at, 0
        elif text.strip():
            loose += 1
            if loose > (3 if len(kinds) < 3 else 1) or (loose > 0 and last + 1 != at and len(kinds) >= 3):
                break
        elif last + 1 < at:
            break
        at += 1
    end = last + 1
    while end < len(lines) and end <= last + 2 and _continues(lines, end):
        end += 1
    whom, when = kinds.get("from", "") + kinds.get("to", ""), kinds.get("sent", "")
    known = {k for k in kinds if k != "other"}
    dated = any(c.isdigit() for c in when)
    sure = len(known) >= max(least, 3) and ("from" in known or "sent" in known)
    if sure and ("@" in whom or dated or ("from" in known and "subject" in known and len(known) >= 4)):
        return _Spot(index, end, "block")
    if lines[index].mark == "rule" and "@" in whom and _TIME.search(whom):
        return _Spot(index, end, "block")
    if len(known) >= 2 and dated and "@" in whom:
        return _Spot(index, end, "block")
    return None


def _continues(lines: list[Line], at: int) -> bool:
    """Is the line a folded rest of an address list?"""
    text = lines[at].text.strip()
    return bool(text) and (text.endswith((";", ">")) or text.startswith("<")) and "@" in text


def _attribution(lines: list[Line], index: int, begin: int) -> _Spot | None:
    """A line such as "On Monday Ana wrote:", over at most five lines, that starts at `index`."""
    text = lines[index].text
    starts = _BEGIN.match(text[:80]) is not None or _DATED.match(text[:80]) is not None
    shared = "--" in text and _SHARED.match(text[:_LONGEST])
    if not (starts or shared or _one_line(text)):
        return None
    joined = ""
    for at in range(index, min(index + 6, len(lines))):
        piece = lines[at].text.strip()
        if not piece:
            if joined and not joined.rstrip().endswith(("<", ",")) and at + 1 < len(lines):
                following = lines[at + 1].text.strip()
                if following[:1] not in ("<", ">") or lines[at + 1].level > 1 or len(following) > 80:
                    break
                if not _spans(lines, at + 1):
                    break
            continue
        if at > index and (lines[at].level and not _VERB_LINE.match(piece)):
            break
        joined = f"{joined} {piece}" if joined else piece
        if len(joined) > _LONGEST:
            break
        if shared and at == index:
            match = _SHARED.match(joined)
            if match and _announces(match[2], lines, at):
                return _Spot(index, at + 1, "attribution", match[1].strip())
        if _announces(joined, lines, at):
            return _Spot(index, at + 1, "attribution", _own_words(text))
    return None


def _spans(lines: list[Line], at: int) -> bool:
    """Does an attribution broken around its address end within three lines?"""
    return any(_VERB_LINE.match(line.text) for line in lines[at : at + 3])


def _own_words(text: str) -> str:
    return ""


def _one_line(text: str) -> bool:
    """A line without a date in front that may announce a quote: "Ana <ana@x> wrote:"."""
    tail = text.rstrip()[-1:]
    return tail in (":", "：", "-") and len(text) < 300 and ("@" in text or "wrote" in text or _VERB_END.search(text) is not None)


def _announces(text: str, lines: list[Line], at: int) -> bool:
    """Is `text`, which ends with line `at`, an attribution?"""
    tail = text.rstrip(" *_\xa0")[-1:]
    ends = tail in (":", "：", "︰")
    has_box = "@" in text
    has_time = _TIME.search(text) is not None
    verb_end = _VERB_END.search(text) is not None
    begins = _BEGIN.match(text[:80]) is not None
    dated = _DATED.match(text[:80]) is not None
    if not (ends or verb_end or (dated and has_box)):
        return False
    followed = _marked_after(lines, at + 1)
    if verb_end and (begins or dated):
        return has_time or (has_box and any(c.isdigit() for c in text)) or followed
    if ends and (begins or dated) and _VERB.search(text):
        return has_time or (followed and any(c.isdigit() for c in text))
    if ends and has_box and has_time and (dated or begins):
        return len(_MAILBOX.sub("", text)) < 160
    if verb_end and has_box and ends:
        return len(text) < 250
    if dated and has_box and followed and text.rstrip()[-1:] in (">", ")"):
        return True
    return verb_end and ends and followed and len(text) < 120


def _marked_after(lines: list[Line], at: int) -> bool:
    """Is the next line that is not empty marked as quoted?"""
    for line in lines[at : at + 12]:
        if line.text.strip():
            return line.level > 0
    return False


def _wrapped(lines: list[Line], spot: _Spot) -> bool:
    return lines[spot.start].mark == "wrap"


def _end_of_wrap(lines: list[Line], spot: _Spot) -> int:
    """Where an unmarked quote ends: with its client's container, else with the mail."""
    if lines[spot.start].mark != "wrap":
        return len(lines)
    for index in range(spot.end, len(lines)):
        if lines[index].text.strip() and lines[index].mark != "wrap" and not lines[index].level:
            return index
    return len(lines)


def _assemble(lines: list[Line], quoted: list[bool], shortened: dict[int, str]) -> Cut:
    kept = _answered(lines, quoted)
    reply: list[str] = []
    away: list[str] = []
    runs: list[list[str]] = [[]]
    signed: list[str] = []
    for index, line in enumerate(lines):
        if quoted[index] or (line.level and index not in kept):
            away.append(line.text)
            if any(text.strip() for text in runs[-1]):
                runs.append([])
        elif line.mark == "sign":
            signed.append(line.text)
        else:
            runs[-1].append(shortened.get(index, line.text))
    for number, run in enumerate(runs):
        body, signature = cut(run, first=number == 0, last=number == len(runs) - 1)
        reply += body
        signed += signature
    text = "\n".join(reply).strip("\n\r\t \ufeff\u200b")
    if not text and not away:
        return Cut("\n".join(signed).strip(), "", "")
    return Cut(text, "\n".join(away).strip("\n"), "\n".join(signed).strip("\n"))


def _answered(lines: list[Line], quoted: list[bool]) -> frozenset[int]:
    """The quoted lines to keep: passages answered one by one, at least two of them."""
    passages: list[list[int]] = []
    current: list[int] = []
    answer: list[str] = []

    def close() -> None:
        if current and any(text.strip() for text in cut(answer, first=False, last=True)[0]):
            passages.append(current)

    for index, line in enumerate(lines):
        if line.level and not quoted[index]:
            if answer:
                close()
                current, answer = [], []
            current.append(index)
        elif not quoted[index] and line.mark != "sign" and (answer or (current and line.text.strip())):
            answer.append(line.text)
    close()
    if len(passages) < 2:
        return frozenset()
    return frozenset(i for passage in passages for i in passage)
