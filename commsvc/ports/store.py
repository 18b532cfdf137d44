"""The durable record, whole."""

from contextlib import AbstractContextManager
from typing import Protocol

from commsvc.ports.adoptions import Adoptions
from commsvc.ports.calls import Calls
from commsvc.ports.cases import Cases, Promises
from commsvc.ports.evidence import Evidence
from commsvc.ports.facts import Facts
from commsvc.ports.histories import Histories
from commsvc.ports.inbox import Inbox
from commsvc.ports.learnt import LearntShelf
from commsvc.ports.letters import Letters
from commsvc.ports.records import Records
from commsvc.ports.sessions import Sessions
from commsvc.ports.signs import Signs
from commsvc.ports.staff import Staff
from commsvc.ports.tokens import ApiTokens


class Store(Protocol):
    """The durable record. What happens inside `transaction` is written whole or not at all."""

    inbox: Inbox
    cases: Cases
    promises: Promises
    letters: Letters
    facts: Facts
    records: Records
    evidence: Evidence
    calls: Calls
    staff: Staff
    learnt: LearntShelf
    sessions: Sessions
    signs: Signs
    adoptions: Adoptions
    histories: Histories
    tokens: ApiTokens

    def transaction(self, durable: bool = True) -> AbstractContextManager[None]:
        """All of it or nothing. Not `durable`: a power cut may take it back, as long as nothing durable followed."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of a transaction that can fail alone."""

    def free(self) -> None:
        """Give back every row that a worker held when it died. Only for the one daemon, at its start or after it failed."""
