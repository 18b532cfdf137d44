"""Where a writer's own text ends and the signature begins.

Takes off: what stands under a line of two dashes, "sent from my ...", a mailing list's footer,
a legal notice, a formal closing with the name and the address lines under it, and a last
paragraph that is nothing but a name and ways to reach it. "Thanks, Ana" is a sentence and stays.

Standards: RFC 3676 (4.3 the signature separator); the rest is what clients and people do
"""

import re

from commsvc.domain.mail.phrases import CLOSING, FORMAL, LEGAL, MOBILE

_I = re.IGNORECASE
_DASHES = re.compile(r"\s{0,3}(?:--|—|––|—-|- -|_{2,4})\s*\Z")
_FOOTER = re.compile(r"\s{0,3}[_=-]{20,}\s*\Z")
_RULE = re.compile(r"\s{0,3}[-_=*~―─━＝＊◇◆□■☆★]{5,}\s*\Z")
_LINKED = re.compile(r"\s?<https?:[^<>]{0,300}>\s?")
_MARKDOWN = re.compile(r"\[([^\[\]]{1,60})\]\(https?:[^()\s]{0,300}\)")
_LIST = re.compile(r"mailing list|mailman|listinfo|mailinglist|unsubscribe|to post to this group|lists?\.", _I)
_CLOSING = re.compile(rf"[\s*_]{{0,6}}{CLOSING}\s?[,.!]?[\s*_]{{0,6}}\Z", _I)
_FORMAL = re.compile(rf"[\s*_]{{0,6}}{FORMAL}\s?[,.!]?[\s*_]{{0,6}}\Z", _I)
_REACH = re.compile(
    r"\+?\(?\d[\d\s().\-/]{6,}\d|[\w.+-]{1,80}@[\w-]{1,80}\.\w|https?://|www\.|\b(?:tel|phone|mobile|fax|cell|mob|skype)\b",
    _I,
)
_DASH_NAME = re.compile(r"\s{0,3}(?:[-–—~]\s?|/\s?)[^\W\d_][\w'.]{1,20}(?: [^\W\d_][\w'.]{0,20}){0,2}\s*\Z")
_POSTSCRIPT = re.compile(r"\s{0,4}(?:p\.? ?-?s\.?|n\.?b\.?|ps|追伸|又及)\s{0,3}[:：.,–—-]?\s", _I)
_MOST = 25


def cut(lines: list[str], *, last: bool, first: bool) -> tuple[list[str], list[str]]:
    """Split a run of unquoted lines into (text, signature).

    `first`, `last`: is it the beginning or the end of the mail? Never raises; nothing is taken
    from the beginning when no text would be left.
    """
    at = _start(lines, last=last, first=first)
    while at > 0 and not lines[at - 1].strip():
        at -= 1
    if first and not any(line.strip() for line in lines[:at]):
        return lines, []
    return lines[:at], lines[at:]


def _start(lines: list[str], *, last: bool, first: bool) -> int:
    """The index of the signature's first line; `len(lines)` when there is none."""
    size = end = len(lines)
    text = [i for i, line in enumerate(lines) if line.strip()]
    if not text:
        return size
    for index in text:
        line = lines[index]
        remaining = size - index
        dashes = len(line) < 8 and _DASHES.match(line) and (index or not first)
        if dashes and (remaining <= _MOST or line == "-- "):
            return index
        card = len(line) < 80 and index and last and remaining <= 2 * _MOST
        if card and _RULE.match(line) and _card(lines, text, index):
            return _with_closing(lines, text, index)
        if _FOOTER.match(line) and remaining <= _MOST and _LIST.search("\n".join(lines[index + 1 : index + 5])):
            end = index
            break
    text = [i for i in text if i < end]
    end = _mobile(lines, text, end)
    text = [i for i in text if i < end]
    end = _legal(lines, text, end) if last else end
    text = [i for i in text if i < end]
    return _closing(lines, text, end)


def _mobile(lines: list[str], text: list[int], end: int) -> int:
    """The line "sent from my ..." among the last lines, with nothing but an advertisement below it."""
    for index in text[-3:]:
        line = _MARKDOWN.sub(r"\1", _LINKED.sub("", lines[index][:400]))
        if len(line) <= 110 and len(line.split()) <= 12 and MOBILE.match(line):
            return index
    return end


def _legal(lines: list[str], text: list[int], end: int) -> int:
    for index in text[1:]:
        if LEGAL.match(lines[index][:400]):
            above = text[text.index(index) - 1]
            drawn = _DASHES.match(lines[above]) or _RULE.match(lines[above][:80]) or lines[above].strip() == "---"
            return above if drawn and above else index
    return end


def _closing(lines: list[str], text: list[int], end: int) -> int:
    """A formal closing with at most ten short lines under it, or a paragraph of ways to reach."""
    for back in range(len(text) - 1, max(0, len(text) - 12), -1):
        index = text[back]
        below = [lines[i] for i in text[back + 1 :]]
        if any(len(line) > 120 for line in below) or len(lines[index]) > 60:
            continue
        closing = _CLOSING.match(lines[index]) is not None and bool(below)
        formal = _FORMAL.match(lines[index]) is not None and any(map(_reaches, below))
        if (closing or formal) and not any(line.rstrip().endswith("?") or _POSTSCRIPT.match(line) for line in below):
            return index
    begin = _paragraph(lines, text)
    if begin is not None:
        return begin
    if len(text) > 1 and _DASH_NAME.match(lines[text[-1]]) and not lines[text[-1] - 1].strip():
        return text[-1]
    return end


def _reaches(line: str) -> bool:
    return _REACH.search(line[:300]) is not None


def _with_closing(lines: list[str], text: list[int], index: int) -> int:
    """Where a card begins: with the closing right above its drawn line, when there is one."""
    above = text[text.index(index) - 1]
    closing = len(lines[above]) <= 60 and (_CLOSING.match(lines[above]) or _FORMAL.match(lines[above]))
    return above if closing and above else index


def _card(lines: list[str], text: list[int], index: int) -> bool:
    """Is all that stands under a drawn line a name, its titles and ways to reach it?"""
    below = [lines[i] for i in text if i > index]
    short = all(len(line) < 70 and not line.rstrip().endswith((".", "?", "!", ":")) for line in below)
    return 2 <= len(below) <= 16 and short and sum(map(_reaches, below)) >= 2


def _paragraph(lines: list[str], text: list[int]) -> int | None:
    """The last paragraph, when it is a name and at least two ways to reach it."""
    if len(text) < 3:
        return None
    begin = text[-1]
    while begin > 0 and lines[begin - 1].strip():
        begin -= 1
    block = [lines[i] for i in text if i >= begin]
    if begin == 0 or not 3 <= len(block) <= 9 or any(len(line) > 80 for line in block):
        return None
    named = block[0].strip("* ").istitle() or block[0].strip("* ").isupper()
    sentence = any(line.rstrip().endswith((".", "?", "!", ":")) for line in block)
    return begin if named and not sentence and sum(map(_reaches, block)) >= 2 else None
