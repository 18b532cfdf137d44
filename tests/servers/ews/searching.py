"""FindItem: restrictions, order and pages. A comparison with what an item does not have is false, as MAPI has it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from lxml import etree

from tests.servers.ews.markup import NAMES, Element, Wrong, found, local, make
from tests.servers.ews.showing import show, value
from tests.servers.ews.store import Folder, Item

AT_ONCE = 1000
"""No page is longer: the throttling policy's EWSFindCountLimit."""
_COMPARED: dict[str, Callable[[object, object], bool]] = {
    "IsEqualTo": lambda a, b: a == b,
    "IsNotEqualTo": lambda a, b: a != b,
    "IsGreaterThan": lambda a, b: a > b,  # type: ignore[operator]
    "IsGreaterThanOrEqualTo": lambda a, b: a >= b,  # type: ignore[operator]
    "IsLessThan": lambda a, b: a < b,  # type: ignore[operator]
    "IsLessThanOrEqualTo": lambda a, b: a <= b,  # type: ignore[operator]
}


def search(folder: Folder, request: Element) -> Element:
    """What lies in one folder and is asked for: a RootFolder with one page."""
    items = list(folder.items.values())
    restriction = request.find("m:Restriction", NAMES)
    if restriction is not None:
        items = [i for i in items if _holds(i, restriction[0])]
    for order in reversed(found(request, "m:SortOrder/t:FieldOrder")):
        items = _sorted(items, order)
    total, page = len(items), request.find("m:IndexedPageItemView", NAMES)
    view = request.find("m:CalendarView", NAMES)
    if view is not None:
        items, first = _within(items, view), 0
    else:
        if page is None:
            raise Wrong("ErrorInvalidPagingMaxRows", "a page is needed here")
        first = int(page.get("Offset") or 0)
        items = items[first : first + min(int(page.get("MaxEntriesReturned") or AT_ONCE), AT_ONCE)]
    shape = request.find("m:ItemShape", NAMES)
    assert shape is not None
    shown = [show(i, folder, shape, searching=True) for i in items]
    return make("m:RootFolder", make("t:Items", *shown), TotalItemsInView=total,
                IncludesLastItemInRange=view is not None or first + len(items) >= total,
                IndexedPagingOffset=first + len(items))  # fmt: skip


def _within(items: Sequence[Item], view: Element) -> list[Item]:
    start, end = (_moment(view.get(name) or "") for name in ("StartDate", "EndDate"))
    return sorted((i for i in items if _moment(i.fields["Start"]) < end and start < _moment(i.fields["End"])),
                  key=lambda i: i.fields["Start"])  # fmt: skip


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _sorted(items: Sequence[Item], order: Element) -> list[Item]:
    backwards = order.get("Order") == "Descending"
    return sorted(items, key=lambda i: (_plain(i, order[0]) is not None, _plain(i, order[0])), reverse=backwards)


def _holds(item: Item, test: Element) -> bool:
    name = local(test)
    if name in ("And", "Or"):
        return (all if name == "And" else any)(_holds(item, each) for each in test)
    if name == "Not":
        return not _holds(item, test[0])
    held = _plain(item, test[0])
    if name == "Exists":
        return held is not None
    constants = list(test.iter(f"{{{NAMES['t']}}}Constant"))
    if not constants or name not in (*_COMPARED, "Contains"):
        raise Wrong("ErrorInvalidRestriction", f"{name} is not known here")
    wanted = constants[0].get("Value") or ""
    if name == "Contains":
        if test.get("ContainmentMode") != "FullString":
            raise Wrong("ErrorUnsupportedPathForQuery", "only whole strings are known here")
        return wanted == held
    if held is None:
        return False
    return _COMPARED[name](held, type(held)(wanted))


def _plain(item: Item, uri: Element) -> int | str | None:
    """A value that can be compared: a number as a number."""
    held = value(item, uri)
    if isinstance(held, etree._Element):
        raise Wrong("ErrorUnsupportedPathForQuery", f"{uri.get('FieldURI')} cannot be searched for")
    if held is not None and uri.get("PropertyType") == "Integer":
        return int(held)
    return held
