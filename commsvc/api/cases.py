"""Cases, and everything that belongs to one."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from commsvc.api.caller import OfCases, OfLetters
from commsvc.api.paging import Cursor, Id, Limit, Word, number, page
from commsvc.api.shapes import CaseShape, EntryShape, FactShape, LetterShape, Page, PromiseShape
from commsvc.domain.case.case import Stage
from commsvc.domain.case.search import Search
from commsvc.domain.letter.letter import Audience
from commsvc.domain.playbook.words import Severity

router = APIRouter(tags=["cases"])


@router.get("/cases")
def cases(
    caller: OfCases, q: Word = "", stage: Annotated[Stage | None, Query()] = None, severity: Annotated[Severity | None, Query()] = None,
    owner: Word = "", account: Word = "", cursor: Cursor = "", limit: Limit = 50,
) -> Page[CaseShape]:  # fmt: skip
    """The cases that fit, newest first. `q`: words of the subject or the contact's address, or the case's number."""
    search = Search(
        q.replace("\x00", ""), stages=(stage,) if stage else (), severity=severity, owner=owner.replace("\x00", ""),
        account=account.replace("\x00", ""), before=number(cursor), reader=caller.reads_as, only=caller.token.accounts,
    )  # fmt: skip
    return page(caller.desk.store.cases.found(search, limit + 1), limit, CaseShape.of, lambda c: str(c.id))


@router.get("/cases/{id}")
def case(caller: OfCases, id: Id) -> CaseShape:
    return CaseShape.of(caller.case(id))


@router.get("/cases/{id}/timeline")
def timeline(caller: OfCases, id: Id, cursor: Cursor = "", limit: Limit = 200) -> Page[EntryShape]:
    """What happened, oldest first, each with its reason."""
    since = number(cursor)
    entries = list(enumerate(caller.desk.store.records.timeline(caller.desk.subject(caller.case(id))), 1))
    return page(entries[since:], limit, lambda e: EntryShape.of(e[1]), lambda e: str(e[0]))


@router.get("/cases/{id}/promises")
def promises(caller: OfCases, id: Id) -> Sequence[PromiseShape]:
    return [PromiseShape.of(p) for p in caller.desk.store.promises.of(caller.desk.subject(caller.case(id)))]


@router.get("/cases/{id}/facts")
def facts(caller: OfCases, id: Id) -> Sequence[FactShape]:
    return [FactShape.of(f) for f in caller.desk.store.facts.of(caller.desk.subject(caller.case(id)))]


@router.get("/cases/{id}/letters")
def letters(caller: OfLetters, id: Id) -> Sequence[LetterShape]:
    """The letters to the customer that have words, oldest first."""
    found = caller.desk.store.letters.of(caller.desk.subject(caller.case(id)))
    return [LetterShape.of(x) for x in found if x.wish.audience is Audience.CUSTOMER and x.words is not None]


@router.get("/letters/{id}")
def letter(caller: OfLetters, id: Id) -> LetterShape:
    return LetterShape.of(caller.letter(id))
