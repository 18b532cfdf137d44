"""What Graph answers, as far as we read it. Anything else in an answer is left alone; what is missing is nonsense."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

NUMBER, SIZE = 0x0E23, 0x0E08
"""PidTagInternetArticleNumber, the number of a mail in its folder (IMAP's uid); PidTagMessageSize."""
_INTEGER = re.compile(r"(?i)integer 0x0*([0-9a-f]+)")


def _utc(moment: datetime) -> datetime:
    """Times that we asked for in UTC come without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Error(Answer):
    code: str
    message: str = ""


class Fault(Answer):
    error: Error


class Thing(Answer):
    """A folder, a draft or an event, by its id."""

    id: str


class Things(Answer):
    value: tuple[Thing, ...]


class Extended(Answer):
    id: str
    value: str


class Change(Answer):
    """A mail that is new or changed in a folder, or, `removed`, no longer in it."""

    id: str
    removed: dict[str, str] | None = Field(None, alias="@removed")
    received_date_time: AwareDatetime | None = None
    categories: tuple[str, ...] = ()
    single_value_extended_properties: tuple[Extended, ...] = ()

    def integer(self, tag: int) -> int | None:
        """An integer property by its tag; its id comes back spelt otherwise than it was asked for."""
        for each in self.single_value_extended_properties:
            spelt = _INTEGER.fullmatch(each.id)
            if spelt and int(spelt[1], 16) == tag and each.value.isdigit():
                return int(each.value)
        return None


class Changes(Answer):
    """One page of a delta query: it goes on at `next`, or later at `delta`."""

    value: tuple[Change, ...]
    next: str = Field("", alias="@odata.nextLink")
    delta: str = Field("", alias="@odata.deltaLink")


class Standing(Answer):
    """Is this message still a draft?"""

    is_draft: bool


class Moment(Answer):
    date_time: Annotated[datetime, AfterValidator(_utc)]
    time_zone: Annotated[str, Field(pattern="^UTC$")]


class Taken(Answer):
    status: str
    start: Moment
    end: Moment


class NotFound(Answer):
    message: str = ""
    response_code: str = ""


class Schedule(Answer):
    """The times of one person; without items they are not known."""

    error: NotFound | None = None
    schedule_items: tuple[Taken, ...] | None = None


class Schedules(Answer):
    value: Annotated[tuple[Schedule, ...], Field(min_length=1, max_length=1)]
