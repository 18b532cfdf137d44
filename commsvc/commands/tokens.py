"""`commsvc token`: programs that may use the API. A secret is shown once and kept as a hash."""

from datetime import timedelta
from typing import Annotated

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, out, say
from commsvc.errors import Trouble
from commsvc.ports import ApiToken, Grant

app = typer.Typer(no_args_is_help=True, help="Programs that may use the API.")
EVERY = ", ".join(s.value for s in Grant)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What the program is called.")],
    person: Annotated[str, typer.Option("--as", help="The address of the one of your people in whose name it acts.")],
    scopes: Annotated[str, typer.Option(help=f"What it may do, of {EVERY}; separated by commas.")],
    accounts: Annotated[str, typer.Option(help="The ids of the only accounts it may look at; all when left out.")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it holds.")] = 365,
    folder: Folder = HERE,
) -> None:
    """Make a token, and print its secret, once."""
    installation, store = opened(folder)
    if installation.directory.person(person.lower()) is None:
        raise Trouble(f"{person} is not one of the people in directory.toml")
    unknown = [a for a in _listed(accounts) if installation.directory.account(a) is None]
    if unknown:
        raise Trouble(f"there is no account {', '.join(unknown)}")
    made = ApiToken(
        0, name, person.lower(), frozenset(map(_scope, _listed(scopes))), frozenset(_listed(accounts)), now(), now()
    )
    if not made.scopes:
        raise Trouble(f"say what it may do: {EVERY}")
    with store.transaction():
        secret = store.tokens.make(made, timedelta(days=days))
    say(secret)


@app.command()
def revoke(name: str, folder: Folder = HERE) -> None:
    """End all tokens of this name at once."""
    _, store = opened(folder)
    with store.transaction():
        ended = store.tokens.revoke(name, now())
    if not ended:
        raise Trouble(f"no token called {name} is in use")
    out.print("It is revoked." if ended == 1 else f"{ended} are revoked.")


@app.command("list")
def list_(folder: Folder = HERE) -> None:
    """Who has a token, for what, until when."""
    _, store = opened(folder)
    for token in store.tokens.all():
        ends = f"revoked on {token.revoked_at:%Y-%m-%d}" if token.revoked_at else f"until {token.ends_at:%Y-%m-%d}"
        of = f" of {', '.join(sorted(token.accounts))}" if token.accounts else ""
        say(f"{token.name}: {', '.join(sorted(s.value for s in token.scopes))}{of}, as {token.person}, {ends}")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _scope(word: str) -> Grant:
    found = next((s for s in Grant if s.value == word), None)
    if found is None:
        raise Trouble(f"{word} is no scope; there are {EVERY}")
    return found
