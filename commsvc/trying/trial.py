"""The real triage over a store in memory, one mail at a time at the moment it arrived."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from commsvc.adapters.reading import PooledReader
from commsvc.adapters.store.store import connect
from commsvc.desk import Desk, Identity, Register
from commsvc.domain.call.invitation import Attendee, Call
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.draft import Brand
from commsvc.domain.mail.arrival import Arrival, RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Trouble
from commsvc.flow.triage import Triage
from commsvc.flow.triage.weighing import Weighed
from commsvc.ports import Playbooks, Stationery, Store
from commsvc.trying.issued import Issued
from commsvc.trying.order import Arriving, as_our_server_wrote, in_order, received
from commsvc.trying.world import World, instant


@dataclass(frozen=True)
class Tried:
    """One mail, and what became of it. `weighed` is None where nothing had to be judged; `why` says why."""

    file: str
    mail: Mail
    weighed: Weighed | None
    why: str
    owner: str
    """Why its owner was chosen: the parts of the score; "" when it opened no case."""
    world: World


class _Read:
    """`ports.Reader` for mails that were read before."""

    def __init__(self, mails: Mapping[bytes, Mail]) -> None:
        self._mails = mails

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail]:
        return [self._mails[raw] for raw in raws]


def try_mails(
    files: Sequence[Path], world: World, playbooks: Playbooks, stationery: Stationery, seed: str | None
) -> Iterator[Tried]:
    """Try these mails in order of arrival, or in the order of a seed. Nothing outside memory is touched."""
    mails = in_order(_read(files, world), world.context.get("labels", {}), seed)
    store = connect(":memory:")
    try:
        yield from _Trial(world, store, playbooks, stationery, mails).run()
    finally:
        store.close()


def _read(files: Sequence[Path], world: World) -> list[Arriving]:
    raws = [_bytes(f) for f in files]
    reader = PooledReader()
    try:
        read = reader.read(raws)
    finally:
        reader.close()
    out = []
    for file, raw, mail in zip(files, raws, read, strict=True):
        if not isinstance(mail, Mail):
            raise Trouble(f"{file} cannot be read: {mail}")
        at = received(mail)
        if at is None:
            raise Trouble(f"{file} has neither a Received line nor a Date: when it arrived is not known")
        proven = as_our_server_wrote(mail, world.authserv_id) if world.context else mail
        out.append(Arriving(file, raw, proven, at))
    return out


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as why:
        raise Trouble(f"{file} cannot be read: {why.strerror}") from why


class _Trial:
    def __init__(self, world: World, store: Store, playbooks: Playbooks, stationery: Stationery,
                 mails: Sequence[Arriving]) -> None:  # fmt: skip
        self._world, self._store, self._mails = world, store, mails
        tokens = {
            c["ref"].upper(): str(c["reply_token"]).lower()
            for c in world.context.get("cases", ())
            if c.get("reply_token")
        }
        address = f"support@{world.domain}"
        self._mint = Issued(secrets.token_bytes(32), world.domain, address, store, tokens, {})
        identity = Identity(Brand(world.domain, "", ""), self._mint, address, address)
        self._desk = Desk(
            store, playbooks, Register(world.directory), stationery, identity, known_issues=world.known_issues
        )
        self._seen: list[Weighed] = []
        reader = _Read({m.raw: m.mail for m in mails})
        self._triage = Triage(self._desk, reader, world.authserv_id, self._witness)

    def _witness(self, _raw: RawMail, weighed: Weighed) -> None:
        self._seen.append(weighed)

    def run(self) -> Iterator[Tried]:
        if not self._mails:
            return
        first = min(m.received_at for m in self._mails)
        self._store.inbox.connect("trial", 1, first - timedelta(days=1))
        for case in self._world.context.get("cases", ()):
            self._existed(case)
        for n, arriving in enumerate(self._mails, 1):
            yield self._one(n, arriving)

    def _one(self, n: int, arriving: Arriving) -> Tried:
        now = arriving.received_at
        before = {c.id for c in self._store.cases.listed()}
        self._seen.clear()
        with self._store.transaction():
            self._store.inbox.add([Arrival("trial", 1, str(n), arriving.raw, now)], now)
        self._triage.run(now)
        opened = next((c for c in self._store.cases.listed() if c.id not in before), None)
        self._labelled(arriving, opened)
        owner = ""
        if opened:
            entries = self._store.records.timeline(Subject("case", opened.id))
            owner = next((e.said for e in entries if e.what == "owner chosen"), "")
        weighed = self._seen[-1] if self._seen else None
        return Tried(arriving.file.name, arriving.mail, weighed, self._reason(), owner, self._world)

    def _reason(self) -> str:
        return "; ".join(f"{state}: {n}" for state, n in self._store.inbox.ledger().items() if n)

    def _labelled(self, arriving: Arriving, opened: Case | None) -> None:
        """The reference that the world gives to the case of this mail, opened by it or joined."""
        ref = str(self._world.context.get("labels", {}).get(arriving.file.stem, "")).upper()
        joined = self._seen[-1].found.case_id if self._seen else None
        case_id = opened.id if opened else joined
        if not ref or case_id is None:
            return
        self._mint.cases[ref] = case_id
        for call in self._world.context.get("calls", ()):
            if str(call.get("case", "")) in (f"mail {arriving.file.stem}", ref):
                self._called(call, case_id)

    def _called(self, call: Mapping[str, Any], case_id: int) -> None:
        people = tuple(Attendee(a, str(a).lower(), customer=True) for a in call.get("attendees", ()))
        self._store.calls.want(Call(
            0, Subject("case", case_id), "case_call", call["uid"], int(call.get("sequence", 0)), CallState.BOOKED, people,
            instant(call["start"]), instant(call["end"]), instant(call["start"]),
        ))  # fmt: skip

    def _existed(self, c: Mapping[str, Any]) -> None:
        """Write a case that the world had before the first mail."""
        resolved = c.get("resolved") or c.get("closed")
        directory = self._world.directory
        account = directory.account(c["account"])
        owner = next((p.address for p in directory.people if p.name == c.get("owner")), "")
        opened = instant(str(resolved)) if resolved else min(m.received_at for m in self._mails) - timedelta(days=3)
        case = self._store.cases.open(Case(
            0, c["account"], str(c.get("contact", "")), c["subject"], Stage.RESOLVED if resolved else Stage.INVESTIGATE,
            Severity(c["severity"]), True, "service_impact", c.get("area", ""), account.language if account else "en", owner, "",
            c["subject"], (), False, True, self._desk.playbooks.current().digest, opened,
        ))  # fmt: skip
        if resolved:
            self._store.records.write(
                Entry(Subject("case", case.id), instant(str(resolved)), "resolved", "before the trial")
            )
        self._mint.cases[str(c["ref"]).upper()] = case.id
