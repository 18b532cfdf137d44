"""`commsvc ingest PATH`: take in mail that lies in files, as history unless somebody wants it answered."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from commsvc.adapters.kept_mail import Broken, Kept, KeptMail
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, say
from commsvc.domain.mail.arrival import Arrival
from commsvc.errors import Trouble
from commsvc.flow.intake import BATCH, Intake

HISTORY, LIVE = "ingested history", "ingested mail"
"""The mailboxes that such mail belongs to."""
VALIDITY = 1
BATCH_BYTES = 8_000_000
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
"""A mailbox that is first connected then has nothing but history."""


def ingest(
    path: Annotated[Path, typer.Argument(help="A Maildir, a folder of .eml files, an mbox, or one mail.")],
    live: Annotated[
        bool, typer.Option("--live", help="As if it came now: cases are opened, promises made, letters drafted.")
    ] = False,
    folder: Folder = HERE,
) -> None:
    """Take in mail from files. It is history: kept, never answered; --live treats it as new. Stopped half-way, it goes on."""
    installation, store = opened(folder)
    intake, box = Intake(installation.desk(store)), LIVE if live else HISTORY
    intake.begin(box, VALIDITY, now() if live else _ALWAYS)
    kept, broken, seen, new = KeptMail(path), list[Broken](), 0, 0
    bar = track(kept, "Taking in", total=len(kept), console=Console(stderr=True), transient=True)
    for batch in _batches(_sound(bar, broken)):
        at = now()
        new += intake.accept([_arrival(box, mail, at, live) for mail in batch], at)
        seen += len(batch)
    say(f"{new} mails were taken in as {box}; {seen - new} were here before, or were erased.")
    if new:
        say("A running service reads them at once, else at its next start.")
    if broken:
        listed = "\n".join(f"{one.where}: {one.why}" for one in broken)
        raise Trouble(f"{len(broken)} of {len(kept)} were not taken in and lie where they were:\n{listed}")


def _sound(found: Iterable[Kept | Broken], broken: list[Broken]) -> Iterator[Kept]:
    """The mails; what is broken is put aside into `broken`."""
    for one in found:
        if isinstance(one, Broken):
            broken.append(one)
        else:
            yield one


def _batches(mails: Iterable[Kept]) -> Iterator[list[Kept]]:
    """As many as go into one commit: never more bytes than fit well into memory."""
    batch: list[Kept] = []
    for mail in mails:
        batch.append(mail)
        if len(batch) == BATCH or sum(len(m.raw) for m in batch) > BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _arrival(box: str, mail: Kept, now: datetime, live: bool) -> Arrival:
    """Known for ever by its bytes, so that a second run takes none of them twice."""
    uid = f"sha256:{hashlib.sha256(mail.raw).hexdigest()}"
    return Arrival(box, VALIDITY, uid, mail.raw, now if live else min(mail.received_at, now))
