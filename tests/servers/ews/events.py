"""The double's calendars: what an event holds, who is busy when, and nobody invited."""

from datetime import UTC, datetime, timedelta

from tests.servers.ews.markup import Element, Wrong, found, local, make, text
from tests.servers.ews.showing import moment, own_key
from tests.servers.ews.store import Exchange, Item

_KEPT = ("Subject", "Body", "UID", "Start", "End", "LegacyFreeBusyStatus", "Location")
_IGNORED = ("IsAllDayEvent", "StartTimeZone", "EndTimeZone", "MeetingTimeZone", "Sensitivity", "Importance", "IsResponseRequested",
            "ReminderIsSet", "ReminderMinutesBeforeStart", "AllowNewTimeProposal")  # fmt: skip
MOST = timedelta(days=62)


def filled(item: Item, given: Element) -> Item:
    """Write what a CalendarItem of a request holds into the item."""
    for each in given:
        name = local(each)
        if name == "ExtendedProperty":
            item.own[own_key(each[0])] = text(each, "t:Value")
        elif name in ("Start", "End"):
            item.fields[name] = moment(_told(each.text or ""))
        elif name in _KEPT:
            item.fields[name] = each.text or ""
        elif name not in _IGNORED:
            raise Wrong("ErrorInvalidPropertySet", f"{name} may not be set here")
    item.fields.setdefault("LegacyFreeBusyStatus", "Busy")
    return item


def checked(item: Item) -> Item:
    """The event, when it ends no sooner than it begins."""
    if _told(item.fields["End"]) < _told(item.fields["Start"]):
        raise Wrong("ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate")
    return item


def _told(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise Wrong("ErrorInvalidRequest", f"{value} has no zone", fault=True)
    return at


def availability(exchange: Exchange, who: str, request: Element) -> Element:
    """GetUserAvailability, for whoever asks in UTC: times without offset in the zone of the request."""
    zone = found(request, "t:TimeZone")[0]
    biases = [text(zone, path) for path in ("t:Bias", "t:StandardTime/t:Bias", "t:DaylightTime/t:Bias")]
    if biases != ["0", "0", "0"]:
        raise Wrong("ErrorTimeZone", "only UTC is known here", fault=True)
    window = found(request, "t:FreeBusyViewOptions/t:TimeWindow")[0]
    start, end = (datetime.fromisoformat(text(window, f"t:{name}Time")) for name in ("Start", "End"))
    start, end = (t if t.tzinfo else t.replace(tzinfo=UTC) for t in (start, end))
    if not timedelta(0) < end - start <= MOST:
        raise Wrong("ErrorTimeIntervalTooBig", "The requested time duration is too long.", fault=True)
    people = found(request, "m:MailboxDataArray/t:MailboxData")
    return make("m:GetUserAvailabilityResponse",
                make("m:FreeBusyResponseArray", *[_view(exchange, who, person, start, end) for person in people]))  # fmt: skip


def _view(exchange: Exchange, who: str, person: Element, start: datetime, end: datetime) -> Element:
    address = text(person, "t:Email/t:Address").lower()
    if address not in exchange.boxes:
        return _none("ErrorMailRecipientNotFound", f"Unable to resolve e-mail address {address}.")
    box = exchange.boxes[address]
    if who in box.hidden_from:
        return _none("ErrorNoFreeBusyAccess", "The caller does not have access to free/busy data.")
    events = [i for i in box.named("calendar").items.values() if i.fields["LegacyFreeBusyStatus"] != "Free"]
    shown = [
        make("t:CalendarEvent", make("t:StartTime", f"{a:%Y-%m-%dT%H:%M:%S}"), make("t:EndTime", f"{b:%Y-%m-%dT%H:%M:%S}"),
             make("t:BusyType", i.fields["LegacyFreeBusyStatus"]))
        for i in events
        if (a := _told(i.fields["Start"])) <= end and start <= (b := _told(i.fields["End"]))
    ]  # fmt: skip
    view = make("m:FreeBusyView", make("t:FreeBusyViewType", "FreeBusy"), make("t:CalendarEventArray", *shown))
    return make(
        "m:FreeBusyResponse",
        make("m:ResponseMessage", make("m:ResponseCode", "NoError"), ResponseClass="Success"),
        view,
    )


def _none(code: str, said: str) -> Element:
    message = make("m:ResponseMessage", make("m:MessageText", said), make("m:ResponseCode", code),
                   make("m:DescriptiveLinkKey", 0), ResponseClass="Error")  # fmt: skip
    return make("m:FreeBusyResponse", message, make("m:FreeBusyView", make("t:FreeBusyViewType", "None")))
