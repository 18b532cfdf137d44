"""`commsvc rules propose`, `adopt`, `adopted`: two people put a version of the rules into force, and who knows of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from commsvc.adapters.rulebook import build
from commsvc.adapters.store.store import PeeweeStore
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, out, say
from commsvc.commands.rules import Which, files_of
from commsvc.domain.playbook.adoption import Adoption, in_force
from commsvc.domain.playbook.changes import changes
from commsvc.errors import Trouble
from commsvc.flow.adopting import Adopting
from commsvc.installation import Installation

By = Annotated[str, typer.Option(help="Your address: you have to be one of our people.")]


def propose(
    which: Which, by: By, reason: Annotated[str, typer.Option(help="Why; everybody it concerns reads it.")],
    folder: Folder = HERE,
) -> None:  # fmt: skip
    """Propose a version, as in `rules propose rules`. It takes force when another person adopts it, and not before."""
    installation, store = _deciding(opened(folder))
    files = files_of(which, store)
    new = build(files, tuple(installation.templates.letters()), which)
    found = changes(installation.rulebook.current(), new)
    Adopting(installation.desk(store)).propose(new, files, by.lower(), reason, now())
    for change in found:
        say(f"{change.weight.name.lower():<6} {change.said}")
    say(f"Proposed: {new.version} ({new.digest}). Somebody else says: commsvc rules adopt {new.digest}")


def adopt(
    which: Annotated[str, typer.Argument(help="A proposal: its digest or its version.")],
    by: By,
    since: Annotated[str, typer.Option("--from", help="As in 2026-12-01 or 2026-12-01T09:00+01:00; at once when left out.")] = "",
    folder: Folder = HERE,
) -> None:  # fmt: skip
    """Adopt what somebody else proposed, from an instant on. Whom it concerns is told, and asked to acknowledge it."""
    installation, store = _deciding(opened(folder))
    at = now()
    wanted = _proposal(which, store.adoptions.all())
    adopted = Adopting(installation.desk(store)).adopt(wanted.id, by.lower(), _instant(since, at), at)
    people = [t.person for t in store.adoptions.told(adopted.id)]
    say(f"Adopted: {adopted.version} ({adopted.digest}), in force from {adopted.effective_at:%Y-%m-%d %H:%M} UTC.")
    say(
        f"Told, and asked to acknowledge it by {adopted.answer_by:%Y-%m-%d %H:%M} UTC: {', '.join(people) or 'nobody'}."
    )


def adopted(folder: Folder = HERE) -> None:
    """Every version that was proposed: who adopted it from when on, and who has acknowledged it."""
    _, store = opened(folder)
    every = store.adoptions.all()
    current = in_force(every, now())
    table = Table("version", "digest", "proposed by", "adopted by", "in force from (UTC)", "acknowledged", "")
    for a in every:
        people = store.adoptions.told(a.id)
        since = f"{a.effective_at:%Y-%m-%d %H:%M}" if a.effective_at else "not adopted"
        answers = f"{sum(t.answered_at is not None and not t.objection for t in people)} of {len(people)}"
        mark = "in force" if a == current else ""
        table.add_row(a.version, a.digest, a.proposed_by, a.adopted_by, since, answers if a.adopted_by else "", mark)
    out.print(table)
    for a in every:
        for told in store.adoptions.told(a.id):
            if told.objection or not told.answered_at:
                say(f"{a.version}: {told}")


def _deciding(here: tuple[Installation, PeeweeStore]) -> tuple[Installation, PeeweeStore]:
    """Raises Trouble where files take force as they are saved."""
    if here[0].config.playbook.adoption == "files":
        raise Trouble(
            'here the files are in force as they are saved: set adoption = "adopted" under [playbook] in config.toml'
        )
    return here


def _proposal(which: str, every: Sequence[Adoption]) -> Adoption:
    """The newest proposal of this name. Raises Trouble with those there are."""
    found = [a for a in every if a.digest.startswith(which) or a.version == which]
    if not found:
        known = ", ".join(f"{a.version} ({a.digest})" for a in every if not a.adopted_by) or "none"
        raise Trouble(f"nobody has proposed {which!r}; proposals: {known}")
    return found[-1]


def _instant(said: str, at: datetime) -> datetime:
    """The instant that somebody names; without a zone it is UTC. Raises Trouble with the expected shape."""
    if not said:
        return at
    try:
        named = datetime.fromisoformat(said)
    except ValueError as why:
        raise Trouble(f"--from {said}: write a day or an instant, as in 2026-12-01 or 2026-12-01T09:00+01:00") from why
    return named if named.tzinfo else named.replace(tzinfo=UTC)
