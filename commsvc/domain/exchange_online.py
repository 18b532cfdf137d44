"""Exchange Online gives up Exchange Web Services: until when they may be used there, and which way leads on.

A server of one's own keeps them. Source: Microsoft, "Deprecation of Exchange Web Services in Exchange Online"
"""

from datetime import date
from enum import Enum

ENDED = date(2027, 4, 1)
_HOSTS = ("office365.com", "outlook.com", "office.com", "office365.us", "outlook.cn", "cloud.microsoft")
_WAY = "move to [microsoft] and [[graph]], see docs/exchange-online.md"


class Offered(Enum):
    """Are Exchange Web Services offered there? The value is what to tell."""

    ALWAYS = ""
    BY_LEAVE = (
        "is Exchange Online, where Exchange Web Services are off since 1 October 2026, unless an administrator sets EWSEnabled to "
        f"True and puts this app on the allow list, and end on 1 April 2027: {_WAY}"
    )
    NO_MORE = f"is Exchange Online, which ended Exchange Web Services on 1 April 2027: {_WAY}"


def offered(host: str, today: date) -> Offered:
    """What Microsoft grants at this host on this day."""
    name = host.lower().rstrip(".")
    if not any(name == h or name.endswith(f".{h}") for h in _HOSTS):
        return Offered.ALWAYS
    return Offered.BY_LEAVE if today < ENDED else Offered.NO_MORE
