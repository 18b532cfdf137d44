"""Rows that are mostly added to: timeline, commands, switches, playbooks, troubles, sessions."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from commsvc.adapters.store.rows import Claims, Insert, Row, Statement, Tables, at, one, subject_of, us, write_claimed
from commsvc.adapters.store.timeline import StoredTimeline
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.switches import Scope, Switch, Switches
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.version import KeptPlaybook
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Claim


class StoredRecords:
    """`ports.Records` on tables."""

    def __init__(self, tables: Tables, timeline: StoredTimeline) -> None:
        self._t = tables
        self._timeline, self._commands = timeline, Insert(tables.db, tables.command)
        self._claims = Claims(tables.db, tables.command, "new")
        self._turns = Statement(tables.db, tables.switch.select().order_by(tables.switch.id))
        self._playbooks = Insert(tables.db, tables.playbook, (tables.playbook.digest,))

    def write(self, *entries: Entry) -> None:
        self._timeline.write(entries)

    def timeline(self, subject: Subject) -> Sequence[Entry]:
        return self._timeline.timeline(subject)

    def changes_since(self, since: datetime) -> Sequence[Entry]:
        return self._timeline.changes_since(since)

    def order(self, command: Command) -> int:
        return self._commands.add({
            "verb": command.verb.value, "argument": command.argument, "person": command.person,
            "channel": command.channel.value, "subject_kind": command.subject.kind, "subject_id": command.subject.id,
            "letter_id": command.letter_id, "digest": command.digest, "at": us(command.at), "state": "new",
        })  # fmt: skip

    def claim_commands(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Command]]:
        rows = self._claims.take(now, limit, lease)
        return [Claim(_command(r), r["attempts"], r["fence"]) for r in rows]

    def carried_out(self, claim: Claim[Command], outcome: str) -> None:
        write_claimed(self._t.command, claim.row.id, claim.fence, {"state": "done", "outcome": outcome})

    def outcome(self, command_id: int) -> str:
        """What became of a command; "" while nobody has carried it out."""
        t = self._t.command
        return str(one(t.select(t.outcome).where(t.id == command_id), f"command {command_id}")["outcome"])

    def switches(self) -> Switches:
        return Switches.after(
            Switch(Scope(r["scope"]), r["name"], bool(r["live"]), r["by_whom"], r["reason"], bool(r["resumes"]))
            for r in self._turns.rows()
        )

    def turn(self, switch: Switch, at: datetime) -> None:
        self._t.switch.insert(scope=switch.scope.value, name=switch.name, live=int(switch.live), resumes=int(switch.resumes), by_whom=switch.by,
                              reason=switch.reason, at=us(at)).execute()  # fmt: skip

    def keep_playbook(self, playbook: Playbook, files: Mapping[str, str], at: datetime) -> None:
        self._playbooks.add({"digest": playbook.digest, "version": playbook.version,
                             "files": json.dumps(dict(files)), "loaded_at": us(at)})  # fmt: skip

    def playbook_files(self, digest: str) -> Mapping[str, str] | None:
        rows = list(self._t.playbook.select().where(self._t.playbook.digest == digest).limit(1))
        return json.loads(rows[0]["files"]) if rows else None

    def playbooks(self) -> Sequence[KeptPlaybook]:
        t = self._t.playbook
        return [KeptPlaybook(r["digest"], r["version"], at(r["loaded_at"])) for r in t.select().order_by(t.id)]

    def instance(self) -> str:
        t = self._t.instance
        rows = list(t.select().order_by(t.id.desc()).limit(1))
        return str(rows[0]["token"]) if rows else ""

    def adopt(self, token: str, at: datetime) -> None:
        self._t.instance.insert(token=token, at=us(at)).execute()

    def trouble(self, source: str, said: str, at: datetime) -> None:
        t = self._t.trouble
        if not said:
            t.delete().where(t.source == source).execute()
            return
        standing = {t.said: said}
        t.insert(source=source, said=said, at=us(at)).on_conflict(
            conflict_target=(t.source,), update=standing
        ).execute()

    def troubles(self) -> Sequence[tuple[str, str]]:
        return [(r["source"], r["said"]) for r in self._t.trouble.select().order_by(self._t.trouble.source)]


def _command(r: Row) -> Command:
    return Command(Verb(r["verb"]), r["argument"], r["person"], Channel(r["channel"]), subject_of(r), at(r["at"]),
                   r["letter_id"], r["digest"], r["id"])  # fmt: skip
