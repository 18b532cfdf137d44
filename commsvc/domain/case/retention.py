"""How long we keep what is personal, and what must stay although somebody asks for it to go (practice.md 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.domain.case.case import Case
from commsvc.domain.playbook.words import Hold


@dataclass(frozen=True, slots=True)
class Retention:
    """Times after which things go. None: kept until somebody erases them.

    `originals`: the bytes of a mail, from its arrival; its words stay in the case. `cases`: everything personal of a
    case, from the last thing that happened in it.
    """

    originals: timedelta | None = None
    cases: timedelta | None = None

    def originals_before(self, now: datetime) -> datetime | None:
        """Originals that came before this instant may go; None when they are kept."""
        return now - self.originals if self.originals else None

    def cases_before(self, now: datetime) -> datetime | None:
        """Closed cases in which nothing happened since this instant may go; None when they are kept."""
        return now - self.cases if self.cases else None


def kept_because(case: Case) -> str:
    """Why nothing of this case may be erased, with the way out; "" when it may."""
    if Hold.LEGAL in case.holds:
        return f"{case.ref} is under a legal hold: nothing of it is erased until counsel has lifted the hold"
    if case.restricted:
        return f"{case.ref} is restricted: whoever guards it lifts the restriction first"
    if case.stage.open:
        return f"{case.ref} is open and promises are owed on it: resolve it first"
    return ""
