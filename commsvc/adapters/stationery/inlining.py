"""Inline the CSS of a Jinja source with premailer, once, when it is compiled.

Expressions become inert words and statements become comments while premailer works, so that its
HTML parser neither escapes nor moves them. Premailer never runs for a letter, and never fetches.
"""

import re

from premailer import Premailer

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_INSIDE = re.compile(r"<[A-Za-z][^<>]*<!--jinja(\d+)x-->")


def inline(source: str) -> str:
    """The source with its styles inlined. Raises ValueError when a tag of the template would be lost or broken.

    A `<style data-premailer="ignore">` stays: what only a mail program can choose (dark mode, width).
    """
    kept: list[str] = []

    def aside(match: re.Match[str]) -> str:
        kept.append(match.group())
        word = f"jinja{len(kept) - 1}x"
        return word if match.group().startswith("{{") else f"<!--{word}-->"

    guarded = _TAG.sub(aside, source)
    if inside := _INSIDE.search(guarded):
        raise ValueError(f"{kept[int(inside.group(1))]} stands inside a tag: choose between whole tags")
    html = inlined(guarded)
    for n, tag in enumerate(kept):
        token = next((t for t in (f"<!--jinja{n}x-->", f"jinja{n}x") if html.count(t) == 1), None)
        if token is None:
            raise ValueError(f"premailer lost {tag}")
        html = html.replace(token, tag)
    return html


def inlined(html: str) -> str:
    """Finished HTML with its styles inlined: what a letter would cost without compiling."""
    return str(Premailer(html, remove_classes=False, allow_network=False, disable_validation=True, strip_important=False,
                         cssutils_logging_level=50, disable_basic_attributes=["width"]).transform())  # fmt: skip
