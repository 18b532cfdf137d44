"""`commsvc doctor`: is every mail accounted for, what waits for a person, is the record as it was written, what stands wrong."""

import json
from datetime import datetime
from typing import cast

from commsvc.clock import now
from commsvc.commands.microsoft import needed
from commsvc.commands.options import HERE, AsJson, Folder, opened, out
from commsvc.domain.promise.seal import check
from commsvc.errors import Trouble
from commsvc.flow.ledger import FRESH, Balance, Ledger
from commsvc.ports import Store

Json = dict[str, object]


def examine(store: Store, balance: Balance, now: datetime) -> Json:
    """Everything found, ready for `json.dumps`; `wrong` holds a sentence for each thing that needs somebody."""
    quarantine = store.inbox.quarantined()
    in_doubt = store.letters.in_doubt()
    troubles = [(source, said) for source, said in store.records.troubles() if source not in ("ledger", "quarantine")]
    wrong = [balance.fault] if balance.fault else []
    wrong += [f"mail {id} was set aside: {reason}" for id, reason, at in quarantine if at > now - FRESH]
    wrong += [f"letter {x.id} ({x.wish.letter} to {x.wish.to}) was perhaps sent: a person decides" for x in in_doubt]
    wrong += (broken := check(store.evidence.chains()))
    wrong += [f"{source}: {said}" for source, said in troubles]
    return {
        "ledger": {"seen": balance.seen, **balance.states, "balanced": not balance.fault},
        "quarantine": [{"mail": id, "reason": reason, "received_at": at.isoformat()} for id, reason, at in quarantine],
        "in_doubt": [{"letter": x.id, "kind": x.wish.letter, "to": x.wish.to, "why": x.why} for x in in_doubt],
        "troubles": [{"source": source, "said": said} for source, said in troubles],
        "held_for_names": dict(zip(("held", "let_through"), store.letters.held_for_names(), strict=True)),
        "timeline": {"whole": not broken, "faults": broken},
        "wrong": wrong,
    }


def doctor(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Is every mail accounted for, and what waits for a person? Exit code 1 when something is wrong."""
    installation, store = opened(folder)
    balance = Ledger(installation.desk(store)).balance()
    found = examine(store, balance, now())
    if as_json:
        out.print_json(json.dumps(found))
    else:
        out.print(f"{balance.seen} mails seen = {balance}", highlight=False, soft_wrap=True)
        held, freed = store.letters.held_for_names()
        if held:
            out.print(
                f"{held} letters were held for another account's name; people let {freed} of them through",
                soft_wrap=True,
            )
        for mail in store.inbox.quarantined():
            out.print(
                f"set aside: mail {mail[0]} of {mail[2]:%Y-%m-%d %H:%M} UTC: {mail[1]}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
        for line in needed(installation.config):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if wrong := [str(line) for line in cast("list[str]", found["wrong"])]:
        raise Trouble("\n".join(wrong))
    if not as_json:
        out.print("Nothing is wrong.")
