"""The operations on folders, as far as they are used."""

from tests.servers.ews.markup import NAMES, Element, Wrong, found, local, make, text
from tests.servers.ews.operations import Call, each
from tests.servers.ews.store import FOLDERS, Box, Folder

CLASSES = {"CalendarFolder": "IPF.Appointment", "ContactsFolder": "IPF.Contact", "TasksFolder": "IPF.Task"}


def _folder(box: Box, folder: Folder) -> Element:
    children = sum(f.above is folder for f in box.folders.values())
    above = folder.above or folder
    counted = folder.kind in ("Folder", "TasksFolder")
    unread = make("t:UnreadCount", sum(not i.read for i in folder.items.values())) if counted else None
    kind = CLASSES.get(folder.kind, "IPF.Note")
    known = make("t:DistinguishedFolderId", folder.distinguished) if folder.distinguished in FOLDERS else None
    return make(f"t:{folder.kind}", make("t:FolderId", Id=folder.id, ChangeKey="AQAAAA=="),
                make("t:ParentFolderId", Id=above.id, ChangeKey="AQAAAA=="), make("t:FolderClass", kind),
                make("t:DisplayName", folder.name), make("t:TotalCount", len(folder.items)),
                make("t:ChildFolderCount", children), known, unread)  # fmt: skip


def get_folder(call: Call, request: Element) -> Element:
    return each("GetFolder", found(request, "m:FolderIds/*"),
                lambda one: [make("m:Folders", _folder(*call.folder(one)))], "m:Folders")  # fmt: skip


def find_folder(call: Call, request: Element) -> Element:
    restriction = request.find("m:Restriction", NAMES)

    def one(named: Element) -> list[Element]:
        box, above = call.folder(named)
        below = [f for f in box.folders.values() if f.above is above]
        if restriction is not None:
            below = [f for f in below if _named_so(f, restriction[0])]
        return [make("m:RootFolder", make("t:Folders", *[_folder(box, f) for f in below]), TotalItemsInView=len(below),
                     IncludesLastItemInRange=True, IndexedPagingOffset=len(below))]  # fmt: skip

    if request.get("Traversal") != "Shallow":
        raise Wrong("ErrorInvalidRequest", "only what lies directly below is known here", fault=True)
    return each("FindFolder", found(request, "m:ParentFolderIds/*"), one)


def _named_so(folder: Folder, test: Element) -> bool:
    if local(test) != "IsEqualTo" or test[0].get("FieldURI") != "folder:DisplayName":
        raise Wrong("ErrorInvalidRestriction", "only the name of a folder can be asked for here")
    return (test[1][0].get("Value") or "").lower() == folder.name.lower()


def create_folder(call: Call, request: Element) -> Element:
    there = call.target(request, "m:ParentFolderId")
    assert there is not None

    def one(wanted: Element) -> list[Element]:
        box, above = there
        name = text(wanted, "t:DisplayName")
        if any(f.above is above and f.name.lower() == name.lower() for f in box.folders.values()):
            raise Wrong("ErrorFolderExists", "A folder with the specified name already exists.")
        made = box.add(Folder(name, above=above))
        return [make("m:Folders", make("t:Folder", make("t:FolderId", Id=made.id, ChangeKey="AQAAAA==")))]

    return each("CreateFolder", found(request, "m:Folders/*"), one, "m:Folders")
