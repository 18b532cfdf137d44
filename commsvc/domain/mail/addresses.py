"""Address headers: who it is from and to.

Reads them one character at a time, so that 50 kB of `"` or 20,000 addresses cost what they weigh.
Lenient where real mail is broken: commas and semicolons between addresses, a comma inside an
unquoted name, raw umlauts, `|` or `[` in a name. An entry without an address is left out.

Standards: RFC 5322 (3.4, 4.4 obsolete forms), RFC 2047 (5 names), RFC 6532 (raw UTF-8)
"""

import re

from commsvc.domain.mail.mail import Address
from commsvc.domain.mail.words import decode_words

_SPECIAL = re.compile(r"[\"(\\;:]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_LOCAL = re.compile(r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+|[^\s<>(),;:\"@]+@\[[0-9a-fA-F:.]+\]")
_MOST = 5000


def addresses(value: str) -> tuple[Address, ...]:
    """Read one address header, unfolded and decoded from bytes but not from encoded words.

    Groups are flattened, comments dropped; entries without an address are left out. Never raises.
    Source: RFC 5322 (3.4).
    """
    found: list[Address] = []
    held = ""
    for entry in _entries(value):
        angle, phrase, comment = entry
        if angle is None and "@" not in phrase:
            held = f"{held}, {phrase}" if held else phrase
            continue
        address = _one(angle, phrase, comment, held)
        held = ""
        if address is not None:
            found.append(address)
    if not found and "=?" in value:
        shown = decode_words(value)
        return addresses(shown) if "=?" not in shown and "@" in shown else ()
    return tuple(found)


def name_only(value: str) -> str:
    """The display name of a header that holds no address at all; "" when it holds one."""
    words = [phrase for angle, phrase, _ in _entries(value) if not (angle or "@" in phrase)]
    return _name(words[0]) if words else ""


def _one(angle: str | None, phrase: str, comment: str, held: str) -> Address | None:
    if angle is not None:
        address = _address(angle)
        name = f"{held}, {phrase}" if held else phrase
        if not address and "@" in phrase:
            match = _LOCAL.search(phrase)
            address = match[0].lower() if match else ""
    else:
        match = _LOCAL.search(phrase)
        address = match[0].lower() if match else _address(phrase)
        name = phrase[: match.start()].strip() if match else ""
    shown = _name(name) or _name(comment)
    return Address(shown, address) if address else None


def _address(text: str) -> str:
    """An addr-spec, lower case; "" when it is none."""
    text = _INVISIBLE.sub("", text).strip(" \t<>'")
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    if text[:7].lower() == "mailto:":
        text = text[7:]
    local, at, domain = text.rpartition("@")
    local, domain = local.strip(), "".join(domain.split()).strip(".")
    if not local or not at or not domain:
        return ""
    if " " in local and not local.startswith('"'):
        local = "".join(local.split())
    return f"{local}@{domain}".lower()


def _name(text: str) -> str:
    text = _INVISIBLE.sub("", decode_words(text))
    text = " ".join(text.split())
    while len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text.strip()


def _entries(value: str) -> list[tuple[str | None, str, str]]:
    """Split into (what stood in `<>` or None, the words outside, the comment)."""
    if not _SPECIAL.search(value):
        return [_simple(piece) for piece in value.split(",")[:_MOST] if piece.strip()]
    return _Scanner(value).entries()


def _simple(piece: str) -> tuple[str | None, str, str]:
    head, angle, rest = piece.partition("<")
    return (rest.partition(">")[0] if angle else None), head.strip(), ""


class _Scanner:
    """One pass over an address header with quotes, comments or groups in it."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.at = 0
        self.found: list[tuple[str | None, str, str]] = []
        self.words: list[str] = []
        self.angle: str | None = None
        self.comment = ""

    def entries(self) -> list[tuple[str | None, str, str]]:
        value, size = self.value, len(self.value)
        unclosed = value.count('"') % 2 == 1 and "\\" not in value
        while self.at < size and len(self.found) < _MOST:
            char = value[self.at]
            self.at += 1
            if char == '"' and not (unclosed and '"' not in value[self.at : self.at + 998]):
                self.words.append(self._quoted())
            elif char == "(":
                self.comment = self._commented()
            elif char == "<":
                self._angled()
            elif char in ",;":
                self._close()
            elif char == ":":
                self._group()
            elif char != '"' and (self.words or not char.isspace()):
                self.words.append(char)
        self._close()
        return self.found

    def _quoted(self) -> str:
        out: list[str] = []
        while self.at < len(self.value):
            char = self.value[self.at]
            self.at += 1
            if char == "\\":
                out.append(self.value[self.at : self.at + 1])
                self.at += 1
            elif char == '"':
                break
            else:
                out.append(char)
        inner = "".join(out)
        following = self.value[self.at : self.at + 1]
        return f'"{inner}"' if following == "@" else inner

    def _commented(self) -> str:
        depth, begin = 1, self.at
        while self.at < len(self.value) and depth:
            char = self.value[self.at]
            depth += (char == "(") - (char == ")")
            self.at += 2 if char == "\\" else 1
        return self.value[begin : self.at - 1]

    def _angled(self) -> None:
        again = self.value.find("<", self.at)
        close = self.value.find(">", self.at, again if again >= 0 else None)
        if close < 0 <= again:
            self.words.append(self.value[self.at : again])
            self.at = again
            return
        if self.angle is None or "@" not in self.angle:
            self.angle = self.value[self.at : close if close >= 0 else None]
        self.at = close + 1 if close >= 0 else len(self.value)

    def _group(self) -> None:
        """A group's name, or `mailto:`, or a colon in an unquoted name before its address."""
        following = self.value[self.at : self.at + 200].partition("<")[0]
        if (self.angle is None and ("," in following or "@" in following or ";" in following)) or (
            self.angle is None and self.words and not following.strip()
        ):
            self.words = []
        else:
            self.words.append(":")

    def _close(self) -> None:
        phrase = "".join(self.words).strip()
        if phrase or self.angle is not None:
            self.found.append((self.angle, phrase, self.comment))
        self.words, self.angle, self.comment = [], None, ""
