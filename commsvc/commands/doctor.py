"""`commsvc doctor`: is every mail accounted for, what waits for a person, is the record as it was written, what stands wrong."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from commsvc.clock import now
from commsvc.commands.microsoft import needed
from commsvc.commands.options import HERE, AsJson, Folder, opened, out, say
from commsvc.commands.reaching import published, reached
from commsvc.domain.health.sending import Published, faults, unknown
from commsvc.domain.health.vitals import APART, Ill, Vitals, ills
from commsvc.domain.promise.fold import differences
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import check
from commsvc.errors import Trouble
from commsvc.flow.ledger import FRESH, Balance, Ledger
from commsvc.ports import Store

Json = dict[str, object]


def _unlike(store: Store) -> Iterator[str]:
    """Where an open case stands otherwise than its timeline tells."""
    for case in store.cases.all_open():
        subject = Subject("case", case.id)
        yield from differences(store.records.timeline(subject), case, store.promises.of(subject))


def doctor(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Is every mail accounted for, and what waits for a person? Exit code 1 when something is wrong."""
    installation, store = opened(folder)
    balance = Ledger(installation.desk(store)).balance()
    vitals, doors, dns = store.signs.look(now()), reached(installation), published(installation)
    found = examine(store, balance, vitals, doors, dns)
    if as_json:
        out.print_json(json.dumps(found))
    else:
        for line in [*_told(store, balance, vitals, doors, dns), *needed(installation.config)]:
            say(line)
    if wrong := [str(line) for line in cast("list[str]", found["wrong"])]:
        raise Trouble("\n".join(wrong))
    if not as_json:
        out.print("Nothing is wrong.")


def examine(store: Store, balance: Balance, vitals: Vitals, doors: Mapping[str, str], dns: Published | None) -> Json:
    """Everything found, ready for `json.dumps`; `wrong` holds a sentence for each thing that needs somebody."""
    quarantine = store.inbox.quarantined()
    in_doubt = store.letters.in_doubt()
    troubles = [(t.source, t.said) for t in vitals.troubles if t.source not in ("ledger", "quarantine")]
    broken, unlike = check(store.evidence.chains()), list(_unlike(store))
    wrong = [balance.fault] if balance.fault else []
    wrong += [f"mail {id} was set aside: {reason}" for id, reason, at in quarantine if at > vitals.at - FRESH]
    wrong += [f"letter {x.id} ({x.wish.letter} to {x.wish.to}) was perhaps sent: a person decides" for x in in_doubt]
    wrong += [
        *broken,
        *unlike,
        *(f"{source}: {said}" for source, said in troubles),
        *filter(None, doors.values()),
        *_ill(vitals),
    ]
    return {
        "ledger": {"seen": balance.seen, **balance.states, "balanced": not balance.fault},
        "quarantine": [{"mail": id, "reason": reason, "received_at": at.isoformat()} for id, reason, at in quarantine],
        "in_doubt": [{"letter": x.id, "kind": x.wish.letter, "to": x.wish.to, "why": x.why} for x in in_doubt],
        "troubles": [{"source": source, "said": said} for source, said in troubles],
        "held_for_names": dict(zip(("held", "let_through"), store.letters.held_for_names(), strict=True)),
        "timeline": {"whole": not broken, "faults": broken, "unlike": unlike},
        "mailboxes": [{"name": m.name, "last_mail_at": _iso(m.last_mail_at), "read_at": _iso(m.asked_at)}
                      for m in vitals.mailboxes],
        "reached": {name: not why for name, why in doors.items()},
        "disk_free": vitals.free,
        "tick_at": _iso(vitals.ticked_at),
        "notes": faults(dns) if dns else [],
        "wrong": wrong,
    }  # fmt: skip


def _told(
    store: Store, balance: Balance, vitals: Vitals, doors: Mapping[str, str], dns: Published | None
) -> Iterator[str]:
    """The same for people, without what is wrong."""
    yield f"{balance.seen} mails seen = {balance}"
    held, freed = store.letters.held_for_names()
    if held:
        yield f"{held} letters were held for another account's name; people let {freed} of them through"
    for id, reason, at in store.inbox.quarantined():
        yield f"set aside: mail {id} of {at:%Y-%m-%d %H:%M} UTC: {reason}"
    for m in vitals.mailboxes:
        lag = m.lag(vitals.at)
        read = "" if lag is None else f", read to its end {lag.total_seconds():.0f} s ago"
        yield f"mailbox {m.name}: {f'last mail {m.last_mail_at:%Y-%m-%d %H:%M} UTC' if m.last_mail_at else 'no mail yet'}{read}"
    for name, why in doors.items():
        yield f"{name}: {'not reached' if why else 'reached, and signed in'}"
    yield f"{vitals.open_promises} promises owed, {vitals.late_promises} of them late; {vitals.outbox} letters on the way out"
    if vitals.free is not None:
        yield f"disk of the record: {vitals.free // 1_000_000:,} MB free"
    for fault in faults(dns) if dns else []:
        yield f"note: {fault}"
    if dns is None:
        yield "SPF, DKIM and DMARC are not looked at: pip install commsvc[dns]"
    elif missing := unknown(dns):
        yield f"{', '.join(missing)} of {dns.domain}: not known, no DNS answers here"


def _ill(v: Vitals) -> Iterator[str]:
    """What only a look at the whole shows."""
    found = ills(v)
    for m in v.mailboxes:
        if m.ahead() > APART:
            minutes = round(m.ahead().total_seconds() / 60)
            yield f"mailbox {m.name}: its server dated a mail {minutes} minutes after we had it: one of the two clocks is wrong"
    if Ill.DISK in found and v.free is not None:
        yield f"the disk of the record has {v.free // 1_000_000} MB left"
    if Ill.TICK in found and v.ticked_at is not None:
        yield f"the service left its last sign at {v.ticked_at:%Y-%m-%d %H:%M} UTC: it does not run, or stands still"


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
