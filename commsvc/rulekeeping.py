"""Which version of the rules the running service works by: the folder's, or the one that people adopted.

A version that is broken never takes force: the last good one stays, and the fault is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from commsvc.desk import Desk
from commsvc.errors import Misconfigured
from commsvc.flow.adopting import Adopting
from commsvc.flow.triage.failing import FAILED
from commsvc.installation import Installation

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rulekeeper:
    """`show` shows a standing trouble of a source, or clears it with ""."""

    installation: Installation
    desk: Desk
    show: Callable[[str, str], None]

    def keep(self, now: datetime) -> None:
        """Keep the version in force on the record, where cases find the one they began with."""
        rulebook, store = self.installation.rulebook, self.desk.store
        with store.transaction():
            store.records.keep_playbook(rulebook.current(), rulebook.files, now)

    def look(self, now: datetime) -> None:
        """Take what is in force now into force, if it is another version."""
        adopts = self.installation.config.playbook.adoption == "adopted"
        try:
            changed = self._adopted(now) if adopts else self.installation.rulebook.reload()
        except Misconfigured as why:
            self.show("rules", f"the changed rules are refused, the last good ones stay: {why}")
            return
        self.show("rules", self._edited() if adopts else "")
        self._try_on()
        if changed:
            self._forget()
            log.info("rules changed", digest=self.installation.rulebook.current().digest)
            self.keep(now)

    def _adopted(self, now: datetime) -> bool:
        adopted = Adopting(self.desk).begin(now)
        files = self.desk.store.adoptions.files(adopted.digest)
        return files is not None and self.installation.rulebook.take(files)

    def _forget(self) -> None:
        """What failed in the former version is no trouble of this one."""
        with self.desk.store.transaction():
            for source, _ in self.desk.store.records.troubles():
                if source.startswith(FAILED):
                    self.show(source, "")

    def _try_on(self) -> None:
        """Have the accounts of a pilot begin with its version, as long as it lasts."""
        pilot, rulebook = self.desk.store.adoptions.pilot(), self.installation.rulebook
        rulebook.try_on(rulebook.version(pilot.digest) if pilot else None, pilot.accounts if pilot else ())

    def _edited(self) -> str:
        """What to say of a folder that is neither in force nor proposed; "" when there is nothing."""
        try:
            edited = self.installation.rulebook.edited()
        except Misconfigured as why:
            return f"the folder of the rules is broken; the adopted version is in force: {why}"
        if edited.digest in {a.digest for a in self.desk.store.adoptions.all()}:
            return ""
        return f"the folder holds {edited.version} ({edited.digest}), which nobody has proposed: commsvc rules propose"
