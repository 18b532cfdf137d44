"""`commsvc rules`: read, compare and try versions of the playbook. A version is named by a folder, a digest
or its beginning, a version number that was in force, or `active`.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from commsvc.adapters.reading import PooledReader
from commsvc.adapters.rulebook import build, read_files, write_schemas
from commsvc.adapters.store.store import PeeweeStore
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, out
from commsvc.domain.learning.comparison import report
from commsvc.domain.playbook.adoption import too_low
from commsvc.domain.playbook.changes import changes
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import read_span
from commsvc.errors import Trouble
from commsvc.installation import Installation, open_installation
from commsvc.trying.replay import simulate as simulated

rules = typer.Typer(no_args_is_help=True, help="Versions of the rules: show, compare, try.")
Which = Annotated[str, typer.Argument(help="A folder of rules, a digest, a version, or active.")]


@rules.command(name="list")
def list_versions(folder: Folder = HERE) -> None:
    """Every version that was in force, since when, and how many open cases keep it."""
    installation, store = opened(folder)
    cases = Counter(c.playbook for c in store.cases.all_open())
    table = Table("version", "digest", "since (UTC)", "open cases", "")
    active = installation.rulebook.current()
    kept = store.records.playbooks()
    for k in kept:
        mark = "active" if k.digest == active.digest else ""
        table.add_row(k.version, k.digest, f"{k.loaded_at:%Y-%m-%d %H:%M}", str(cases[k.digest]), mark)
    if active.digest not in {k.digest for k in kept}:
        table.add_row(active.version, active.digest, "never run", "0", "active at the next start")
    out.print(table)


@rules.command()
def show(which: Which = "active", folder: Folder = HERE) -> None:
    """Every rule of one version: its id, who answers for it, when it is looked at again, and why it exists."""
    playbook = picked(which, *opened(folder))
    heads = dict(playbook.heads())
    table = Table("file", "rule", "owner", "review by", "reason", title=f"{playbook.version} ({playbook.digest})")
    for file, _, rule in playbook.every_rule():
        table.add_row(
            file, rule.id, rule.owner or heads[file].owner, str(rule.review_by or heads[file].review_by), rule.reason
        )
    out.print(table)


@rules.command()
def diff(old: Which, new: Which, folder: Folder = HERE) -> None:
    """What changes from one version to another, for whom, and which version number the change asks for."""
    here = opened(folder)
    before, after = picked(old, *here), picked(new, *here)
    found = changes(before, after)
    for change in found:
        out.print(f"{change.weight.name.lower():<6} {change.said}", markup=False, highlight=False, soft_wrap=True)
    if not found:
        out.print("Nothing changes.")
    elif least := too_low(before, after):
        out.print(f"{after.version} is too low a version for these changes: write {least}.", highlight=False)


@rules.command()
def simulate(
    new: Which,
    against: Annotated[str, typer.Option(help="How far back, as in 90d, 12w or 24h.")] = "90d",
    old: Annotated[str, typer.Option(help="Compared with these rules.")] = "active",
    folder: Folder = HERE,
) -> None:
    """Replay recorded mail under other rules: severities, owners, letters, nights and breaches. Changes nothing."""
    installation, store = opened(folder)
    before, after = picked(old, installation, store), picked(new, installation, store)
    end, reader = now(), PooledReader()
    try:
        found = simulated(installation.desk(store), reader, after, end - _length(against),
                          end, installation.config.identity.authserv_id, before)  # fmt: skip
    finally:
        reader.close()
    for line in report(found):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@rules.command()
def schema(folder: Folder = HERE) -> None:
    """Write JSON Schema beside the rules: editors then complete keys and mark mistakes as they are typed."""
    config = open_installation(folder).config
    for path in write_schemas(folder / config.rules):
        out.print(str(path), highlight=False, soft_wrap=True)


def _length(against: str) -> timedelta:
    try:
        return read_span(against).length
    except ValueError as why:
        raise Trouble(f"--against {against}: {why}") from why


def picked(which: str, installation: Installation, store: PeeweeStore) -> Playbook:
    """The playbook that somebody named. Raises Trouble with the known ones, Misconfigured for a broken folder."""
    letters = tuple(installation.templates.letters())
    if which == "active":
        return installation.rulebook.current()
    return build(files_of(which, store), letters, which if Path(which).is_dir() else f"rules {which}")


def files_of(which: str, store: PeeweeStore) -> Mapping[str, str]:
    """The files of a folder, or of a version that was in force or proposed. Raises Trouble with the known ones."""
    if Path(which).is_dir():
        return read_files(Path(which))
    known = {a.digest: a.version for a in store.adoptions.all()}
    known |= {k.digest: k.version for k in store.records.playbooks()}
    found = [digest for digest, version in known.items() if digest.startswith(which) or version == which]
    if len(found) > 1:
        raise Trouble(f"{which!r} fits several: {', '.join(found)}; write more of the digest")
    files = (store.records.playbook_files(found[0]) or store.adoptions.files(found[0])) if found else None
    if files is None:
        kept = ", ".join(f"{version} ({digest})" for digest, version in known.items()) or "none"
        raise Trouble(f"{which!r} is neither a folder nor a version that was in force or proposed; kept are: {kept}")
    return files
