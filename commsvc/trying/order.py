"""In which order mails come: by the topmost Received line, or by a seed, but never before what they answer."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from commsvc.domain.mail.mail import Mail


@dataclass(frozen=True)
class Arriving:
    """One file, read. `received_at` is aware UTC."""

    file: Path
    raw: bytes
    mail: Mail
    received_at: datetime


def received(mail: Mail) -> datetime | None:
    """The time in the topmost Received line; the Date where no server noted one."""
    top = next((value for name, value in mail.trace if name == "received"), "")
    try:
        return parsedate_to_datetime(top.rpartition(";")[2].strip()).astimezone(UTC)
    except ValueError:
        return mail.date


def as_our_server_wrote(mail: Mail, authserv_id: str | None) -> Mail:
    """In a world's files our server noted its checks right below its Received line; here they stand above it."""
    if authserv_id is None or [name for name, _ in mail.trace[:2]] != ["received", "authentication-results"]:
        return mail
    top, checks, *rest = mail.trace
    if f"by {authserv_id} " not in top[1]:
        return mail
    return replace(mail, trace=(checks, top, *rest))


def in_order(mails: Sequence[Arriving], labels: Mapping[str, str], seed: str | None) -> list[Arriving]:
    """Sort by arrival, or shuffle by `seed`. `labels`: the reference of the case that each file will open."""
    waiting = sorted(mails, key=lambda m: (m.received_at, m.file.name))
    if seed is None:
        return waiting
    random.Random(seed).shuffle(waiting)  # noqa: S311 - an order, not a secret
    makers = {ref.upper(): stem for stem, ref in labels.items()}
    here = {m.file.stem for m in waiting}
    done: set[str] = set()
    out: list[Arriving] = []
    while waiting:
        ready = next((m for m in waiting if not ((_needs(m, makers) & here) - done - {m.file.stem})), waiting[0])
        waiting.remove(ready)
        done.add(ready.file.stem)
        out.append(ready)
    return out


def _needs(arriving: Arriving, makers: Mapping[str, str]) -> set[str]:
    """The files whose cases this mail answers."""
    mail = arriving.mail
    said = " ".join(
        [*mail.answers, *(a.address for a in (*mail.to, *mail.cc)), mail.calendar.uid if mail.calendar else ""]
    )
    return {makers[ref] for ref in re.findall(r"ESC-\d{4}-\d+", said.upper()) if ref in makers}
