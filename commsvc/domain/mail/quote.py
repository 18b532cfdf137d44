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

from commsvc.domain.mail.announce import BEGIN, VERB_LINE, Spot, marked_after, spot
from commsvc.domain.mail.html import Line
from commsvc.domain.mail.signature import cut

_MOST = 20_000
_SURE = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A text taken apart; each is "" when there is nothing of it."""

    reply: str
    quoted: str
    signature: str


def plain_lines(text: str) -> list[Line]:
    """The lines of plain text with their quote depth. Source: RFC 3676 (4.5)."""
    found: list[Line] = []
    for text_line in text.split("\n"):
        head = text_line.lstrip(" \t\xa0")
        level = 0
        if head[:1] == ">" and not head.rstrip().endswith(("<<<", " >>>")):
            level = head[: len(head) - len(head.lstrip("> "))].count(">")
        found.append(Line(text_line, level))
    return found


def split(lines: list[Line]) -> Cut:
    """Take `lines` apart into the new text, the quoted history and the signature.

    Never raises; every line of the reply is a line of the text, or the beginning of one. What
    stands below 20,000 lines is not looked at and stays where the text above it went.
    """
    rest = [line.text for line in lines[_MOST:]]
    lines = lines[:_MOST]
    _settle(lines)
    quoted, shortened = _history(lines)
    whole = _assemble(lines, quoted, shortened)
    if rest and quoted[-1]:
        return Cut(whole.reply, "\n".join([whole.quoted, *rest]), whole.signature)
    return Cut("\n".join([whole.reply, *rest]), whole.quoted, whole.signature) if rest else whole


def split_like(lines: list[Line], marked: list[Line]) -> Cut | None:
    """Take plain `lines` apart where the client's own marks in the HTML beside them say.

    For languages and clients whose words are not known. None when the marks say nothing, or
    when something new stands below the quote: then the words alone must decide. Never raises.
    """
    quoted = split(marked).quoted
    first = next((bare for text in quoted.split("\n") if (bare := _bare(text))), "")
    index = next((i for i, line in enumerate(lines) if _begins_alike(_bare(line.text), first)), 0)
    if not any(map(_is_text, lines[:index])):
        return None
    known = set(_WORD.findall(quoted))
    below = [word for line in lines[index:] for word in _WORD.findall(line.text)]
    if sum(map(known.__contains__, below)) * 10 < len(below) * 9:
        return None
    above = split(lines[:index])
    return Cut(above.reply, "\n".join(line.text for line in lines[index:]).strip("\n"), above.signature)


def _begins_alike(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SURE and (one.startswith(other) or other.startswith(one))


def _bare(text: str) -> str:
    return "".join(text.split()).strip(">*_")


def _history(lines: list[Line]) -> tuple[list[bool], dict[int, str]]:
    """Which unmarked lines belong to a quote, and what is left of lines that begin with own words."""
    quoted = [False] * len(lines)
    shortened: dict[int, str] = {}
    at = seen = 0
    above = False
    while (found := spot(lines, at)) is not None and found.kind != "forward":
        at = found.end
        above = above or bool(found.before) or any(map(_is_text, lines[seen : found.start]))
        marked = marked_after(lines, found.end)
        seen = found.start
        if not marked and not above and lines[found.start].mark != "wrap":
            continue
        if found.before:
            shortened[found.start] = found.before
        if not marked:
            at = _end_of_wrap(lines, found)
        begin = found.start + bool(found.before)
        quoted[begin:at] = [True] * (at - begin)
        seen = at
    return quoted, shortened


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
    if bare and others and 1 not in levels and not _shown(lines, bare[-1]):
        last = bare[-1]
        while (last >= 0 and lines[last].mark == "bare") or (last > 0 and not lines[last].text.strip()):
            if lines[last].mark == "bare":
                lines[last].level = 1
            last -= 1
    _settle_container(lines)
    for index in range(1, len(lines) - 1):
        before, line, after = lines[index - 1 : index + 2]
        broken = bool(line.text) and not line.level and " " not in line.text.strip()
        if broken and before.level and after.level and len(before.text) > 20:
            line.level = before.level
    for index in range(1, len(lines)):
        line = lines[index]
        ends = bool(line.level) and VERB_LINE.match(line.text) is not None
        if ends and not BEGIN.match(line.text.lstrip("> ")):
            near = lines[max(0, index - 4) : index]
            line.level = 0 if any(map(_is_text, near)) else line.level


def _shown(lines: list[Line], last: int) -> bool:
    """Does the writer show what stands in the block quote up to `last`, by a colon above it, and go on below?"""
    if not any(line.text.strip() and line.mark != "bare" for line in lines[last:]):
        return False
    while last >= 0 and (lines[last].mark == "bare" or not lines[last].text.strip()):
        last -= 1
    above = lines[last].text.rstrip() if last >= 0 else ""
    return above.endswith((":", "：")) and spot(lines[: last + 2], last) is None


def _settle_container(lines: list[Line]) -> None:
    """What stands in a client's quote container, in words that are not known, is quoted.

    Answers written between quoted passages inside of it are not.
    """
    inside = [i for i, line in enumerate(lines) if line.mark == "wrap" and line.text.strip()]
    if not inside or any(lines[i].level for i in inside[:1]):
        return
    found = spot(lines, inside[0])
    if found is not None and found.start == inside[0]:
        return
    first = next((i for i in range(inside[0], len(lines)) if lines[i].level), len(lines))
    for index in inside:
        if index < first:
            lines[index].level = 1


def _is_text(line: Line) -> bool:
    return bool(line.text.strip()) and line.level == 0


def _end_of_wrap(lines: list[Line], found: Spot) -> int:
    """Where an unmarked quote ends: with its client's container, else with the mail."""
    if lines[found.start].mark != "wrap":
        return len(lines)
    for index in range(found.end, len(lines)):
        if lines[index].text.strip() and lines[index].mark != "wrap" and not lines[index].level:
            return index
    return len(lines)


def _assemble(lines: list[Line], quoted: list[bool], shortened: dict[int, str]) -> Cut:
    kept = _answered(lines, quoted)
    reply: list[str] = []
    away: list[str] = []
    runs: list[list[str]] = [[]]
    spoken = False
    signed: list[str] = []
    for index, line in enumerate(lines):
        if quoted[index] or (line.level and index not in kept):
            away.append(line.text)
            if spoken:
                runs.append([])
                spoken = False
        elif line.mark == "sign":
            signed.append(line.text)
        else:
            runs[-1].append(shortened.get(index, line.text))
            spoken = spoken or bool(line.text.strip())
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
