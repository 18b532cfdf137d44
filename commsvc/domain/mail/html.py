"""HTML to lines of text, each with how deep it is quoted and what its markup says about it.

No tree is built: the text is cut at `<`, so that 1 MB of `<div>` or of `<` costs one pass.
Nothing is fetched, no attribute is believed; what a style hides from the reader is left out.

Standards: HTML 4.01 and what mail clients write (Outlook, Gmail, Apple Mail, Thunderbird, Yahoo)
"""

import re
from dataclasses import dataclass
from html import unescape

_BLOCK = frozenset(
    [
        "p",
        "div",
        "tr",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "address",
        "fieldset",
        "form",
        "center",
        "main",
        "nav",
        "aside",
        "body",
        "html",
        "blockquote",
        "hr",
        "figure",
        "figcaption",
        "caption",
    ]
)
_HEADINGS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote"])
_SKIP = frozenset(["style", "script", "head", "title", "template", "noscript", "xml", "svg", "math", "object"])
_VOID = frozenset(["br", "hr", "img", "input", "meta", "link", "base", "wbr", "area", "col", "source"])
_TRACKED = frozenset(["div", "span", "p", "table", "td", "tr", "section", "font", "blockquote", "pre", "b", "strong"])
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_QUOTED = re.compile(
    r"type\s*=\s*[\"']?cite|cite\s*=\s*[\"']?mid:|border-left[^;\"']{0,40}(?:solid|[1-9]\s*px)",
    re.IGNORECASE,
)
_WRAP = re.compile(
    r"(?:class|id)\s*=\s*[\"']?[^\"'>]{0,80}?(?:gmail_quote|yahoo_quoted|ymail_android_quoted"
    r"|protonmail_quote|tutanota_quote|zmail_extra|hey_quote|moz-email-headers-table)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(?:class|id)\s*=\s*[\"']?[^\"'>]{0,60}?(?:divRplyFwdMsg|OutlookMessageHeader|appendonsend"
    r"|stopSpelling|mail-editor-reference-message-container|reply-intro)",
    re.IGNORECASE,
)
_BORDER = re.compile(r"border-top[^;\"']{0,20}:\s*(?:solid|\d|[^;\"']{0,40}solid)", re.IGNORECASE)
_SIGN = re.compile(
    r"(?:class|id)\s*=\s*[\"']?[^\"'>]{0,60}?(?:gmail_signature|moz-signature|front-signature|composer_signature|email-signature|mail-signature|protonmail_signature"
    r"|mobile_?signature|x_?ms-outlook-mobile-signature|ms-outlook-ios-signature)"
    r"|id\s*=\s*[\"']?signature\b|data-signatureblock",
    re.IGNORECASE,
)
_PLAIN, _QUOTE, _WRAPPED, _SIGNED, _INVISIBLE = range(5)


@dataclass(slots=True)
class Line:
    """A line of text. `level`: how deep it is quoted; `mark`: "", wrap, sign, split, rule or bare.

    wrap: inside a client's quote container; sign: inside its signature; split: a client's own
    divider stands before it; rule: a line is drawn before it; bare: in a blockquote that may as
    well be the writer's own indentation.
    """

    text: str
    level: int = 0
    mark: str = ""


def depth(html: str) -> int:
    """How deep the tags nest, counted in one pass (unclosed tags count)."""
    level = deepest = 0
    for piece in html.split("<"):
        if piece[:1] == "/":
            level -= level > 0
        elif piece[:1].isalpha():
            name = piece[:12].partition(">")[0].partition(" ")[0].lower().rstrip("/")
            if name not in _VOID and name not in ("p", "li", "td", "tr"):
                level += 1
                deepest = max(deepest, level)
    return deepest


def lines(html: str) -> list[Line]:
    """Turn `html` into its visible lines. Never raises; linear in its length."""
    return _Writer().read(html)


