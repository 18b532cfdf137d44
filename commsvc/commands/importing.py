"""`commsvc import accounts FILE`: what would change, and with --yes the change."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from commsvc.accounts import as_accounts, load, read, save
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, say
from commsvc.directory_toml import AccountFile, check_directory, load_directory
from commsvc.domain.case.sync import Sync, sync
from commsvc.errors import Misconfigured, Problem, Trouble
from commsvc.installation import open_installation

app = typer.Typer(no_args_is_help=True, help="Take in what other systems know.")


@app.callback()
def several() -> None:
    """Take in what other systems know."""


@app.command()
def accounts(
    file: Annotated[Path, typer.Argument(help="A CSV with a row for each contact, or a TOML with [[account]] tables.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what would change.")] = False,
    shrink: Annotated[bool, typer.Option("--shrink", help="It is right that so many accounts are not in it.")] = False,
    folder: Folder = HERE,
) -> None:
    """Import accounts and contacts; what is not in the file becomes inactive. A bad row stops all, and each is named."""
    installation = open_installation(folder)
    before = load(folder)
    rows = list(track(read(file), "Reading", console=Console(stderr=True), transient=True))
    found = [row for row in rows if isinstance(row, AccountFile)]
    bad = [row for row in rows if isinstance(row, Problem)]
    by_hand = load_directory(folder / installation.config.directory)
    kept = {a.id for a in by_hand.accounts}
    taken = [a for a in as_accounts(found) if a.id not in kept]
    bad += check_directory(file, (*by_hand.accounts, *taken), by_hand.people)
    if bad:
        raise Misconfigured(bad)
    after = sync(as_accounts(before.accounts), as_accounts(found))
    for line in _told(after, kept & {a.id for a in found}):
        say(line)
    if before.at is not None:
        say(f"The last import was {(now() - before.at).days} days ago, from {before.source}.")
    if after.shrinks and not shrink:
        raise Trouble(
            f"refused: {len(after.gone)} of {after.before} accounts are not in {file.name}. If that is right: --shrink"
        )
    if not yes:
        say("Nothing was changed; with --yes it is.")
        return
    gone = {a.id for a in after.accounts if not a.active}
    inactive = [a.model_copy(update={"active": False}) for a in before.accounts if a.id in gone]
    save(folder, [*found, *inactive], file.name, now())
    say("Done. A running service takes it over at its next start.")


def _told(after: Sync, by_hand: set[str]) -> list[str]:
    """What becomes of the accounts, in sentences."""
    kinds = (("new", after.added), ("changed", after.changed), ("no longer active", after.gone))
    lines = [f"{len(ids)} {kind}: {', '.join(ids[:20])}{' ...' if len(ids) > 20 else ''}" for kind, ids in kinds if ids]
    if by_hand:
        lines.append(f"{len(by_hand)} stay as directory.toml has them: {', '.join(sorted(by_hand))}")
    return lines or ["Nothing is new."]
