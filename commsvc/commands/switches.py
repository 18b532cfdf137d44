"""What may leave, and who may come in: `live`, `stop`, `resume`, `sign-in`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, out
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.errors import Trouble


def live(
    mailbox: Annotated[list[str] | None, typer.Option(help="A mailbox by name; * for every one.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="An account by id; * for every one.")] = None,
    letter: Annotated[list[str] | None, typer.Option(help="A kind of letter; * for every one.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything at once.")] = False,
    folder: Folder = HERE,
) -> None:
    """Let letters leave, by mailbox, account and kind of letter. A letter leaves when all three are live."""
    scopes = [(Scope.MAILBOX, mailbox or []), (Scope.ACCOUNT, account or []), (Scope.LETTER, letter or [])]
    chosen = [(Scope.ALL, "")] if everything else [(scope, name) for scope, names in scopes for name in names]
    _turn(folder, chosen, True, "")


def stop(reason: Annotated[str, typer.Option(help="Why; it is shown to everybody.")], account: str = "", mailbox: str = "",
         letter: str = "", folder: Folder = HERE) -> None:  # fmt: skip
    """Stop letters at once: all of them, or one account's, mailbox's or kind's. Promises go on counting."""
    _turn(folder, _scope(account, mailbox, letter), False, reason)


def resume(account: str = "", mailbox: str = "", letter: str = "", folder: Folder = HERE) -> None:
    """Take back a stop."""
    _turn(folder, _scope(account, mailbox, letter), False, "resumed", resumes=True)


def sign_in(
    person: Annotated[str, typer.Argument(help="The address of one of your people.")], folder: Folder = HERE
) -> None:
    """Print a link that signs one person in to the console, once, within 15 minutes."""
    installation, store = opened(folder)
    if installation.directory.person(person.lower()) is None:
        raise Trouble(f"{person} is not one of the people in directory.toml")
    with store.transaction():
        secret = store.sessions.invite(person.lower(), now(), timedelta(minutes=15))
    out.print(f"{installation.config.console.url}/sign-in/{secret}", soft_wrap=True, highlight=False)


def _scope(account: str, mailbox: str, letter: str) -> list[tuple[Scope, str]]:
    named = [(Scope.ACCOUNT, account), (Scope.MAILBOX, mailbox), (Scope.LETTER, letter)]
    return [(s, n) for s, n in named if n] or [(Scope.ALL, "")]


def _turn(folder: Path, scopes: list[tuple[Scope, str]], to_live: bool, reason: str, resumes: bool = False) -> None:
    if not scopes:
        raise Trouble("say what: --mailbox, --account, --letter, or --all")
    _, store = opened(folder)
    with store.transaction():
        for scope, name in scopes:
            store.records.turn(Switch(scope, name, to_live, "the command line", reason, resumes), now())
    said = "Live" if to_live else "Resumed" if resumes else "Stopped"
    out.print(f"{said}: {', '.join(f'{s.value} {n}'.strip() for s, n in scopes)}")
