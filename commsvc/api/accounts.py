"""Accounts, and the people there."""

from collections.abc import Sequence

from fastapi import APIRouter

from commsvc.api.caller import OfAccounts
from commsvc.api.paging import Cursor, Limit, after, page
from commsvc.api.shapes import AccountShape, ContactShape, Page

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
def accounts(caller: OfAccounts, cursor: Cursor = "", limit: Limit = 50) -> Page[AccountShape]:
    """The accounts this token may look at, by id."""
    since = after(cursor)
    return page([a for a in caller.accounts() if a.id > since], limit, AccountShape.of, lambda a: a.id)


@router.get("/accounts/{id}")
def account(caller: OfAccounts, id: str) -> AccountShape:
    return AccountShape.of(caller.account(id))


@router.get("/accounts/{id}/contacts")
def contacts(caller: OfAccounts, id: str) -> Sequence[ContactShape]:
    return [ContactShape.of(c) for c in caller.account(id).contacts]
