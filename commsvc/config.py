"""config.toml: where we run. Every problem at once, with its place.

A relative path is relative to the file. Secrets are never in the file: `password_env` names an
environment variable, `key_file` a file of mode 0600.
"""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from commsvc.domain.case.retention import Retention
from commsvc.exchange_toml import ExchangeConfig
from commsvc.tomlfile import Mailaddress, Network, Part, Port, read


def _database(value: str) -> str:
    if urlsplit(value).password:
        raise ValueError("no password stands in here: PostgreSQL reads it from PGPASSWORD or ~/.pgpass")
    return value


class IdentityConfig(Part):
    name: str
    domain: str
    address: Mailaddress
    operator: Mailaddress
    urgent_route: str = ""
    room: str = "By phone: we call you"
    key_file: str = "secret.key"
    authserv_id: str | None = None
    """The name our own mail server puts first in Authentication-Results; without it nobody is proven."""


OAuth = Literal["", "google", "microsoft"]
"""Whose tokens are used instead of a password."""


class ImapConfig(Part):
    name: str
    host: str
    port: Port = 993
    user: str
    password_env: str = ""
    oauth: OAuth = ""
    tls: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"
    filed: str = "keyword:$commsvc"


class ListenerConfig(Part):
    """Our own server for incoming mail. `trusted_peers`: addresses and networks that may hand mail over."""

    name: str = "listener"
    protocol: Literal["smtp", "lmtp"] = "smtp"
    host: str = "127.0.0.1"
    port: Port = 8026
    addresses: tuple[Mailaddress, ...]
    trusted_peers: tuple[Network, ...] = ("127.0.0.1",)


class SmtpConfig(Part):
    host: str
    port: Port = 587
    tls: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password_env: str = ""
    oauth: OAuth = ""
    sessions: Annotated[int, Field(ge=1, le=16)] = 1
    """So many letters on the wire at once; worth it where the server is far away."""
    dkim_selector: str = ""
    """Sign with this selector, where our mail server does not; `pip install commsvc[dkim]`."""
    dkim_key_file: str = ""


class PagerConfig(Part):
    """Reaching people faster than by mail: environment variables that hold an address of apprise each.

    `people`: by mail address. `chat`: a channel that is told of every page.
    """

    people: dict[Mailaddress, str]
    chat: str = ""


class CaldavConfig(Part):
    """Our people's calendars on a CalDAV server, read and written by one user. `people`: the calendar's URL by mail address."""

    user: str
    password_env: str
    people: Annotated[dict[Mailaddress, str], Field(min_length=1)]


class MicrosoftConfig(Part):
    """An app in Microsoft Entra that acts for us by Microsoft Graph, with a client secret or a certificate.

    `expires`: the last day of the secret; a certificate tells its own. `send_as`: the mailbox letters leave from.
    """

    tenant: str
    client_id: str
    secret_env: str = ""
    certificate_file: str = ""
    expires: date | None = None
    send_as: Mailaddress | Literal[""] = ""
    calendars: bool = False
    graph_url: str = "https://graph.microsoft.com/v1.0"
    login_url: str = "https://login.microsoftonline.com"


class GoogleConfig(Part):
    """The OAuth client, of the kind "desktop app", with which people sign in for `oauth = "google"`."""

    client_id: str
    secret_env: str = ""
    login_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  where tokens come from


class GraphConfig(Part):
    """A mailbox in Exchange Online. `folder`: inbox, sentitems, archive or an id."""

    name: str
    mailbox: Mailaddress
    folder: str = "inbox"
    filed: Annotated[str, Field(pattern=r"^(category|move):.+")] = "category:commsvc"


class HeartbeatConfig(Part):
    """Somewhere outside that is told again and again that the service lives, and that notices when it is not."""

    url: Annotated[str, Field(pattern="^https?://")] = ""
    address: Mailaddress | Literal[""] = ""
    every_minutes: Annotated[int, Field(ge=1, le=1440)] = 15

    @model_validator(mode="after")
    def somewhere(self) -> Self:
        if not self.url and not self.address:
            raise ValueError("[heartbeat] needs a url or an address")
        return self

    @property
    def every(self) -> timedelta:
        return timedelta(minutes=self.every_minutes)


