"""Mails that are only looked at: `parse` reads them, `try` says what would happen."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from commsvc.commands.options import HERE, AsJson, Folder
from commsvc.commands.parsing import parse_batch, parse_one
from commsvc.errors import Trouble


def parse(
    file: Annotated[str, typer.Argument(help="A mail; - for standard input.")] = "-",
    batch: Annotated[bool, typer.Option("--batch", help="File names on standard input; one object a line.")] = False,
) -> None:
    """Read one mail and print what it says as JSON; with --batch many, one object a line."""
    if batch:
        for line in parse_batch():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    found, readable = parse_one(file)
    sys.stdout.write(found + "\n")
    if not readable:
        raise Trouble(f"{file} cannot be read")


def try_(
    mails: Annotated[Path, typer.Argument(help="A mail, or a folder of mails (*.eml).")],
    world: Annotated[
        Path | None, typer.Option("--world", help="A folder with _accounts.json and _context.json.")
    ] = None,
    shuffle: Annotated[str, typer.Option("--shuffle", metavar="SEED", help="Another order of arrival.")] = "",
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Say what would happen with these mails, and why. Nothing is stored and nothing is sent."""
    from commsvc.trying.command import tell  # loaded when it is chosen: it reads mail in child processes

    for line in tell(mails, world, folder, shuffle or None, as_json=as_json):
        typer.echo(line)
