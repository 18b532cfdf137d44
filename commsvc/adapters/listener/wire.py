"""SMTP and LMTP as they are spoken here, where aiosmtpd is too kind.

A line ends in CR LF and nothing else. A mail with a CR or LF alone is how a second one is smuggled past a
server that ends it elsewhere: it is refused, and the connection with everything still in it is closed.

Standards:  RFC 5321 (2.3.8 line ends, 4.5.3.1.6 line lengths), RFC 2033 (4.2 a reply for each recipient)
Seen in practice: lines of more than 998 octets, which other servers take; they are taken here too
"""

from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

LONGEST_LINE = 1_000_000
BARE = "521 5.5.2 a CR or LF alone is not taken: lines end in CR LF"


def bare(content: bytes) -> bool:
    """Does it hold a CR without its LF, or a LF without its CR?"""
    return not content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")


class StrictSmtp(SMTP):
    """SMTP that hangs up on whoever breaks lines in another way; what lies behind such a mail is never read."""

    line_length_limit = LONGEST_LINE

    async def push(self, status: Any) -> None:
        """Send a reply; after `BARE` the connection ends, as it does after QUIT."""
        await super().push(status)
        if BARE in str(status) and self.transport and self._handler_coroutine:
            self._handler_coroutine.cancel()
            self.transport.close()


class StrictLmtp(StrictSmtp, LMTP):
    """LMTP: what follows the 354 is said once for each recipient that was accepted."""

    _owed = 0

    async def push(self, status: Any) -> None:
        if str(status).startswith("354") and self.envelope:
            await super().push(status)
            self._owed = len(self.envelope.rcpt_tos)
            return
        times, self._owed = max(self._owed, 1), 0
        for _ in range(times):
            await super().push(status)
