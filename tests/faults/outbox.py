"""An installation with many letters that are ready to go, each to somebody else."""

from datetime import UTC, datetime
from pathlib import Path

from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.adapters.store.store import PeeweeStore, connect
from commsvc.desk import Desk, Identity, Register
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account, Contact, Directory, Person
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.playbook.words import Segment, Severity
from commsvc.domain.promise.promise import Subject
from commsvc.flow.letters import Letters

ROOT = Path(__file__).parents[2]
OWNER = Person("Dana Whitfield", "dana@kestrel.example", ("escalation_owner",))
MINT = Mint(b"a secret of the outbox", "kestrel.example", "support@kestrel.example")


def filled(folder: Path, letters: int) -> None:
    """Write so many letters, ready to go."""
    (folder / "count").write_text(str(letters))
    desk, now = desk_in(folder), datetime.now(UTC)
    with desk.store.transaction():
        desk.store.records.turn(Switch(Scope.ALL, "", live=True), now)
        for n in range(letters):
            _owed(desk, n, now)
    Letters(desk).run(now)


def desk_in(folder: Path) -> Desk:
    """The installation as it stands in this folder."""
    templates = Templates(ROOT / "templates/email")
    identity = Identity(Brand("Kestrel"), MINT, "support@kestrel.example", "operator@kestrel.example")
    store: PeeweeStore = connect(str(folder / "commsvc.db"))
    accounts = tuple(_account(n) for n in range(int((folder / "count").read_text())))
    return Desk(
        store,
        Rulebook(ROOT / "rules", templates.letters()),
        Register(Directory(accounts, (OWNER,))),
        templates,
        identity,
    )


def _account(n: int) -> Account:
    contact = Contact(f"C. Smith {n}", f"c@a{n}.example")
    return Account(f"ACC-{n}", f"Account Number {n}", Segment.ENTERPRISE, "Europe/London", "GB", "en", (f"a{n}.example",),
                   (contact,), OWNER.address)  # fmt: skip


def _owed(desk: Desk, n: int, now: datetime) -> None:
    contact, playbook = f"c@a{n}.example", desk.playbooks.current().digest
    case = desk.store.cases.open(Case(
        0, f"ACC-{n}", contact, "Order sync stopped", Stage.INVESTIGATE, Severity.SEV2, True, "outage", "order_sync", "en",
        OWNER.address, "", "Since 08:40 no order reaches us.", (), False, True, playbook, now))  # fmt: skip
    desk.store.letters.wish(
        Wish("holding_statement", Subject("case", case.id), Audience.CUSTOMER, contact, f"held:{n}"), now
    )
