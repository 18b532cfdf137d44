"""`commsvc campaigns`: whom to leave in peace, for whoever sends campaigns, renewals, events and surveys."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, AsJson, Folder, opened, out
from commsvc.desk import Desk
from commsvc.desk.campaigns import hold_on
from commsvc.domain.case.campaigns import Held
from commsvc.domain.case.directory import Account

AsCsv = Annotated[bool, typer.Option("--csv", help="A list to exclude, with a row for each address.")]


def campaigns(folder: Folder = HERE, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Which accounts get no campaign, renewal or survey mail now, and why."""
    installation, store = opened(folder)
    found = list(_held(installation.desk(store), now()))
    if as_csv:
        rows = csv.writer(sys.stdout)
        rows.writerow(("account", "address", "until", "why"))
        rows.writerows((a.id, c.address, _until(h), h.why) for a, h in found for c in a.contacts)
    elif as_json:
        out.print_json(json.dumps([{"account": a.id, "until": _until(h), "why": h.why} for a, h in found]))
    else:
        for account, hold in found:
            until = f"until {hold.until:%d %b %Y}" if hold.until else "until further notice"
            out.print(
                f"{account.name} ({account.id}): {until}: {hold.why}", markup=False, highlight=False, soft_wrap=True
            )
        if not found:
            out.print("No account is held.")


def _held(desk: Desk, now: datetime) -> Iterator[tuple[Account, Held]]:
    desk.register.learn(desk.store)
    for account in desk.directory.accounts:
        if (hold := hold_on(desk, account.id, now)) is not None:
            yield account, hold


def _until(hold: Held) -> str:
    return hold.until.isoformat() if hold.until else ""
