"""The past of many cases at once, for figures. A port of the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.learning.figures.past import Past


class Histories(Protocol):
    def received(self, since: datetime, until: datetime, reader: str, account: str = "") -> Sequence[Past]:
        """The escalations received from `since` on and before `until`, in the order of their numbers. `reader` as in `Search`;
        `account`: of this one alone, "" for all. Left out is what went to a normal queue, and what no account wrote.
        """
