"""A real Postfix on loopback: our domains go to an LMTP or SMTP port, everything else to a relay port, nothing outside.

Must be started by root, as Postfix itself wants it.
"""

import os
import shutil
import ssl
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import NoServer, Process, certificate, folder, free_port, program, trusting

DOMAINS = ("support.test", "customers.test")
_QUEUES = (
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "public",
    "saved",
    "trace",
)
_PROGRAMS = "/usr/lib/postfix/sbin"

_MAIN = """
compatibility_level = 3.6
queue_directory = {at}/spool
data_directory = {at}/data
command_directory = /usr/sbin
daemon_directory = {programs}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {at}/postfix.log
maillog_file_prefixes = {at}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.support.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_transport = error:no local mail
virtual_mailbox_domains = {domains}
virtual_transport = {handover}
relayhost = [127.0.0.1]:{relay}
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {at}/tls/cert.pem
smtpd_tls_key_file = {at}/tls/key.pem
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = {sasl}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
message_size_limit = 10000000
minimal_backoff_time = 2s
maximal_backoff_time = 10s
queue_run_delay = 2s
maximal_queue_lifetime = 1h
disable_dns_lookups = yes
smtp_dns_support_level = disabled
default_destination_concurrency_limit = 4
"""

_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`with Postfix(lmtp_port) as postfix:` it accepts mail on `port` (STARTTLS) and `tls_port` (TLS).

    `by`: how it hands mail for our domains over, at `lmtp_port`.
    `auth_port`: where a Dovecot answers questions about passwords, for SMTP AUTH; 0 for none.
    """

    def __init__(
        self,
        lmtp_port: int,
        relay_port: int = 0,
        auth_port: int = 0,
        domains: Iterable[str] = DOMAINS,
        by: str = "lmtp",
    ) -> None:
        self.port, self.tls_port = free_port(), free_port()
        self.relay_port = relay_port or free_port()
        self.at = folder("postfix")
        certificate(self.at / "tls")
        handover = f"lmtp:inet:127.0.0.1:{lmtp_port}" if by == "lmtp" else f"smtp:[127.0.0.1]:{lmtp_port}"
        values = {"at": self.at, "programs": _PROGRAMS, "domains": " ".join(domains), "handover": handover,
                  "relay": self.relay_port, "smtp": self.port, "smtps": self.tls_port, "auth": auth_port or 1,
                  "sasl": "yes" if auth_port else "no"}  # fmt: skip
        conf = self.at / "conf"
        conf.mkdir()
        (conf / "main.cf").write_text(_MAIN.format(**values))
        (conf / "master.cf").write_text(_MASTER.format(**values))
        (conf / "dynamicmaps.cf").write_text("")
        self._process: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.at)

    def start(self) -> None:
        program("/usr/sbin/postfix", "postfix")
        if os.geteuid() != 0:
            raise NoServer("Postfix must be started by root: run these tests as root")
        self._queue()
        self._process = Process([f"{_PROGRAMS}/master", "-d", "-c", str(self.at / "conf")], self.at / "postfix.log",
                                [self.port, self.tls_port], MAIL_CONFIG=str(self.at / "conf"))  # fmt: skip

    def _queue(self) -> None:
        """What `postfix check` makes in two seconds."""
        spool = self.at / "spool"
        (spool / "pid").mkdir(parents=True, exist_ok=True)
        for name in _QUEUES:
            (spool / name).mkdir(mode=0o700, exist_ok=True)
            shutil.chown(spool / name, "postfix")
        (spool / "public").chmod(0o710)
        (self.at / "data").mkdir(exist_ok=True)
        shutil.chown(self.at / "data", "postfix")

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None

    def tls(self) -> ssl.SSLContext:
        return trusting(self.at / "tls")

    def log(self) -> str:
        return Path(self.at / "postfix.log").read_text(errors="replace")
