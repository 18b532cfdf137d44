"""Sign messages with DKIM before another sender takes them to the wire.

Only for where our mail server does not sign by itself. Signed are From, To, Subject, Date, Message-ID, the
threading headers, Reply-To and the whole body: nobody can add to it under our name.
Standards: RFC 6376 (3.5; no `l=`, 8.2), RFC 8463 (keys of Ed25519)
"""

from collections.abc import Callable
from dataclasses import replace

import dkim

from commsvc.domain.letter.mime import Envelope
from commsvc.ports import Sender

_SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to",
           b"mime-version", b"content-type", b"auto-submitted"]  # fmt: skip


class DkimSender:
    """`ports.Sender` in front of another one. `key` is PEM of an RSA key."""

    def __init__(self, sender: Sender, domain: str, selector: str, key: bytes) -> None:
        self._sender, self._domain, self._selector, self._key = sender, domain.encode(), selector.encode(), key

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        signature = dkim.sign(envelope.data, self._selector, self._domain, self._key, include_headers=_SIGNED,
                              canonicalize=(b"relaxed", b"relaxed"))  # fmt: skip
        self._sender.send(replace(envelope, data=signature + envelope.data), at_dot)
