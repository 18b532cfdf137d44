"""Versions of the rules that people proposed, tried and adopted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from commsvc.adapters.store.rows import Row, Tables, at, maybe_at, maybe_us, one, us
from commsvc.domain.playbook.adoption import Adoption, Told
from commsvc.domain.playbook.pilot import Pilot


class StoredAdoptions:
    """`ports.Adoptions` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, self._told, self._pilots = tables.adoption, tables.told, tables.pilot

    def propose(self, adoption: Adoption, files: Mapping[str, str]) -> Adoption:
        rows = self._t.insert(
            digest=adoption.digest, version=adoption.version, replaces=adoption.replaces, reason=adoption.reason,
            files=json.dumps(dict(files)), proposed_by=adoption.proposed_by, proposed_at=us(adoption.proposed_at),
            adopted_by=adoption.adopted_by, adopted_at=maybe_us(adoption.adopted_at),
            effective_at=maybe_us(adoption.effective_at),
        ).returning(self._t.id).execute()  # fmt: skip
        return replace(adoption, id=int(next(iter(rows))["id"]))

    def adopt(self, adoption: Adoption) -> bool:
        t = self._t
        values = {
            t.adopted_by: adoption.adopted_by,
            t.adopted_at: maybe_us(adoption.adopted_at),
            t.effective_at: maybe_us(adoption.effective_at),
            t.replaces: adoption.replaces,
        }
        return bool(t.update(values).where((t.id == adoption.id) & (t.adopted_by == "")).execute())

    def get(self, id: int) -> Adoption:
        return _adoption(one(self._t.select().where(self._t.id == id), f"adoption {id}"))

    def all(self) -> Sequence[Adoption]:
        return [_adoption(r) for r in self._t.select().order_by(self._t.id)]

    def files(self, digest: str) -> Mapping[str, str] | None:
        rows = list(self._t.select(self._t.files).where(self._t.digest == digest).limit(1))
        return json.loads(rows[0]["files"]) if rows else None

    def tell(self, id: int, person: str) -> None:
        self._told.insert(adoption_id=id, person=person, objection="").execute()

    def answer(self, id: int, person: str, objection: str, at: datetime) -> bool:
        t = self._told
        theirs = (t.adoption_id == id) & (t.person == person)
        return bool(t.update(answered_at=us(at), objection=objection).where(theirs).execute())

    def told(self, id: int) -> Sequence[Told]:
        rows = self._told.select().where(self._told.adoption_id == id).order_by(self._told.person)
        return [Told(r["person"], maybe_at(r["answered_at"]), r["objection"]) for r in rows]

    def begin_pilot(self, pilot: Pilot) -> Pilot:
        rows = self._pilots.insert(
            digest=pilot.digest, version=pilot.version, accounts=json.dumps(sorted(pilot.accounts)),
            started_by=pilot.started_by, started_at=us(pilot.started_at), ended_by="",
        ).returning(self._pilots.id).execute()  # fmt: skip
        return replace(pilot, id=int(next(iter(rows))["id"]))

    def end_pilot(self, id: int, by: str, at: datetime) -> None:
        t = self._pilots
        t.update(ended_by=by, ended_at=us(at)).where((t.id == id) & t.ended_at.is_null()).execute()

    def pilot(self) -> Pilot | None:
        return next((p for p in self.pilots() if p.ended_at is None), None)

    def pilots(self) -> Sequence[Pilot]:
        return [_pilot(r) for r in self._pilots.select().order_by(self._pilots.id)]


def _pilot(r: Row) -> Pilot:
    return Pilot(r["id"], r["digest"], r["version"], frozenset(json.loads(r["accounts"])), r["started_by"],
                 at(r["started_at"]), r["ended_by"], maybe_at(r["ended_at"]))  # fmt: skip


def _adoption(r: Row) -> Adoption:
    return Adoption(
        r["id"], r["digest"], r["version"], r["replaces"], r["reason"], r["proposed_by"], at(r["proposed_at"]),
        r["adopted_by"], maybe_at(r["adopted_at"]), maybe_at(r["effective_at"]),
    )  # fmt: skip
