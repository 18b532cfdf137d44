"""An LMTP server that keeps what a Postfix delivers, so that a test plays everybody's mailbox."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import PATIENCE, free_port


class Doorstep(Controller):
    """`with Doorstep() as door:` mail lies in `door.delivered` as (sender, recipient, bytes), oldest first."""

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=free_port(), data_size_limit=30_000_000)
        self.delivered: list[tuple[str, str, bytes]] = []
        self._more = threading.Condition()

    def factory(self) -> SMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep it, once for each recipient; the loop is not held up."""
        await asyncio.sleep(0)
        with self._more:
            for recipient in envelope.rcpt_tos:
                self.delivered.append(
                    (str(envelope.mail_from or ""), recipient.lower(), bytes(envelope.content or b""))
                )
            self._more.notify_all()
        return "250 2.0.0 delivered"

    def wait_for(self, count: int) -> None:
        """Until so many mails lie here in all."""
        with self._more:
            there = self._more.wait_for(lambda: len(self.delivered) >= count, timeout=PATIENCE)
        assert there, f"{len(self.delivered)} of {count} mails were delivered"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()
