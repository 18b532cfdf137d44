"""What every rule and every rule file carries: an id, a reason, an owner, a date to look at it again."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, WithJsonSchema

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _shaped(pattern: str, expected: str) -> AfterValidator:
    def check(written: str) -> str:
        if not re.fullmatch(pattern, written):
            raise ValueError(f"expected {expected}")
        return written

    return AfterValidator(check)


_AT, _VERSION = r"\d{1,3}%|\+\d{1,4}m", r"\d{1,4}\.\d{1,4}\.\d{1,4}"
At = Annotated[
    str,
    _shaped(_AT, "a share of the clock such as 75%, or minutes after its start such as +15m"),
    WithJsonSchema({"type": "string", "pattern": f"^({_AT})$", "examples": ["75%", "+15m"]}),
]
Version = Annotated[
    str,
    _shaped(_VERSION, "a version such as 1.4.0"),
    WithJsonSchema({"type": "string", "pattern": f"^{_VERSION}$", "examples": ["1.4.0"]}),
]


class Rules(BaseModel):
    """A part of the playbook: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Named(Rules):
    """An entry that others refer to by its id."""

    id: Text


class Rule(Named):
    """What every single rule carries. Owner and date are the file's where it names none."""

    reason: Text
    owner: Text | None = None
    review_by: date | None = None


class RuleFile(Rules):
    """The head of every file: its version, the role that answers for it, and when to look at it again."""

    version: Version
    owner: Text
    review_by: date
