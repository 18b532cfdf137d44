"""HTML of a mail, made safe to show: a strict list of tags, nothing loaded, nothing styled.

No images, vector graphics, styles, scripts, forms or frames are kept, and every link shows where
it really leads. It must still be shown in a sandboxed frame: this is one of two walls.

Standards: HTML (nh3, the Rust ammonia sanitiser); RFC 3986 (schemes)
"""

import re
from enum import Enum

import nh3

from commsvc.domain.mail import html as markup
from commsvc.domain.mail.caps import DEFAULT, Caps

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED = {
    "script",
    "style",
    "title",
    "head",
    "svg",
    "math",
    "object",
    "embed",
    "iframe",
    "form",
    "template",
    "noscript",
    "select",
    "textarea",
}
_LINK = re.compile(r'<a href="([^"]*)"([^>]*)>')
_LONGEST_TARGET = 200


class Refused(Enum):
    """Why HTML is not shown at all; its text still is."""

    LARGE = "the HTML is too large to be shown"
    DEEP = "the HTML is nested too deeply to be shown"


def sanitise(html: str, caps: Caps = DEFAULT) -> str | Refused:
    """Make decoded `html` safe to show, or say why it is not shown. Never raises.

    Size and depth are checked first, in one pass, since sanitisers are slow on what is deep.
    Links keep http, https and mailto and stand after their target in square brackets.
    """
    if len(html) > caps.html:
        return Refused.LARGE
    if markup.depth(html) > caps.html_depth:
        return Refused.DEEP
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return _LINK.sub(_shown, cleaned)


def _shown(match: re.Match[str]) -> str:
    target = match[1]
    short = target if len(target) <= _LONGEST_TARGET else target[:_LONGEST_TARGET] + "…"
    return f"[{short}] {match[0]}"
