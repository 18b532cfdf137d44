"""A settings file in TOML: read into its class, with every problem at once, each with its place."""

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from commsvc.errors import Misconfigured, Problem


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"expected an IANA zone such as Europe/Berlin, not {name!r}")
    return name


def _address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", value) or not value.isascii():
        raise ValueError(f"expected a plain address such as ana@acme.example, not {value!r}")
    return value.lower()


def _network(value: str) -> str:
    ip_network(value)  # its ValueError says what is expected
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Mailaddress = Annotated[str, AfterValidator(_address)]
Network = Annotated[str, AfterValidator(_network)]
Port = Annotated[int, Field(ge=1, le=65535)]
P = TypeVar("P", bound="Part")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def read(path: Path, kind: type[P]) -> P:
    """The file as its class. Raises Misconfigured with every problem."""
    try:
        raw: Mapping[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as why:
        raise Misconfigured([Problem(str(path), 0, f"cannot be read: {why}")]) from why
    except tomllib.TOMLDecodeError as why:
        line = re.search(r"line (\d+)", str(why))
        raise Misconfigured([Problem(path.name, int(line[1]) if line else 0, f"not TOML: {why}")]) from why
    try:
        return kind.model_validate(raw)
    except ValidationError as why:
        text = path.read_text(encoding="utf-8").splitlines()
        raise Misconfigured([_problem(path, text, e["loc"], e["msg"]) for e in why.errors()]) from why


def _problem(path: Path, lines: list[str], where: tuple[int | str, ...], said: str) -> Problem:
    key = next((str(p) for p in reversed(where) if isinstance(p, str)), "")
    line = next((n for n, text in enumerate(lines, 1) if re.match(rf"\s*\[*\"?{re.escape(key)}\"?\s*[=\]]", text)), 0)
    place = f"{'.'.join(map(str, where))}: " if where else ""
    return Problem(path.name, line if where else 0, place + said.removeprefix("Value error, "))
