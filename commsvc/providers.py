"""Which neighbours an installation has: where its mail lies and leaves, its calendars, its pager.

The one place where a section of config.toml becomes an adapter. A provider is imported when it is
chosen, so nobody needs the libraries of the others. Secrets come from environment variables.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from commsvc.adapters.icsfile import CalendarFolder
from commsvc.adapters.postoffice import PostOffice
from commsvc.config import Config, ImapConfig, SmtpConfig
from commsvc.domain.case.directory import Directory
from commsvc.errors import Misconfigured, Problem
from commsvc.ports import Calendar, Mailbox, Pager, Sender

Open = Callable[[bool], Mailbox]
"""Opens a mailbox; true: it may be written to, false: it is only watched."""


def mailboxes(config: Config) -> Mapping[str, Open]:
    """Every mailbox that is asked for its mail, by name."""
    return {box.name: _imap(box) for box in config.imap}


def sender(folder: Path, config: Config) -> Sender:
    """SMTP where it is configured, else the post office folder. Raises Misconfigured where signing cannot work."""
    if config.smtp is None:
        return PostOffice(folder / config.post_office)
    return _signing(folder, config, _smtp(config.smtp))


def calendars(folder: Path, config: Config, directory: Directory) -> Calendar:
    """CalDAV where it is configured, else the folder of .ics files."""
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
    for who, name in config.pager.people.items() if config.pager else ():
        yield f"[pager] {who}", name


def servers(config: Config) -> Iterator[tuple[str, str, int]]:
    """The section, host and port of each server that must answer."""
    for box in config.imap:
        yield f"[[imap]] {box.name}", box.host, box.port
    if config.smtp:
        yield "[smtp]", config.smtp.host, config.smtp.port


def _imap(box: ImapConfig) -> Open:
    from commsvc.adapters.imap import ImapMailbox

    password = _secret(box.password_env)
    return lambda live: ImapMailbox(box.name, box.host, box.port, box.user, password, tls=box.tls, folder=box.folder,
                                    read_only=not live, filed=box.filed)  # fmt: skip


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
