"""`commsvc login MAILBOX`: a person signs in at Google or Microsoft, once, for IMAP and SMTP without a password."""

from pathlib import Path
from typing import Annotated

import typer

from commsvc import providers
from commsvc.commands.options import HERE, Folder, say
from commsvc.commands.returning import Returning
from commsvc.config import Config, OAuth, load
from commsvc.errors import Trouble

PATIENCE = 600.0
"""Seconds in which the person has to come back from the browser."""
Mailbox = Annotated[str, typer.Argument(help="The name of an [[imap]] section, the address it signs in with, or smtp.")]
Port = Annotated[int, typer.Option(help="Where the browser comes back to, on this machine; 0 takes a free one.")]


def login(mailbox: Mailbox, folder: Folder = HERE, port: Port = 0) -> None:
    """Sign in for a mailbox with `oauth = "google"` or "microsoft"; the sign-in is kept encrypted and renewed by itself."""
    config = load(folder / "config.toml")
    by, user = _of(config, mailbox)
    if by == "google":
        _at_google(folder, config, user, port)
    else:
        _at_microsoft(folder, config, user)
    say(f"Signed in: {user}. The service takes it up at its next try.")


def _of(config: Config, mailbox: str) -> tuple[OAuth, str]:
    """Who signs in where. Raises Trouble for a mailbox that has no sign-in of this kind."""
    ways = [(box.oauth, box.user) for box in config.imap if mailbox in (box.name, box.user)]
    if config.smtp and mailbox in ("smtp", config.smtp.user):
        ways.append((config.smtp.oauth, config.smtp.user))
    if found := next(((by, user) for by, user in ways if by), None):
        return found
    raise Trouble(f'{mailbox}: no [[imap]] section of this name, nor [smtp], has oauth = "google" or "microsoft"')


def _at_google(folder: Path, config: Config, user: str, port: int) -> None:
    from commsvc.adapters.oauth.google import visit

    if config.google is None:
        raise Trouble('oauth = "google" needs [google] in config.toml')
    with Returning(port) as returning:
        going = visit(providers.google(config.google), user, returning.url)
        say(f"Open this address in a browser on this machine, and sign in as {user}:\n\n  {going.url}\n")
        code, state = returning.wait(PATIENCE)
    going.back(code, state, providers.vault(folder))


def _at_microsoft(folder: Path, config: Config, user: str) -> None:
    app = config.microsoft
    if app is None:
        raise Trouble('oauth = "microsoft" needs [microsoft] in config.toml')
    if app.secret_env or app.certificate_file:
        raise Trouble(
            "the app of [microsoft] signs in for itself, by its secret or certificate: there is nothing to do"
        )
    providers.microsoft_person(folder, app, user).sign_in(say)
