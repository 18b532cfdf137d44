"""`commsvc backup FILE` and `commsvc restore FILE`: one file that holds an installation, and what becomes of it."""

from pathlib import Path
from typing import Annotated

import typer

from commsvc import backup as backups
from commsvc import providers
from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, say
from commsvc.config import load


def backup(
    file: Annotated[Path, typer.Argument(help="A new file; it will hold what customers wrote.")], folder: Folder = HERE
) -> None:
    """Write the record, settings, rules and letters into one file, while the service runs. Secrets are not in it."""
    config = load(folder / "config.toml")
    left_out = backups.write(folder, config, file, now())
    say(f"Written to {file}, {file.stat().st_size:,} bytes. Only you can read it; what customers wrote is in it.")
    variables = [name for _, name in providers.secrets(config)]
    say(f"Not in it, keep these apart: {', '.join([*left_out, *variables])}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `commsvc backup` wrote.")],
    folder: Annotated[Path, typer.Option("--dir", help="A new or empty folder.")],
    database: Annotated[str, typer.Option(help="For a record of PostgreSQL: the URL of a new, empty database.")] = "",
) -> None:
    """Put a backup into a new folder. It starts paused: nothing leaves until somebody has looked, and resumes it."""
    restored = backups.restore(file, folder, now(), database)
    say(f"Restored to {folder}, as it was on {restored.made_at:%Y-%m-%d at %H:%M} UTC.")
    say(
        f"Put your own copy of {', '.join(restored.left_out)} there: without it, answers to letters that went are not known."
    )
    say(f"It is paused: nothing leaves. Look at what is ready, then `commsvc resume --dir {folder}`.")
