"""Where in a mailbox: folders by the names that config.toml uses, and the number that Exchange gives each mail in its folder."""

from collections.abc import Iterator
from typing import Any

from exchangelib import ExtendedProperty, Message, Q
from exchangelib.errors import ErrorFolderNotFound
from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.folders import Messages, SingleFolderQuerySet
from exchangelib.items import ID_ONLY, SHALLOW, MeetingCancellation, MeetingRequest, MeetingResponse, PostItem
from exchangelib.items.base import RegisterMixIn
from exchangelib.restriction import Restriction
from exchangelib.services import CreateFolder, FindItem

KNOWN = {"inbox": "inbox", "sentitems": "sent", "drafts": "drafts", "junkemail": "junk", "deleteditems": "trash"}
"""Folders that have the same name in every language, and what exchangelib calls them."""
PAGE = 200
KEPT = ("number", "size", "categories", "datetime_received")


class Number(ExtendedProperty):  # type: ignore[misc]
    """PidTagInternetArticleNumber: whole, growing, and what Exchange's own IMAP shows as the UID (decision 23)."""

    property_tag = 0x0E23
    property_type = "Integer"


def _number(kinds: tuple[type[RegisterMixIn], ...]) -> None:
    for kind in kinds:
        kind.register("number", Number)


_number((Message, MeetingRequest, MeetingResponse, MeetingCancellation, PostItem))


def folder_of(account: Any, named: str) -> Any:
    """A folder by its well-known name, or by its path from the top, such as "Support/Handled". Raises EWSError."""
    if named.lower() in KNOWN:
        return getattr(account, KNOWN[named.lower()])
    folder = account.msg_folder_root
    for name in named.split("/"):
        if (below := _below(account, folder, name)) is None:
            raise ErrorFolderNotFound(f"there is no folder {named}")
        folder = below
    return folder


def lying(folder: Any, *range: Q) -> Iterator[Any]:
    """The mails of a folder within a range of numbers, lowest first and page by page, with all that is needed to file them.

    The service is asked itself: exchangelib's own search fetches every mail a second time to have its categories.
    """
    known = {FieldPath(field=Message.get_field_by_fieldname(name)) for name in KEPT}
    order = FieldOrder.from_string(field_path="number", folder=folder)
    found = FindItem(account=folder.account, page_size=PAGE).call(
        folders=[folder], additional_fields=known, order_fields=[order], shape=ID_ONLY, depth=SHALLOW, query_string=None,
        restriction=Restriction(Q(*range), folders=[folder], applies_to=Restriction.ITEMS), calendar_view=None,
        max_items=None, offset=0,
    )  # fmt: skip
    for mail in found:
        if isinstance(mail, Exception):
            raise mail
        yield mail


def folder_made(account: Any, named: str) -> Any:
    """The same; what is missing is made."""
    if named.lower() in KNOWN:
        return folder_of(account, named)
    folder = account.msg_folder_root
    for name in named.split("/"):
        folder = _below(account, folder, name) or CreateFolder(account=account).get(
            parent_folder=folder, folders=[Messages(root=account.root, name=name)]
        )
    return folder


def _below(account: Any, folder: Any, name: str) -> Any:
    """The folder of this name right below another; None where there is none. Asked for by name: a mailbox may hold thousands."""
    return next(iter(SingleFolderQuerySet(account=account, folder=folder).depth("Shallow").filter(name=name)), None)
