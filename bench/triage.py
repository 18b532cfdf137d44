"""Mails judged a second on one core, after parsing: facts, circumstances, verdict, plan and no store.

`python bench/triage.py`. With the shipped rules and with a thousand, for 100 and for 10,000 accounts.
"""

import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from commsvc.adapters.rulebook import Rulebook
from commsvc.domain.case.circumstances import Writer, circumstances, with_more
from commsvc.domain.case.directory import Account, Contact, Directory
from commsvc.domain.case.facts import read, wording
from commsvc.domain.case.plan import Around, plan
from commsvc.domain.case.verdict import judge
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.words import Segment

ROOT = Path(__file__).parents[1]
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROUNDS = 20


def main() -> None:
    playbook = Rulebook(ROOT / "rules", ()).current()
    folder = ROOT / "tests/acceptance/worlds/first"
    mails = [parse(p.read_bytes()) for p in sorted(folder.glob("*.eml"))]
    for rules in (len(playbook.severity.rule), 1000):
        more = playbook.severity.rule * (rules // len(playbook.severity.rule) + 1)
        severity = playbook.severity.model_copy(update={"rule": more[:rules]})
        asked = playbook.model_copy(update={"severity": severity})
        for accounts in (100, 10_000):
            directory = Directory(tuple(_account(n) for n in range(accounts)))
            directory.by_domain("warm.example")
            started = time.process_time()
            for n in range(ROUNDS * len(mails)):
                mail, account = mails[n % len(mails)], directory.by_domain(f"a{n % accounts}.example")
                told = asked.phrases.lexicon.told(wording(mail))
                reading = read(mail, asked.phrases, told)
                writer = Writer(account, None)
                reading = with_more(reading, circumstances(mail, reading, writer, AT, told))
                plan(reading, judge(reading, asked), Around(AT, account), asked)
            took = time.process_time() - started
            rate = ROUNDS * len(mails) / took
            sys.stdout.write(f"{rules} severity rules, {accounts} accounts: {rate:,.0f} mails a second\n")


def _account(n: int) -> Account:
    contact = Contact(f"Contact {n}", f"c@a{n}.example")
    return Account(f"A{n}", f"Company {n} Works", Segment.GROWTH, "Europe/Berlin", "DE", "en", (f"a{n}.example",),
                   (contact,), "am@us.example", renewal=date(2027, 1, 1))  # fmt: skip


if __name__ == "__main__":
    main()
