"""Cases, and what is promised on them. Ports of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.search import Search
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise, Subject
from commsvc.domain.promise.promise import State as PromiseState


class Cases(Protocol):
    def open(self, case: Case) -> Case:
        """Write a new case; returns it with its id."""

    def get(self, id: int) -> Case: ...
    def save(self, case: Case) -> None: ...
    def load(self, owners: Sequence[str]) -> Mapping[str, int]:
        """How many open cases each of these owners has; one who has none is left out."""

    def all_open(self) -> Sequence[Case]: ...
    def stalled(self, limit: int) -> Sequence[Case]:
        """Open cases on which nothing is owed, oldest first: nothing would make anybody act."""

    def open_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        """The open cases of one account, newest first."""

    def of_account(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        """The cases of one account, open or not, newest first."""

    def resolved_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        """The resolved cases of one account, newest first."""

    def alike(self, words: Sequence[str], limit: int) -> Sequence[Case]:
        """Resolved cases that share some of these words, never a restricted one, those that share most first."""

    def found(self, search: Search, limit: int) -> Sequence[Case]:
        """The cases that fit, newest first."""

    def owed_first(self, search: Search, limit: int) -> Sequence[Case]:
        """The open cases that fit, the one whose next promise falls due first on top."""

    def stages(self, reader: str) -> Mapping[Stage, int]:
        """How many cases stand in each stage; `reader` as in `Search`."""

    def listed(self, limit: int = 200) -> Sequence[Case]:
        """The newest cases, newest first."""


class Promises(Protocol):
    def make(self, subject: Subject, kind: Kind, span: str, started_at: datetime, due_at: datetime,
             next_at: datetime | None, regarding: int | None = None) -> Promise: ...  # fmt: skip

    def of(self, subject: Subject) -> Sequence[Promise]: ...
    def first_owed(self, cases: Sequence[int]) -> Mapping[int, Promise]:
        """The open promise of each of these cases that falls due first; a case that owes nothing is left out."""

    def due(self, now: datetime, limit: int) -> Sequence[Promise]:
        """Open promises whose next step may be due, earliest first. A hint: judge again."""

    def save(self, promise: Promise) -> None: ...
    def settle(self, promise: Promise, state: PromiseState, at: datetime) -> None: ...
    def next_at(self) -> datetime | None:
        """When the next step of any chain may be due."""
