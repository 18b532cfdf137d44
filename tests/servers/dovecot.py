"""A real Dovecot: IMAP, IMAPS, LMTP and SMTP AUTH on loopback, one maildir a user.

The same configuration runs as root (mail belongs to nobody) and as an ordinary user.
"""

import getpass
import grp
import os
import re
import shutil
import signal
import smtplib
import ssl
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.issuer import Issuer
from tests.servers.process import Process, certificate, folder, free_port, program, trusting

PASSWORD = "secret"
USERS = ("support@support.test", "ana@customers.test", "bob@customers.test")
_SPARE = 100
_DELIVERED = re.compile(r"^\d+|(?<=\.M)\d+")

_CONFIG = """
base_dir = {at}/run
state_dir = {at}/state
log_path = {at}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
listen = 127.0.0.1
protocols = imap lmtp
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{at}/tls/cert.pem
ssl_key = <{at}/tls/key.pem
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_home = {at}/home/%u
mail_location = maildir:{at}/mail/%u
mail_fsync = never
postmaster_address = postmaster@support.test
hostname = localhost
recipient_delimiter = +
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = username_format=%u {at}/passwd
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {at}/passwd
  default_fields = uid={user} gid={group} home={at}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
protocol imap {{
  imap_idle_notify_interval = 10 s
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
"""


_TOKENS = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {at}/tokens.conf
}}
"""
_INTROSPECTION = """
introspection_url = {url}/introspect
introspection_mode = auth
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
"""


class Dovecot:
    """`with Dovecot(...) as dovecot:` it runs; `kill` and `start` as often as a test likes.

    `issuer`: whose tokens it takes as well as passwords (XOAUTH2), after asking there whether they are good.
    """

    def __init__(self, users: Iterable[str] = USERS, issuer: Issuer | None = None) -> None:
        self.at = folder("dovecot")
        self.imap_port, self.imaps_port, self.lmtp_port, self.auth_port = (free_port() for _ in range(4))
        self._user, self._group = ("nobody", "nogroup") if os.geteuid() == 0 else _myself()
        for part in ("run", "state", "mail", "home"):
            (self.at / part).mkdir()
        if os.geteuid() == 0:
            for part in ("mail", "home", "state"):
                shutil.chown(self.at / part, self._user, self._group)
        certificate(self.at / "tls")
        self._spare = iter([f"box{n}@support.test" for n in range(_SPARE)])
        everybody = [*users, *(f"box{n}@support.test" for n in range(_SPARE))]
        (self.at / "passwd").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}::::::\n" for user in everybody))
        config = _CONFIG.format(at=self.at, user=self._user, group=self._group, auth=self.auth_port,
                                imap=self.imap_port, imaps=self.imaps_port, lmtp=self.lmtp_port)  # fmt: skip
        if issuer is not None:
            config += _TOKENS.format(at=self.at)
            (self.at / "tokens.conf").write_text(_INTROSPECTION.format(url=issuer.url, ca=issuer.ca))
        (self.at / "dovecot.conf").write_text(config)
        self._process: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.at)

    def start(self) -> None:
        for lock in (self.at / "state").glob("*.lock"):  # a master killed while it started makes the next one wait
            lock.unlink()
        binary = program("/usr/sbin/dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd")
        self._process = Process([binary, "-F", "-c", str(self.at / "dovecot.conf")], self.at / "dovecot.log",
                                [self.imap_port, self.imaps_port, self.lmtp_port])  # fmt: skip

    def kill(self) -> None:
        """Gone at once, with every connection."""
        if self._process is not None:
            self._process.stop(signal.SIGKILL)
            self._process = None

    def new_user(self) -> str:
        """The address of a user with an empty inbox, nobody else's; all have the one `PASSWORD`."""
        return next(self._spare)

    def tls(self) -> ssl.SSLContext:
        return trusting(self.at / "tls")

    def maildir(self, user: str, box: str = "") -> Path:
        return self.at / "mail" / user / (f".{box}" if box else "")

    def files(self, user: str, box: str = "") -> list[Path]:
        """The files of a user's maildir, oldest first."""
        files = [f for part in ("new", "cur") for f in (self.maildir(user, box) / part).glob("*")]
        return sorted(files, key=lambda f: [int(n) for n in _DELIVERED.findall(f.name)])

    def mails(self, user: str, box: str = "") -> list[bytes]:
        return [f.read_bytes() for f in self.files(user, box)]

    def flags(self, user: str) -> list[str]:
        """The maildir flags of each mail (S: seen, a: the first keyword ...); "" for a mail nobody touched."""
        return [f.name.partition(":2,")[2] for f in self.files(user)]

    def deliver(self, user: str, raw: bytes, sender: str = "customer@customers.test") -> None:
        """Hand a mail over LMTP, as an MTA does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=10) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def forget_uids(self, user: str) -> None:
        """Lose the uids of an inbox: its UIDVALIDITY is another one from now on."""
        for pattern in ("dovecot-uidlist*", "dovecot.index*", "dovecot-uidvalidity*"):
            for file in self.maildir(user).glob(pattern):
                file.unlink()


def _myself() -> tuple[str, str]:
    return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
