"""A case as a folder that stands by itself: what came, what went, what was decided and why.

Everything is a plain file. `manifest.json` holds the SHA-256 of every other file and the head of the timeline's
seal; whoever kept the manifest's own digest can tell years later that nothing was changed, without this program:
`sha256sum` and the few lines of `domain/promise/seal.py` are enough.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.call.invitation import Call
from commsvc.domain.case.case import Case
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.letter import Letter
from commsvc.domain.promise.promise import Promise, Subject
from commsvc.domain.promise.seal import Chain, Sealed, faults
from commsvc.domain.promise.timeline import Entry

MANIFEST = "manifest.json"
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Piece:
    """A mail that came or a letter that went, as bytes. `said`: its words, "" when they were erased."""

    file: str
    at: datetime
    who: str
    title: str
    said: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one case at one instant. `account` is its name, or "unknown"."""

    case: Case
    account: str
    chain: Chain
    mails: Sequence[Piece]
    sent: Sequence[Piece]
    letters: Sequence[Letter]
    promises: Sequence[Promise]
    calls: Sequence[Call]
    facts: Sequence[Fact]
    exported_at: datetime
    exported_by: str


def files(d: Dossier, index: bytes) -> dict[str, bytes]:
    """The folder: file names and their bytes, the manifest last."""
    found = {p.file: p.raw for p in (*d.mails, *d.sent) if p.raw}
    found |= {
        "case.json": _json(_case(d)),
        "decisions.json": _json([_sealed(s) for s in d.chain.entries]),
        "letters.json": _json([_letter(x) for x in d.letters]),
        "promises.json": _json([_promise(p) for p in d.promises]),
        "calls.json": _json([_call(c) for c in d.calls]),
        "facts.json": _json([_fact(f) for f in d.facts]),
        "index.html": index,
    }
    return {**found, MANIFEST: _manifest(d, found)}


def problems(found: Files) -> list[str]:
    """What is wrong with an exported folder, a sentence each; none when it is as it was written."""
    try:
        manifest = json.loads(found[MANIFEST])
        listed, subject, head = manifest["files"], Subject("case", int(manifest["case"])), str(manifest["head"])
    except KeyError as why:
        return [f"{MANIFEST} is missing or says nothing of {why}"]
    except ValueError as why:
        return [f"{MANIFEST} cannot be read: {why}"]
    wrong = [f"{name} is missing" for name in sorted(set(listed) - set(found))]
    wrong += [f"{name} is not part of the export" for name in sorted(set(found) - set(listed) - {MANIFEST})]
    wrong += [f"{n} was changed" for n in sorted(set(listed) & set(found)) if _digest(found[n]) != listed[n]]
    if "decisions.json" in found:
        wrong += _decisions(found["decisions.json"], subject, head)
    return wrong


def head(found: Files) -> tuple[Subject, str]:
    """The case of an exported folder without problems, and its seal's head at that time."""
    manifest = json.loads(found[MANIFEST])
    return Subject("case", int(manifest["case"])), str(manifest["head"])


def _decisions(raw: bytes, subject: Subject, head: str) -> list[str]:
    try:
        entries = [_unsealed(subject, row) for row in json.loads(raw)]
    except (KeyError, TypeError, ValueError) as why:
        return [f"decisions.json cannot be read: {why}"]
    return faults(Chain(subject, entries, head))


def _manifest(d: Dossier, found: Files) -> bytes:
    return _json({
        "case": d.case.id, "exported_at": d.exported_at.isoformat(), "exported_by": d.exported_by, "head": d.chain.head,
        "files": {name: _digest(raw) for name, raw in sorted(found.items())},
    })  # fmt: skip


def _case(d: Dossier) -> dict[str, object]:
    c = d.case
    return {
        "ref": c.ref, "account": c.account_id, "account_name": d.account, "contact": c.contact, "subject": c.subject,
        "stage": c.stage.value, "severity": c.severity.value, "confirmed": c.confirmed, "category": c.category,
        "area": c.area, "owner": c.owner, "backup": c.backup, "impact": c.impact, "restricted": c.restricted,
        "holds": [h.value for h in c.holds], "playbook": c.playbook, "opened_at": c.opened_at.isoformat(),
    }  # fmt: skip


def _sealed(s: Sealed) -> dict[str, object]:
    e = s.entry
    return {
        "id": s.id, "at": e.at.isoformat(), "what": e.what, "said": e.said, "who": e.who, "rule": e.rule,
        "evidence": e.evidence, "playbook": e.playbook, "salt": s.salt, "digest": s.digest, "link": s.link,
    }  # fmt: skip


def _unsealed(subject: Subject, r: Mapping[str, str]) -> Sealed:
    instant = datetime.fromisoformat(r["at"])
    entry = Entry(subject, instant, r["what"], r["said"], r["who"], r["rule"], r["evidence"], r["playbook"])
    return Sealed(int(r["id"]), entry, r["salt"], r["digest"], r["link"])


def _letter(x: Letter) -> dict[str, object]:
    return {
        "id": x.id, "letter": x.wish.letter, "audience": x.wish.audience.value, "to": x.wish.to, "state": x.state.value,
        "title": x.words.title if x.words else "", "text": x.words.text if x.words else "", "rule": x.rule,
        "approved_by": x.approved_by, "approved_digest": x.approved_digest, "why": x.why, "note": x.wish.note,
        "message_id": x.message_id, "created_at": x.created_at.isoformat(), "sent_at": _iso(x.sent_at),
    }  # fmt: skip


def _promise(p: Promise) -> dict[str, object]:
    return {
        "id": p.id, "kind": p.kind.value, "span": str(p.span), "started_at": p.started_at.isoformat(),
        "due_at": p.due_at.isoformat(), "state": p.state.value, "step": p.step, "acknowledged_by": p.acked_by,
    }  # fmt: skip


def _call(c: Call) -> dict[str, object]:
    people = [{"name": a.name, "address": a.address, "customer": a.customer, "answer": a.status} for a in c.attendees]
    return {"id": c.id, "type": c.type, "uid": c.uid, "state": c.state.value, "start": _iso(c.start), "end": _iso(c.end),
            "attendees": people}  # fmt: skip


def _fact(f: Fact) -> dict[str, object]:
    return {"id": f.id, "statement": f.statement, "disclosure": f.disclosure.value, "source": f.source,
            "at": f.at.isoformat(), "confirmed_by": f.confirmed_by, "confirmed_at": _iso(f.confirmed_at),
            "told_in": f.told_in}  # fmt: skip


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
