"""Does a thing look as Microsoft's published types say? The schemas are closed: an unknown name or value is a fault."""

import json
from functools import cache
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).with_name("schemas")


@cache
def _validator(kind: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads((SCHEMAS / f"{kind}.json").read_text()))


def faults(kind: str, thing: object) -> list[str]:
    """What is wrong with a Message, Event, MailFolder or ScheduleInformation; annotations such as @odata.type are left out."""
    found = _validator(kind).iter_errors(_bare(thing))
    return [f"{kind} {'/'.join(map(str, each.path))}: {each.message[:160]}" for each in found]


def _bare(thing: object) -> object:
    if isinstance(thing, dict):
        return {name: _bare(value) for name, value in thing.items() if "@" not in name}
    return [_bare(each) for each in thing] if isinstance(thing, list) else thing
