"""ConvertId: what a foreign client asks to learn whose mailbox an id lies in."""

from tests.servers.ews.markup import Element, answered, found, make, success
from tests.servers.ews.operations import Call

_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def convert_id(call: Call, request: Element) -> Element:
    said = []
    for source in found(request, "m:SourceIds/*"):
        told = make(
            "m:AlternateId", Format=request.get("DestinationFormat"), Id=source.get("Id"), Mailbox=call.box.address
        )
        told.set(f"{{{_XSI}}}type", "t:AlternateIdType")
        said.append(success("ConvertId", told))
    return answered("ConvertId", *said)