class _Writer:
    def __init__(self) -> None:
        self.done: list[Line] = []
        self.row: list[str] = []
        self.open: list[tuple[str, int]] = []
        self.quote = self.wrap = self.sign = self.hidden = self.pre = 0
        self.bare: list[bool] = []
        self.mark = ""
        self.endless: set[str] = set()

    def read(self, html: str) -> list[Line]:
        pieces = html.split("<")
        self.words(pieces[0])
        index, count = 1, len(pieces)
        while index < count:
            piece = pieces[index]
            index += 1
            first = piece[:1]
            if first == "!" and piece.startswith("!--"):
                index = self.passed(pieces, index - 1, "-->", 0)
                continue
            tag, close, rest = piece.partition(">")
            if not close or not (first.isalpha() or first in "/!?"):
                if first.isalpha() and tag.count('"') % 2 and index < count and len(tag) < 2000:
                    pieces[index] = f"{tag} {pieces[index]}"
                else:
                    self.words("<" + piece)
                continue
            name = tag.split(None, 1)[0].rstrip("/").lower()
            if name in _SKIP and not tag.endswith("/"):
                index = self.passed(pieces, index, "/" + name, 1)
                continue
            if first == "/":
                self.closed(name[1:])
            else:
                self.opened(name, tag)
            if rest:
                self.words(rest)
        self.flush()
        return self.done

    def passed(self, pieces: list[str], index: int, end: str, closing: int) -> int:
        """Past a comment or an element nobody sees; only past its start when it never ends."""
        if end in self.endless:
            return index + 1 - closing
        for at in range(index, len(pieces)):
            piece = pieces[at]
            if end == "-->":
                _, found, rest = piece.partition(end)
            elif piece[: len(end)].lower() == end:
                _, found, rest = piece.partition(">")
            elif end == "/head" and piece[:4].lower() == "body":
                return at
            else:
                continue
            if found:
                self.words(rest)
                return at + 1
        self.endless.add(end)
        return index + 1 - closing

    def words(self, text: str) -> None:
        if self.hidden or not text:
            return
        if "&" in text:
            text = unescape(text).replace("\xa0", " ")
        if self.pre:
            first, *others = text.replace("\r", "").split("\n")
            self.row.append(first)
            for line in others:
                self.flush()
                self.row.append(line)
        else:
            self.row.append(_SPACE.sub(" ", text))

    def flush(self, *, blank: bool = False) -> None:
        """End the line; with `blank`, leave an empty line after text."""
        text = "".join(self.row)
        self.row = []
        if not self.pre:
            text = _SPACE.sub(" ", text).strip(" ")
        if text.strip():
            self.done.append(Line(text, self.quote, self._mark()))
            self.mark = "" if self.mark in ("split", "rule") else self.mark
        if blank and self.done and self.done[-1].text:
            self.done.append(Line("", self.quote, "wrap" if self.wrap else ""))

    def _mark(self) -> str:
        if self.mark:
            return self.mark
        if self.sign:
            return "sign"
        if self.bare and self.bare[-1] and self.quote == 0:
            return "bare"
        return "wrap" if self.wrap else ""

    def opened(self, name: str, tag: str) -> None:
        if name == "br":
            if "".join(self.row).strip():
                self.flush()
            else:
                self.row = []
                self.done.append(Line("", self.quote))
            return
        if name in _BLOCK:
            self.flush(blank=name in _HEADINGS and bool(self.done))
        elif name == "li":
            self.flush()
            self.row.append("- ")
        elif name in ("td", "th"):
            self.row.append(" ")
        if name == "hr":
            self.mark = "split" if _SPLIT.search(tag[:1024]) else "rule"
        if name == "pre":
            self.pre += 1
        if name in _TRACKED and not tag.endswith("/"):
            self._track(name, tag[:2048])

    def _track(self, name: str, tag: str) -> None:
        kind = _PLAIN
        if name == "blockquote":
            wrapped = _WRAP.search(tag) is not None
            kind = _QUOTE if _QUOTED.search(tag) or (wrapped and self.wrap) else _PLAIN
            indented = "border:none" in tag.replace(" ", "")
            self.bare.append(kind == _PLAIN and not wrapped and not indented)
        elif "=" in tag:
            if _HIDDEN.search(tag):
                kind = _INVISIBLE
            elif _WRAP.search(tag):
                kind = _WRAPPED
            elif _SIGN.search(tag):
                kind = _SIGNED
            if _SPLIT.search(tag):
                self.mark = "split"
            elif name == "div" and _BORDER.search(tag):
                self.mark = "rule"
        self._count(kind, 1)
        self.open.append((name, kind))

    def _count(self, kind: int, by: int) -> None:
        self.quote += by * (kind == _QUOTE)
        self.wrap += by * (kind == _WRAPPED)
        self.sign += by * (kind == _SIGNED)
        self.hidden += by * (kind == _INVISIBLE)

    def closed(self, name: str) -> None:
        if name in _BLOCK:
            self.flush(blank=name in _HEADINGS)
        elif name == "li":
            self.flush()
        if name == "pre" and self.pre:
            self.pre -= 1
        if name in _TRACKED:
            for back in range(len(self.open) - 1, max(-1, len(self.open) - 40), -1):
                if self.open[back][0] == name:
                    for gone, kind in self.open[back:]:
                        self._count(kind, -1)
                        if gone == "blockquote" and self.bare:
                            self.bare.pop()
                    del self.open[back:]
                    break
