"""Long lists in pages. A cursor is opaque to the caller: it names the last thing seen, and works however much is added."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import HTTPException, Path, Query

from commsvc.api.shapes import Page

T = TypeVar("T")
S = TypeVar("S")
MOST = 200
Id = Annotated[int, Path(ge=1, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str, Query(max_length=400)]
Word = Annotated[str, Query(max_length=200)]


def page(found: Sequence[T], limit: int, shape: Callable[[T], S], key: Callable[[T], str]) -> Page[S]:
    """The first `limit` of `found`; there is a next page when there are more."""
    more = len(found) > limit
    return Page(items=[shape(x) for x in found[:limit]], next=cursor(key(found[limit - 1])) if more else None)


def cursor(key: str) -> str:
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def after(sent: str) -> str:
    """What a cursor of ours names; "" for the first page. Refuses every other text."""
    try:
        return b64decode(sent + "=" * (-len(sent) % 4), b"-_", validate=True).decode()
    except ValueError as why:
        raise HTTPException(422, "The cursor is not one of ours.") from why


def number(sent: str) -> int:
    """The number that a cursor names; 0 for the first page."""
    named = after(sent)
    if named and not (named.isascii() and named.isdigit() and len(named) < 16):
        raise HTTPException(422, "The cursor is not one of ours.")
    return int(named or 0)
