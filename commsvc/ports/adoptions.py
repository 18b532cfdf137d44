"""Versions of the rules that were proposed, tried and adopted, who was told, and their answers. A port of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.playbook.adoption import Adoption, Told
from commsvc.domain.playbook.pilot import Pilot


class Adoptions(Protocol):
    """What people decided about versions of the rules."""

    def propose(self, adoption: Adoption, files: Mapping[str, str]) -> Adoption:
        """Write a proposal with the texts of its files; returns it with its id."""

    def adopt(self, adoption: Adoption) -> bool:
        """Write who adopted it, when, from when on and in whose place; False when somebody was faster."""

    def get(self, id: int) -> Adoption: ...
    def all(self) -> Sequence[Adoption]:
        """Every proposal, adopted or not, oldest first."""

    def files(self, digest: str) -> Mapping[str, str] | None:
        """The files of a version that was proposed once."""

    def tell(self, id: int, person: str) -> None:
        """Note who is told of an adoption; they have not answered."""

    def answer(self, id: int, person: str, objection: str, at: datetime) -> bool:
        """They acknowledge it, or object; False for somebody who was not told."""

    def begin_pilot(self, pilot: Pilot) -> Pilot:
        """Write that it begins; returns it with its id."""

    def end_pilot(self, id: int, by: str, at: datetime) -> None: ...
    def pilot(self) -> Pilot | None:
        """The pilot that lasts."""

    def pilots(self) -> Sequence[Pilot]:
        """Every pilot, oldest first."""

    def told(self, id: int) -> Sequence[Told]:
        """Everybody who was told, by address."""
