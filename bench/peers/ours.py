"""Our side: raw bytes accepted in batches of 100, then triage until nothing waits, on SQLite.

    ours.py run HOME FOLDER [pool | accept]

`pool` reads the mails in child processes, as the daemon does; without it they are read in this one.
`accept` ends where the raw bytes are durable and a server may be told so.
"""

import logging
import sys
from datetime import timedelta
from pathlib import Path

import structlog
from measure import measured

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from mails import AUTHSERV, START, SUPPORT  # noqa: E402

from commsvc.adapters.memory import DirectReader  # noqa: E402
from commsvc.adapters.reading import PooledReader  # noqa: E402
from commsvc.adapters.rulebook import Rulebook  # noqa: E402
from commsvc.adapters.stationery import Templates  # noqa: E402
from commsvc.adapters.store.store import connect  # noqa: E402
from commsvc.desk import Desk, Identity, Register  # noqa: E402
from commsvc.domain.case.directory import Account, Contact, Directory, Person  # noqa: E402
from commsvc.domain.letter.draft import Brand  # noqa: E402
from commsvc.domain.letter.switches import Scope, Switch  # noqa: E402
from commsvc.domain.letter.tokens import Mint  # noqa: E402
from commsvc.domain.mail.arrival import Arrival  # noqa: E402
from commsvc.domain.playbook.words import Segment  # noqa: E402
from commsvc.flow.intake import BATCH, Intake  # noqa: E402
from commsvc.flow.triage import Triage  # noqa: E402

ROLES = ("escalation_owner", "escalation_owner", "escalation_owner", "sme", "account_manager", "support_manager",
         "escalation_manager", "director_support", "security_lead", "privacy_officer")  # fmt: skip


def directory(folder: Path) -> Directory:
    """The companies of the mails as accounts, their people as contacts, and ten people of ours."""
    rows = [line.split("\t") for line in (folder / "people.tsv").read_text(encoding="utf-8").splitlines()]
    segments = list(Segment)
    accounts = []
    for number, company in enumerate(dict.fromkeys(row[2] for row in rows)):
        contacts = tuple(Contact(name, address) for name, address, whose in rows if whose == company)
        domain = contacts[0].address.partition("@")[2]
        accounts.append(Account(f"ACC-{number}", company, segments[number % len(segments)], "Europe/Berlin", "DE", "en",
                                (domain,), contacts, "person4@kestrel.example"))  # fmt: skip
    ours = tuple(
        Person(f"Person {n}", f"person{n}@kestrel.example", (role,), "Europe/London") for n, role in enumerate(ROLES)
    )
    return Directory(tuple(accounts), ours)


def main() -> None:
    home, folder = Path(sys.argv[2]), Path(sys.argv[3])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    store = connect(str(home / "commsvc.db"))
    templates = Templates(ROOT / "templates/email")
    identity = Identity(
        Brand("Kestrel"),
        Mint(b"a secret of the bench", "kestrel.example", SUPPORT),
        SUPPORT,
        "operator@kestrel.example",
    )
    desk = Desk(store, Rulebook(ROOT / "rules", templates.letters()), Register(directory(folder)), templates, identity)
    pooled = PooledReader() if "pool" in sys.argv else None
    if pooled:
        pooled.read([b"Subject: warm\r\n\r\n"] * BATCH)
    intake, triage = Intake(desk), Triage(desk, pooled or DirectReader(), AUTHSERV)
    with store.transaction():
        store.inbox.connect("support", 1, START)
        store.records.turn(Switch(Scope.ALL, "", live=True), START)
    desk.playbooks.current().phrases.lexicon.told("")
    desk.calendar("ACC-0").free(START.date())
    files = sorted(folder.glob("*.eml"))

    def work() -> None:
        now = START
        for first in range(0, len(files), BATCH):
            now += timedelta(minutes=2)
            batch = [Arrival("support", 1, str(first + n), path.read_bytes(), now, (SUPPORT,))
                     for n, path in enumerate(files[first : first + BATCH], 1)]  # fmt: skip
            intake.accept(batch, now)
            while "accept" not in sys.argv and triage.run(now):
                pass
        if pooled:
            pooled.close()

    def count() -> dict[str, int]:
        rows = {name: store.db.execute_sql(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in ("raw_mail", "message", "escalation", "promise", "letter", "timeline")}  # fmt: skip
        return {"mails": rows["raw_mail"], "cases": rows["escalation"], **rows, **store.inbox.ledger()}

    measured(work, count)
    store.close()


if __name__ == "__main__":
    main()
