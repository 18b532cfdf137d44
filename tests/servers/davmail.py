"""A DavMail of our own: a client of Exchange Web Services that others wrote, which shows a mailbox by IMAP and sends by SMTP."""

from types import TracebackType
from typing import Self

from tests.servers.process import Process, folder, free_port, program

CONFIG = """davmail.mode=EWS
davmail.enableEws=true
davmail.url={url}
davmail.server=true
davmail.bindAddress=127.0.0.1
davmail.allowRemote=false
davmail.imapPort={imap}
davmail.smtpPort={smtp}
davmail.caldavPort=
davmail.popPort=
davmail.ldapPort=
davmail.disableUpdateCheck=true
davmail.enableKerberos=false
davmail.logFilePath={home}/davmail.log
davmail.folderSizeLimit=0
log4j.rootLogger=WARN
log4j.logger.davmail=DEBUG
"""


class Davmail:
    """`with Davmail(url) as davmail:`; whoever signs in there signs in to the server behind it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> Self:
        home, self.imap, self.smtp = folder("davmail"), free_port(), free_port()
        settings = home / "davmail.properties"
        settings.write_text(CONFIG.format(url=self._url, imap=self.imap, smtp=self.smtp, home=home))
        self._process = Process(
            [program("davmail-server", "davmail-server"), str(settings)], home / "log", [self.imap, self.smtp]
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._process.stop()
