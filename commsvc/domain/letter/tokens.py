"""Addresses and ids that only we can have written.

A case's reply address and every Message-ID of ours carry a MAC of 128 bits, so that a number in a
subject or a guessed id joins nothing (T3). The bounce address carries the letter it would speak of
(VERP). Local parts stay within 64 octets (RFC 5321, 4.5.3.1.1).
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mint:
    """Makes and reads tokens with one secret. `domain` is ours; `mailbox` receives the answers."""

    secret: bytes
    domain: str
    mailbox: str

    def _mac(self, text: str) -> str:
        digest = hmac.new(self.secret, text.encode(), hashlib.sha256).digest()[:16]
        return base64.b32encode(digest).decode().rstrip("=").lower()

    def message_id(self, letter_id: int) -> str:
        """The fixed Message-ID of a letter, without angle brackets."""
        return f"commsvc.{letter_id}.{self._mac(f'letter {letter_id}')}@{self.domain}"

    def letter_of(self, message_id: str) -> int | None:
        """The letter whose Message-ID this is; None when we did not write it."""
        return self._read(r"commsvc\.(\d{1,15})\.([a-z2-7]{26})@" + re.escape(self.domain), message_id, "letter")

    def case_address(self, case_id: int) -> str:
        """Where answers of the customer go."""
        return self._address(f"c{case_id}.{self._mac(f'case {case_id}')}")

    def case_of(self, address: str) -> int | None:
        return self._read(rf"[^+@]+\+c(\d{{1,15}})\.([a-z2-7]{{26}})@{re.escape(self.domain)}", address.lower(), "case")

    def person_address(self, letter_id: int) -> str:
        """Where one of our people answers one internal letter."""
        return self._address(f"p{letter_id}.{self._mac(f'person {letter_id}')}")

    def internal_letter_of(self, address: str) -> int | None:
        return self._read(
            rf"[^+@]+\+p(\d{{1,15}})\.([a-z2-7]{{26}})@{re.escape(self.domain)}", address.lower(), "person"
        )

    def bounce_address(self, letter_id: int) -> str:
        """The envelope sender of a letter (VERP)."""
        return self._address(f"b{letter_id}.{self._mac(f'bounce {letter_id}')}")

    def bounced_letter_of(self, address: str) -> int | None:
        return self._read(
            rf"[^+@]+\+b(\d{{1,15}})\.([a-z2-7]{{26}})@{re.escape(self.domain)}", address.lower(), "bounce"
        )

    def leaving(self, list_: str, address: str) -> str:
        """What stands in a link that takes an address off a list."""
        tag = base64.urlsafe_b64encode(f"{list_} {address}".encode()).decode().rstrip("=")
        return f"{tag}.{self._mac(f'leave {list_} {address}')}"

    def left(self, token: str) -> tuple[str, str] | None:
        """The list and the address of such a link; None when we did not write it."""
        tag, _, mac = token.partition(".")
        try:
            list_, _, address = base64.urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode().partition(" ")
        except ValueError:
            return None
        good = hmac.compare_digest(mac.encode(), self._mac(f"leave {list_} {address}").encode())
        return (list_, address) if good else None

    def _address(self, tag: str) -> str:
        local, _, domain = self.mailbox.partition("@")
        return f"{local}+{tag}@{domain}"

    def _read(self, shape: str, text: str, purpose: str) -> int | None:
        found = re.fullmatch(shape, text)
        if found and hmac.compare_digest(found[2], self._mac(f"{purpose} {found[1]}")):
            return int(found[1])
        return None
