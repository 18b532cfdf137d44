"""The commands about the record itself: `export` a case, `verify` an export, `erase` a person."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, number, say
from commsvc.domain.learning.dossier import MANIFEST, problems
from commsvc.errors import Trouble
from commsvc.flow.erasure import Erasure, Plan
from commsvc.flow.export import Export
from commsvc.installation import open_installation

By = Annotated[str, typer.Option(help="Who asks for it; it goes on the record.")]


def export(
    ref: Annotated[str, typer.Argument(help="A case, as in ESC-12.")],
    to: Annotated[Path | None, typer.Option(help="A new folder; the case's name here when left out.")] = None,
    by: By = "the command line",
    folder: Folder = HERE,
) -> None:
    """Write a case whole into one folder: mails, letters, decisions, promises, and a page to read and print."""
    target = to or Path(number(ref)[0])
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Trouble(f"{target} is there already; name a new folder with --to, nothing was written")
    installation = open_installation(folder)
    found = Export(installation.desk(installation.store())).folder(number(ref)[1], by, now())
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, raw in found.items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_bytes(raw)
    say(f"{len(found)} files in {target}; begin with index.html. Keep this apart from them, it vouches for all:")
    say(f"SHA-256 of {MANIFEST}: {hashlib.sha256(found[MANIFEST]).hexdigest()}")


def verify(
    exported: Annotated[Path, typer.Argument(help="The folder of an export.")],
    against: Annotated[Path | None, typer.Option(help="An installation whose record is compared as well.")] = None,
) -> None:
    """Is an export as it was written? Exit code 1 names each file or entry that is not."""
    if not exported.is_dir():
        raise Trouble(f"{exported} is no folder")
    files = [p for p in exported.rglob("*") if p.is_file()]
    found = {p.relative_to(exported).as_posix(): p.read_bytes() for p in files}
    if against is None:
        wrong = problems(found)
    else:
        installation = open_installation(against)
        wrong = Export(installation.desk(installation.store())).against_record(found)
    if wrong:
        raise Trouble("\n".join(wrong))
    say(f"{len(found)} files are as they were written.")
    say(f"SHA-256 of {MANIFEST}: {hashlib.sha256(found[MANIFEST]).hexdigest()}")


def erase(
    contact: Annotated[str, typer.Argument(help="The address of the person to erase.")],
    reason: Annotated[str, typer.Option(help="Why; it stays on the record, so it must not name them.")] = "",
    by: By = "the command line",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what would be erased.")] = False,
    folder: Folder = HERE,
) -> None:
    """Erase what is personal about one contact; shows what it would do unless --yes. Exit code 1 when something stays."""
    installation = open_installation(folder)
    store = installation.store()
    erasure = Erasure(installation.desk(store))
    plan = erasure.erase(contact, by, reason, now()) if yes else erasure.plan(contact)
    if plan.nothing:
        raise Trouble(f"the record holds nothing of {contact}")
    if yes:
        store.scrub()
    _show(plan, "Erased" if yes else "Would be erased")
    if installation.directory.known_contact(contact.lower()):
        say("They still stand in directory.toml: take them out, else their next mail makes a case again.")
    if not yes:
        say("Nothing was changed; add --yes and --reason to do it. Mailboxes and backups are yours to clear.")
    if plan.kept:
        raise Trouble("\n".join(plan.kept))


def _show(plan: Plan, how: str) -> None:
    for said, cases in (("whole", plan.own), ("only what bears their name", plan.shared)):
        if cases:
            say(f"{how}, {said}: {', '.join(c.ref for c in cases)}")
    if plan.loose:
        say(f"{how}: {plan.loose} mails that belong to no case")
