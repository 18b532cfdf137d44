"""What is only added to. A port of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from commsvc.domain.letter.command import Command
from commsvc.domain.letter.switches import Switch, Switches
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.version import KeptPlaybook
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.ports.claim import Claim


class Records(Protocol):
    """Timeline, calls, commands, switches, playbooks, troubles: rows that are only added to."""

    def write(self, *entries: Entry) -> None:
        """Add entries, all about one subject, in this order."""

    def timeline(self, subject: Subject) -> Sequence[Entry]: ...
    def changes_since(self, since: datetime) -> Sequence[Entry]: ...
    def order(self, command: Command) -> int: ...
    def claim_commands(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Command]]: ...
    def carried_out(self, claim: Claim[Command], outcome: str) -> None: ...
    def outcome(self, command_id: int) -> str:
        """What became of a command; "" while nobody has carried it out."""

    def switches(self) -> Switches: ...
    def turn(self, switch: Switch, at: datetime) -> None: ...
    def keep_playbook(self, playbook: Playbook, files: Mapping[str, str], at: datetime) -> None: ...
    def playbook_files(self, digest: str) -> Mapping[str, str] | None: ...
    def playbooks(self) -> Sequence[KeptPlaybook]:
        """Every version that was ever in force, oldest first."""

    def instance(self) -> str:
        """The token of the installation that this record belongs to; "" before the first start."""

    def adopt(self, token: str, at: datetime) -> None:
        """From now on it belongs to this one."""

    def trouble(self, source: str, said: str, at: datetime) -> None:
        """Show a standing problem of one source, since then or as long as it has stood; "" clears it."""

    def troubles(self) -> Sequence[tuple[str, str]]: ...
