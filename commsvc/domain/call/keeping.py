"""Does a booked call still fit its case, and is it its time? One answer a look."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from commsvc.domain.call.invitation import Call
from commsvc.domain.case.case import Case


class Look(Enum):
    """What is to be done with a booked call now."""

    LEAVE = "nothing"
    ENTER = "it stands in no calendar yet"
    CANCEL = "its case needs it no more"
    REINVITE = "other people have to be there"
    REMIND = "it is near"
    HELD = "it is over"


def look(call: Call, case: Case, wanted: Collection[str], now: datetime, remind: timedelta) -> Look:
    """`wanted`: the addresses of everybody who has to be there, as the case stands now; `remind`: so long before.

    A call that has begun is not called off: they are speaking.
    """
    if call.end is not None and call.end <= now:
        return Look.HELD
    if not case.stage.open:
        begun = call.start is not None and call.start <= now
        return Look.LEAVE if begun else Look.CANCEL
    if call.revision != case.revision and {a.address for a in call.attendees} != set(wanted):
        return Look.REINVITE
    if call.entered < call.sequence:
        return Look.ENTER
    if call.start is not None and call.start - remind <= now:
        return Look.REMIND
    return Look.LEAVE
