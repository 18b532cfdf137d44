"""How the double carries mail: from outside through the header firewall, between its own mailboxes with Exchange's mark.

Source: Microsoft, "Header firewall" and "Understanding X-headers"; X-MS-Exchange-Organization-* that come from outside are taken
away, and what our own people submit is stamped as internal by the server that took it.
"""

import re

from tests.servers.ews.markup import Wrong
from tests.servers.ews.store import SERVER, Box, Exchange, Folder, Item

_ORGANISATION = re.compile(rb"(?im)^x-ms-exchange-(?:organization|forest)-[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")


def _hop(sender: str, protocol: str) -> bytes:
    return (f"Received: from {sender} by {SERVER}\r\n (10.0.0.11) with {protocol} id 15.2.1544.4;"
            " Mon, 23 Nov 2026 14:02:00 +0000\r\n").encode()  # fmt: skip


def from_outside(exchange: Exchange, address: str, raw: bytes, firewall: bool = True) -> Item:
    """A mail that a stranger hands to the server. Without `firewall` the marks that came with it stay."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    if firewall:
        head = _ORGANISATION.sub(b"", head + b"\r\n").removesuffix(b"\r\n")
    above = _hop("mail.customers.test (198.51.100.7)", "Microsoft SMTP Server")
    if firewall:
        above += f"X-MS-Exchange-Organization-AuthSource: {SERVER}\r\nX-MS-Exchange-Organization-AuthAs: Anonymous\r\n".encode()
    return exchange.deliver(address, head + gap + body, above)


def untagged(address: str) -> str:
    """support+tag@ is support@: as Exchange Online has it, and an agent or gateway in front of an Exchange Server."""
    name, _, domain = address.partition("@")
    return f"{name.partition('+')[0]}@{domain}"


def send(exchange: Exchange, box: Box, draft: Item, copy_to: Folder | None) -> None:
    """Carry a draft to everybody it names and take it away; a copy goes where it was asked for."""
    recipients = draft.recipients()
    if not recipients:
        raise Wrong("ErrorInvalidRecipients", "At least one recipient isn't valid.")
    if draft.addresses("from") not in ([], [box.address]):
        raise Wrong("ErrorSendAsDenied", "You don't have permission to send on behalf of this user.")
    marked = _stamped(draft.mime)
    del box.holder(draft).items[draft.id]
    for address in recipients:
        if (home := untagged(address)) in exchange.boxes:
            exchange.deliver(home, marked, _hop(f"{SERVER} (10.0.0.11)", "mapi"))
        else:
            exchange.outside.append((address, draft.mime))
    if copy_to is not None:
        exchange.put(box, copy_to, Item("Message", draft.mime, read=True))


def _stamped(raw: bytes) -> bytes:
    """The mark stands at the end of the headers, where Exchange writes it."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    mark = f"\r\nX-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Exchange-Organization-AuthSource: {SERVER}"
    return head + mark.encode() + gap + body
