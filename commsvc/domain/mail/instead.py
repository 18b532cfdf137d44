"""What stands in for a mail that is not taken in whole: its headers, and a line for people.

No server's word about a size is trusted with our memory: whoever fetches checks it first, and stops at `LARGEST`.
"""

import re

LARGEST = 25_000_000
"""Bytes of the largest mail that is fetched."""
HEADER_BYTES = 64_000
"""So much of a mail that is too big is asked for, to have its headers."""
NOT_HANDED_OUT = "the server did not hand it out"
_CONTENT = re.compile(rb"(?im)^((?:content-[a-z-]+|mime-version)[ \t]*:)")


def too_big(size: int) -> str:
    """Why a mail of this size is not taken in."""
    return f"it has {size:,} bytes, more than the {LARGEST:,} allowed"


def instead(header: bytes, why: str, where: str) -> bytes:
    """The stand-in as bytes. Its header block may be cut or empty; `where` tells a person how to find the mail."""
    said = f"This mail was not taken in: {why}. It lies in {where}. At most its headers were read."
    lines = _CONTENT.sub(rb"X-Not-Taken-\1", header).rstrip(b"\r\n").splitlines()
    return b"\r\n".join([*lines, b"", said.encode("ascii", "replace"), b""])
