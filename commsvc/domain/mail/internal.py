"""Did one of our own people submit this mail to our own Exchange? Answered from the mark of the organisation, and from every hop.

Exchange stamps what somebody submits to it signed in, and takes such marks away from what comes from outside. A mark alone is
never believed: whoever can hand a mail to a server that does not take them away writes what they like. So every server
that the mail passed has to be one of those configured, and the first must have had it from a mailbox and not by SMTP: a relay
that the organisation trusts stamps what anybody in the building sends. Where people of ours write on behalf of each other
nothing is proven.

Source: Microsoft, "Header firewall" (X-MS-Exchange-Organization-AuthAs, -AuthSource); MS-OXPROTO for submission by MAPI
"""

import re
from collections.abc import Collection

from commsvc.domain.mail import mime
from commsvc.domain.mail.authentic import private
from commsvc.domain.mail.caps import DEFAULT
from commsvc.domain.mail.headers import Fields

AUTH_AS, AUTH_SOURCE = "x-ms-exchange-organization-authas", "x-ms-exchange-organization-authsource"
_HEADER_BYTES = 64_000
_BLANK = re.compile(rb"\r?\n\r?\n")
_HOP = re.compile(
    r"from\s+(\S{1,255})\s+\(\[?([0-9a-f.:]+)[^\s)]*\)\s+by\s+(\S{1,255})\s(?:.*\s)?with\s+(\w+)",
    re.IGNORECASE | re.DOTALL,
)
_FROM_A_MAILBOX = "mapi"


def submitter(raw: bytes, servers: Collection[str]) -> str:
    """The address of whoever submitted it; "" where that is not proven. `servers`: the full names of our own, in small letters."""
    if not servers:
        return ""
    fields = Fields(mime.read(_head(raw), DEFAULT, []), None)
    if fields.every(AUTH_AS) != ["Internal"] or not _only(fields.every(AUTH_SOURCE), servers):
        return ""
    hops = [_HOP.match(received[:4096].strip()) for received in fields.every("received")]
    if not hops or not all(hop and _inside(hop, servers) for hop in hops):
        return ""
    first, author = hops[-1], fields.sender().address
    if first is None or first[4].lower() != _FROM_A_MAILBOX or not fields.one_sender():
        return ""
    return author if {a.address for a in fields.addresses("sender")} <= {author} else ""


def _head(raw: bytes) -> bytes:
    end = _BLANK.search(raw[:_HEADER_BYTES])
    return raw[: end.end()] if end else raw[:_HEADER_BYTES]


def _inside(hop: re.Match[str], servers: Collection[str]) -> bool:
    """From one of ours to one of ours. The name in front is only claimed, so its address must be one inside as well."""
    return _ours(hop[1], servers) and private(hop[2]) and _ours(hop[3], servers)


def _only(values: list[str], servers: Collection[str]) -> bool:
    return len(values) == 1 and _ours(values[0], servers)


def _ours(name: str, servers: Collection[str]) -> bool:
    return name.lower().rstrip(".") in servers
