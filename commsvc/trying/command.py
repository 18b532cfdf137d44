"""The command `try`: which mails, in which world, by which rules."""

import json
from collections.abc import Iterator
from pathlib import Path

from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.domain.case.directory import Directory
from commsvc.errors import Trouble
from commsvc.installation import open_installation
from commsvc.ports import Playbooks, Stationery
from commsvc.shipped import shipped
from commsvc.trying.telling import as_json as told
from commsvc.trying.telling import as_words
from commsvc.trying.trial import try_mails
from commsvc.trying.world import World, read_world

NO_DIRECTORY = "There is no installation here and no --world: nobody is known, so every sender is a stranger."


def tell(mails: Path, world: Path | None, folder: Path, seed: str | None, *, as_json: bool) -> Iterator[str]:
    """The lines to print. Raises Trouble for a file or folder that cannot be read."""
    files = _files(mails)
    where, playbooks, stationery = _world(world, folder)
    if where.note and not as_json:
        yield where.note
    for tried in try_mails(files, where, playbooks, stationery, seed):
        if as_json:
            yield json.dumps(told(tried), ensure_ascii=False)
        else:
            yield from (*as_words(tried), "")


def _files(mails: Path) -> list[Path]:
    if not mails.is_dir():
        return [mails]
    if found := sorted(mails.glob("*.eml")):
        return found
    raise Trouble(f"{mails} holds no mail: expected files named *.eml")


def _world(world: Path | None, folder: Path) -> tuple[World, Playbooks, Stationery]:
    """A world by its own folder, else the installation's people, else nobody; the rules of the installation or ours."""
    here = open_installation(folder) if (folder / "config.toml").is_file() else None
    templates: Stationery = here.templates if here else Templates(shipped("templates") / "email")
    rules: Playbooks = here.rulebook if here else Rulebook(shipped("rules"), tuple(templates.letters()))
    if world is not None:
        return read_world(world), rules, templates
    if here is None:
        return World(Directory(), "example.invalid", None, note=NO_DIRECTORY), rules, templates
    identity = here.config.identity
    return World(here.directory, identity.domain, identity.authserv_id), rules, templates