class ConsoleConfig(Part):
    host: str = "127.0.0.1"
    port: Port = 8025
    url: str = "http://127.0.0.1:8025"


class RetentionConfig(Part):
    """After how many days something goes; 0 keeps it until somebody erases it."""

    originals_days: Annotated[int, Field(ge=0, le=36500)] = 0
    cases_days: Annotated[int, Field(ge=0, le=36500)] = 0

    def times(self) -> Retention:
        return Retention(timedelta(self.originals_days) or None, timedelta(self.cases_days) or None)


class PlaybookConfig(Part):
    """How a version of the rules takes force: `files` as they are saved, `adopted` when two people say so."""

    adoption: Literal["files", "adopted"] = "files"


class Config(Part):
    """config.toml."""

    database: Annotated[str, AfterValidator(_database)] = "commsvc.db"
    rules: str = "rules"
    templates: str = "templates/email"
    directory: str = "directory.toml"
    calendars: str = "calendars"
    post_office: str = "post"
    identity: IdentityConfig
    imap: tuple[ImapConfig, ...] = ()
    listener: ListenerConfig | None = None
    smtp: SmtpConfig | None = None
    caldav: CaldavConfig | None = None
    google: GoogleConfig | None = None
    microsoft: MicrosoftConfig | None = None
    graph: tuple[GraphConfig, ...] = ()
    exchange: ExchangeConfig | None = None
    pager: PagerConfig | None = None
    heartbeat: HeartbeatConfig | None = None
    console: ConsoleConfig = ConsoleConfig()
    retention: RetentionConfig = RetentionConfig()
    playbook: PlaybookConfig = PlaybookConfig()

    @model_validator(mode="after")
    def _one_way_each(self) -> Self:
        app = self.microsoft
        if app is None and self.graph:
            raise ValueError("[[graph]] needs [microsoft], the app that may read the mailbox")
        if app and (both := bool(app.secret_env)) is bool(app.certificate_file) and (both or self._by_graph):
            raise ValueError("[microsoft] needs either secret_env or certificate_file")
        ours = self.exchange
        if sum(map(bool, (self.smtp, app and app.send_as, ours and ours.send_as))) > 1:
            raise ValueError("letters leave one way: either [smtp], or send_as in [microsoft] or in [exchange]")
        if sum(map(bool, (self.caldav, app and app.calendars, ours and ours.calendars))) > 1:
            raise ValueError(
                "calendars lie in one place: either [caldav], or calendars in [microsoft] or in [exchange]"
            )
        if ours and ours.auth == "oauth" and app is None:
            raise ValueError('[exchange] with auth = "oauth" needs [microsoft], the app that signs in')
        return self

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        names = Counter([box.name for box in self.imap] + [box.name for box in self.graph])
        names.update(box.name for box in (self.exchange.mailbox if self.exchange else ()))
        names.update([self.listener.name] if self.listener else [])
        if twice := [name for name, times in names.items() if times > 1]:
            raise ValueError(f"two mailboxes are called {twice[0]!r}; what is known of each stands under its name")
        return self

    @model_validator(mode="after")
    def _one_proof_each(self) -> Self:
        boxes: list[tuple[str, ImapConfig | SmtpConfig]] = [(f"[[imap]] {box.name}", box) for box in self.imap]
        for where, box in [*boxes, *([("[smtp]", self.smtp)] if self.smtp else [])]:
            if box.oauth and box.password_env:
                raise ValueError(f"{where} signs in one way: either password_env or oauth")
            if box.oauth and not (self.google if box.oauth == "google" else self.microsoft):
                raise ValueError(f'{where} has oauth = "{box.oauth}", which needs [{box.oauth}]')
            if isinstance(box, ImapConfig) and not (box.oauth or box.password_env):
                raise ValueError(f"{where} needs password_env or oauth")
        return self

    @property
    def _by_graph(self) -> bool:
        """Does the app act for itself?"""
        app = self.microsoft
        return bool(self.graph or (app and (app.send_as or app.calendars)))


def load(path: Path) -> Config:
    """Read config.toml. Raises Misconfigured with every problem."""
    return read(path, Config)
