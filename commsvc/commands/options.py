"""What the commands share: the options that many have, and how an installation is opened."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commsvc.adapters.store.store import PeeweeStore
from commsvc.domain.case.search import numbered
from commsvc.errors import Trouble
from commsvc.installation import Installation, open_installation

out = Console()
Folder = Annotated[Path, typer.Option("--dir", help="The installation's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
HERE = Path()


def opened(folder: Path) -> tuple[Installation, PeeweeStore]:
    """The installation in a folder, and its store."""
    installation = open_installation(folder)
    return installation, installation.store()


def number(ref: str) -> tuple[str, int]:
    """`ESC-12` or `12` as its name and number. Raises Trouble with the expected shape."""
    found = numbered(ref)
    if not found:
        raise Trouble(f"{ref!r} is not a case; write it as ESC-12")
    return f"ESC-{found}", found


def say(words: str) -> None:
    """Print words as they are: no markup, no colours, no wrapping."""
    out.print(words, soft_wrap=True, markup=False, highlight=False)
