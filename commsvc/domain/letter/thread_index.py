"""Thread-Index: how Outlook knows what belongs to one conversation.

A reply keeps the sixteen bytes by which the conversation is known and adds a block of five of its own; a
letter with another index would be shown apart from the mail it answers. Nothing is written where the
customer's mail had none: then Outlook goes by References.
Source: MS-OXOMSG 2.2.1.3 (PidTagConversationIndex).
"""

from base64 import b64encode
from datetime import UTC, datetime

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000
_GUID = 16


def thread_index(conversation: str, began: datetime, now: datetime, letter_id: int) -> str:
    """The index of our letter in a conversation, known by the hex of its sixteen bytes; "" without one."""
    try:
        guid = bytes.fromhex(conversation)
    except ValueError:
        return ""
    if len(guid) != _GUID:
        return ""
    head = _ticks(began).to_bytes(8, "big")[:5]
    passed = max(0, _ticks(now) - _ticks(began)) >> 18
    child = (passed & 0x7FFFFFFF).to_bytes(4, "big") + (letter_id & 0xFF).to_bytes(1, "big")
    return b64encode(b"\x01" + head + guid + child).decode("ascii")


def _ticks(instant: datetime) -> int:
    """Hundreds of nanoseconds since 1601."""
    return int((instant - _FILETIME_EPOCH).total_seconds() * _TICKS)
