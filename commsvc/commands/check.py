"""`commsvc check`: what it looks at beyond what loading refuses: connections, secrets, and what is unwise."""

import os
import socket
from datetime import date, datetime

from commsvc import providers
from commsvc.accounts import FILE, load
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, out
from commsvc.domain.case.roster import one_pair_of_eyes, roster, sunday_night
from commsvc.errors import Trouble
from commsvc.installation import Installation, open_installation

OLD_IMPORT = 7
"""After so many days imported accounts are said to be old."""


def findings(installation: Installation) -> tuple[list[str], list[str]]:
    """Warnings and problems, each a sentence that says where and what was expected."""
    return _warnings(installation), [*_secrets(installation), *_connections(installation)]


def _warnings(i: Installation) -> list[str]:
    found = []
    if i.config.identity.authserv_id is None:
        found.append("config.toml: [identity] authserv_id is not set, so no sender is ever proven: only the fixed receipt goes "
                     "to known contacts, and people of ours must sign in with SMTP AUTH or use the console")  # fmt: skip
    if i.config.listener is None and not providers.mailboxes(i.folder, i.config):
        found.append(
            "config.toml: neither [listener] nor [[imap]], [[graph]] or [[exchange.mailbox]] is set, so no mail can arrive"
        )
    if i.config.pager is None:
        found.append("config.toml: [pager] is not set, so mail is the only way to reach people: the steps of a SEV1 come sooner "
                     "(mail_only in rules/chains.toml)")  # fmt: skip
    if (imported := load(i.folder)).at is not None and (age := (now() - imported.at).days) > OLD_IMPORT:
        found.append(f"{FILE}: the accounts were imported {age} days ago, from {imported.source}")
    today = date.today()  # noqa: DTZ011  a review date is a day where the reader is
    found += i.ending(today)
    playbook = i.rulebook.current()
    found += [
        f"rules/{file}: {rule.id} should have been reviewed by {due} ({owner})"
        for file, rule, due, owner in playbook.stale(today)
    ]
    for role in playbook.ownership.role:
        if not any(i.directory.holders(role.id)):
            found.append(f"rules/ownership.toml: nobody has the role {role.id}; {role.falls_back_to} acts instead")
    return found


def night(installation: Installation, now: datetime) -> list[str]:
    """Who does what on a Sunday at 03:00 UTC, and where four eyes would be two."""
    playbook, at = installation.rulebook.current(), sunday_night(now)
    posts = [f"  {post}" for post in roster(installation.directory, playbook, at)]
    eyes = [f"  {said}" for said in one_pair_of_eyes(installation.directory, playbook, at)]
    head = f"On {at:%A %d %B %Y at %H:%M} UTC, by the absences known today:"
    return [head, *posts, *(["Four eyes would fail:", *eyes] if eyes else ["Four eyes: everywhere two people."])]


def _secrets(i: Installation) -> list[str]:
    return [
        f"config.toml: {where}: the environment variable {name} is not set"
        for where, name in providers.secrets(i.config)
        if not os.environ.get(name)
    ]


def _connections(i: Installation) -> list[str]:
    found = []
    for where, host, port in providers.servers(i.config):
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError as why:
            found.append(f"config.toml: {where}: nothing answers at {host}:{port}: {why}")
    return found


def check(folder: Folder = HERE) -> None:
    """Check config, people, rules, letters and connections; show every problem with its place."""
    installation = open_installation(folder)
    warnings, problems = findings(installation)
    for line in warnings:
        out.print(f"note: {line}", soft_wrap=True, markup=False, highlight=False)
    for line in night(installation, now()):
        out.print(line, soft_wrap=True, markup=False, highlight=False)
    if problems:
        raise Trouble("\n".join(problems))
    playbook = installation.rulebook.current()
    out.print(f"All is well: rules {playbook.version} ({playbook.digest}), {len(installation.directory.accounts)} accounts, "
              f"{len(installation.directory.people)} people.", soft_wrap=True)  # fmt: skip
