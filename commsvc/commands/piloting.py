"""`commsvc rules pilot VERSION --accounts a,b`, `rules pilot report`, `rules pilot end`."""

from typing import Annotated

import typer

from commsvc.adapters.reading import PooledReader
from commsvc.adapters.rulebook import build
from commsvc.adapters.store.store import PeeweeStore
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, say
from commsvc.commands.rules import files_of
from commsvc.domain.learning.piloting import pilot_report
from commsvc.errors import Trouble
from commsvc.flow.piloting import Piloting
from commsvc.installation import Installation
from commsvc.trying.replay import simulate


def pilot(
    which: Annotated[str, typer.Argument(help="A version to begin with; or report, or end.")],
    accounts: Annotated[str, typer.Option(help="The ids of the accounts it is live for, as in ACC-1,ACC-2.")] = "",
    by: Annotated[str, typer.Option(help="Your address, to begin or end it.")] = "",
    folder: Folder = HERE,
) -> None:
    """Try a version: live for a few accounts, in the shadow for all others, who are dealt with as ever."""
    installation, store = opened(folder)
    if which == "report":
        _report(installation, store)
        return
    piloting = Piloting(installation.desk(store), installation.config.playbook.adoption == "adopted")
    if which == "end":
        ended = piloting.end(by.lower(), now())
        say(f"The pilot of {ended.version} has ended; cases that began under it keep it.")
        return
    files = files_of(which, store)
    new = build(files, tuple(installation.templates.letters()), which)
    chosen = frozenset(a.strip() for a in accounts.split(",") if a.strip())
    begun = piloting.begin(new, files, chosen, by.lower(), now())
    say(f"{begun.version} ({begun.digest}) is live for new cases of {', '.join(sorted(chosen))}, within ten seconds.")


def _report(installation: Installation, store: PeeweeStore) -> None:
    """Compare, for the pilot that lasts or the last one."""
    last = next(reversed(store.adoptions.pilots()), None)
    files = store.records.playbook_files(last.digest) if last else None
    if last is None or files is None:
        raise Trouble("no pilot was ever begun: commsvc rules pilot VERSION --accounts ACC-1,ACC-2 --by YOU")
    desk, reader = installation.desk(store), PooledReader()
    new = build(files, tuple(installation.templates.letters()), "the pilot")
    try:
        found = simulate(
            desk, reader, new, last.started_at, last.ended_at or now(), installation.config.identity.authserv_id
        )
    finally:
        reader.close()
    for line in pilot_report(last, found):
        say(line)
