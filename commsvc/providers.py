"""Which neighbours an installation has: where its mail lies and leaves, its calendars, its pager.

The one place where a section of config.toml becomes an adapter. A provider is imported when it is
chosen, so nobody needs the libraries of the others. Secrets come from environment variables.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from commsvc.adapters.icsfile import CalendarFolder
from commsvc.adapters.postoffice import PostOffice
from commsvc.config import Config, GraphConfig, ImapConfig, MicrosoftConfig, SmtpConfig
from commsvc.domain.case.directory import Directory
from commsvc.errors import Misconfigured, Problem
from commsvc.ports import Calendar, Mailbox, Pager, Sender

if TYPE_CHECKING:
    from commsvc.adapters.graph import GraphSession

Open = Callable[[bool], Mailbox]
"""Opens a mailbox; true: it may be written to, false: it is only watched."""


def mailboxes(folder: Path, config: Config) -> Mapping[str, Open]:
    """Every mailbox that is asked for its mail, by name."""
    return {box.name: _imap(box) for box in config.imap} | _graph_mailboxes(folder, config)


def watched(folder: Path, config: Config) -> frozenset[str]:
    """The names of all places that mail comes in by."""
    return frozenset([*mailboxes(folder, config), *([config.listener.name] if config.listener else [])])


def doors(folder: Path, config: Config) -> Mapping[str, Callable[[], None]]:
    """Where we must be let in, by name: each opens a connection, signs in and hangs up. They raise Trouble."""
    found = {f"mailbox {name}": partial(_visit, opened) for name, opened in mailboxes(folder, config).items()}
    if config.smtp is not None:
        found["smtp"] = partial(_greet, config.smtp)
    return found


def sender(folder: Path, config: Config) -> Sender:
    """SMTP or Microsoft Graph where it is configured, else the post office folder.

    Raises Misconfigured where signing cannot work.
    """
    if config.microsoft and config.microsoft.send_as:
        from commsvc.adapters.graph import GraphSender

        return GraphSender(_graph(folder, config.microsoft)(config.microsoft.send_as))
    if config.smtp is None:
        return PostOffice(folder / config.post_office)
    return _signing(folder, config, _smtp(config.smtp))


def calendars(folder: Path, config: Config, directory: Directory) -> Calendar:
    """CalDAV or Microsoft Graph where it is configured, else the folder of .ics files."""
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


def secrets(config: Config) -> Iterator[tuple[str, str]]:
    """The section and the environment variable of each secret that is needed."""
    for box in config.imap:
        yield f"[[imap]] {box.name}", box.password_env
    if config.smtp and config.smtp.password_env:
        yield "[smtp]", config.smtp.password_env
    if config.caldav:
        yield "[caldav]", config.caldav.password_env
    if config.microsoft and config.microsoft.secret_env:
        yield "[microsoft]", config.microsoft.secret_env
    for who, name in config.pager.people.items() if config.pager else ():
        yield f"[pager] {who}", name


def servers(config: Config) -> Iterator[tuple[str, str, int]]:
    """The section, host and port of each server that must answer."""
    for box in config.imap:
        yield f"[[imap]] {box.name}", box.host, box.port
    if config.smtp:
        yield "[smtp]", config.smtp.host, config.smtp.port
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


def _imap(box: ImapConfig) -> Open:
    from commsvc.adapters.imap import ImapMailbox

    password = _secret(box.password_env)
    return lambda live: ImapMailbox(box.name, box.host, box.port, box.user, password, tls=box.tls, folder=box.folder,
                                    read_only=not live, filed=box.filed)  # fmt: skip


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
    try:
        from commsvc.adapters.graph import GraphSession
        from commsvc.adapters.oauth.microsoft import MicrosoftApp
    except ModuleNotFoundError as why:
        said = "[microsoft] needs msal and httpx: pip install commsvc[graph]"
        raise Misconfigured([Problem("config.toml", 0, said)]) from why
    credential = folder / app.certificate_file if app.certificate_file else _secret(app.secret_env)
    graph = urlsplit(app.graph_url)
    tokens = MicrosoftApp(app.tenant, app.client_id, credential, f"{graph.scheme}://{graph.netloc}/.default",
                          authority=app.login_url)  # fmt: skip
    return lambda user: GraphSession(user, tokens, url=app.graph_url)


def _visit(opened: Open) -> None:
    mailbox = opened(False)
    try:
        mailbox.uidvalidity()
    finally:
        mailbox.close()


def _greet(smtp: SmtpConfig) -> None:
    from commsvc.adapters.smtp import SmtpSender

    SmtpSender(smtp.host, smtp.port, tls=smtp.tls, user=smtp.user, password=_secret(smtp.password_env)).reach()


def _smtp(smtp: SmtpConfig) -> Sender:
    from commsvc.adapters.smtp import SmtpSender, SmtpSenders

    password = _secret(smtp.password_env)
    sessions = [
        SmtpSender(smtp.host, smtp.port, tls=smtp.tls, user=smtp.user, password=password) for _ in range(smtp.sessions)
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
