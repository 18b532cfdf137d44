"""Which neighbours an installation has: where its mail lies and leaves, its calendars, its pager.

The one place where a section of config.toml becomes an adapter. A provider is imported when it is
chosen, so nobody needs the libraries of the others. Secrets come from environment variables.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from commsvc.adapters.icsfile import CalendarFolder
from commsvc.adapters.postoffice import PostOffice
from commsvc.clock import now
from commsvc.config import Config, GoogleConfig, GraphConfig, ImapConfig, MicrosoftConfig, OAuth, SmtpConfig
from commsvc.domain.case.directory import Directory
from commsvc.domain.exchange_online import Offered, offered
from commsvc.errors import Misconfigured, Problem
from commsvc.exchange_toml import ExchangeBox, ExchangeConfig
from commsvc.ports import Calendar, Mailbox, Pager, Sender, Tokens

if TYPE_CHECKING:
    from commsvc.adapters.exchange import ExchangeSession
    from commsvc.adapters.graph import GraphSession
    from commsvc.adapters.oauth.google import GoogleApp
    from commsvc.adapters.oauth.microsoft import MicrosoftPerson
    from commsvc.adapters.oauth.vault import Vault

Open = Callable[[bool], Mailbox]
"""Opens a mailbox; true: it may be written to, false: it is only watched."""


def mailboxes(folder: Path, config: Config) -> Mapping[str, Open]:
    """Every mailbox that is asked for its mail, by name."""
    found = {box.name: _imap(folder, config, box) for box in config.imap} | _graph_mailboxes(folder, config)
    return found | (_exchange_mailboxes(folder, config, config.exchange) if config.exchange else {})


def watched(folder: Path, config: Config) -> frozenset[str]:
    """The names of all places that mail comes in by."""
    return frozenset([*mailboxes(folder, config), *([config.listener.name] if config.listener else [])])


def doors(folder: Path, config: Config) -> Mapping[str, Callable[[], None]]:
    """Where we must be let in, by name: each opens a connection, signs in and hangs up. They raise Trouble."""
    found: dict[str, Callable[[], None]] = {
        f"mailbox {name}": partial(_visit, opened) for name, opened in mailboxes(folder, config).items()
    }
    if config.smtp is not None:
        found["smtp"] = partial(_greet, folder, config, config.smtp)
    if config.microsoft and config.microsoft.send_as:
        from commsvc.adapters.graph import GraphSender

        found["letters by Microsoft Graph"] = GraphSender(
            _graph(folder, config.microsoft)(config.microsoft.send_as)
        ).reach
    return found


def sender(folder: Path, config: Config) -> Sender:
    """SMTP, Microsoft Graph or Exchange where it is configured, else the post office folder.

    Raises Misconfigured where signing cannot work.
    """
    if config.exchange and config.exchange.send_as:
        from commsvc.adapters.exchange import ExchangeSender

        return ExchangeSender(_exchange(folder, config, config.exchange)(config.exchange.send_as))
    if config.microsoft and config.microsoft.send_as:
        from commsvc.adapters.graph import GraphSender

        return GraphSender(_graph(folder, config.microsoft)(config.microsoft.send_as))
    if config.smtp is None:
        return PostOffice(folder / config.post_office)
    return _signing(folder, config, _smtp(folder, config, config.smtp))


def calendars(folder: Path, config: Config, directory: Directory) -> Calendar:
    """CalDAV, Microsoft Graph or Exchange where it is configured, else the folder of .ics files."""
    if config.exchange and config.exchange.calendars:
        from commsvc.adapters.exchange import ExchangeCalendars

        return ExchangeCalendars(_exchange(folder, config, config.exchange))
    if config.microsoft and config.microsoft.calendars:
        from commsvc.adapters.graph import GraphCalendars

        return GraphCalendars(_graph(folder, config.microsoft))
    zones = {p.address: p.zone for p in directory.people}
    server = config.caldav
    if server is None:
        return CalendarFolder(folder / config.calendars, zones)
    from commsvc.adapters.caldav import CaldavCalendars

    return CaldavCalendars(server.people, zones, server.user, _secret(server.password_env))


def pager(config: Config) -> Pager | None:
    """What pages people; None where mail is the only way. Raises Misconfigured where apprise is missing."""
    if config.pager is None:
        return None
    try:
        from commsvc.adapters.pager import ApprisePager
    except ModuleNotFoundError as why:
        said = "[pager] needs apprise: pip install commsvc[pager], or take the section out"
        raise Misconfigured([Problem("config.toml", 0, said)]) from why
    ways = {address: _secret(name) for address, name in config.pager.people.items()}
    return ApprisePager(ways, _secret(config.pager.chat))


def signed_in(folder: Path, config: Config, by: OAuth, user: str) -> Tokens | None:
    """The tokens of somebody who signs in by OAuth for IMAP and SMTP; None for a password."""
    if by == "google" and config.google:
        from commsvc.adapters.oauth.google import GooglePerson

        return GooglePerson(user, google(config.google), vault(folder))
    if by == "microsoft" and config.microsoft:
        app = config.microsoft
        if app.secret_env or app.certificate_file:
            from commsvc.adapters.oauth.microsoft import MAIL

            return _app(folder, app, MAIL)
        return microsoft_person(folder, app, user)
    return None


def microsoft_person(folder: Path, app: MicrosoftConfig, user: str) -> "MicrosoftPerson":
    """The sign-in of one person at Microsoft. Raises Misconfigured where the libraries are missing."""
    with _installed():
        from commsvc.adapters.oauth.microsoft import MicrosoftPerson

    return MicrosoftPerson(user, app.tenant, app.client_id, vault(folder), authority=app.login_url)


def google(config: GoogleConfig) -> "GoogleApp":
    """The client with which people sign in at Google. Raises Misconfigured where the libraries are missing."""
    with _installed():
        from commsvc.adapters.oauth.google import GoogleApp

    return GoogleApp(config.client_id, _secret(config.secret_env), config.login_url, config.token_url)


def vault(folder: Path) -> "Vault":
    """Where sign-ins are kept: beside the database, never in it."""
    with _installed():
        from commsvc.adapters.oauth.vault import Vault

    return Vault(folder / "sign-ins", folder / "sign-ins.key")


def secrets(config: Config) -> Iterator[tuple[str, str]]:
    """The section and the environment variable of each secret that is needed."""
    for box in config.imap:
        if not box.oauth:
            yield f"[[imap]] {box.name}", box.password_env
    if config.google and config.google.secret_env:
        yield "[google]", config.google.secret_env
    if config.smtp and config.smtp.password_env:
        yield "[smtp]", config.smtp.password_env
    if config.caldav:
        yield "[caldav]", config.caldav.password_env
    if config.microsoft and config.microsoft.secret_env:
        yield "[microsoft]", config.microsoft.secret_env
    if config.exchange and config.exchange.password_env:
        yield "[exchange]", config.exchange.password_env
    for who, name in config.pager.people.items() if config.pager else ():
        yield f"[pager] {who}", name


def servers(config: Config) -> Iterator[tuple[str, str, int]]:
    """The section, host and port of each server that must answer."""
    for box in config.imap:
        yield f"[[imap]] {box.name}", box.host, box.port
    if config.smtp:
        yield "[smtp]", config.smtp.host, config.smtp.port
    if config.exchange:
        where = urlsplit(config.exchange.url)
        yield "[exchange]", where.hostname or "", where.port or (443 if where.scheme == "https" else 80)
    for url in (config.microsoft.graph_url, config.microsoft.login_url) if config.microsoft else ():
        where = urlsplit(url)
        yield "[microsoft]", where.hostname or "", where.port or 443


def endings(folder: Path, config: Config) -> Iterator[tuple[str, date]]:
    """What ends some day, in words, and its last day. Raises Misconfigured where a certificate cannot be read."""
    app = config.microsoft
    if app and app.certificate_file:
        from commsvc.adapters.oauth.certificate import last_day

        try:
            yield f"the certificate {app.certificate_file} of [microsoft]", last_day(folder / app.certificate_file)
        except (OSError, ValueError) as why:
            said = f"[microsoft] certificate_file cannot be read: {why}"
            raise Misconfigured([Problem("config.toml", 0, said)]) from why
    elif app and app.expires:
        yield "the client secret of [microsoft]", app.expires


def leaving(config: Config, today: date) -> Iterator[str]:
    """A sentence for each neighbour that is about to refuse us, or does."""
    if config.exchange and (said := offered(urlsplit(config.exchange.url).hostname or "", today).value):
        yield f"[exchange] {config.exchange.url} {said}"


def _imap(folder: Path, config: Config, box: ImapConfig) -> Open:
    from commsvc.adapters.imap import ImapMailbox

    password, tokens = _secret(box.password_env), signed_in(folder, config, box.oauth, box.user)
    return lambda live: ImapMailbox(box.name, box.host, box.port, box.user, password, tls=box.tls, folder=box.folder,
                                    read_only=not live, filed=box.filed, tokens=tokens)  # fmt: skip


def _graph_mailboxes(folder: Path, config: Config) -> dict[str, Open]:
    if config.microsoft is None or not config.graph:
        return {}
    of = _graph(folder, config.microsoft)
    from commsvc.adapters.graph import GraphMailbox

    def opening(box: GraphConfig) -> Open:
        return lambda live: GraphMailbox(
            box.name, of(box.mailbox), folder=box.folder, filed=box.filed, read_only=not live
        )

    return {box.name: opening(box) for box in config.graph}


def _graph(folder: Path, app: MicrosoftConfig) -> "Callable[[str], GraphSession]":
    """Conversations with Microsoft Graph about one mailbox each; all sign in as the one app."""
    with _installed():
        from commsvc.adapters.graph import GraphSession

    graph = urlsplit(app.graph_url)
    tokens = _app(folder, app, f"{graph.scheme}://{graph.netloc}/.default")
    return lambda user: GraphSession(user, tokens, url=app.graph_url)


def _exchange_mailboxes(folder: Path, config: Config, server: ExchangeConfig) -> dict[str, Open]:
    of = _exchange(folder, config, server)
    from commsvc.adapters.exchange import ExchangeMailbox

    def opening(box: ExchangeBox) -> Open:
        return lambda live: ExchangeMailbox(box.name, of(box.mailbox), folder=box.folder, filed=box.filed,
                                            read_only=not live, servers=server.servers)  # fmt: skip

    return {box.name: opening(box) for box in server.mailbox}


def _exchange(folder: Path, config: Config, server: ExchangeConfig) -> "Callable[[str], ExchangeSession]":
    """Conversations with the Exchange Server about one mailbox each. Raises Misconfigured where it is offered no more."""
    url, today = urlsplit(server.url), now().date()
    if offered(url.hostname or "", today) is Offered.NO_MORE:
        raise Misconfigured([Problem("config.toml", 0, said) for said in leaving(config, today)])
    from commsvc.adapters.exchange import ExchangeSession

    if server.auth == "oauth" and config.microsoft:
        tokens = _app(folder, config.microsoft, f"{url.scheme}://{url.netloc}/.default")
        return lambda mailbox: ExchangeSession(server.url, mailbox, tokens=tokens)
    auth: Literal["basic", "ntlm"] = "basic" if server.auth == "basic" else "ntlm"
    password = _secret(server.password_env)
    return lambda mailbox: ExchangeSession(server.url, mailbox, server.user, password, auth=auth, access=server.access)


def _visit(opened: Open) -> None:
    mailbox = opened(False)
    try:
        mailbox.uidvalidity()
    finally:
        mailbox.close()


def _greet(folder: Path, config: Config, smtp: SmtpConfig) -> None:
    from commsvc.adapters.smtp import SmtpSender

    password, tokens = _secret(smtp.password_env), signed_in(folder, config, smtp.oauth, smtp.user)
    SmtpSender(smtp.host, smtp.port, tls=smtp.tls, user=smtp.user, password=password, tokens=tokens).reach()


def _app(folder: Path, app: MicrosoftConfig, scope: str) -> Tokens:
    with _installed():
        from commsvc.adapters.oauth.microsoft import MicrosoftApp

    credential = folder / app.certificate_file if app.certificate_file else _secret(app.secret_env)
    return MicrosoftApp(app.tenant, app.client_id, credential, scope, authority=app.login_url)


@contextmanager
def _installed() -> Iterator[None]:
    """Libraries are imported in here; a missing one is a sentence."""
    try:
        yield
    except ModuleNotFoundError as why:
        said = (
            f"[microsoft], [google] and oauth need more libraries ({why.name} is missing): pip install commsvc[oauth]"
        )
        raise Misconfigured([Problem("config.toml", 0, said)]) from why


def _smtp(folder: Path, config: Config, smtp: SmtpConfig) -> Sender:
    from commsvc.adapters.smtp import SmtpSender, SmtpSenders

    password, tokens = _secret(smtp.password_env), signed_in(folder, config, smtp.oauth, smtp.user)
    sessions = [
        SmtpSender(smtp.host, smtp.port, tls=smtp.tls, user=smtp.user, password=password, tokens=tokens)
        for _ in range(smtp.sessions)
    ]
    return sessions[0] if len(sessions) == 1 else SmtpSenders(sessions)


def _signing(folder: Path, config: Config, sender: Sender) -> Sender:
    """The same sender, each message signed where that is asked for."""
    if config.smtp is None or not config.smtp.dkim_selector:
        return sender
    try:
        from commsvc.adapters.dkim_signing import DkimSender

        key = (folder / config.smtp.dkim_key_file).read_bytes()
    except (ModuleNotFoundError, OSError) as why:
        said = f"[smtp] dkim_selector needs pip install commsvc[dkim] and a key in dkim_key_file: {why}"
        raise Misconfigured([Problem("config.toml", 0, said)]) from why
    return DkimSender(sender, config.identity.domain, config.smtp.dkim_selector, key)


def _secret(variable: str) -> str:
    return os.environ.get(variable, "") if variable else ""
