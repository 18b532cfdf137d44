"""The operations on items, as far as they are used; anything else is refused."""

import base64
import binascii
import email
from collections.abc import Callable
from dataclasses import dataclass

from tests.servers.ews import searching
from tests.servers.ews.events import checked, filled
from tests.servers.ews.markup import NAMES, Element, Wrong, answered, found, local, make, refusal, success, text
from tests.servers.ews.showing import item_id, show
from tests.servers.ews.store import Box, Exchange, Folder, Item
from tests.servers.ews.transport import send


@dataclass
class Call:
    """One request: whose mailbox it is about unless it says otherwise, and who signed in."""

    exchange: Exchange
    box: Box
    who: str
    largest: int

    def opened(self, box: Box) -> Box:
        if self.who not in (box.address, *box.delegates) and self.box is not box:
            raise Wrong("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return box

    def folder(self, named: Element) -> tuple[Box, Folder]:
        """The folder that a FolderId or a DistinguishedFolderId means, and in whose mailbox it lies."""
        if local(named) == "DistinguishedFolderId":
            owner = text(named, "t:Mailbox/t:EmailAddress").lower()
            if owner and owner not in self.exchange.boxes:
                raise Wrong("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
            box = self.opened(self.exchange.boxes[owner] if owner else self.box)
            return box, box.named(named.get("Id") or "")
        for box in self.exchange.boxes.values():
            if (named.get("Id") or "") in box.folders:
                return self.opened(box), box.folders[named.get("Id") or ""]
        raise Wrong("ErrorFolderNotFound", "The specified folder could not be found in the store.")

    def target(self, request: Element, path: str) -> tuple[Box, Folder] | None:
        there = request.find(path, NAMES)
        return None if there is None else self.folder(there[0])

    def item(self, named: Element) -> tuple[Box, Item]:
        """The item of an ItemId, wherever it lies. An id that Exchange never gave is malformed."""
        for box in self.exchange.boxes.values():
            for holder in box.folders.values():
                if (named.get("Id") or "") in holder.items:
                    return self.opened(box), holder.items[named.get("Id") or ""]
        try:
            base64.b64decode(named.get("Id") or "!", validate=True)
        except binascii.Error as why:
            raise Wrong("ErrorInvalidIdMalformed", "Id is malformed.") from why
        raise Wrong("ErrorItemNotFound", "The specified object was not found in the store.")


def each(operation: str, asked: list[Element], do: Callable[[Element], list[Element]], *empty: str) -> Element:
    """Every part of a request has its own answer; one that is refused spoils no other."""
    said = []
    for one in asked:
        try:
            said.append(success(operation, *do(one)))
        except Wrong as why:
            if why.fault:
                raise
            said.append(refusal(operation, why, *[make(tag) for tag in empty]))
    return answered(operation, *said)


def find_item(call: Call, request: Element) -> Element:
    return each("FindItem", found(request, "m:ParentFolderIds/*"),
                lambda one: [searching.search(call.folder(one)[1], request)])  # fmt: skip


def get_item(call: Call, request: Element) -> Element:
    shape = request.find("m:ItemShape", NAMES)
    assert shape is not None

    def one(named: Element) -> list[Element]:
        box, item = call.item(named)
        return [make("m:Items", show(item, box.holder(item), shape))]

    return each("GetItem", found(request, "m:ItemIds/*"), one, "m:Items")


def create_item(call: Call, request: Element) -> Element:
    def one(wanted: Element) -> list[Element]:
        if local(wanted) == "CalendarItem":
            if request.get("SendMeetingInvitations") != "SendToNone":
                raise Wrong("ErrorInvalidRequest", "nobody may be invited by Exchange here", fault=True)
            item, usual = checked(filled(Item("CalendarItem"), wanted)), "calendar"
        else:
            if request.get("MessageDisposition") not in ("SaveOnly", "SendAndSaveCopy"):
                raise Wrong("ErrorInvalidRequest", "what is sent is kept here", fault=True)
            item, usual = _draft(call, wanted), "drafts"
        box, folder = call.target(request, "m:SavedItemFolderId") or (call.box, call.box.named(usual))
        if request.get("MessageDisposition") == "SendAndSaveCopy":
            send(call.exchange, box, call.exchange.put(box, box.named("drafts"), item), folder)
            return [make("m:Items")]
        call.exchange.put(box, folder, item)
        return [make("m:Items", make(f"t:{item.kind}", item_id(item)))]

    return each("CreateItem", found(request, "m:Items/*"), one, "m:Items")


def _draft(call: Call, wanted: Element) -> Item:
    try:
        mime = base64.b64decode(text(wanted, "t:MimeContent"), validate=True)
    except binascii.Error as why:
        raise Wrong("ErrorMimeContentInvalidBase64String", "The MIME content is not valid base64.") from why
    if not email.message_from_bytes(mime).keys():
        raise Wrong("ErrorMimeContentInvalid", "The MIME content is invalid.")
    if len(mime) > call.largest:
        raise Wrong("ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
    return Item("Message", mime, draft=True, read=True)


def update_item(call: Call, request: Element) -> Element:
    def one(change: Element) -> list[Element]:
        box, item = call.item(change[0])
        for update in found(change, "t:Updates/*"):
            _changed(item, update)
        if item.kind == "CalendarItem":
            checked(item)
        call.exchange.touch(box, box.holder(item), item)
        return [make("m:Items", make(f"t:{item.kind}", item_id(item))), make("m:ConflictResults", make("t:Count", 0))]

    calendar = any(True for _ in request.iter(f"{{{NAMES['t']}}}CalendarItem"))
    if calendar and request.get("SendMeetingInvitationsOrCancellations") != "SendToNone":
        raise Wrong("ErrorSendMeetingInvitationsOrCancellationsRequired", "nobody may be invited by Exchange here")
    return each("UpdateItem", found(request, "m:ItemChanges/*"), one, "m:Items")


def _changed(item: Item, update: Element) -> None:
    uri = update[0]
    name, how = uri.get("FieldURI") or "", local(update)
    if how == "DeleteItemField":
        if name == "item:Categories":
            item.categories = []
        item.fields.pop(name.partition(":")[2], None)
    elif how != "SetItemField":
        raise Wrong("ErrorUnsupportedPropertyDefinition", f"{how} is not known here")
    elif item.kind == "CalendarItem":
        filled(item, update[1])
    elif name == "item:Categories":
        item.categories = [c.text or "" for c in found(update[1], "t:Categories/t:String")]
    else:
        raise Wrong("ErrorInvalidPropertySet", f"{name} may not be set here")


def move_item(call: Call, request: Element) -> Element:
    there = call.target(request, "m:ToFolderId")
    assert there is not None

    def one(named: Element) -> list[Element]:
        box, item = call.item(named)
        del box.holder(item).items[item.id]
        moved = call.exchange.put(*there, item)
        return [make("m:Items", make(f"t:{moved.kind}", item_id(moved)))]

    return each("MoveItem", found(request, "m:ItemIds/*"), one, "m:Items")


def delete_item(call: Call, request: Element) -> Element:
    def one(named: Element) -> list[Element]:
        box, item = call.item(named)
        del box.holder(item).items[item.id]
        return []

    return each("DeleteItem", found(request, "m:ItemIds/*"), one)


def send_item(call: Call, request: Element) -> Element:
    saved = call.target(request, "m:SavedItemFolderId")

    def one(named: Element) -> list[Element]:
        box, item = call.item(named)
        if not named.get("ChangeKey"):
            raise Wrong("ErrorChangeKeyRequired", "An operation requires the change key.")
        if named.get("ChangeKey") != item.key:
            raise Wrong("ErrorIrresolvableConflict", "The change key does not match the current one of the item.")
        if not item.draft:
            raise Wrong("ErrorInvalidOperation", "Only a draft can be sent.")
        keep = request.get("SaveItemToFolder") == "true"
        send(call.exchange, box, item, saved[1] if keep and saved else box.named("sentitems") if keep else None)
        return []

    return each("SendItem", found(request, "m:ItemIds/*"), one)
