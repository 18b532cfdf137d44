"""What a page shows of a letter, a case and their surroundings, gathered for one reader.

Nothing is found for a reader who may not see it: the answer is the same as for what does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

from fastapi import HTTPException, Path

from commsvc.console.viewer import Viewer
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Person
from commsvc.domain.letter import gate
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.letter import Audience, Letter, State
from commsvc.domain.letter.situation import Check
from commsvc.domain.letter.wording import role_name
from commsvc.domain.promise.promise import Promise

T = TypeVar("T")
Id = Annotated[int, Path(ge=1, le=2**53)]


def case_of(viewer: Viewer, id: int) -> Case:
    """A case this reader may see. Raises 404."""
    case = _found(lambda: viewer.desk.store.cases.get(id))
    if not viewer.may_see(case):
        raise HTTPException(404)
    return case


def letter_of(viewer: Viewer, id: int) -> tuple[Letter, Case]:
    """A letter to a customer and its case, if this reader may see it. Raises 404.

    Who was asked to approve a letter may see it, even where the case itself is not theirs to read.
    """
    letter = _found(lambda: viewer.desk.store.letters.get(id))
    if letter.wish.audience is not Audience.CUSTOMER or letter.wish.subject.kind != "case" or letter.words is None:
        raise HTTPException(404)
    case = _found(lambda: viewer.desk.store.cases.get(letter.wish.subject.id))
    if not viewer.may_see(case) and viewer.person.address not in viewer.desk.store.letters.approvers(id).approvers:
        raise HTTPException(404)
    return letter, case


def _found(get: Callable[[], T]) -> T:
    """What `get` answers, or 404: a store without the row raises one of these."""
    try:
        return get()
    except (LookupError, TypeError) as why:
        raise HTTPException(404) from why


@dataclass(frozen=True)
class LetterView:
    """A letter with everything a decision about it needs."""

    letter: Letter
    case: Case
    account: Account | None
    kind: str
    to_name: str
    to_role: str
    approvers: tuple[Person, ...]
    mine: bool
    keeps: Promise | None
    used: tuple[Fact, ...]
    other_facts: tuple[Fact, ...]
    refusal: str
    goes_at: datetime
    """When it would leave if it were approved now."""
    successor: int | None
    """The letter that was written in its place."""

    @property
    def drafted(self) -> bool:
        return self.letter.state is State.DRAFTED

    @property
    def held_for_a_name(self) -> bool:
        return self.letter.state is State.REFUSED and self.letter.why.startswith(f"{Check.FOREIGN.name.lower()}: ")

    @property
    def company(self) -> str:
        return self.account.name if self.account else "an unknown account"

    def stoppable(self, now: datetime) -> bool:
        return self.letter.state is State.READY and self.letter.send_at is not None and self.letter.send_at > now


def letter_view(viewer: Viewer, letter: Letter, case: Case) -> LetterView:
    """Gather what stands beside one letter."""
    desk = viewer.desk
    account = desk.directory.account(case.account_id)
    contact = account.contact(letter.wish.to) if account else None
    asked = desk.store.letters.approvers(letter.id).approvers
    keeps = next((p for p in desk.store.promises.of(letter.wish.subject) if p.id == letter.wish.promise_id), None)
    facts = desk.store.facts.untold(letter.wish.subject)
    text = letter.words.text if letter.words else ""
    used = tuple(f for f in facts if f.for_customer and f.said in text)
    refusal = gate.judge(letter, desk.situation(letter, case, viewer.now), sending=False)
    return LetterView(
        letter, case, account, kind_of(letter), contact.name if contact else letter.wish.to,
        contact.role if contact else "", tuple(p for a in sorted(asked) if (p := desk.directory.person(a))),
        viewer.person.address in asked, keeps, used, tuple(f for f in facts if f not in used),
        str(refusal) if refusal else "", _goes_at(viewer, case, keeps), _successor(viewer, letter),
    )  # fmt: skip


def kind_of(letter: Letter) -> str:
    """`update_no_progress` as people say it."""
    return letter.wish.letter.replace("_", " ")


def _goes_at(viewer: Viewer, case: Case, keeps: Promise | None) -> datetime:
    """After the hold in which it can be taken back, but not because of it too late."""
    held = viewer.now + timedelta(seconds=viewer.desk.rules(case).guardrails.undo_hold_seconds)
    latest = keeps.due_at - timedelta(minutes=1) if keeps else held
    return max(viewer.now, min(held, latest))


def _successor(viewer: Viewer, letter: Letter) -> int | None:
    if letter.state is not State.VOID:
        return None
    stem = letter.wish.key.partition("#")[0]
    later = (x for x in viewer.desk.store.letters.of(letter.wish.subject) if x.id > letter.id and x.words is not None)
    return next((x.id for x in later if x.wish.key.partition("#")[0] == stem), None)


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    case: Case
    account: Account | None
    owner: str
    next: Promise | None
    """The open promise to the customer that falls due first."""


def case_lines(viewer: Viewer, cases: Sequence[Case]) -> list[CaseLine]:
    """These cases as lines, in their order."""
    owed = viewer.desk.store.promises.first_owed([c.id for c in cases])
    return [
        CaseLine(c, viewer.desk.directory.account(c.account_id), viewer.name(c.owner), owed.get(c.id)) for c in cases
    ]


def height(text: str, columns: int) -> int:
    """About how many pixels high a letter is when it is laid out so wide. A frame without script
    cannot tell; a little too high is better than a letter that is cut.
    """
    lines = sum(22 if not line else 24 * -(-len(line) // columns) for line in text.strip().splitlines())
    return min(lines + 80, 2600)


def role_of(person: Person) -> str:
    return role_name(person) or "Colleague"
