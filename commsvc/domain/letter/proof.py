"""Proofread one finished letter: what a template may have got wrong, each fault in words.

Looks at the text and the HTML as they would be sent and at nothing else, so that it cannot repeat
a mistake of whatever made them (practice.md part 6: accessibility; WCAG 2.1: 1.1.1, 1.3.1, 1.4.3, 3.1.1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

LONGEST_LINE = 998  # octets, RFC 5322 2.1.1
WIDEST = 600
SMALLEST = 14
CLIPPED = 102_000  # Gmail shows no more of a message's HTML than this
BAR = 160
MARKS = frozenset("|->")
_STEP = re.compile(r"\d{1,2}\.")
_REMOTE = re.compile(r"<(?:img|link|script|iframe|object|video|audio|form)\b|@import|url\(", re.IGNORECASE)
_STYLE = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VOID = frozenset(["br", "meta", "img", "hr", "link", "input"])


def faults(text: str, html: str, language: str) -> list[str]:
    """Everything wrong with a letter; empty when it may be shown to a customer."""
    page = _Page(_dark_rules(html))
    page.feed(html)
    return [
        *_text_faults(text), *_parity(text.split(), page.words), *page.faults, *_headings(page.headings),
        *_frame(html, page, language),
    ]  # fmt: skip


def _text_faults(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if any(len(line.encode()) > LONGEST_LINE for line in lines):
        yield f"a line of the text is longer than {LONGEST_LINE} octets"
    if lines and len(lines[0]) > BAR:
        yield f"the status bar has {len(lines[0])} characters; more than {BAR} is not read at a glance"


def _parity(text: list[str], html: list[str]) -> Iterator[str]:
    """Every word of the text in the HTML and the other way round, in the same order; marks aside."""
    at = 0
    for word in text:
        if at < len(html) and html[at] == word:
            at += 1
        elif word not in MARKS and not _STEP.fullmatch(word):
            yield f"the text says “{word}” where the HTML says “{html[at] if at < len(html) else 'nothing'}”"
            return
    if at < len(html):
        yield f"the HTML says “{html[at]}”, the text does not"


def _headings(levels: list[int]) -> Iterator[str]:
    if levels.count(1) != 1 or levels[0] != 1:
        yield "there must be one h1, and it comes first"
    if any(b > a + 1 for a, b in pairwise(levels)):
        yield "a level of headings is skipped"


def _frame(html: str, page: "_Page", language: str) -> Iterator[str]:
    if page.language != language:
        yield f"its lang is {page.language!r}, its words are {language!r}"
    if _REMOTE.search(html):
        yield "it loads something or asks for something: a letter stands by itself"
    if len(html.encode()) > CLIPPED:
        yield f"its HTML has {len(html.encode())} octets; Gmail cuts it at {CLIPPED}"


def _dark_rules(html: str) -> dict[str, dict[str, str]]:
    found = _DARK.search(html)
    rules: dict[str, dict[str, str]] = {}
    for names, style in _RULE.findall(found.group(1)) if found else ():
        for name in names.split(","):
            rules.setdefault(name.strip(), {}).update(_declared(style))
    return rules


def _declared(style: str) -> dict[str, str]:
    return {k.lower(): v.replace("!important", "").strip() for k, v in _STYLE.findall(style)}


@dataclass
class _Ink:
    """The colours at one place, by day and by night."""

    tag: str
    day: tuple[str, str]
    night: tuple[str, str]
    unread: bool = False


@dataclass
class _Page(HTMLParser):
    """What a reader meets: words, headings, colours."""

    dark: dict[str, dict[str, str]]
    words: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    language: str = ""
    _stack: list[_Ink] = field(default_factory=lambda: [_Ink("", ("#000000", "#ffffff"), ("#ffffff", "#000000"))])
    _headed: bool = True

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self._look(tag, given)
        if tag not in _VOID:
            self._stack.append(self._ink(tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag in (ink.tag for ink in self._stack[1:]):
            while self._stack.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        ink = self._stack[-1]
        if ink.unread or not data.strip():
            return
        self.words += data.split()
        for name, (text, ground) in (("day", ink.day), ("night", ink.night)):
            if (ratio := contrast(text, ground)) < 4.5:
                self._fault(
                    f"by {name} “{data.strip()[:20]}” is {text} on {ground}: contrast {ratio:.1f}, 4.5 is needed"
                )

    def _look(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        elif tag == "img" and not given.get("alt"):
            self._fault("an image has no alt text")
        elif tag == "table":
            self._headed = given.get("role") == "presentation"
        elif tag == "th":
            self._headed = "scope" in given
        elif tag == "td" and not self._headed:
            self._fault("a table that is not for layout has no th with a scope")
        width = given.get("width", "")
        if width.isdigit() and int(width) > WIDEST:
            self._fault(f"something is {width} pixels wide; at most {WIDEST}")
        size = _declared(given.get("style", "")).get("font-size", "")
        if size.endswith("px") and float(size[:-2]) < SMALLEST:
            self._fault(f"letters of {size} are too small to read; at least {SMALLEST}px")

    def _ink(self, tag: str, given: dict[str, str]) -> _Ink:
        above, style = self._stack[-1], _declared(given.get("style", ""))
        night = dict(style)
        for name in (tag, *(f"{t}.{c}" for c in given.get("class", "").split() for t in ("", tag))):
            night.update(self.dark.get(name, {}))
        unread = above.unread or tag in ("head", "style", "title")
        return _Ink(tag, _shade(above.day, style), _shade(above.night, night), unread)

    def _fault(self, said: str) -> None:
        if said not in self.faults:
            self.faults.append(said)


def _shade(above: tuple[str, str], style: dict[str, str]) -> tuple[str, str]:
    return style.get("color", above[0]), style.get("background-color", above[1])


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written `#rrggbb` or `#rgb`, from 1 to 21 (WCAG 2.1, 1.4.3)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
