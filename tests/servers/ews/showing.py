"""Items as Exchange shows them: the properties that were asked for, in the order of the schema, and never one that an operation lacks."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from lxml import etree

from tests.servers.ews.markup import Element, Wrong, found, local, make, text
from tests.servers.ews.store import Folder, Item

NUMBER = 0x0E23
NOT_BY_SEARCH = frozenset(
    ["item:MimeContent", "item:InternetMessageHeaders", "item:Body", "message:ToRecipients", "message:CcRecipients",
     "message:BccRecipients", "calendar:RequiredAttendees"]
)  # fmt: skip
Value = Element | str | None


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def item_id(item: Item) -> Element:
    return make("t:ItemId", Id=item.id, ChangeKey=item.key)


def _people(tag: str, addresses: Sequence[str]) -> Element | None:
    each = [
        make("t:Mailbox", make("t:Name", a), make("t:EmailAddress", a), make("t:RoutingType", "SMTP"))
        for a in addresses
    ]
    return make(tag, *each) if each else None


def _author(item: Item) -> Element | None:
    return _people("t:From", item.addresses("from")[:1])


def _mime(item: Item) -> Element:
    if item.broken:
        raise Wrong("ErrorMimeContentConversionFailed", "The MIME content conversion failed.")
    return make("t:MimeContent", base64.b64encode(item.mime).decode(), CharacterSet="UTF-8")


def _headers(item: Item) -> Element | None:
    lines = [make("t:InternetMessageHeader", " ".join(str(v).split()), HeaderName=k) for k, v in item.message().items()]
    return make("t:InternetMessageHeaders", *lines) if lines else None


def _categories(item: Item) -> Element | None:
    return make("t:Categories", *[make("t:String", c) for c in item.categories]) if item.categories else None


def _field(name: str) -> Callable[[Item], Value]:
    return lambda item: item.fields.get(name)


SHOWN: dict[str, Callable[[Item], Value]] = {
    "item:MimeContent": _mime,
    "item:ItemClass": lambda i: "IPM.Appointment" if i.kind == "CalendarItem" else "IPM.Note",
    "item:Subject": lambda i: i.fields.get("Subject") or str(i.message()["subject"] or ""),
    "item:Body": lambda i: make("t:Body", i.fields.get("Body", ""), BodyType="Text"),
    "item:DateTimeReceived": lambda i: i.told_received or moment(i.received),
    "item:DateTimeCreated": lambda i: moment(i.received),
    "item:Size": lambda i: str(i.told_size or len(i.mime)),
    "item:Categories": _categories,
    "item:IsDraft": lambda i: str(i.draft).lower(),
    "item:InternetMessageHeaders": _headers,
    "message:ToRecipients": lambda i: _people("t:ToRecipients", i.addresses("to")),
    "message:CcRecipients": lambda i: _people("t:CcRecipients", i.addresses("cc")),
    "message:BccRecipients": lambda i: _people("t:BccRecipients", i.addresses("bcc")),
    "message:From": _author,
    "message:InternetMessageId": lambda i: str(i.message()["message-id"] or "") or None,
    "message:IsRead": lambda i: str(i.read).lower(),
    "calendar:UID": _field("UID"),
    "calendar:Start": _field("Start"),
    "calendar:End": _field("End"),
    "calendar:LegacyFreeBusyStatus": _field("LegacyFreeBusyStatus"),
    "calendar:Location": _field("Location"),
}  # fmt: skip
TAGS: dict[int, tuple[str, Callable[[Item], str | None]]] = {
    NUMBER: ("Integer", lambda i: None if i.number is None else str(i.number)),
    0x0E06: ("SystemTime", lambda i: moment(i.received)),
    0x0E07: ("Integer", lambda i: str(int(i.read))),
    0x0E08: ("Integer", lambda i: str(i.told_size or len(i.mime))),
}
"""Properties of MAPI by their tags; any other is one that no item has."""
MAILS, EVENTS = ("item", "message"), ("item", "calendar")


def own_key(uri: Element) -> tuple[str, ...]:
    """An extended property, however its attributes are ordered."""
    return tuple(f"{k}={v.lower()}" for k, v in sorted(uri.attrib.items()))


def extended(item: Item, uri: Element) -> str | None:
    """The value of an extended property; a tag of Exchange's own, or one that somebody set."""
    tag = uri.get("PropertyTag")
    if tag is None:
        return item.own.get(own_key(uri))
    kind, shown = TAGS.get(int(tag, 16), ("", lambda item: None))
    if kind and uri.get("PropertyType") != kind:
        raise Wrong("ErrorInvalidExtendedProperty", f"tag {tag} is of the type {kind}")
    return shown(item)


def value(item: Item, uri: Element) -> Value:
    """What an item holds for the FieldURI or ExtendedFieldURI of a request."""
    if local(uri) == "ExtendedFieldURI":
        return extended(item, uri)
    name = uri.get("FieldURI") or ""
    if name not in SHOWN:
        raise Wrong("ErrorInvalidPropertyRequest", f"{name} is not known here")
    kinds = EVENTS if item.kind == "CalendarItem" else MAILS
    return SHOWN[name](item) if name.partition(":")[0] in kinds else None


def show(item: Item, holder: Folder, shape: Element, searching: bool = False) -> Element:
    """The item with what the ItemShape asks for. A search cannot show everything."""
    if text(shape, "t:BaseShape") != "IdOnly":
        raise Wrong("ErrorInvalidRequest", "only IdOnly is known here", fault=True)
    made = make(f"t:{item.kind}", item_id(item))
    for uri in found(shape, "t:AdditionalProperties/*"):
        name = uri.get("FieldURI") or ""
        if searching and name in NOT_BY_SEARCH:
            raise Wrong("ErrorInvalidPropertyRequest", f"{name} cannot be had by FindItem")
        if name == "item:ParentFolderId":
            made.append(make("t:ParentFolderId", Id=holder.id))
        elif (held := value(item, uri)) is not None:
            made.append(_shown(uri, name, held))
    if text(shape, "t:IncludeMimeContent") == "true" and not searching:
        made.append(_mime(item))
    made[:] = sorted(made, key=lambda e: _ORDER.index(local(e)))
    return made


def _shown(uri: Element, name: str, held: Element | str) -> Element:
    if isinstance(held, etree._Element):
        return held
    if local(uri) == "ExtendedFieldURI":
        copy = etree.fromstring(etree.tostring(uri))
        return make("t:ExtendedProperty", copy, make("t:Value", held))
    return make(f"t:{name.partition(':')[2]}", held)


_ORDER = (
    "MimeContent ItemId ParentFolderId ItemClass Subject Body DateTimeReceived Size Categories IsDraft InternetMessageHeaders DateTimeCreated "
    "ExtendedProperty UID Start End LegacyFreeBusyStatus Location ToRecipients CcRecipients BccRecipients From InternetMessageId "
    "IsRead"
).split()
