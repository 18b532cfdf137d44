"""T3: a mail joins a case exactly when two proofs hold, or the certain duplicate rule does.

Ten thousand seeded combinations (two thousand in the normal run) go through the real sorter and a real store; the oracle below knows only
the table of what each combination means, nothing of the code.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.parse import parse
from commsvc.flow.triage.sort import Sorter
from commsvc.flow.triage.tick import LEASE
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

COMBINATIONS = 10_000 if os.environ.get("COMMSVC_PROVE") else 2_000
SEED = 20261125
OURS = "mx.kestrel.example"
MATTHIAS = "m.brandt@hartmann-pt.example"
SENDERS = {"contact": ADA, "same domain": "tills@nimbusretail.example", "below the domain": "x@shop.nimbusretail.example",
           "other account": MATTHIAS, "stranger": "eve@evil.example", "look-alike ending": "ada@evilnimbusretail.example",
           "ours": DANA}  # fmt: skip
ACCOUNT_OF = {"contact": 1, "same domain": 1, "below the domain": 1, "other account": 2}
TOKENS = ("none", "valid", "other case", "forged", "of no case")
REFERENCES = ("none", "our letter", "letter of the other case", "customer mail", "foreign", "empty", "forged letter")
TAGS = ("Orders", "[ESC-1] Orders", "[ESC-2] Orders", "Re: [ESC-1] Orders")
CHECKS = ("pass", "fail", "none", "by another server", "for another domain")
TEXTS = {
    "again": "Web orders are not reaching our stores, the integration is completely stopped.",
    "new": "Here are the numbers you wanted.",
}


@dataclass(frozen=True)
class Combination:
    sender: str
    token: str
    reference: str
    tag: str
    check: str
    configured: bool
    text: str

    @property
    def joins(self) -> int:
        """The case it must join, 0 for none: the oracle."""
        passed = self.configured and self.check == "pass"
        if self.configured and not passed:
            return 0
        by_token = {"valid": 1, "other case": 2}.get(self.token)
        if self.sender == "ours":
            return by_token or 0
        by_id = {"our letter": 1, "letter of the other case": 2, "customer mail": 1}.get(self.reference)
        account = ACCOUNT_OF.get(self.sender)
        pointed = {by_token, by_id} - {None}
        if account in pointed:
            return account or 0
        return 1 if not pointed and account == 1 and passed and self.text == "again" else 0


class Field:
    """Two cases of two accounts, and mails thrown at them; each is taken back afterwards."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, authserv_id=OURS)
        self.world.receives(DOWN, ADA, headers=_checked("pass", ADA))
        self.world.receives(
            "Seit dem Update ist der Export gestört.", MATTHIAS, "Export", headers=_checked("pass", MATTHIAS)
        )
        self.store = self.world.store
        self.first, self.second = (self.store.cases.get(n) for n in (1, 2))
        self.desk = self.world.app.desk
        self.thread = self.store.inbox.thread(self.world.case(1))[0].message_id
        self.letters = [
            next(x for x in self.store.letters.of(self.world.case(n)) if x.message_id).message_id for n in (1, 2)
        ]

    def raw(self, c: Combination, number: int) -> bytes:
        mint, sender = self.world.mint, SENDERS[c.sender]
        tokens = {"none": SUPPORT, "valid": mint.case_address(1), "other case": mint.case_address(2),
                  "forged": mint.case_address(1).replace("+c1.", "+c2."), "of no case": mint.case_address(9_999)}  # fmt: skip
        ids = {"none": "", "our letter": self.letters[0], "letter of the other case": self.letters[1],
               "customer mail": self.thread, "foreign": "x@elsewhere.example", "empty": "",
               "forged letter": self.letters[0].replace("commsvc.", "commsvc.1", 1)}  # fmt: skip
        lines = [f"{name}: {value}" for name, value in _checked(c.check, sender).items()]
        lines += [
            f"From: {sender}",
            f"To: {tokens[c.token]}",
            f"Subject: {c.tag}",
            f"Message-ID: <t{number}@{sender.partition('@')[2]}>",
        ]
        if c.reference != "none":
            lines.append(f"References: <{ids[c.reference]}>")
        return "\r\n".join([*lines, "", TEXTS[c.text], ""]).encode()

    def throw(self, c: Combination, number: int) -> int:
        """The case the mail joined, 0 for none."""
        raw, store, now = self.raw(c, number), self.store, self.world.now
        with self._taken_back():
            store.inbox.add([Arrival("support", 1, str(10_000 + number), raw, now, (SUPPORT,))], now)
            (claim,) = store.inbox.claim(1, now, LEASE)
            Sorter(self.desk, OURS if c.configured else None).take(claim, parse(raw), now)
            self._recipients_are_the_records(c)
            row = store.tables.raw_mail.select().where(store.tables.raw_mail.id == claim.row.id).get()
            words = store.tables.message.select().where(store.tables.message.raw_id == claim.row.id).get()
            return int(words["subject_id"]) if row["state"] == "appended" else 0

    def _recipients_are_the_records(self, c: Combination) -> None:
        """Nothing of a case goes to anybody but its own contact, whoever wrote; to a proven stranger the fixed receipt."""
        assert (self.store.cases.get(1).contact, self.store.cases.get(2).contact) == (ADA, MATTHIAS)
        wished = self.store.tables.letter.select().where(self.store.tables.letter.audience == "customer")
        for letter in wished:
            if letter["subject_id"] in (1, 2):
                assert letter["recipient"] == (ADA, MATTHIAS)[letter["subject_id"] - 1], c
            else:
                fixed = letter["letter"] == "unlisted_receipt" and c.check == "pass"
                assert fixed or letter["recipient"] in (ADA, MATTHIAS), c

    @contextmanager
    def _taken_back(self) -> Iterator[None]:
        with self.store.db.atomic() as transaction:
            yield
            transaction.rollback()


def _checked(check: str, sender: str) -> dict[str, str]:
    domain = sender.partition("@")[2]
    said = {"pass": f"{OURS}; dmarc=pass header.from={domain}", "fail": f"{OURS}; dmarc=fail header.from={domain}",
            "by another server": f"mx.evil.example; dmarc=pass header.from={domain}",
            "for another domain": f"{OURS}; dmarc=pass header.from=elsewhere.example"}  # fmt: skip
    return {"Authentication-Results": said[check]} if check in said else {}


def test_a_mail_joins_exactly_when_both_proofs_or_the_duplicate_rule_hold(tmp_path: Path) -> None:
    field, chance = Field(tmp_path), random.Random(SEED)
    assert (field.first.area, field.second.area) == ("integrations", "data_export")
    seen: Counter[int] = Counter()
    for number in range(COMBINATIONS):
        c = Combination(*(chance.choice(list(of)) for of in (SENDERS, TOKENS, REFERENCES, TAGS, CHECKS, (True, False), TEXTS)))  # fmt: skip
        joined = field.throw(c, number)
        assert joined == c.joins, f"{c} joined {joined}, not {c.joins}"
        seen[joined] += 1
    assert min(seen[1], seen[2]) > COMBINATIONS // 50
    assert seen[0] > COMBINATIONS // 2
