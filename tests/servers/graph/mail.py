"""Folders and messages as Graph shows them: $select, $expand and $filter as they are used, delta rounds, drafts, MIME."""

import base64
import binascii
import re
from collections.abc import Callable

from tests.servers.graph.contract import faults
from tests.servers.graph.exchange import NUMBER, SIZE, Box, Exchange, Message
from tests.servers.graph.wrong import Wrong
from tests.servers.https import Request, Response, answer

LARGEST_DRAFT = 4 * 2**20
_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=(.+)\)")
_ONE_OF = re.compile(r"id eq 'Integer 0x0*([0-9A-Fa-f]+)'")
_TOKEN = re.compile(r"(\d+)-(\d+)-([YN])")


class Mail:
    """Operations on one mailbox. A message's id is immutable where that is asked for, else it changes with the folder."""

    def __init__(self, exchange: Exchange, url: str, problems: list[str]) -> None:
        self._exchange, self._url, self._problems = exchange, url, problems

    def routes(self) -> list[tuple[str, str, str, Callable[..., Response]]]:
        """Method, path below the user, permission, operation."""
        read, write, send = "Mail.Read", "Mail.ReadWrite", "Mail.Send"
        return [
            ("GET", r"mailFolders", read, self._folders),
            ("POST", r"mailFolders", write, self._make_folder),
            ("GET", r"mailFolders/([^/]+)", read, self._folder),
            ("GET", r"mailFolders/([^/]+)/messages", read, self._in_folder),
            ("GET", r"mailFolders/([^/]+)/messages/delta", read, self._delta),
            ("POST", r"messages", write, self._draft),
            ("GET", r"messages/([^/]+)", read, self._message),
            ("GET", r"messages/([^/]+)/\$value", read, self._mime),
            ("PATCH", r"messages/([^/]+)", write, self._change),
            ("DELETE", r"messages/([^/]+)", write, self._delete),
            ("POST", r"messages/([^/]+)/move", write, self._move),
            ("POST", r"messages/([^/]+)/send", send, self._send),
        ]

    # --- folders ----------------------------------------------------------------------------------

    def _folders(self, box: Box, request: Request) -> Response:
        wanted = re.fullmatch(r"displayName eq '((?:[^']|'')+)'", request.query.get("$filter", ""))
        if not wanted:
            raise Wrong(400, "BadRequest", "Invalid filter clause")
        name = wanted[1].replace("''", "'")
        return answer(200, {"value": [self._shown_folder(box, f) for f, shown in box.folders.items() if shown == name]})

    def _make_folder(self, box: Box, request: Request) -> Response:
        name = self._checked("MailFolder", request.json())["displayName"]
        if name in box.folders.values():
            raise Wrong(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        box.folders[name.lower()] = name
        return answer(201, self._shown_folder(box, name.lower()))

    def _folder(self, box: Box, request: Request, folder: str) -> Response:
        return answer(200, self._shown_folder(box, self._named(box, folder)))

    def _shown_folder(self, box: Box, folder: str) -> dict:
        shown = {"id": box.folder_id(folder), "displayName": box.folders[folder]}
        return self._checked("MailFolder", shown)

    def _named(self, box: Box, folder: str) -> str:
        for name in box.folders:
            if folder.lower() == name or folder == box.folder_id(name):
                return name
        raise Wrong(404, "ErrorItemNotFound", "The specified folder could not be found in the store.")

    def _in_folder(self, box: Box, request: Request, folder: str) -> Response:
        wanted = re.fullmatch(r"internetMessageId eq '(.+)'", request.query.get("$filter", ""))
        if not wanted:
            raise Wrong(400, "BadRequest", "Invalid filter clause")
        there = [m for m in box.in_folder(self._named(box, folder)) if m.header("Message-ID") == wanted[1]]
        return answer(200, {"value": [self._shown(box, m, request) for m in there]})

    def _delta(self, box: Box, request: Request, folder: str) -> Response:
        """One page of what changed since a place in the log; the options of the first request live in the token."""
        name = self._named(box, folder)
        token = request.query.get("$skiptoken") or request.query.get("$deltatoken")
        place = _TOKEN.fullmatch(token) if token else None
        if token and (not place or int(place[1]) != box.epoch):
            raise Wrong(410, "SyncStateNotFound", "The sync state generation is not found.", Location=f"{self._url}/")
        start, expand = (int(place[2]), place[3] == "Y") if place else (0, "$expand" in request.query)
        size = re.search(r"odata\.maxpagesize=(\d+)", request.headers.get("prefer", ""))
        most = int(size[1]) if size else 10
        changed: dict[int, bool] = {}
        end = start
        while end < len(box.log) and len(changed) < most:
            key, where, there = box.log[end]
            end += 1
            if where == name:
                changed[key] = there
        value = [
            self._shown(box, box.messages[key], request, expand=expand)
            if there and key in box.messages and box.messages[key].folder == name
            else {"id": self._id_of(key, name, request), "@removed": {"reason": "deleted"}}
            for key, there in changed.items()
        ]
        kind, more = ("nextLink", "skip") if end < len(box.log) else ("deltaLink", "delta")
        link = f"{self._url}/users/{box.address}/mailFolders/{folder}/messages/delta?${more}token={box.epoch}-{end}-{'Y' if expand else 'N'}"
        return answer(
            200,
            {"@odata.context": f"{self._url}/$metadata#Collection(message)", "value": value, f"@odata.{kind}": link},
        )

    # --- one message ------------------------------------------------------------------------------

    def _draft(self, box: Box, request: Request) -> Response:
        if request.headers.get("content-type") != "text/plain":
            raise Wrong(415, "UnsupportedMediaType", "this double makes drafts from MIME alone")
        if len(request.body) > LARGEST_DRAFT:
            raise Wrong(413, "RequestEntityTooLarge", "The request is too large.")
        try:
            raw = base64.b64decode(request.body, validate=True)
        except binascii.Error as why:
            raise Wrong(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.") from why
        made = self._exchange.put(box, "drafts", raw, draft=True)
        return answer(201, self._shown(box, made, request))

    def _message(self, box: Box, request: Request, id: str) -> Response:
        return answer(200, self._shown(box, self._found(box, id, request), request))

    def _mime(self, box: Box, request: Request, id: str) -> Response:
        return Response(200, self._found(box, id, request).raw, {"Content-Type": "text/plain"})

    def _change(self, box: Box, request: Request, id: str) -> Response:
        message = self._found(box, id, request)
        change = self._checked("Message", request.json())
        if set(change) != {"categories"}:
            self._problems.append(f"a message was changed: {sorted(change)}")
        message.categories = list(change["categories"])
        self._exchange.touch(box, message)
        return answer(200, self._shown(box, message, request))

    def _delete(self, box: Box, request: Request, id: str) -> Response:
        message = self._found(box, id, request)
        if message.folder != "drafts":
            self._problems.append(f"a message in {message.folder} was deleted")
        self._exchange.remove(box, message)
        return answer(204)

    def _move(self, box: Box, request: Request, id: str) -> Response:
        message = self._found(box, id, request)
        self._exchange.move(box, message, self._named(box, request.json()["destinationId"]))
        return answer(201, self._shown(box, message, request))

    def _send(self, box: Box, request: Request, id: str) -> Response:
        message = self._found(box, id, request)
        if not message.draft:
            raise Wrong(400, "ErrorInvalidOperation", "The message is no draft.")
        if not message.recipients():
            raise Wrong(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
        self._exchange.send(box, message)
        return answer(202)

    def _found(self, box: Box, id: str, request: Request) -> Message:
        for message in box.messages.values():
            if id == self._id_of(message.key, message.folder, request):
                return message
        raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _id_of(self, key: int, folder: str, request: Request) -> str:
        immutable = 'IdType="ImmutableId"' in request.headers.get("prefer", "")
        return f"AAkALg-{key:06}=" if immutable else f"AAMkAD-{folder}-{key:06}="

    def _shown(self, box: Box, message: Message, request: Request, *, expand: bool | None = None) -> dict:
        shown = {
            "id": self._id_of(message.key, message.folder, request), "receivedDateTime": message.received,
            "categories": message.categories, "isRead": message.read, "isDraft": message.draft,
            "subject": message.header("Subject"), "internetMessageId": message.header("Message-ID"),
            "parentFolderId": box.folder_id(message.folder),
        }  # fmt: skip
        if (chosen := request.query.get("$select")) is not None:
            shown = {name: value for name, value in shown.items() if name in {"id", *chosen.split(",")}}
        if expand or (expand is None and "$expand" in request.query):
            shown["singleValueExtendedProperties"] = self._properties(message, request)
        return {"@odata.etag": 'W/"CQAAABYA"'} | self._checked("Message", shown)

    def _properties(self, message: Message, request: Request) -> list[dict[str, str]]:
        """Ids come back in small letters and without leading zeros, however they were spelt."""
        have = {SIZE: str(message.size)} | (
            {} if message.key in self._exchange.unnumbered else {NUMBER: str(message.number)}
        )
        asked = _EXPAND.fullmatch(request.query.get("$expand", ""))
        if not asked:
            return [{"id": id, "value": value} for id, value in have.items()]
        wanted = {f"Integer 0x{tag.lower()}" for tag in _ONE_OF.findall(asked[1])}
        return [{"id": id, "value": value} for id, value in have.items() if id in wanted]

    def _checked(self, kind: str, thing: dict) -> dict:
        self._problems += faults(kind, thing)
        return thing
