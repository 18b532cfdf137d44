"""Cases and what waits on them: `show`, `why`, `approve`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from commsvc.clock import now
from commsvc.commands.options import HERE, AsJson, Folder, number, opened, out
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.promise.promise import Subject
from commsvc.errors import Trouble


def show_cases(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the cases, newest first."""
    installation, store = opened(folder)
    rows = [{"ref": c.ref, "account": c.account_id, "severity": c.severity.value, "confirmed": c.confirmed,
             "stage": c.stage.value, "owner": c.owner, "subject": c.subject} for c in store.cases.listed()]  # fmt: skip
    if as_json:
        out.print_json(json.dumps(rows))
        return
    table = Table("case", "account", "severity", "stage", "owner", "subject")
    for r in rows:
        account = installation.directory.account(str(r["account"]))
        level = f"{r['severity']}{'' if r['confirmed'] else ' provisional'}"
        table.add_row(
            str(r["ref"]),
            account.name if account else "unknown",
            level,
            str(r["stage"]),
            str(r["owner"]),
            str(r["subject"]),
        )
    out.print(table)


def why(
    ref: Annotated[str, typer.Argument(help="A case, as in ESC-12.")], folder: Folder = HERE, as_json: AsJson = False
) -> None:
    """The timeline of a case: what happened, by which rule, from what evidence, under which playbook."""
    _, store = opened(folder)
    entries = store.records.timeline(Subject("case", number(ref)[1]))
    if not entries:
        raise Trouble(f"there is no case {ref}")
    if as_json:
        out.print_json(json.dumps([{"at": e.at.isoformat(), "what": e.what, "said": e.said, "who": e.who, "rule": e.rule,
                                    "evidence": e.evidence, "playbook": e.playbook} for e in entries]))  # fmt: skip
        return
    for e in entries:
        by = f"{e.who}" + (f", rule {e.rule}" if e.rule else "") + (f", playbook {e.playbook}" if e.playbook else "")
        out.print(f"{e.at:%Y-%m-%d %H:%M} UTC  {e.what}: {e.said}\n    by {by}" + (f"\n    from {e.evidence}" if e.evidence else ""),
                  highlight=False, soft_wrap=True, markup=False)  # fmt: skip


def approve(
    letter: Annotated[int, typer.Argument(help="The letter's number.")],
    person: Annotated[str, typer.Option("--as", help="Your address: you must be one of its approvers.")],
    folder: Folder = HERE,
) -> None:
    """Approve a letter that waits. The daemon carries it out and answers."""
    _, store = opened(folder)
    found = next((x for x in store.letters.drafted() if x.id == letter), None)
    if found is None or found.words is None:
        waiting = ", ".join(str(x.id) for x in store.letters.drafted()) or "none"
        raise Trouble(f"letter {letter} does not wait for approval; waiting are: {waiting}")
    out.print(found.words.text, highlight=False, markup=False)
    typer.confirm(f"Send these words to {found.wish.to}?", abort=True)
    order = Command(Verb.APPROVE, "", person.lower(), Channel.CLI, found.wish.subject, now(), found.id, found.digest)
    with store.transaction():
        store.records.order(order)
    out.print("Ordered; the daemon carries it out at its next tick.")
