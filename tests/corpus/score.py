"""The pass rules of the parse contract: how many fields of a set of cases a parser gets right.

A field's name is the expectation's key; `headers` and so on are the groups the targets speak of.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

GROUPS = {
    "headers": ("from_name", "from_address", "to", "cc", "reply_to", "subject", "date", "message_id",
                "in_reply_to", "references"),
    "text": ("text",),
    "attachments": ("attachments", "attachment_count"),
    "reply_text": ("reply_text", "reply_contains", "reply_excludes"),
    "signature": ("signature", "signature_contains"),
    "auto_submitted": ("kind",),
    "bounce": ("bounce_seen", "bounce_recipients", "bounce_permanent"),
    "calendar": ("cal_method", "cal_uid", "cal_start", "cal_end", "cal_sequence", "cal_attendee", "cal_partstat"),
}  # fmt: skip


def judge(expect: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """For each expectation: its key and whether `got`, a parse contract object, meets it."""
    for key, want in expect.items():
        yield key, _passes(key, want, got)


def _passes(key: str, want: Any, got: Mapping[str, Any]) -> bool:  # noqa: C901, PLR0911 - a table of rules
    match key:
        case "from_name":
            return _folded(want) == _folded(got["from"]["name"])
        case "from_address":
            return bool(want.lower() == got["from"]["address"])
        case "to" | "cc" | "reply_to":
            return {a.lower() for a in want} == {a["address"] for a in got[key]}
        case "subject":
            return _folded(want) == _folded(got["subject"])
        case "text":
            return _f1(want, got["text"]) >= 0.9
        case "reply_text" | "signature":
            return _bare(want) == _bare(got[key])
        case "reply_contains" | "signature_contains":
            return all(_bare(p) in _bare(got[_field(key)]) for p in want)
        case "reply_excludes":
            return not any(_bare(p) in _bare(got["reply_text"]) for p in want)
        case "attachments":
            return _attached(want, got["attachments"])
        case "attachment_count":
            return bool(len(got["attachments"]) >= want)
        case "kind":
            return bool(got["auto_submitted"] in want)
    if key.startswith("cal_"):
        return got["calendar"] is not None and bool(got["calendar"][key[4:]] == want)
    return bool(got[key] == want)


def _field(key: str) -> str:
    return "reply_text" if key.startswith("reply") else "signature"


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _bare(text: str) -> str:
    return re.sub(r"[\s*_\u200b\ufeff]+", "", text)


def _tokens(text: str) -> Counter[str]:
    text = re.sub(r"<[^<>]{0,2000}>", " ", re.sub(r"https?://\S+", " ", text))
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFKC", text)))


def _f1(want: str, got: str) -> float:
    one, two = _tokens(want), _tokens(got)
    if not one and not two:
        return 1.0
    return 2 * sum((one & two).values()) / (sum(one.values()) + sum(two.values()))


def _attached(want: list[str | None], got: list[dict[str, Any]]) -> bool:
    named = Counter(unicodedata.normalize("NFC", n) for n in want if n)
    have = Counter(unicodedata.normalize("NFC", a["filename"]) for a in got if a["filename"])
    extra = [a for a in got if a["filename"] and a["filename"] not in named and not a["inline"]]
    return not named - have and not extra and len(got) >= len(want)
