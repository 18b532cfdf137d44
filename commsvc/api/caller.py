"""Who calls, and what of the record exists for them: the one place where the API asks for a row.

What a caller may not see is not found, by the very answer that a row which never was gets. A token acts as one of our
people: it reads what they may read, of the accounts it was made for, and it ends with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Person
from commsvc.domain.case.reading import may_read, reads_as
from commsvc.domain.letter.letter import Audience, Letter
from commsvc.errors import Missing
from commsvc.ports import ApiToken, Grant

T = TypeVar("T")
_bearer = HTTPBearer(auto_error=False, description="A token made by `commsvc token new`.")


@dataclass(frozen=True)
class Service:
    """What every call works with. `wake` lets the daemon tick now."""

    desk: Desk
    clock: Callable[[], datetime]
    wake: Callable[[], None]


@dataclass(frozen=True)
class Caller:
    """A token, and the person it acts as, at one instant."""

    service: Service
    token: ApiToken
    person: Person
    now: datetime

    @property
    def desk(self) -> Desk:
        return self.service.desk

    @property
    def reads_as(self) -> str:
        return reads_as(self.person)

    def accounts(self) -> Sequence[Account]:
        """The accounts it may look at, by id."""
        return sorted((a for a in self.desk.directory.accounts if self._of(a.id)), key=lambda a: a.id)

    def account(self, id: str) -> Account:
        found = self.desk.directory.account(id) if self._of(id) else None
        if found is None:
            raise HTTPException(404)
        return found

    def case(self, id: int) -> Case:
        case = _found(lambda: self.desk.store.cases.get(id))
        if not (self._of(case.account_id) and may_read(self.person, case)):
            raise HTTPException(404)
        return case

    def letter(self, id: int) -> Letter:
        """A letter to a customer that has words, about a case of theirs."""
        letter = _found(lambda: self.desk.store.letters.get(id))
        if letter.wish.audience is not Audience.CUSTOMER or letter.wish.subject.kind != "case" or letter.words is None:
            raise HTTPException(404)
        self.case(letter.wish.subject.id)
        return letter

    def _of(self, account_id: str) -> bool:
        return not self.token.accounts or account_id in self.token.accounts


def _found(get: Callable[[], T]) -> T:
    try:
        return get()
    except Missing as why:
        raise HTTPException(404) from why


def may(scope: Grant) -> Callable[..., Caller]:
    """A caller whose token has this scope; 401 without a token that holds, 403 without the scope."""

    def caller(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Caller:
        service: Service = request.app.state.service
        now = service.clock()
        token = service.desk.store.tokens.find(sent.credentials, now) if sent else None
        person = service.desk.directory.person(token.person) if token else None
        if token is None or person is None:
            raise HTTPException(401, "A valid token is needed.", {"WWW-Authenticate": "Bearer"})
        if scope not in token.scopes:
            header = f'Bearer error="insufficient_scope", scope="{scope.value}"'
            raise HTTPException(403, f"The token lacks the scope {scope.value}.", {"WWW-Authenticate": header})
        return Caller(service, token, person, now)

    return caller


OfAccounts = Annotated[Caller, Depends(may(Grant.ACCOUNTS))]
OfCases = Annotated[Caller, Depends(may(Grant.CASES))]
OfLetters = Annotated[Caller, Depends(may(Grant.LETTERS))]
OfFigures = Annotated[Caller, Depends(may(Grant.FIGURES))]
OfOrders = Annotated[Caller, Depends(may(Grant.ORDERS))]
